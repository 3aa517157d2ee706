"""Shifts of a facility: three of eight hours, or what it says, on its wall clock; each has the name of its hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as text
from django.utils.translation import gettext_lazy as _

from core.times import zone_of

THREE = (time(0), time(8), time(16))
"""Where a facility says nothing. Source: R-02."""

MORNING, EVENING = time(4), time(12)
LATE = time(20)


@dataclass(frozen=True)
class Shift:
    """A shift of a day, between two instants: a night when clocks change has 7 or 9 hours."""

    label: str | Promise
    starts_at: datetime
    ends_at: datetime


def label_of(starts: time) -> Promise:
    """`Night shift` from 20:00 to 03:59, `Day shift` from 04:00, `Evening shift` from 12:00."""
    if starts < MORNING or starts >= LATE:
        return _("Night shift")
    return _("Day shift") if starts < EVENING else _("Evening shift")


def shifts_of(day: date, zone: str, starts: Sequence[time] = ()) -> list[Shift]:
    """The shifts that start on a day of a zone, in order; the last one ends when the first of the next day starts."""
    times = sorted(starts or THREE)
    edges = [datetime.combine(day, each, zone_of(zone)).astimezone(UTC) for each in times]
    edges.append(datetime.combine(day + timedelta(days=1), times[0], zone_of(zone)).astimezone(UTC))
    return [Shift(label_of(each), edges[n], edges[n + 1]) for n, each in enumerate(times) if edges[n] < edges[n + 1]]


def shift_at(instant: datetime, zone: str, starts: Sequence[time] = ()) -> Shift:
    """The shift that runs at an instant."""
    today = instant.astimezone(zone_of(zone)).date()
    near = [shift for n in (-1, 0) for shift in shifts_of(today + timedelta(days=n), zone, starts)]
    return next(shift for shift in near if shift.starts_at <= instant < shift.ends_at)


def shift_label(starts_at: datetime, ends_at: datetime, zone: str, starts: Sequence[time] = ()) -> str | Promise:
    """The name of a stretch that is exactly one shift, the names of the first and last of several whole ones; empty for
    any other stretch."""
    first, last = shift_at(starts_at, zone, starts), shift_at(ends_at - timedelta(microseconds=1), zone, starts)
    if (first.starts_at, last.ends_at) != (starts_at, ends_at):
        return ""
    if first == last:
        return first.label
    return text("%(first)s to %(last)s") % {"first": first.label, "last": last.label}
