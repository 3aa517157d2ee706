"""The run of bookings: what they need to be ready, what each shift delivered, what one crew tells the next."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from core.models import APPEND_ONLY, Row, Versioned
from facilities.models.bookings import BOUNDED, Booking, Session
from facilities.models.catalogue import Facility, Instrument


class RunTerms(Versioned):
    """What a facility wants to see before a booking runs; a facility without any wants nothing. Source: R-23, R-25."""

    facility = models.OneToOneField(Facility, on_delete=models.CASCADE, related_name="run_terms")
    team_form = models.BooleanField(_("the team says who comes"), default=False)
    form_days_onsite = models.PositiveSmallIntegerField(_("days before the start, on site"), default=28)
    form_days_remote = models.PositiveSmallIntegerField(_("days before the start, remote and mail-in"), default=14)
    missing_form_cancels = models.BooleanField(_("cancelled at the start when it is missing"), default=False)
    agreement = models.BooleanField(_("the team's organisation has signed a user agreement"), default=False)
    site_access = models.BooleanField(
        _("visitors give nationality, day of birth and identity document"),
        default=False,
        help_text=_("Sealed, read by the staff alone, and purged after the visit."),
    )
    safety_days = models.PositiveSmallIntegerField(_("days before the start, safety approval"), default=14)

    class Meta:
        ordering = ["facility_id"]

    def __str__(self) -> str:
        return str(self.facility)


class TeamForm(Row):
    """The team has said who comes; when is `created_at`, who comes are the people of the booking."""

    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, related_name="team_form")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(_("what the staff should know"), blank=True, default="")

    class Meta:
        ordering = ["booking_id"]

    def __str__(self) -> str:
        return f"{self.booking_id} {self.created_at:%Y-%m-%d}"


class SafetyApproval(Row):
    """The facility's staff have approved the experiment, under conditions, until an instant where one is given."""

    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, related_name="safety_approval")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    conditions = models.TextField(_("conditions"), blank=True, default="")
    until = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ["booking_id"]

    def __str__(self) -> str:
        return f"{self.booking_id} {self.created_at:%Y-%m-%d}"


class UserAgreement(Row):
    """An organisation has signed a facility's user agreement; valid on every day from `signed_on` to `valid_until`."""

    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="agreements")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="agreements")
    signed_on = models.DateField(_("signed on"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["facility_id", "organisation_id", "signed_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["facility", "organisation", "signed_on"], name="agreement_signed_once"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("signed_on")), name="agreement_ends_after_signing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.signed_on}"


class Reminder(Row):
    """Those who must act have been told what a booking lacks, once for each item."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="reminders")
    item = models.CharField(max_length=40)

    class Meta:
        ordering = ["booking_id", "item"]
        constraints = [models.UniqueConstraint(fields=["booking", "item"], name="reminded_once")]

    def __str__(self) -> str:
        return f"{self.booking_id} {self.item}"


class ShiftRecord(Row):
    """What became of one shift of a booking: the minutes lost, by cause; the others were delivered."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="shifts")
    period = DateTimeRangeField()
    lost_minutes = models.PositiveIntegerField(_("minutes lost"), default=0)
    cause = models.CharField(_("cause"), max_length=20, choices=Session.Cause, blank=True, default="")
    note = models.TextField(_("what happened"), blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["booking_id", "period"]
        constraints = [
            ExclusionConstraint(
                name="shifts_of_a_booking_do_not_overlap",
                expressions=[("booking", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(condition=BOUNDED, name="shift_has_both_ends"),
            models.CheckConstraint(condition=Q(lost_minutes=0) | ~Q(cause=""), name="a_loss_has_a_cause"),
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.booking_id} {self.period}"

    @property
    def minutes(self) -> int:
        return int((self.period.upper - self.period.lower).total_seconds() // 60)

    @property
    def delivered_minutes(self) -> int:
        return self.minutes - self.lost_minutes


class HandoverNote(Row):
    """What one crew tells the next about an instrument; when is `created_at`. Staff and the team running read it."""

    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="handover_notes")
    booking = models.ForeignKey(Booking, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("what the next crew should know"))

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["instrument", "-created_at", "-id"], name="notes_of_instrument")]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.created_at:%Y-%m-%d %H:%M}"
