"""Faults and planned stops of a facility or an instrument, what each took from bookings, and later other opinions."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from core.models import APPEND_ONLY, Row, Versioned
from facilities.models.bookings import BOUNDED, Booking, Session
from facilities.models.catalogue import Facility, Instrument, keeps_open_time


class Downtime(Versioned):
    """Time in which a facility, or one instrument of it, does not work; nobody can book it.

    `period` ends when it is expected to end, and once `ended_at` is there, when it did. Cause and whether it was
    planned are those of the first report and never change (see the ADR on downtime): others are a `Correction`.
    """

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="downtimes")
    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, null=True, blank=True, related_name="downtimes"
    )
    period = DateTimeRangeField(_("from and until"))
    ended_at = models.DateTimeField(null=True, blank=True)
    cause = models.CharField(_("cause"), max_length=20, choices=Session.Cause)
    planned = models.BooleanField(_("planned"), default=False)
    title = models.CharField(_("what happened"), max_length=200)
    note = models.TextField(_("note"), blank=True, default="")
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-period", "-id"]
        triggers = [
            keeps_open_time("insert", pgtrigger.Insert, new=True),
            keeps_open_time("update", pgtrigger.Update, new=True, old=True),
            pgtrigger.ReadOnly(name="first_label_stays", fields=["facility", "instrument", "cause", "planned"]),
            pgtrigger.Protect(name="downtime_stays", operation=pgtrigger.Delete),
        ]
        constraints = [
            models.CheckConstraint(condition=BOUNDED, name="downtime_has_both_ends"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at=Func(F("period"), function="upper")),
                name="downtime_ends_when_it_ended",
            ),
        ]
        indexes = [models.Index(fields=["facility", "period"], name="downtimes_of_facility")]

    def __str__(self) -> str:
        return self.title


class Correction(Row):
    """What somebody thinks of a downtime later. It is shown beside the first report and improves no figure."""

    downtime = models.ForeignKey(Downtime, on_delete=models.PROTECT, related_name="corrections")
    cause = models.CharField(max_length=20, choices=Session.Cause)
    planned = models.BooleanField()
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["created_at", "id"]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.downtime_id} {self.cause}"


class Loss(Row):
    """A stretch of a booking that a downtime took, in the booking's unit; no instant is lost twice (R-29)."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="losses")
    downtime = models.ForeignKey(Downtime, on_delete=models.PROTECT, related_name="losses")
    period = DateTimeRangeField()
    units = models.DecimalField(max_digits=14, decimal_places=3)
    cause = models.CharField(max_length=20, choices=Session.Cause)

    class Meta:
        ordering = ["period", "id"]
        verbose_name_plural = "losses"
        triggers = [APPEND_ONLY]
        constraints = [
            models.CheckConstraint(condition=BOUNDED, name="loss_has_both_ends"),
            ExclusionConstraint(
                name="no_instant_is_lost_twice",
                expressions=[("booking", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booking_id} {self.period}"
