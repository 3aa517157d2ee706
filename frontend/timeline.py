"""Geometry of calendars: where an instant falls on an axis of hours, as the classes of static/css/positions.css.

The axis runs in elapsed time from a local midnight, so that a week with a change of clocks has 167 or 169 hours.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from core import times

FIRST_YEAR, LAST_YEAR = 1970, 2200


def day_of(text: str) -> date | None:
    """A day as an address or a form names it; None for anything else."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year < LAST_YEAR else None


def instant_of(text: str) -> datetime:
    """An instant as an address names it, with its zone. Raises ValueError for anything else."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None or not FIRST_YEAR <= found.year < LAST_YEAR:
        raise ValueError(text)
    return found


def midnight(day: date, zone: str) -> datetime:
    """The instant, in UTC, at which a day begins in a zone."""
    return datetime.combine(day, time(), tzinfo=times.zone_of(zone)).astimezone(times.zone_of("UTC"))


@dataclass(frozen=True)
class Mark:
    """Something written on the axis: a day, or a tick with the reader's time beneath."""

    place: str
    label: str
    reader: str = ""


@dataclass(frozen=True)
class Axis:
    """So many days of a zone, from the local midnight of `first`; ticks every `step` hours."""

    first: date
    days: int
    zone: str
    reader: str | None = None
    step: int = 8

    def _midnight(self, day: date) -> datetime:
        return midnight(day, self.zone)

    @cached_property
    def starts_at(self) -> datetime:
        return self._midnight(self.first)

    @cached_property
    def ends_at(self) -> datetime:
        return self._midnight(self.first + timedelta(days=self.days))

    @cached_property
    def hours(self) -> int:
        return round((self.ends_at - self.starts_at).total_seconds() / 3600)

    @property
    def before(self) -> date:
        """The first day of as many days earlier."""
        return self.first - timedelta(days=self.days)

    @property
    def after(self) -> date:
        """The first day of as many days later."""
        return self.first + timedelta(days=self.days)

    @property
    def css(self) -> str:
        return f"n{self.hours} days{self.days}"

    def hour(self, at: datetime) -> float:
        """Elapsed hours from the start of the axis."""
        return (at - self.starts_at).total_seconds() / 3600

    def place(self, starts_at: datetime, ends_at: datetime) -> str:
        """The classes of a stretch, cut to the axis and to whole hours, at least one wide; empty when outside."""
        start, end = max(0.0, self.hour(starts_at)), min(float(self.hours), self.hour(ends_at))
        if end <= start:
            return ""
        left = min(int(start), self.hours - 1)
        return f"s{left} w{max(1, round(end - left))}"

    def line(self, at: datetime) -> str:
        """The class of a line at an instant (now); empty when outside."""
        return f"s{int(self.hour(at))}" if self.starts_at <= at < self.ends_at else ""

    @property
    def day_marks(self) -> list[Mark]:
        marks = []
        for n in range(self.days):
            day = self.first + timedelta(days=n)
            here, after = self._midnight(day), self._midnight(day + timedelta(days=1))
            named = self.days <= 7 and (n == 0 or day.day == 1)
            marks.append(Mark(self.place(here, after), times.short_day(day) if named else times.month_day(day)))
        return marks

    @property
    def ticks(self) -> list[Mark]:
        """Local hours of each day at every step, with the reader's hour where his clock differs."""
        marks = []
        zone = times.zone_of(self.zone)
        for n in range(self.days):
            for hour in range(0, 24, self.step):
                at = datetime.combine(self.first + timedelta(days=n), time(hour), tzinfo=zone)
                place = self.place(at, at + timedelta(hours=self.step))
                theirs = times.clock_time(at, self.reader)[:2] if self.reader and self.reader_differs else ""
                marks.append(Mark(place, f"{hour:02}", theirs))
        return marks

    @property
    def reader_differs(self) -> bool:
        if not self.reader:
            return False
        return self.starts_at.astimezone(times.zone_of(self.reader)).utcoffset() != (
            self.starts_at.astimezone(times.zone_of(self.zone)).utcoffset()
        )

    @property
    def zone_label(self) -> str:
        return times.zone_label(self.starts_at, self.zone)

    @property
    def reader_label(self) -> str:
        return times.zone_label(self.starts_at, self.reader) if self.reader and self.reader_differs else ""


def monday(day: date) -> date:
    """The first day of the week of a day."""
    return day - timedelta(days=day.weekday())


def gaps(
    taken: Iterable[tuple[datetime, datetime]], starts_at: datetime, ends_at: datetime
) -> list[tuple[datetime, datetime]]:
    """The stretches of [starts_at, ends_at) that nothing in `taken` covers."""
    free, cursor = [], starts_at
    for start, end in sorted(taken):
        if cursor < start < ends_at:
            free.append((cursor, start))
        cursor = max(cursor, end)
    if cursor < ends_at:
        free.append((cursor, ends_at))
    return free
