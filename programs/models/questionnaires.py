"""Questionnaires that an office builds, each version frozen, and what a proposal answers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliance.models import Alliance
from core.models import APPEND_ONLY, Row, Versioned
from facilities.models import Facility


class Questionnaire(Versioned):
    """A form of an alliance or of one facility. `draft` is what is being edited; calls use a frozen version."""

    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    draft = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(alliance=None) ^ Q(facility=None), name="questionnaire_of_an_alliance_or_a_facility"
            ),
            models.UniqueConstraint(
                fields=["alliance", "facility", "name"], name="questionnaire_name_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return self.name


class QuestionnaireVersion(Row):
    """The sections and questions as they were at one moment; a proposal keeps the version it began with."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["questionnaire_id", "-number", "id"]
        constraints = [models.UniqueConstraint(fields=["questionnaire", "number"], name="questionnaire_version_once")]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"v{self.number}"
