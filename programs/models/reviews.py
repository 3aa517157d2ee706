"""Panels with terms, who may judge what, reviews with their scores, and what a panel made of them."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from alliance.models import Alliance
from core.models import Row, Versioned
from facilities.models import Facility, Technique
from programs.models.calls import Call, Criterion, ScoreScale
from programs.models.cooperation import Theme
from programs.models.proposals import Leg, Proposal
from programs.workflows.reviews import REVIEW


class Panel(Versioned):
    """People who judge proposals together, of an alliance or of one facility, on their own scale."""

    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="panels")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, null=True, blank=True, related_name="panels")
    name = models.CharField(_("name"), max_length=120)
    name_zh = models.CharField(_("name in Chinese"), max_length=120, blank=True, default="")
    scale = models.ForeignKey(ScoreScale, on_delete=models.PROTECT, related_name="+")
    themes = models.ManyToManyField(Theme, related_name="+", blank=True)
    techniques = models.ManyToManyField(Technique, related_name="+", blank=True)
    calls = models.ManyToManyField(Call, related_name="panels", blank=True)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "facility", "name"], name="panel_name_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.name


class PanelMember(Row):
    """A person on a panel for a term of days, half-open; nobody twice at a time."""

    class Role(models.TextChoices):
        CHAIR = "chair", _("Chair")
        SECRETARY = "secretary", _("Secretary")
        MEMBER = "member", _("Member")

    panel = models.ForeignKey(Panel, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="panels")
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    term = DateRangeField(_("from and until"))
    most = models.PositiveSmallIntegerField(_("most reviews in a call"), default=12)

    class Meta:
        ordering = ["panel_id", "role", "term", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(term__isempty=False, term__lower_inf=False), name="panel_term_has_a_start"
            ),
            ExclusionConstraint(
                name="on_a_panel_once_at_a_time",
                expressions=[
                    ("panel", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    ("term", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.panel_id}"


class Expertise(Row):
    """What a reviewer knows about, by technique or theme: 1 some, 2 good, 3 expert."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="expertise")
    technique = models.ForeignKey(Technique, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    level = models.PositiveSmallIntegerField(default=2)

    class Meta:
        ordering = ["person_id", "-level", "id"]
        verbose_name_plural = "expertise"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "technique", "theme"], name="expertise_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(technique=None) ^ Q(theme=None), name="expertise_in_one_thing"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=3), name="expertise_level_1_to_3"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.level}"


class ConflictDeclaration(Row):
    """A person says, or the office records, that they must not judge a proposal. Others the server finds (R-07)."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="declared_conflicts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [models.UniqueConstraint(fields=["proposal", "person"], name="conflict_declared_once")]

    def __str__(self) -> str:
        return f"{self.person_id} not on {self.proposal_id}"


class Assessment(Versioned):
    """A proposal, or some of its legs, before one panel; figures of different panels are never averaged (R-09)."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="assessments")
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="assessments")
    legs = models.ManyToManyField(Leg, related_name="assessments", blank=True)
    comment_to_applicant = models.TextField(_("for the applicant"), blank=True, default="")
    comment_to_management = models.TextField(_("for the management"), blank=True, default="")
    discussed_at = models.DateTimeField(null=True, blank=True)
    final_score = models.DecimalField(
        _("score set by the panel"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    final_reason = models.TextField(_("why it differs from the mean"), blank=True, default="")

    class Meta:
        ordering = ["panel_id", "proposal_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "panel"], name="before_a_panel_once"),
            models.CheckConstraint(
                condition=Q(final_score=None) | ~Q(final_reason=""), name="a_set_score_has_its_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} before {self.panel_id}"


class Review(Versioned):
    """One person's judgement of a proposal before a panel; hidden from other reviewers until theirs is in."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviews")
    state = models.CharField(_("state"), max_length=10, choices=REVIEW.choices, default="asked")
    internal = models.BooleanField(_("by the facility's own people"), default=False)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    comment_to_applicant = models.TextField(_("for the applicant"), blank=True, default="")
    comment_to_panel = models.TextField(_("for the panel"), blank=True, default="")
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    source = models.CharField(max_length=60, blank=True, default="")
    external_id = models.CharField(max_length=120, blank=True, default="")
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["due_at", "created_at", "id"]
        triggers = [REVIEW.guard()]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "reviewer"], name="one_review_per_person"),
            models.CheckConstraint(
                condition=~Q(state="submitted") | Q(submitted_at__isnull=False), name="submitted_review_has_its_time"
            ),
        ]
        indexes = [models.Index(fields=["reviewer", "state"], name="reviews_of_reviewer")]

    def __str__(self) -> str:
        return f"{self.reviewer_id} {self.state}"


class Score(Row):
    """A reviewer's score for one criterion on the panel's scale; a criterion that does not apply has no row.

    The limits of the scale are kept beside the value, so that the row itself can be refused by the database.
    """

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    value = models.DecimalField(max_digits=6, decimal_places=2)
    lowest = models.DecimalField(max_digits=6, decimal_places=2)
    highest = models.DecimalField(max_digits=6, decimal_places=2)

    class Meta:
        ordering = ["review_id", "criterion__position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["review", "criterion"], name="score_once"),
            models.CheckConstraint(
                condition=Q(value__gte=F("lowest"), value__lte=F("highest")), name="score_within_the_scale"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value}"
