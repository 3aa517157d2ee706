"""Proposals with their team and legs, what was submitted, and what each partner, check and expert said on it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation
from core.models import APPEND_ONLY, Row, Versioned
from facilities.models import Allocation, Instrument, Safety, Team
from programs.models.calls import Call
from programs.models.cooperation import Program, Theme
from programs.models.frozen import FrozenVersion, PartnerAnswer
from programs.models.questionnaires import QuestionnaireVersion
from programs.workflows.proposals import LEG, PROPOSAL


class Proposal(Versioned):
    """A wish for time in a call, at one or more instruments. It shares its identifier with the team that books."""

    class Lineage(models.TextChoices):
        NEW = "new", _("New")
        RESUBMISSION = "resubmission", _("Resubmission")
        CONTINUATION = "continuation", _("Continuation")
        FOLLOW_UP = "follow_up", _("Follow-up")

    class Confidentiality(models.TextChoices):
        OPEN = "open", pgettext_lazy("not confidential", "Open")
        SEALED = "sealed", _("Closed until published")
        PROPRIETARY = "proprietary", _("Proprietary")

    team = models.OneToOneField(Team, on_delete=models.PROTECT, related_name="+")
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="proposals")
    program = models.ForeignKey(Program, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals")
    number = models.BigIntegerField(
        unique=True, editable=False, db_default=Func(Value("programs_proposal_number"), function="nextval")
    )
    title = models.CharField(_("title"), max_length=400)
    public_title = models.CharField(_("public title"), max_length=400, blank=True, default="")
    abstract = models.TextField(_("abstract"), blank=True, default="")
    science_case = models.TextField(_("scientific case"), blank=True, default="")
    themes = models.ManyToManyField(Theme, related_name="proposals", blank=True)
    confidentiality = models.CharField(
        _("confidentiality"), max_length=12, choices=Confidentiality, default=Confidentiality.OPEN
    )
    lineage = models.CharField(_("lineage"), max_length=12, choices=Lineage, default=Lineage.NEW)
    previous = models.ManyToManyField("self", symmetrical=False, related_name="successors", blank=True)
    pi = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="proposals_led")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="proposals_led")
    peaceful_use = models.BooleanField(_("for peaceful ends only"), default=False)
    excluded_reviewers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    excluded_names = models.TextField(_("other people who shall not review"), blank=True, default="")
    questionnaire = models.ForeignKey(
        QuestionnaireVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(_("state"), max_length=20, choices=PROPOSAL.choices, default="draft")
    submitted_at = models.DateTimeField(null=True, blank=True)
    notified_at = models.DateTimeField(null=True, blank=True)
    reopened_until = models.DateTimeField(
        null=True, blank=True, help_text="The office lets this one be submitted after the deadline."
    )
    expiry_warned = ArrayField(
        models.SmallIntegerField(), default=list, blank=True, help_text="Days before the expiry that were warned of."
    )
    consent_reminded_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-created_at", "-id"]
        triggers = [PROPOSAL.guard()]
        constraints = [
            models.CheckConstraint(condition=Q(id=F("team_id")), name="proposal_shares_its_id_with_its_team"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(peaceful_use=True),
                name="no_proposal_without_peaceful_use",
            ),
        ]
        indexes = [
            models.Index(fields=["call", "state", "-created_at", "-id"], name="proposals_of_call"),
            models.Index(fields=["-created_at", "-id"], name="proposals_newest"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"R-{self.number:05d}"


class ProposalVersion(FrozenVersion):
    """What was submitted, frozen (R-03)."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="versions")

    class Meta(FrozenVersion.Meta):
        ordering = ["proposal_id", "-number", "id"]
        constraints = [models.UniqueConstraint(fields=["proposal", "number"], name="proposal_version_once")]


class ProposalMember(Row):
    """A person on the team, known or only invited so far. Organisation and country are those at the time (R-13)."""

    class Role(models.TextChoices):
        PI = "pi", _("Principal investigator")
        CO_PI = "co_pi", _("Co-PI")
        MEMBER = "member", _("Member")
        SPOKESPERSON = "spokesperson", _("Spokesperson")

    class State(models.TextChoices):
        INVITED = "invited", _("Invited")
        JOINED = "joined", _("Joined")
        DECLINED = "declined", _("Declined")

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="proposal_memberships"
    )
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.MEMBER)
    state = models.CharField(max_length=10, choices=State, default=State.INVITED)
    email = models.EmailField(_("e-mail"), blank=True, default="")
    orcid = models.CharField(_("ORCID iD"), max_length=19, blank=True, default="")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="proposal_memberships"
    )
    country = models.CharField(max_length=2, blank=True, default="")

    class Meta:
        ordering = ["proposal_id", "role", "created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "person"], condition=Q(person__isnull=False), name="proposal_member_once"
            ),
            models.UniqueConstraint(fields=["proposal"], condition=Q(role="pi"), name="one_pi"),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(email="") | ~Q(orcid=""), name="member_can_be_reached"
            ),
            models.CheckConstraint(condition=~Q(state="joined") | Q(person__isnull=False), name="who_joined_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.person_id or self.email or self.orcid}"


class Leg(Versioned):
    """Time wanted at one instrument, in its unit. `instrument` is the one it stands at now; `preferred` the first wish.

    What was given is known here only when the results of the call are announced.
    """

    class Priority(models.TextChoices):
        A = "A", _("A: certain")
        B = "B", _("B: if time allows")
        RESERVE = "reserve", _("Reserve")

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="legs")
    position = models.PositiveSmallIntegerField(default=1)
    preferred = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="legs")
    alternates = models.ManyToManyField(Instrument, related_name="+", blank=True)
    mode = models.CharField(_("mode"), max_length=10, choices=Instrument.Mode, default=Instrument.Mode.ONSITE)
    units = models.DecimalField(_("units wanted"), max_digits=14, decimal_places=3)
    least_units = models.DecimalField(_("units needed at least"), max_digits=14, decimal_places=3)
    may_be_split = models.BooleanField(_("may be split"), default=False)
    required = models.BooleanField(_("the proposal needs it"), default=True)
    depends_on = models.ManyToManyField("self", symmetrical=False, related_name="dependants", blank=True)
    preferred_dates = ArrayField(models.CharField(max_length=21), default=list, blank=True)
    impossible_dates = ArrayField(models.CharField(max_length=21), default=list, blank=True)
    safety = models.CharField(_("safety class"), max_length=10, choices=Safety, default=Safety.GREEN)
    samples = models.TextField(_("samples"), blank=True, default="")
    state = models.CharField(_("state"), max_length=12, choices=LEG.choices, default="requested")
    granted = models.DecimalField(_("units given"), max_digits=14, decimal_places=3, null=True, blank=True)
    priority = models.CharField(_("priority"), max_length=10, choices=Priority, blank=True, default="")
    rank = models.PositiveIntegerField(_("place on the reserve list"), null=True, blank=True)
    why = models.JSONField(default=dict, blank=True, help_text="As `Line.reason`: codes, in words for each reader.")
    reason = models.TextField(_("reason"), blank=True, default="")
    conditions = models.TextField(_("conditions"), blank=True, default="")
    valid_until = models.DateTimeField(null=True, blank=True)
    confirm_by = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    allocation = models.ForeignKey(
        Allocation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="proposal_legs",
        help_text="Legs of a proposal at one instrument share the account of their cycle.",
    )
    extended_at = models.DateTimeField(null=True, blank=True, help_text="When it was given more time, once (R-18).")

    class Meta:
        ordering = ["proposal_id", "position", "id"]
        triggers = [LEG.guard()]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "position"],
                name="proposal_leg_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(least_units__gt=0, units__gte=F("least_units")), name="leg_units_positive"
            ),
        ]
        indexes = [models.Index(fields=["instrument", "state"], name="legs_of_instrument")]

    def __str__(self) -> str:
        return f"{self.proposal_id} leg {self.position}"


class Answer(Row):
    """A team's answer to one question; each has a version of its own, so that two people can write side by side."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=60)
    value = models.JSONField(null=True)
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["proposal_id", "question", "id"]
        constraints = [models.UniqueConstraint(fields=["proposal", "question"], name="answer_once")]

    def __str__(self) -> str:
        return self.question


class Attachment(Row):
    """A file that answers a question; its kind is found from its content, never from its name."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="attachments")
    question = models.CharField(max_length=60, blank=True, default="")
    name = models.CharField(_("name"), max_length=200)
    file = models.FileField(upload_to="proposals/%Y/%m/")
    mime = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["proposal_id", "created_at", "id"]

    def __str__(self) -> str:
        return self.name


class Consent(PartnerAnswer):
    """A signatory's answer for an organisation on a frozen version of a proposal, also in somebody's stead."""

    version = models.ForeignKey(ProposalVersion, on_delete=models.PROTECT, related_name="consents")
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(PartnerAnswer.Meta):
        constraints = [
            models.UniqueConstraint(fields=["version", "organisation", "confirmed"], name="one_consent_per_partner")
        ]


class EligibilityCheck(Row):
    """What a rule said about a submitted version, with the facts it used, and who waived it and why."""

    class Result(models.TextChoices):
        PASSED = "passed", _("Passed")
        FAILED = "failed", _("Failed")
        NOT_APPLICABLE = "not_applicable", _("Does not apply")

    version = models.ForeignKey(ProposalVersion, on_delete=models.PROTECT, related_name="checks")
    leg = models.ForeignKey(Leg, on_delete=models.CASCADE, null=True, blank=True, related_name="checks")
    rule = models.CharField(max_length=40)
    result = models.CharField(max_length=15, choices=Result)
    message = models.TextField(blank=True, default="")
    facts = models.JSONField(default=dict)
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    waived_because = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["version_id", "rule", "id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "leg", "rule"], name="check_once", nulls_distinct=False),
            models.CheckConstraint(
                condition=Q(waived_by=None) | Q(result="failed") & ~Q(waived_because=""),
                name="a_waiver_has_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.result}"


class ReturnPoint(Row):
    """One thing to mend before a returned proposal is submitted again: at a field, a question or a leg."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="points")
    field = models.CharField(_("where"), max_length=80, blank=True, default="")
    leg = models.ForeignKey(Leg, on_delete=models.CASCADE, null=True, blank=True, related_name="points")
    text = models.TextField(_("what to mend"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    mended_at = models.DateTimeField(null=True, blank=True)
    mended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(mended_at=None, mended_by=None) | Q(mended_at__isnull=False, mended_by__isnull=False),
                name="a_mended_point_says_by_whom",
            )
        ]

    def __str__(self) -> str:
        return self.text


class Feasibility(Row):
    """What an instrument's own people say of a leg: append-only, the latest counts (R-05)."""

    class Result(models.TextChoices):
        FEASIBLE = "feasible", _("Feasible")
        WITH_CHANGES = "feasible_with_changes", _("Feasible with changes")
        NOT_FEASIBLE = "not_feasible", _("Not feasible")

    leg = models.ForeignKey(Leg, on_delete=models.PROTECT, related_name="feasibility")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=25, choices=Result)
    units_recommended = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    note = models.TextField(_("for the applicant"), blank=True, default="")
    internal_note = models.TextField(_("for the panel"), blank=True, default="")
    offers = models.ManyToManyField(Instrument, related_name="+", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="feasibility_given")

    class Meta:
        ordering = ["created_at", "id"]
        verbose_name_plural = "feasibility"
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.leg_id} {self.result}"


class SafetyReview(Row):
    """What safety staff say of a leg: append-only, the latest counts. Conditions follow every booking of the leg."""

    class Result(models.TextChoices):
        GREEN = "green", _("Green")
        YELLOW = "yellow", _("Yellow")
        RED = "red", _("Red")
        REFUSED = "refused", _("Refused")

    leg = models.ForeignKey(Leg, on_delete=models.PROTECT, related_name="safety_reviews")
    result = models.CharField(max_length=10, choices=Result)
    conditions = models.TextField(_("conditions"), blank=True, default="")
    note = models.TextField(_("note"), blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["created_at", "id"]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.leg_id} {self.result}"
