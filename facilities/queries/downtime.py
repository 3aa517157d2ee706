"""Reads downtime: which a person sees, which bookings it touches, what each lost, and what counts in figures."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q, QuerySet

from core import clock
from core.permissions import container_ids
from facilities import sql
from facilities.models import Booking, Claim, Downtime, Facility, Instrument, Loss, Session
from facilities.stretches import minus
from facilities.units import elapsed_minutes, units_of_stay
from facilities.workflows import LIVE

TOUCHED = LIVE | {"completed"}
"""States of a booking that a downtime may still take something from."""


def downtimes_visible_to(user: Any) -> QuerySet[Downtime]:
    """Of facilities whose calendar one sees in full, and those that took time of one's own bookings; newest first."""
    rows = Downtime.objects.select_related("facility", "instrument__facility", "created_by")
    if not user.is_authenticated or not user.is_active:
        return rows.none()
    if not (user.is_system or user.is_superuser):
        seen = container_ids(user, "facilities.view_private_calendar", Facility)
        mine = Loss.objects.filter(Q(booking__requester=user) | Q(booking__team__members__user=user))
        rows = rows.filter(Q(facility__in=seen) | Q(pk__in=mine.values("downtime")))
    return rows.order_by("-period", "-id")


def log_of(instrument: Instrument) -> QuerySet[Downtime]:
    """The downtime of an instrument, its facility's included, newest first."""
    rows = Downtime.objects.filter(Q(instrument=instrument) | Q(instrument=None), facility=instrument.facility_id)
    return rows.select_related("facility", "instrument").prefetch_related("corrections").order_by("-period", "-id")


def touched_by(facility: Facility, instrument: Instrument | None, period: DateTimeTZRange) -> list[Booking]:
    """Bookings that claim something of the facility, or of the instrument or a part of it, in a period; by start."""
    tops = [instrument.pk] if instrument else list(facility.instruments.values_list("pk", flat=True))
    parts = [row[0] for row in sql.rows(sql.PARTS, {"instruments": tops})]
    claims = Claim.objects.filter(resource__in=[*tops, *parts], period__overlap=period, change=None)
    rows = Booking.objects.filter(pk__in=claims.values("booking"), state__in=TOUCHED, period__overlap=period)
    return list(rows.select_related("instrument__facility", "requester", "team").order_by("period", "pk"))


def new_losses(downtime: Downtime, booking: Booking) -> list[Loss]:
    """The unsaved losses of a booking by a downtime: the part of it in the downtime that nothing else has taken."""
    lower, upper = max(downtime.period.lower, booking.starts_at), min(downtime.period.upper, booking.ends_at)
    if lower >= upper:
        return []
    taken = [(each.period.lower, each.period.upper) for each in booking.losses.all()]
    return [
        Loss(
            booking=booking,
            downtime=downtime,
            period=DateTimeTZRange(start, end),
            units=units_of_stay(booking.instrument, start, end, booking.places),
            cause=downtime.cause,
        )
        for start, end in minus(lower, upper, taken)
    ]


def is_wholly_lost(booking: Booking) -> bool:
    taken = [(each.period.lower, each.period.upper) for each in booking.losses.all()]
    return not minus(booking.starts_at, booking.ends_at, taken)


@dataclass(frozen=True)
class Lost:
    """What downtime took from a booking, in its unit; `minutes_within` is the part that fell into its session."""

    units: Decimal
    minutes_within: int
    cause: str


def lost_during(session: Session, until: datetime) -> Lost:
    """By the losses recorded for its booking; the cause is that of the largest."""
    losses = list(Loss.objects.filter(booking=session.booking_id).order_by("-units", "id"))
    within = 0
    for each in losses:
        lower, upper = max(each.period.lower, session.starts_at), min(each.period.upper, until)
        within += elapsed_minutes(lower, upper) if lower < upper else 0
    return Lost(sum((each.units for each in losses), Decimal(0)), within, losses[0].cause if losses else "")


def usable_from(booking: Booking) -> datetime:
    """When a booking could begin: its start, or the end of the downtime at its start; while that lasts, never before
    now."""
    start, now = booking.starts_at, clock.now()
    for each in booking.losses.order_by("period"):
        if each.period.lower <= start < each.period.upper:
            start = each.period.upper
    lasting = Downtime.objects.filter(
        Q(instrument=None) | Q(instrument=booking.instrument_id),
        facility=booking.instrument.facility_id,
        ended_at=None,
        period__startswith__lte=start,
    )
    return max(start, now) if lasting.exists() else start


def counts_as_planned(downtime: Downtime) -> bool:
    """Whether figures count it as planned: only when it was first reported so, and nobody said otherwise since."""
    return downtime.planned and all(each.planned for each in downtime.corrections.all())
