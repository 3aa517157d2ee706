"""Trainings that a person lacks for the stays before them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from core import clock
from core.times import zone_of
from facilities.models import Booking, Course, Instrument, TrainingRecord
from facilities.stretches import minus

AHEAD = ("requested", "approved")
"""States of a booking for which its people get ready."""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stay:
    """Days at an instrument, the last one excluded; of a booking where there is one."""

    instrument: Instrument
    first: date
    after: date
    booking: Booking | None = None


def stays_of(user: Any) -> list[Stay]:
    """The bookings on which a person is to be on site, the first to begin first."""
    rows = Booking.objects.filter(people__user=user, people__on_site=True, state__in=AHEAD)
    rows = rows.filter(period__endswith__gt=clock.now()).order_by("period", "id")
    rows = rows.select_related("instrument__facility").prefetch_related("instrument__required_trainings")
    found = []
    for row in rows:
        zone = zone_of(row.instrument.facility.zone)
        last = (row.ends_at - timedelta(microseconds=1)).astimezone(zone).date()
        found.append(Stay(row.instrument, row.starts_at.astimezone(zone).date(), last + DAY, row))
    return found


def lacking(user: Any, stays: Iterable[Stay]) -> list[tuple[Course, Stay]]:
    """Each training that is not valid for a person on every day of a stay (R-24), once, with the first such stay."""
    needed = [(course, stay) for stay in stays for course in stay.instrument.required_trainings.all()]
    valid: dict[UUID, list[tuple[date, date]]] = {}
    if needed:
        records = TrainingRecord.objects.filter(user=user, course__in={course for course, _stay in needed})
        for row in records:
            valid.setdefault(row.course_id, []).append((row.passed_on, row.valid_until + DAY))
    found: dict[UUID, tuple[Course, Stay]] = {}
    for course, stay in needed:
        if minus(stay.first, stay.after, valid.get(course.pk, ())):
            found.setdefault(course.pk, (course, stay))
    return list(found.values())
