"""Series: one request for a recurring time, and each of its dates with the booking it became or why it was skipped."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func, Q, Value
from django.utils.translation import gettext_lazy as _

from core.models import Row, Versioned
from facilities.models.access import Team
from facilities.models.bookings import Booking
from facilities.models.catalogue import Instrument
from facilities.recurrence import Pattern


class WallClock(models.Field):
    """A time on the wall, a naive `datetime`: it has no instant until a zone is named."""

    def db_type(self, connection) -> str:
        return "timestamp without time zone"


class Series(Versioned):
    """A recurring time of an instrument, asked for and decided as one. Its state is that of its dates."""

    class OnConflict(models.TextChoices):
        REFUSE = "refuse", _("Ask for all dates or none")
        SKIP = "skip", _("Leave out dates that are not possible")

    number = models.BigIntegerField(
        unique=True, editable=False, db_default=Func(Value("facilities_booking_number"), function="nextval")
    )
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="series")
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="series")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="series")
    title = models.CharField(_("title"), max_length=400, blank=True, default="")
    purpose = models.TextField(_("purpose"), blank=True, default="")
    rule = models.CharField(max_length=300, help_text="The value of an RFC 5545 RRULE.")
    zone = models.CharField(max_length=60, help_text="The facility's when the series was asked for.")
    starts = WallClock(help_text="Local start from which the rule counts.")
    minutes = models.PositiveIntegerField(help_text="Length of a date on the wall clock.")
    excluded = ArrayField(models.DateField(), default=list, blank=True, help_text="EXDATE: days left out.")
    on_conflict = models.CharField(max_length=10, choices=OnConflict, default=OnConflict.REFUSE)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name_plural = "series"
        constraints = [models.CheckConstraint(condition=Q(minutes__gt=0), name="series_has_a_length")]
        indexes = [
            models.Index(fields=["requester", "-created_at", "-id"], name="series_of_requester"),
            models.Index(fields=["instrument", "-created_at", "-id"], name="series_of_instrument"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"S-{self.number:06d}"

    @property
    def pattern(self) -> Pattern:
        return Pattern(self.rule, self.starts, self.minutes, self.zone, frozenset(self.excluded))


class SeriesDate(Row):
    """One date of a series. `recurrence_id` is its local start when it was asked for and names it for good; `starts`
    and `minutes` follow the series when that moves. A booking that lies elsewhere is an exception.

    Without a booking it was skipped: `reasons` are the violations then, `alternatives` what was free instead.
    """

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="dates")
    recurrence_id = WallClock()
    starts = WallClock()
    minutes = models.PositiveIntegerField()
    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, null=True, blank=True, related_name="series_date")
    reasons = models.JSONField(default=list, blank=True)
    alternatives = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["series_id", "recurrence_id"]
        constraints = [
            models.UniqueConstraint(fields=["series", "recurrence_id"], name="recurrence_once_per_series"),
            models.CheckConstraint(
                condition=Q(booking__isnull=False) | ~Q(reasons=[]), name="a_skipped_date_has_its_reason"
            ),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="date_has_a_length"),
        ]

    def __str__(self) -> str:
        return f"{self.recurrence_id:%Y-%m-%dT%H:%M}"

    @property
    def booked(self) -> Booking:
        """The booking of a date that was not skipped. Raises ValueError of one that was."""
        if self.booking is None:
            raise ValueError(f"{self} was skipped")
        return self.booking

    @property
    def is_exception(self) -> bool:
        """Whether the booking has left the time that the series gives it."""
        if self.booking is None:
            return False
        lies = (self.booking.starts_at, self.booking.ends_at)
        return lies != self.series.pattern.period(self.starts, self.minutes)

    @property
    def outcome(self) -> str:
        """`skipped`, else the state of its booking."""
        return "skipped" if self.booking is None else self.booking.state
