"""Opening hours of the week, the days that are different, and when the shifts of a facility start."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from core import audit, clock
from core.errors import Invalid, Violation
from core.permissions import require
from facilities.commands.calendar.bounds import MANAGE, apart
from facilities.commands.calendar.touching import (
    FIRST,
    Affected,
    Slot,
    Window,
    now_closed,
    open_bookings,
    proposals_to,
    propose_moves,
)
from facilities.commands.locks import lock_time
from facilities.models import Booking, Facility, Instrument, OpeningException, OpeningHours

WEEK = range(1, 8)
CLOSED: Sequence[tuple[time | None, time | None]] = ((None, None),)


@dataclass(frozen=True)
class Stretch:
    """Open on a weekday (ISO, 1–7) from `opens`; closing at or before opening is on the day after."""

    weekday: int
    opens: time
    closes: time

    @property
    def minutes(self) -> tuple[int, int]:
        """From and until in minutes since midnight of Monday."""
        first = (self.weekday - 1) * 1440
        start, end = (first + each.hour * 60 + each.minute for each in (self.opens, self.closes))
        return start, end if end > start else end + 1440


@dataclass(frozen=True)
class Week:
    """Exactly these hours of a facility, or of one of its instruments; none: open all day, or as its facility is."""

    facility: Facility
    instrument: Instrument | None
    stretches: Sequence[Stretch]


@dataclass(frozen=True)
class Day:
    """One day with other hours, each from and until; none: it is closed."""

    facility: Facility
    instrument: Instrument | None
    day: date
    hours: Sequence[tuple[time, time]] = ()
    reason: str = ""


@dataclass(frozen=True)
class PlainDay:
    """A day without this exception, like its weekday again."""

    exception: OpeningException

    @property
    def facility(self) -> Facility:
        return self.exception.facility

    @property
    def instrument(self) -> Instrument | None:
        return self.exception.instrument


Hours = Week | Day | PlainDay


def change_hours(hours: Hours, *, by: Any, moves: Mapping[UUID, Slot | None] | None = None) -> None:
    """Change when a place is open, and propose another time to the bookings that `moves` names, all or nothing.

    Those that are not in open time any more and get no proposal stay as they are and are told. Raises NotPermitted,
    Invalid, and as proposing does.
    """
    with transaction.atomic():
        note = hours.reason if isinstance(hours, Day) else ""
        propose_moves(_write(hours, by=by), moves or {}, by=by, note=note or _("The opening hours change."))


def review_hours_change(hours: Hours, *, by: Any, window: Window = FIRST) -> list[Affected]:
    """The bookings that a change would put outside open time, by start, those in the window with times that are legal
    after it. The change is tried and taken back: nothing is written. Raises as it would."""
    with transaction.atomic():
        proposed = proposals_to(_write(hours, by=by), hours.facility, window)
        transaction.set_rollback(True)
    return proposed


def set_opening_hours(
    facility: Facility, instrument: Instrument | None, week: Sequence[Stretch], *, by: Any
) -> list[OpeningHours]:
    """Change the hours of the week. Raises NotPermitted, Invalid where stretches overlap."""
    change_hours(Week(facility, instrument, week), by=by)
    rows = OpeningHours.objects.filter(facility=facility, instrument=instrument)
    return list(rows.order_by("weekday", "opens"))


def add_exception(
    facility: Facility,
    instrument: Instrument | None,
    day: date,
    *,
    by: Any,
    opens: time | None = None,
    closes: time | None = None,
    reason: str = "",
) -> OpeningException:
    """A day with other hours, or closed where no times are given. The same once more is a replay. Raises as
    `change_hours`."""
    if (opens is None) != (closes is None):
        message = _("Give both times, or none where the day is closed.")
        raise Invalid(message, [Violation("both_times", message, field="closes")])
    hours = () if opens is None or closes is None else ((opens, closes),)
    change_hours(Day(facility, instrument, day, hours, reason), by=by)
    rows = OpeningException.objects.filter(facility=facility, instrument=instrument, day=day)
    return rows.get(opens=opens, closes=closes)


def remove_exception(exception: OpeningException, *, by: Any) -> None:
    """The day is like its weekday again. Removed already: nothing happens. Raises as `change_hours`."""
    change_hours(PlainDay(exception), by=by)


def _write(hours: Hours, *, by: Any) -> list[Booking]:
    """Lock the place, permit and make the change; the bookings whose time it closed."""
    facility, instrument = hours.facility, hours.instrument
    require(by, MANAGE, facility)
    _require_own(facility, instrument)
    Facility.objects.select_for_update(no_key=True).get(pk=facility.pk)
    lock_time([instrument.pk] if instrument else facility.instruments.values_list("pk", flat=True))
    place, to_come = instrument.pk if instrument else None, DateTimeTZRange(clock.now(), None)
    was_open = open_bookings(facility, place, to_come)
    match hours:
        case Week():
            _write_week(hours, by=by)
        case Day():
            for opens, closes in hours.hours or CLOSED:
                _write_day(hours, opens, closes, by=by)
        case PlainDay(exception):
            if OpeningException.objects.filter(pk=exception.pk).exists():
                audit.record("remove-exception", instrument or facility, by=by, day=str(exception.day))
                OpeningException.objects.filter(pk=exception.pk).delete()
    return now_closed(was_open, facility, place, to_come)


def _write_week(week: Week, *, by: Any) -> None:
    _require_apart(week.stretches)
    place = {"facility": week.facility, "instrument": week.instrument}
    rows = OpeningHours.objects.filter(**place)
    before = {(row.weekday, row.opens, row.closes) for row in rows}
    if before != {(each.weekday, each.opens, each.closes) for each in week.stretches}:
        rows.delete()
        OpeningHours.objects.bulk_create(
            OpeningHours(**place, weekday=each.weekday, opens=each.opens, closes=each.closes) for each in week.stretches
        )
        said = [f"{each.weekday} {each.opens:%H:%M}–{each.closes:%H:%M}" for each in week.stretches]
        audit.record("set-opening-hours", week.instrument or week.facility, by=by, week=said)


def _write_day(day: Day, opens: time | None, closes: time | None, *, by: Any) -> None:
    place: dict[str, Any] = {"facility": day.facility, "instrument": day.instrument, "day": day.day}
    rows = OpeningException.objects.filter(**place)
    if rows.filter(opens=opens, closes=closes).exists():
        return
    if (opens is None and rows.exists()) or rows.filter(opens=None).exists():
        message = _("A day is either closed or has hours. Take the other entry of this day away first.")
        raise Invalid(message, [Violation("closed_or_open", message, field="opens")])
    with apart("exceptions_apart", _("There are hours from that time on this day already. Change those.")):
        made = OpeningException.objects.create(**place, opens=opens, closes=closes, reason=day.reason)
        audit.record(
            "add-exception", day.instrument or day.facility, by=by, note=day.reason, day=str(day.day), hours=str(made)
        )


@transaction.atomic
def set_shifts(facility: Facility, starts: Sequence[time], *, by: Any) -> Facility:
    """Say when the shifts of a day start, on the facility's clock; none: three of eight hours. Source: R-02."""
    facility = Facility.objects.select_for_update(no_key=True).get(pk=facility.pk)
    require(by, MANAGE, facility)
    if len(set(starts)) != len(starts):
        message = _("Two shifts start at the same time. Give each its own.")
        raise Invalid(message, [Violation("shifts_apart", message, field="shifts")])
    if facility.shifts != sorted(starts):
        facility.shifts, facility.version = sorted(starts), facility.version + 1
        facility.save(update_fields=["shifts", "version", "updated_at"])
        audit.record("set-shifts", facility, by=by, shifts=[f"{each:%H:%M}" for each in facility.shifts])
    return facility


def _require_own(facility: Facility, instrument: Instrument | None) -> None:
    if instrument is not None and instrument.facility_id != facility.pk:
        message = _("This instrument belongs to another facility.")
        raise Invalid(message, [Violation("foreign_instrument", message, field="instrument")])


def _require_apart(week: Sequence[Stretch]) -> None:
    if any(each.weekday not in WEEK for each in week):
        message = _("Days of the week are counted from 1, Monday, to 7.")
        raise Invalid(message, [Violation("weekday", message, field="weekday")])
    spans = sorted(each.minutes for each in week)
    around = [*spans, *((start + 7 * 1440, end + 7 * 1440) for start, end in spans[:1])]
    if any(before[1] > after[0] for before, after in pairwise(around)):
        message = _("Opening hours of a week do not overlap. Join those that do.")
        raise Invalid(message, [Violation("hours_apart", message, field="opens")])
