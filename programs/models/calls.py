"""Calls for proposals: what is on offer, until when, by which rules, and how it will be judged."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import validate_zone
from accounts.models import Organisation
from alliance.models import Alliance
from core.models import Row, Versioned
from facilities.models import Access, Cycle, Facility, Instrument
from programs.models.questionnaires import QuestionnaireVersion
from programs.workflows.calls import CALL


class ScoreScale(Row):
    """How a panel scores: from `lowest` to `highest` in steps, and which end is the best (the direction differs)."""

    class Best(models.TextChoices):
        HIGH = "high", _("High is best")
        LOW = "low", _("Low is best")

    name = models.CharField(_("name"), max_length=80, unique=True)
    lowest = models.DecimalField(_("lowest score"), max_digits=6, decimal_places=2)
    highest = models.DecimalField(_("highest score"), max_digits=6, decimal_places=2)
    step = models.DecimalField(_("step"), max_digits=5, decimal_places=2)
    best = models.CharField(_("direction"), max_length=4, choices=Best, default=Best.HIGH)
    bands = models.JSONField(default=list, blank=True, help_text="From a score on, its words in both languages.")

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(highest__gt=F("lowest"), step__gt=0), name="scale_goes_up"),
        ]

    def __str__(self) -> str:
        return self.name


class Call(Versioned):
    """Proposals are asked for, by an alliance or by one of its facilities, until a deadline in a named zone.

    The deadline is an inclusive instant (R-01). A call without one is rolling. Results stay sealed until `notify_at`.
    """

    class Kind(models.TextChoices):
        STANDARD = "standard", _("Standard")
        LONG_TERM = "long_term", _("Long-term")
        BLOCK_GROUP = "block_group", _("Block allocation group")
        RAPID = "rapid", _("Rapid access")
        ROLLING = "rolling", _("Rolling")
        TEST = "test", _("Test and proof of principle")
        DISCRETIONARY = "discretionary", _("Director's discretionary time")
        PROPRIETARY = "proprietary", _("Proprietary")

    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="calls")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, null=True, blank=True, related_name="calls")
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_zh = models.CharField(_("name in Chinese"), max_length=200, blank=True, default="")
    text = models.TextField(_("what it is about"), blank=True, default="")
    text_zh = models.TextField(_("what it is about, in Chinese"), blank=True, default="")
    kind = models.CharField(_("kind"), max_length=15, choices=Kind, default=Kind.STANDARD)
    category = models.CharField(_("access category"), max_length=15, choices=Access, default=Access.GENERAL)
    state = models.CharField(_("state"), max_length=12, choices=CALL.choices, default="draft")
    zone = models.CharField(_("time zone"), max_length=40, default="UTC", validators=[validate_zone])
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("deadline"), null=True, blank=True)
    office_closes_at = models.DateTimeField(_("deadline for the office"), null=True, blank=True)
    notify_at = models.DateTimeField(_("results from"), null=True, blank=True)
    contact = models.EmailField(_("contact"), blank=True, default="")
    questionnaire = models.ForeignKey(
        QuestionnaireVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="calls"
    )
    scale = models.ForeignKey(ScoreScale, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    blind = models.BooleanField(_("reviewers do not see who proposes"), default=False)
    needs_consent = models.BooleanField(_("every partner's signatory confirms"), default=True)
    reviews_wanted = models.PositiveSmallIntegerField(_("reviews for each proposal"), default=3)
    internal_wanted = models.PositiveSmallIntegerField(_("of these by the facilities' own people"), default=1)
    abstract_words = models.PositiveIntegerField(_("most words of the abstract"), default=500)
    settings = models.JSONField(default=dict, blank=True, help_text="Normalisation, ageing, tie-breaks, quotas.")
    reminded = ArrayField(
        models.SmallIntegerField(), default=list, blank=True, help_text="Days before the deadline that were told of."
    )
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-opens_at", "-id"]
        triggers = [CALL.guard()]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at=None) | Q(closes_at__gt=F("opens_at")), name="call_closes_after_it_opens"
            ),
            models.CheckConstraint(
                condition=Q(closes_at=None) | Q(notify_at=None) | Q(notify_at__gt=F("closes_at")),
                name="results_after_the_deadline",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Window(Row):
    """When a stage of a call takes place, half-open. Two windows of one stage may touch and never overlap."""

    class Stage(models.TextChoices):
        CONSENT = "consent", _("Partners confirm")
        FEASIBILITY = "feasibility", _("Feasibility")
        REVIEW = "review", _("Review")
        PANEL = "panel", _("Panel")
        DECISION = "decision", _("Decision")
        CONFIRMATION = "confirmation", _("Applicants confirm")

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="windows")
    stage = models.CharField(_("stage"), max_length=12, choices=Stage)
    period = DateTimeRangeField(_("from and until"))

    class Meta:
        ordering = ["call_id", "period", "stage", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
                name="window_has_both_ends",
            ),
            ExclusionConstraint(
                name="windows_of_a_stage_do_not_overlap",
                expressions=[
                    ("call", RangeOperators.EQUAL),
                    ("stage", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.period}"


class PartnerDeadline(Row):
    """An earlier deadline for proposals in which an organisation leads."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="partner_deadlines")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    closes_at = models.DateTimeField(_("deadline"))

    class Meta:
        ordering = ["call_id", "closes_at", "id"]
        constraints = [models.UniqueConstraint(fields=["call", "organisation"], name="partner_deadline_once")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.closes_at}"


class Offer(Row):
    """Units of one instrument that a call gives away, in the instrument's unit, in a cycle."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="offers")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="offers")
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    units = models.DecimalField(_("units on offer"), max_digits=14, decimal_places=3)
    most_per_proposal = models.DecimalField(
        _("most for one proposal"), max_digits=14, decimal_places=3, null=True, blank=True
    )

    class Meta:
        ordering = ["call_id", "instrument_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["call", "instrument"], name="offer_once"),
            models.CheckConstraint(condition=Q(units__gt=0), name="offer_units_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.units} at {self.instrument_id}"


class CallRule(Row):
    """A rule of eligibility (`programs.rules.eligibility`) that a call applies, with its parameters and source."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="rules")
    rule = models.CharField(_("rule"), max_length=40)
    parameters = models.JSONField(default=dict, blank=True)
    can_be_waived = models.BooleanField(_("the office may waive it"), default=True)
    source = models.CharField(_("source"), max_length=200, blank=True, default="")

    class Meta:
        ordering = ["call_id", "rule", "id"]
        constraints = [models.UniqueConstraint(fields=["call", "rule"], name="call_rule_once")]

    def __str__(self) -> str:
        return self.rule


class Criterion(Row):
    """What is scored, with its weight in the whole; weights are relative to each other."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="criteria")
    slug = models.SlugField(max_length=40)
    name = models.CharField(_("name"), max_length=120)
    name_zh = models.CharField(_("name in Chinese"), max_length=120, blank=True, default="")
    help = models.TextField(_("what to look at"), blank=True, default="")
    help_zh = models.TextField(_("what to look at, in Chinese"), blank=True, default="")
    weight = models.DecimalField(_("weight"), max_digits=6, decimal_places=2, default=1)
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["call_id", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["call", "slug"], name="criterion_once"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="criterion_weighs_something"),
        ]

    def __str__(self) -> str:
        return self.name
