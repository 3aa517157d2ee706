"""Bookings, the claims that keep them apart, proposed changes, and sessions: the time that was really used."""

from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.constraints import Deferrable
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from core.models import Row, Versioned
from facilities.models.access import Access, Allocation, Team
from facilities.models.catalogue import Instrument
from facilities.workflows import BOOKING, CHANGE

BOUNDED = Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False)


class Safety(models.TextChoices):
    """What an experiment may do to people, as its requester declares it (R-25)."""

    GREEN = "green", _("Green")
    YELLOW = "yellow", _("Yellow")
    RED = "red", _("Red")


class Booking(Versioned):
    """Time of an instrument asked for or given. Organisation and country are those of the requester at the time."""

    number = models.BigIntegerField(
        unique=True, editable=False, db_default=Func(Value("facilities_booking_number"), function="nextval")
    )
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="bookings")
    period = DateTimeRangeField(_("from and until"))
    state = models.CharField(_("state"), max_length=12, choices=BOOKING.choices, default="requested")
    mode = models.CharField(_("mode"), max_length=10, choices=Instrument.Mode, default=Instrument.Mode.ONSITE)
    category = models.CharField(_("access category"), max_length=15, choices=Access, default=Access.GENERAL)
    safety = models.CharField(_("safety class"), max_length=10, choices=Safety, default=Safety.GREEN)
    title = models.CharField(_("title"), max_length=400, blank=True, default="")
    purpose = models.TextField(_("purpose"), blank=True, default="")
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="bookings"
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="bookings")
    allocation = models.ForeignKey(Allocation, on_delete=models.PROTECT, null=True, blank=True, related_name="bookings")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="bookings"
    )
    organisation_label = models.CharField(max_length=400, blank=True, default="")
    country = models.CharField(max_length=2, blank=True, default="")
    places = models.PositiveIntegerField(_("places"), default=1)
    unit = models.CharField(max_length=10, choices=Instrument.Unit)
    units = models.DecimalField(max_digits=14, decimal_places=3)
    hold_expires_at = models.DateTimeField(null=True, blank=True, help_text="Until when a hold or an offer stands.")
    requested_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    sequence = models.PositiveIntegerField(default=0, help_text="RFC 5546 SEQUENCE of its calendar entry.")
    overrides = models.JSONField(default=list, blank=True, help_text="Rules overridden: rule, reason, who, when.")
    source = models.CharField(max_length=60, blank=True, default="")
    external_id = models.CharField(max_length=120, blank=True, default="")
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-created_at", "-id"]
        triggers = [BOOKING.guard()]
        constraints = [
            models.CheckConstraint(condition=BOUNDED, name="booking_has_both_ends"),
            models.CheckConstraint(condition=Q(places__gte=1), name="booking_takes_a_place"),
            models.CheckConstraint(
                condition=~Q(state__in=["held", "offered"]) | Q(hold_expires_at__isnull=False), name="a_hold_expires"
            ),
            models.UniqueConstraint(
                fields=["source", "external_id"], condition=~Q(external_id=""), name="booking_once_per_source"
            ),
        ]
        indexes = [
            models.Index(fields=["requester", "-created_at", "-id"], name="bookings_of_requester"),
            models.Index(fields=["team", "-created_at", "-id"], name="bookings_of_team"),
            models.Index(fields=["instrument", "-created_at", "-id"], name="bookings_of_instrument"),
            models.Index(fields=["-created_at", "-id"], name="bookings_newest"),
            models.Index(
                fields=["hold_expires_at"], condition=Q(state__in=["held", "offered"]), name="holds_to_expire"
            ),
            models.Index(
                F("period__startswith"),
                condition=Q(state__in=["requested", "countered", "approved"]),
                name="bookings_to_begin",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"B-{self.number:06d}"

    @property
    def starts_at(self) -> datetime:
        return self.period.lower

    @property
    def ends_at(self) -> datetime:
        return self.period.upper

    @property
    def conditions(self) -> str:
        """The safety conditions of the time from which it is booked; none of time without an account."""
        return self.allocation.conditions if self.allocation else ""


class Person(Row):
    """Somebody taking part in a booking; on site they occupy themselves, so that nobody is in two places."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="people")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="visits")
    on_site = models.BooleanField(default=True)

    class Meta:
        ordering = ["booking_id", "id"]
        constraints = [models.UniqueConstraint(fields=["booking", "user"], name="person_once_per_booking")]

    def __str__(self) -> str:
        return str(self.user_id)


class Change(Row):
    """Another time or instrument for a booking, proposed by either side, or another way of working or other people that
    were asked for. While open, what it adds is claimed too. An empty `mode` and no `people` are those of the booking.
    """

    class Kind(models.TextChoices):
        COUNTER = "counter", _("Proposed by the facility")
        RESCHEDULE = "reschedule", _("Asked for")

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=10, choices=CHANGE.choices, default="open")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    period = DateTimeRangeField()
    mode = models.CharField(max_length=10, choices=Instrument.Mode, blank=True, default="")
    people = ArrayField(models.UUIDField(), null=True, blank=True)
    units = models.DecimalField(max_digits=14, decimal_places=3)
    allocation = models.ForeignKey(Allocation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True, default="")
    expires_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        triggers = [CHANGE.guard()]
        constraints = [
            models.UniqueConstraint(fields=["booking"], condition=Q(state="open"), name="one_open_change"),
            models.CheckConstraint(condition=BOUNDED, name="change_has_both_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.period}"

    def held_beside(self, booking: Booking) -> Decimal:
        """Units held on its own account while it is open, beside those of its booking."""
        if self.allocation_id != booking.allocation_id:
            return self.units
        return max(self.units - booking.units, Decimal(0))


class Claim(models.Model):
    """A resource (an instrument or a person, by identifier) is occupied in one lane for a period, for a booking.

    The exclusion constraint is the wall against double booking; the row lock in the command is the door. It is
    deferrable so that lanes can be packed anew within a transaction.
    """

    id = models.BigAutoField(primary_key=True)
    resource = models.UUIDField()
    lane = models.IntegerField(default=0)
    period = DateTimeRangeField()
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="claims")
    change = models.ForeignKey(Change, on_delete=models.CASCADE, null=True, related_name="claims")

    class Meta:
        ordering = ["id"]
        constraints = [
            ExclusionConstraint(
                name="claims_never_overlap",
                expressions=[
                    ("resource", RangeOperators.EQUAL),
                    ("lane", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                deferrable=Deferrable.IMMEDIATE,
            ),
            models.CheckConstraint(condition=BOUNDED, name="claim_has_both_ends"),
            models.CheckConstraint(condition=Q(lane__gte=0), name="claim_lane_not_negative"),
        ]
        indexes = [
            # What a search for free time and the calendar read, in order and without the table.
            models.Index(
                F("resource"),
                F("lane"),
                Func(F("period"), function="lower"),
                name="claims_by_start",
                include=["period", "booking", "change"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.resource} {self.period}"


class Session(Row):
    """Time of an instrument that was really used: the run of a booking, or a line of a site's own accounting.

    `units` are delivered units in the instrument's unit, so fine that node-hours of single seconds add up;
    `lost_units` those of the booking that the facility lost. Organisation and country are those at the time.
    """

    class Cause(models.TextChoices):
        SOURCE = "source", _("Source or machine")
        INSTRUMENT = "instrument", _("Instrument")
        SAMPLE_ENVIRONMENT = "sample_environment", _("Sample environment")
        COMPUTING = "computing", _("Computing")
        SAFETY = "safety", _("Safety")
        OTHER = "other", _("Other")

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="sessions")
    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="session")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="sessions")
    person_label = models.CharField(max_length=60, blank=True, default="")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="sessions"
    )
    country = models.CharField(max_length=2, blank=True, default="")
    mode = models.CharField(max_length=10, choices=Instrument.Mode, default=Instrument.Mode.ONSITE)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    unit = models.CharField(max_length=10, choices=Instrument.Unit)
    units = models.DecimalField(max_digits=20, decimal_places=8, default=0)
    lost_units = models.DecimalField(max_digits=16, decimal_places=4, default=0)
    lost_cause = models.CharField(max_length=20, choices=Cause, blank=True, default="")
    note = models.TextField(blank=True, default="")
    source = models.CharField(max_length=60, blank=True, default="")
    external_id = models.CharField(max_length=120, blank=True, default="")
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")), name="session_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["source", "external_id"], condition=~Q(external_id=""), name="session_once_per_source"
            ),
        ]
        indexes = [
            models.Index(fields=["instrument", "starts_at"], name="sessions_of_instrument"),
            models.Index(fields=["starts_at"], condition=Q(lost_units__gt=0), name="sessions_that_lost"),
        ]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.starts_at}"
