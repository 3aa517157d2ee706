"""The evaluation of a completed programme: four grades, what was reached and learnt, and what should follow."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import APPEND_ONLY, Row
from programs.models.cooperation import Program

GRADES = ("goals", "use", "impact", "lasting")
"""What is graded, from 1 (poor) to 5 (very good): the effectiveness, efficiency, impact and sustainability of the
evaluation criteria of the OECD's Development Assistance Committee. Relevance was judged on approval."""


class Evaluation(Row):
    """One for each programme, final, with the figures that it was judged by."""

    class Advice(models.TextChoices):
        CONTINUE = "continue", _("Continue it in a new programme")
        CHANGE = "change", _("Continue parts of it in another form")
        END = "end", _("Nothing needs to follow")

    program = models.OneToOneField(Program, on_delete=models.PROTECT, related_name="evaluation")
    goals = models.PositiveSmallIntegerField(_("goals reached"))
    use = models.PositiveSmallIntegerField(_("use of facility time and money"))
    impact = models.PositiveSmallIntegerField(_("what came of it for science and society"))
    lasting = models.PositiveSmallIntegerField(_("cooperation that lasts"))
    reached = models.TextField(_("what was reached"))
    learnt = models.TextField(_("what the alliance learns from it"))
    advice = models.CharField(_("what should follow"), max_length=10, choices=Advice)
    figures = models.JSONField(_("figures"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-created_at", "-id"]
        triggers = [APPEND_ONLY]
        constraints = [
            models.CheckConstraint(
                condition=Q(**{f"{name}__range": (1, 5) for name in GRADES}), name="evaluation_grades_from_1_to_5"
            )
        ]

    def __str__(self) -> str:
        return f"evaluation of {self.program_id}"
