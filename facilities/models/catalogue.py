"""Facilities, instruments, techniques and the trainings that instruments ask for."""

from datetime import time, timedelta

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from accounts.identifiers import validate_country, validate_zone
from accounts.models import Organisation
from core.models import APPEND_ONLY, Row, Versioned
from core.search import LEARN_WORDS, search_column, search_index


def keeps_open_time(
    name: str, operation: pgtrigger.Operation, *, new: bool = False, old: bool = False
) -> pgtrigger.Trigger:
    """After a statement, work out anew when the instruments of the facilities it touched are open."""
    tables = [table for table, used in (("new_values", new), ("old_values", old)) if used]
    touched = " union ".join(f"select facility_id from {table}" for table in tables)
    return pgtrigger.Trigger(
        name=f"keep_open_time_{name}",
        operation=operation,
        when=pgtrigger.After,
        level=pgtrigger.Statement,
        referencing=pgtrigger.Referencing(new="new_values" if new else None, old="old_values" if old else None),
        func=f"perform facilities_keep_open_time(array({touched})); return null;",
    )


KEEPS_OPEN_TIME = [
    keeps_open_time("insert", pgtrigger.Insert, new=True),
    keeps_open_time("update", pgtrigger.Update, new=True, old=True),
    keeps_open_time("delete", pgtrigger.Delete, old=True),
]
"""For every table from which the open time of a facility's instruments follows."""


class Technique(Row):
    """An experimental technique, named as in the PaNET ontology; `broader` are its direct parents."""

    code = models.CharField(max_length=20, unique=True)
    label = models.CharField(_("name"), max_length=200)
    label_zh = models.CharField(_("name in Chinese"), max_length=200, blank=True, default="")
    alt_labels = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    definition = models.TextField(blank=True, default="")
    broader = models.ManyToManyField("self", symmetrical=False, related_name="narrower", blank=True)
    search = search_column("label", "label_zh", "code", lists=("alt_labels",))

    class Meta:
        ordering = ["label", "id"]
        indexes = [search_index("technique_search")]
        triggers = LEARN_WORDS

    def __str__(self) -> str:
        return self.label


class TechniqueClosure(models.Model):
    """Every technique with every narrower one, itself included: a broad search is one join."""

    ancestor = models.ForeignKey(Technique, on_delete=models.CASCADE, related_name="+")
    descendant = models.ForeignKey(Technique, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["ancestor", "descendant"], name="technique_pair_once")]

    def __str__(self) -> str:
        return f"{self.ancestor_id} ⊇ {self.descendant_id}"


class Facility(Versioned):
    """A large facility with its own zone, office hours and staff; the container of its roles."""

    class Kind(models.TextChoices):
        SYNCHROTRON = "synchrotron", _("Synchrotron")
        FEL = "fel", _("Free-electron laser")
        NEUTRON = "neutron", _("Neutron source")
        LASER = "laser", _("Laser")
        TELESCOPE = "telescope", _("Telescope")
        TOKAMAK = "tokamak", _("Tokamak")
        HPC = "hpc", _("Supercomputer")
        EXTREME = "extreme_conditions", _("Extreme conditions")
        CRYO_EM = "cryo_em", _("Cryo-electron microscopy")
        OTHER = "other", _("Other")

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        CONSTRUCTION = "construction", _("Under construction")
        COMMISSIONING = "commissioning", _("Commissioning")
        OPERATION = "operation", _("In operation")
        SHUTDOWN = "shutdown", _("Shut down")
        CLOSED = "closed", _("Closed")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="facilities", null=True, blank=True
    )
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=300)
    name_local = models.CharField(_("name in own script"), max_length=300, blank=True, default="")
    acronym = models.CharField(_("acronym"), max_length=60, blank=True, default="")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.OTHER)
    status = models.CharField(_("status"), max_length=15, choices=Status, default=Status.OPERATION)
    country = models.CharField(_("country"), max_length=2, blank=True, default="", validators=[validate_country])
    city = models.CharField(_("city"), max_length=120, blank=True, default="")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    zone = models.CharField(_("time zone"), max_length=40, default="UTC", validators=[validate_zone])
    website = models.URLField(max_length=500, blank=True, default="")
    description = models.TextField(_("description"), blank=True, default="")
    description_zh = models.TextField(_("description in Chinese"), blank=True, default="")
    user_office_email = models.EmailField(_("user office"), blank=True, default="")
    office_opens = models.TimeField(_("office opens"), default="09:00")
    office_closes = models.TimeField(_("office closes"), default="17:00")
    office_weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True, help_text="ISO: 1–7")
    office_closed_on = ArrayField(models.DateField(), default=list, blank=True)
    shifts = ArrayField(
        models.TimeField(),
        default=list,
        blank=True,
        verbose_name=_("shifts start at"),
        help_text=_("On the facility's clock; three of eight hours from midnight where there are none."),
    )
    source = models.CharField(max_length=60, blank=True, default="")
    external_id = models.CharField(max_length=120, blank=True, default="")
    is_demo = models.BooleanField(default=False, editable=False)
    search = search_column("acronym", "name", "name_local", also=("city",))

    class Meta:
        ordering = ["name", "id"]
        verbose_name_plural = "facilities"
        permissions = [
            ("view_private_calendar", "See every booking of the facility in full"),
            ("decide_bookings", "Approve, decline and counter requests"),
            ("run_sessions", "Check in, check out and report losses"),
            ("manage_calendar", "Edit cycles, blocks, instruments and allocations"),
            ("manage_routes", "Edit approval routes"),
            ("override_rules", "Override a rule with a reason"),
            ("view_usage", "Read the facility's figures with their rows"),
            ("manage_calls", "Run calls, their check and their review"),
            ("decide_proposals", "Decide proposals and announce results"),
            ("review_feasibility", "Say what is feasible at its instruments"),
            ("review_safety", "Say what is safe, and under which conditions"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(office_closes__gt=F("office_opens")), name="office_closes_after_opening"
            ),
            models.UniqueConstraint(
                fields=["source", "external_id"], condition=~Q(external_id=""), name="facility_once_per_source"
            ),
        ]
        indexes = [search_index("facility_search")]
        triggers = [
            *LEARN_WORDS,
            pgtrigger.Trigger(
                name="keep_open_time_zone",
                operation=pgtrigger.Update,
                when=pgtrigger.After,
                condition=pgtrigger.AnyChange("zone"),
                func="perform facilities_keep_open_time(array[new.id]); return null;",
            ),
        ]

    def __str__(self) -> str:
        return self.acronym or self.name


class StatusEntry(Row):
    """A facility's status from a day on; append-only, so a mistake is corrected by another entry of the same day."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="status_entries")
    status = models.CharField(_("status"), max_length=15, choices=Facility.Status)
    since = models.DateField(_("since"))
    note = models.CharField(_("what happened"), max_length=300, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-since", "-created_at", "-id"]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.status} since {self.since}"


class FacilityPermission(UserObjectPermissionBase):
    """Permissions held on one facility."""

    content_object = models.ForeignKey(Facility, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        pass


class Course(Versioned):
    """A training that instruments may require; a pass is valid for some months."""

    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="courses")
    name = models.CharField(_("name"), max_length=200)
    name_zh = models.CharField(_("name in Chinese"), max_length=200, blank=True, default="")
    validity_months = models.PositiveSmallIntegerField(_("valid for, months"), default=12)

    class Meta:
        ordering = ["facility_id", "name", "id"]

    def __str__(self) -> str:
        return self.name


class TrainingRecord(Row):
    """A person passed a course; valid on every day from `passed_on` up to and including `valid_until`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="trainings")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="records")
    passed_on = models.DateField()
    valid_until = models.DateField()

    class Meta:
        ordering = ["user_id", "-valid_until", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(valid_until__gte=F("passed_on")), name="training_valid_after_passing")
        ]

    def __str__(self) -> str:
        return f"{self.course} until {self.valid_until}"


class Instrument(Versioned):
    """What is booked: a beamline, a spectrometer, a telescope, a partition. `capacity` above one means lanes."""

    class Unit(models.TextChoices):
        SHIFT = "shift", _("Shift")
        HOUR = "hour", _("Hour")
        DAY = "day", _("Day")
        NIGHT = "night", _("Night")
        NODE_HOUR = "node_hour", _("Node-hour")
        SAMPLE = "sample", _("Sample slot")

    class Mode(models.TextChoices):
        ONSITE = "onsite", _("On site")
        REMOTE = "remote", _("Remote")
        MAIL_IN = "mail_in", _("Mail-in")

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="instruments")
    slug = models.SlugField(max_length=120, unique=True)
    code = models.CharField(_("code"), max_length=60)
    name = models.CharField(_("name"), max_length=300)
    name_zh = models.CharField(_("name in Chinese"), max_length=300, blank=True, default="")
    description = models.TextField(_("description"), blank=True, default="")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts")
    techniques = models.ManyToManyField(Technique, related_name="instruments", blank=True)
    required_trainings = models.ManyToManyField(Course, related_name="instruments", blank=True)
    pidinst = models.CharField("PIDINST", max_length=200, blank=True, default="")
    country = models.CharField(_("country, where not the facility's"), max_length=2, blank=True, default="")
    is_bookable = models.BooleanField(_("may be requested"), default=True)
    requires_allocation = models.BooleanField(_("only within an allocation"), default=False)
    unit = models.CharField(_("unit"), max_length=10, choices=Unit, default=Unit.SHIFT)
    unit_minutes = models.PositiveIntegerField(_("minutes in a unit"), default=480, validators=[MinValueValidator(1)])
    granularity_minutes = models.PositiveIntegerField(
        _("starts and lengths are multiples of, minutes"), default=480, validators=[MinValueValidator(1)]
    )
    day_starts_at = models.TimeField(_("the first shift of a day starts at"), default=time(0))
    min_minutes = models.PositiveIntegerField(_("shortest booking, minutes"), default=480)
    max_minutes = models.PositiveIntegerField(_("longest booking, minutes"), default=480 * 18)
    setup_minutes = models.PositiveIntegerField(_("set-up before a booking, minutes"), default=0)
    cooling_minutes = models.PositiveIntegerField(_("cooling after a booking, minutes"), default=0)
    mode_minutes = models.JSONField(
        default=dict, blank=True, help_text='Where a mode differs: {"remote": {"setup": 10, "cooling": 0}}, in minutes.'
    )
    notice_hours = models.PositiveIntegerField(_("notice before the start, hours"), default=0)
    horizon_days = models.PositiveIntegerField(_("may be requested ahead, days"), default=365)
    hold_minutes = models.PositiveIntegerField(_("a hold lasts, minutes"), default=30)
    no_show_minutes = models.PositiveIntegerField(_("no show after, minutes"), default=120)
    capacity = models.PositiveIntegerField(_("at the same time"), default=1, validators=[MinValueValidator(1)])
    modes = ArrayField(models.CharField(max_length=10, choices=Mode), default=list)
    source = models.CharField(max_length=60, blank=True, default="")
    is_demo = models.BooleanField(default=False, editable=False)
    search = search_column("code", "name", "name_zh")

    class Meta:
        ordering = ["facility_id", "code", "id"]
        constraints = [
            models.UniqueConstraint(fields=["facility", "code"], name="instrument_code_once_per_facility"),
            models.CheckConstraint(condition=Q(max_minutes__gte=F("min_minutes")), name="longest_not_below_shortest"),
            models.CheckConstraint(
                condition=Q(unit_minutes__gte=1, granularity_minutes__gte=1, capacity__gte=1),
                name="instrument_measures_positive",
            ),
        ]
        indexes = [search_index("instrument_search")]
        triggers = [*LEARN_WORDS, keeps_open_time("insert", pgtrigger.Insert, new=True)]

    def __str__(self) -> str:
        return self.code

    def setup_for(self, mode: str) -> int:
        """Minutes of set-up before a booking of a mode."""
        return int(self.mode_minutes.get(mode, {}).get("setup", self.setup_minutes))

    def cooling_for(self, mode: str) -> int:
        """Minutes after a booking of a mode before the next may begin."""
        return int(self.mode_minutes.get(mode, {}).get("cooling", self.cooling_minutes))

    @property
    def longest_cooling(self) -> int:
        return max([self.cooling_minutes, *(self.cooling_for(mode) for mode in self.mode_minutes)])

    def claimed_before(self, mode: str) -> timedelta:
        """What is claimed before a booking: its set-up, and where several work side by side also the time a place
        needs to cool, for it is not known who leaves the place that is given."""
        setup = self.setup_for(mode)
        return timedelta(minutes=setup if self.capacity == 1 else max(setup, self.longest_cooling))
