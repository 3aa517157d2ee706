"""Reads the run: the shifts of a booking, handover notes, and what runs or comes next at an instrument."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.queries import roles_now
from core import clock
from core.permissions import container_ids
from facilities.models import Booking, Facility, HandoverNote, Instrument
from facilities.queries.bookings import bookings_of, bookings_visible_to
from facilities.rules import Span

STAFF = ("facility_manager", "instrument_scientist")
AT_THE_INSTRUMENT = ("approved", "running")


CHECK_IN_OPENS = timedelta(hours=1)
"""How long before the start a requester may check in, or the set-up time where that is longer; staff at any time."""


def check_in_opens(booking: Booking, parties: Collection[str]) -> datetime | None:
    """From when on these parties may check in to an approved booking; None where at any time."""
    if "operator" in parties:
        return None
    return booking.starts_at - max(CHECK_IN_OPENS, timedelta(minutes=booking.instrument.setup_for(booking.mode)))


def shifts_planned(booking: Booking) -> list[Span]:
    """The stretches in which a booking is recorded: shifts of the instrument from its start, the last one may be
    shorter; by the hour it is one stretch a day."""
    instrument = booking.instrument
    minutes = instrument.unit_minutes if instrument.unit in ("shift", "day") else 24 * 60
    length = timedelta(minutes=minutes)
    spans, start = [], booking.starts_at
    while start < booking.ends_at:
        spans.append(Span(start, min(start + length, booking.ends_at)))
        start += length
    return spans


def staff_of(facility: Facility) -> QuerySet[User]:
    """Those who run a facility's instruments, by name."""
    held = roles_now().filter(role__in=STAFF, scope_id=facility.pk).values("user_id")
    return User.objects.filter(pk__in=held, is_active=True).order_by("name", "id")


def teams_running(user: Any) -> QuerySet[Booking]:
    """Bookings of a person that run now."""
    return bookings_of(user).filter(state="running")


def notes_visible_to(user: Any) -> QuerySet[HandoverNote]:
    """Handover notes, newest first: of facilities whose sessions one runs, and of instruments at which one runs now."""
    rows = HandoverNote.objects.select_related("instrument__facility", "by", "booking")
    if not user.is_authenticated or not user.is_active:
        return rows.none()
    if not (user.is_system or user.is_superuser):
        staff = container_ids(user, "facilities.run_sessions", Facility)
        running = list(teams_running(user).values_list("instrument_id", flat=True))
        rows = rows.filter(Q(instrument__facility__in=staff) | Q(instrument__in=running))
    return rows.order_by("-created_at", "-id")


def next_at(instrument: Instrument, user: Any, *, within: timedelta = timedelta(days=2)) -> list[Booking]:
    """What runs at an instrument and what comes next, as far as the reader may see it; by start."""
    until = clock.now() + within
    rows = bookings_visible_to(user).filter(instrument=instrument, state__in=AT_THE_INSTRUMENT)
    rows = rows.filter(Q(state="running") | Q(period__startswith__lt=until, period__endswith__gt=clock.now()))
    return list(rows.select_related("allocation").order_by("period", "id")[:10])


def bookings_of_day(facility: Facility, starts_at: datetime, ends_at: datetime) -> QuerySet[Booking]:
    """Everything that is to run or has run at a facility between two instants, by instrument and start; for staff."""
    return (
        Booking.objects.filter(
            instrument__facility=facility,
            state__in=("approved", "running", "completed", "closed", "no_show", "lost"),
            period__overlap=(starts_at, ends_at),
        )
        .select_related("instrument__facility", "requester", "team", "organisation", "session", "allocation")
        .prefetch_related("people__user", "uses__equipment__person", "shifts")
        .order_by("instrument__code", "instrument_id", "period", "id")
    )
