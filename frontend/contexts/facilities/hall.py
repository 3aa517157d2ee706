"""The week of an instrument, or of all instruments of a facility, for a screen in a hallway: no private word in it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core import clock, times
from facilities.lanes import peak
from facilities.models import Block, Facility, Instrument
from facilities.queries.calendar import busy_stretches, calendar_events, open_stretches
from facilities.shifts import Shift, shifts_of
from frontend.timeline import Axis, gaps, monday

DAYS = 7
KINDS: dict[str, str | Promise] = dict(Block.Kind.choices)


@dataclass(frozen=True)
class Busy:
    """A stretch that is taken, or closed for what `word` says."""

    lower: datetime
    upper: datetime
    word: str = ""


@dataclass(frozen=True)
class Cell:
    """A shift of a day: `free`, `busy`, `part` or `shut`, and the same in words."""

    label: str
    kind: str
    word: str
    now: bool
    over: bool


@dataclass(frozen=True)
class Day:
    """A column of the week."""

    label: str
    today: bool
    cells: list[Cell]


@dataclass(frozen=True)
class HallRow:
    """An instrument's week, and what is on at this moment."""

    code: str
    name: str
    now: str
    kind: str
    days: list[Day]


@dataclass(frozen=True)
class HallPage:
    """Everything on the screen, as of `at`."""

    title: str
    zone: str
    at: datetime
    rows: list[HallRow]

    @property
    def zone_label(self) -> str:
        return times.zone_label(self.at, self.zone)


def hall_page(facility: Facility, instruments: list[Instrument], title: str) -> HallPage:
    """The running week on the facility's clock; three statements whatever the number of instruments."""
    now = clock.now()
    zone = facility.zone
    axis = Axis(monday(now.astimezone(times.zone_of(zone)).date()), DAYS, zone)
    ids = [instrument.pk for instrument in instruments]
    taken = busy_stretches(ids, axis.starts_at, axis.ends_at)
    shut = _closures(ids, facility, axis)
    opened = open_stretches(ids, axis.starts_at, axis.ends_at)
    rows = []
    for instrument in instruments:
        closed = [*shut[facility.pk], *shut[instrument.pk]]
        named = [*opened.get(instrument.pk, ()), *((each.lower, each.upper) for each in closed)]
        closed += [Busy(start, end, _("Closed")) for start, end in gaps(named, axis.starts_at, axis.ends_at)]
        busy = [Busy(lower, upper) for lower, upper in taken.get(instrument.pk, ())]
        rows.append(_row(instrument, axis, now, busy, closed))
    return HallPage(title, zone, now, rows)


def _closures(ids: list[UUID], facility: Facility, axis: Axis) -> dict[Any, list[Busy]]:
    """What kind of block closes the facility or an instrument; its reason is not for a hallway."""
    shut: dict[Any, list[Busy]] = defaultdict(list)
    for event in calendar_events(ids, axis.starts_at, axis.ends_at, AnonymousUser()):
        if event["kind"] == "block" and event["state"] not in Block.OPEN:
            lower, upper = (datetime.fromisoformat(event[name]) for name in ("starts_at", "ends_at"))
            place = UUID(event["instrument"]) if event["instrument"] else facility.pk
            shut[place].append(Busy(lower, upper, str(KINDS[event["state"]])))
    return shut


def _row(instrument: Instrument, axis: Axis, now: datetime, taken: list[Busy], closed: list[Busy]) -> HallRow:
    zone, starts = instrument.facility.zone, instrument.facility.shifts
    today = now.astimezone(times.zone_of(zone)).date()
    days = []
    for n in range(axis.days):
        day = axis.first + timedelta(days=n)
        cells = [_cell(shift, instrument, now, taken, closed) for shift in shifts_of(day, zone, starts)]
        days.append(Day(times.short_day(day), day == today, cells))
    word, kind = _now(instrument, axis, now, taken, closed)
    return HallRow(instrument.code, instrument.name, word, kind, days)


def _cell(shift: Shift, instrument: Instrument, now: datetime, taken: list[Busy], closed: list[Busy]) -> Cell:
    zone = instrument.facility.zone
    label = f"{shift.label}, {times.clock_time(shift.starts_at, zone)}–{times.clock_time(shift.ends_at, zone)}"
    kind, word = _state(instrument, shift.starts_at, shift.ends_at, taken, closed)
    return Cell(label, kind, word, shift.starts_at <= now < shift.ends_at, shift.ends_at <= now)


def _state(
    instrument: Instrument, starts_at: datetime, ends_at: datetime, taken: list[Busy], closed: list[Busy]
) -> tuple[str, str]:
    inside, shut = _clipped(taken, starts_at, ends_at), _clipped(closed, starts_at, ends_at)
    if inside:
        if instrument.capacity > 1:
            of = {"n": min(peak(inside), instrument.capacity), "places": instrument.capacity}
            return "part" if of["n"] < instrument.capacity else "busy", _("%(n)d of %(places)d taken") % of
        if not gaps(_pairs([*inside, *shut]), starts_at, ends_at):
            return "busy", _("Taken")
        return "part", _("Taken %(hours)s") % {"hours": _hours(inside, instrument.facility.zone)}
    if not shut:
        return "free", _("Free")
    words = ", ".join(dict.fromkeys(each.word for each in shut))
    if not gaps(_pairs(shut), starts_at, ends_at):
        return "shut", words
    return "part", f"{words} {_hours(shut, instrument.facility.zone)}"


def _now(instrument: Instrument, axis: Axis, now: datetime, taken: list[Busy], closed: list[Busy]) -> tuple[str, str]:
    """What holds at this instant, and until when: the next edge of anything, at most the end of the week."""
    edges = [edge for each in [*taken, *closed] for edge in (each.lower, each.upper) if edge > now]
    until = min([*edges, axis.ends_at])
    kind, word = _state(instrument, now, now + timedelta(microseconds=1), taken, closed)
    text = _("%(state)s until %(time)s") % {"state": word, "time": times.short_moment(until, instrument.facility.zone)}
    return text, kind


def _clipped(stretches: Iterable[Busy], starts_at: datetime, ends_at: datetime) -> list[Busy]:
    return sorted(
        (
            Busy(max(each.lower, starts_at), min(each.upper, ends_at), each.word)
            for each in stretches
            if each.lower < ends_at and starts_at < each.upper
        ),
        key=lambda each: (each.lower, each.upper),
    )


def _pairs(stretches: Iterable[Busy]) -> list[tuple[datetime, datetime]]:
    return [(each.lower, each.upper) for each in stretches]


def _hours(stretches: Iterable[Busy], zone: str) -> str:
    return ", ".join(f"{times.clock_time(each.lower, zone)}–{times.clock_time(each.upper, zone)}" for each in stretches)
