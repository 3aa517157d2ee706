"""Opening hours of the week, the days that are different, and when the shifts of a facility start."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import Invalid, Violation
from core.permissions import require
from facilities.commands.calendar.bounds import MANAGE, apart
from facilities.models import Facility, Instrument, OpeningException, OpeningHours

WEEK = range(1, 8)


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


@transaction.atomic
def set_opening_hours(
    facility: Facility, instrument: Instrument | None, week: Sequence[Stretch], *, by: Any
) -> list[OpeningHours]:
    """Give a facility, or one of its instruments, exactly these hours; none: open all day, or as its facility is.

    Bookings stay as they are. Raises NotPermitted, Invalid where stretches overlap.
    """
    Facility.objects.select_for_update(no_key=True).get(pk=facility.pk)
    require(by, MANAGE, facility)
    _require_own(facility, instrument)
    _require_apart(week)
    rows = OpeningHours.objects.filter(facility=facility, instrument=instrument)
    if {(row.weekday, row.opens, row.closes) for row in rows} != {(e.weekday, e.opens, e.closes) for e in week}:
        rows.delete()
        OpeningHours.objects.bulk_create(
            OpeningHours(
                facility=facility, instrument=instrument, weekday=each.weekday, opens=each.opens, closes=each.closes
            )
            for each in week
        )
        said = [f"{each.weekday} {each.opens:%H:%M}–{each.closes:%H:%M}" for each in week]
        audit.record("set-opening-hours", instrument or facility, by=by, week=said)
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
    """A day with other hours, or closed where no times are given. The same once more is a replay."""
    require(by, MANAGE, facility)
    _require_own(facility, instrument)
    if (opens is None) != (closes is None):
        message = _("Give both times, or none where the day is closed.")
        raise Invalid(message, [Violation("both_times", message, field="closes")])
    rows = OpeningException.objects.filter(facility=facility, instrument=instrument, day=day)
    if known := rows.filter(opens=opens, closes=closes).first():
        return known
    if (opens is None and rows.exists()) or rows.filter(opens=None).exists():
        message = _("A day is either closed or has hours. Take the other entry of this day away first.")
        raise Invalid(message, [Violation("closed_or_open", message, field="opens")])
    with apart("exceptions_apart", _("There are hours from that time on this day already. Change those.")):
        made = OpeningException.objects.create(
            facility=facility, instrument=instrument, day=day, opens=opens, closes=closes, reason=reason
        )
        audit.record("add-exception", instrument or facility, by=by, note=reason, day=str(day), hours=str(made))
        return made


@transaction.atomic
def remove_exception(exception: OpeningException, *, by: Any) -> None:
    """The day is like its weekday again. Removed already: nothing happens."""
    require(by, MANAGE, exception.facility)
    if OpeningException.objects.filter(pk=exception.pk).exists():
        audit.record("remove-exception", exception.instrument or exception.facility, by=by, day=str(exception.day))
        exception.delete()


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
