"""Joint programmes of several centres: partners and their consent, milestones, the facility time they were granted."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from accounts.models import Organisation
from alliance.models import Alliance
from core.models import Row, Versioned
from facilities.models import Allocation, Cycle, Instrument, Team
from programs.models.frozen import FrozenVersion, PartnerAnswer
from programs.workflows.cooperation import PROGRAM


def next_number() -> str:
    """The next number in the register of programmes, e.g. P-0042; numbers of abandoned transactions are lost."""
    with connection.cursor() as cursor:
        cursor.execute("select nextval('programs_program_number')")
        return f"P-{cursor.fetchone()[0]:04d}"


class Theme(Row):
    """A subject that programmes work on; a programme with two themes counts under each, and once in total."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_zh = models.CharField(_("name in Chinese"), max_length=120, blank=True, default="")

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Program(Versioned):
    """A joint programme. It shares its identifier with the team that books on its account."""

    class Kind(models.TextChoices):
        JOINT_LAB = "joint_lab", _("Joint laboratory")
        RESEARCH_CENTER = "research_center", _("Research centre")
        EXCHANGE = "exchange", _("Exchange of scientists")
        TECHNOLOGY_EXCHANGE = "technology_exchange", _("Technology exchange")
        CAPACITY_BUILDING = "capacity_building", _("Capacity building")
        FORUM = "forum", _("Forum")
        JOINT_RESEARCH = "joint_research", _("Joint research")
        SCHOLARSHIP = "scholarship", _("Scholarship")

    team = models.OneToOneField(Team, on_delete=models.PROTECT, related_name="+")
    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, null=True, blank=True, related_name="programs")
    number = models.CharField(_("number"), max_length=40, unique=True, default=next_number)
    kind = models.CharField(_("type"), max_length=20, choices=Kind, default=Kind.JOINT_RESEARCH)
    acronym = models.CharField(_("acronym"), max_length=60, blank=True, default="")
    title = models.CharField(_("title"), max_length=400)
    summary = models.TextField(_("summary"), blank=True, default="")
    themes = models.ManyToManyField(Theme, related_name="programs", blank=True)
    lead_organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="programs_led"
    )
    lead_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="programs_led"
    )
    starts_on = models.DateField(_("starts"), null=True, blank=True)
    ends_on = models.DateField(_("ends"), null=True, blank=True)
    peaceful_use = models.BooleanField(_("for peaceful ends only"), default=False)
    open_outputs = models.BooleanField(_("results are open"), default=True)
    state = models.CharField(_("state"), max_length=20, choices=PROGRAM.choices, default="draft")
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    total_cost = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    tags = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    source = models.CharField(max_length=60, blank=True, default="")
    external_id = models.CharField(max_length=120, blank=True, default="")
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-created_at", "-id"]
        triggers = [PROGRAM.guard()]
        permissions = [
            ("edit_program", "Edit and run the programme"),
            ("view_draft", "See the programme before approval"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(id=F("team_id")), name="program_shares_its_id_with_its_team"),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="program_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(peaceful_use=True) | ~Q(source=""),
                name="no_submission_without_peaceful_use",
            ),
            models.UniqueConstraint(
                fields=["source", "external_id"], condition=~Q(external_id=""), name="program_once_per_source"
            ),
        ]
        indexes = [models.Index(fields=["-created_at", "-id"], name="programs_newest")]

    def __str__(self) -> str:
        return self.acronym or self.title


class ProgramPermission(UserObjectPermissionBase):
    """Permissions held on one programme."""

    content_object = models.ForeignKey(Program, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        pass


class ProgramVersion(FrozenVersion):
    """What was submitted, frozen: partners confirm and leadership approves this, not what is edited later."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="versions")

    class Meta(FrozenVersion.Meta):
        ordering = ["program_id", "-number", "id"]
        constraints = [models.UniqueConstraint(fields=["program", "number"], name="program_version_once")]


class Partner(Row):
    """An organisation in a programme, the lead among them."""

    class Role(models.TextChoices):
        LEAD = "lead", _("Lead")
        PARTNER = "partner", _("Partner")
        ASSOCIATE = "associate", _("Associated partner")

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="partners")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="partnerships")
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.PARTNER)
    task = models.CharField(_("its part"), max_length=300, blank=True, default="")
    contribution = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ["program_id", "role", "organisation__name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["program", "organisation"], name="partner_once"),
            models.UniqueConstraint(fields=["program"], condition=Q(role="lead"), name="one_lead_partner"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} in {self.program}"


class Confirmation(PartnerAnswer):
    """A signatory's answer for an organisation on a frozen version of a programme."""

    version = models.ForeignKey(ProgramVersion, on_delete=models.PROTECT, related_name="confirmations")

    class Meta(PartnerAnswer.Meta):
        constraints = [
            models.UniqueConstraint(fields=["version", "organisation", "confirmed"], name="one_answer_per_partner")
        ]


class Milestone(Row):
    """Something to be reached by a date; weights say what share of the programme it is."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="milestones")
    title = models.CharField(_("title"), max_length=200)
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    starts_on = models.DateField(_("starts"), null=True, blank=True)
    due_on = models.DateField(_("due"))
    done_on = models.DateField(_("reached"), null=True, blank=True)
    evidence = models.TextField(_("evidence"), blank=True, default="")

    class Meta:
        ordering = ["program_id", "due_on", "id"]

    def __str__(self) -> str:
        return self.title


class Entitlement(Row):
    """Facility time that a programme wants and, once approved, has: the row by which it earned an allocation."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="entitlements")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    units = models.DecimalField(_("units wanted"), max_digits=14, decimal_places=3)
    purpose = models.CharField(_("for what"), max_length=300, blank=True, default="")
    granted = models.DecimalField(_("units granted"), max_digits=14, decimal_places=3, null=True, blank=True)
    granted_note = models.CharField(_("why fewer"), max_length=300, blank=True, default="")
    allocation = models.OneToOneField(
        Allocation, on_delete=models.PROTECT, null=True, blank=True, related_name="entitlement"
    )

    class Meta:
        ordering = ["program_id", "instrument_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "instrument", "cycle"], name="entitlement_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(units__gt=0), name="entitlement_units_positive"),
            models.CheckConstraint(
                condition=Q(granted=None)
                | Q(granted=F("units"))
                | Q(granted__gte=0, granted__lt=F("units")) & ~Q(granted_note=""),
                name="entitlement_grants_less_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.units} at {self.instrument}"


class ProgressReport(Row):
    """How a programme stands after a period of whole days, both included, in its lead's words."""

    class Rating(models.TextChoices):
        ON_TRACK = "on_track", _("On track")
        AT_RISK = "at_risk", _("At risk")
        OFF_TRACK = "off_track", _("Off track")

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="progress_reports")
    starts_on = models.DateField(_("period from"))
    ends_on = models.DateField(_("period to, this day included"))
    rating = models.CharField(_("rating"), max_length=10, choices=Rating)
    text = models.TextField(_("text"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="report_ends_after_its_start")
        ]

    def __str__(self) -> str:
        return f"{self.rating} {self.created_at:%Y-%m-%d}"
