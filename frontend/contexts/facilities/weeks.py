"""A week of one instrument with days across and hours down, as F2 shows it beside a request."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from core import times
from facilities.models import Booking, Change, Instrument
from frontend.contexts.facilities.timelines import Event, instrument_rows
from frontend.timeline import Axis

CLOCK_HOURS = 24


@dataclass(frozen=True)
class Head:
    """A day's name over its column."""

    place: str
    weekday: str
    number: int


@dataclass(frozen=True)
class Piece:
    """What stands on one day of something; only the first piece of it is spoken and written on."""

    place: str
    kind: str
    label: str = ""
    spoken: str = ""
    href: str = ""


@dataclass(frozen=True)
class Week:
    """The days of a week in the instrument's zone; `lines` say the same as a list."""

    axis: Axis
    title: str
    heads: list[Head]
    pieces: list[Piece]
    lines: list[Event]


def week_of(
    instrument: Instrument,
    first: date,
    user: Any,
    booking: Booking | None = None,
    change: Change | None = None,
    *,
    collides: bool = False,
) -> Week:
    """An instrument's week with a request ghosted in: the time asked for, and another one where it is proposed."""
    zone = instrument.facility.zone
    axis = Axis(first, 7, zone)
    events, _lanes = instrument_rows([instrument], axis, user)[instrument.pk]
    ghosts = []
    if booking is not None and booking.instrument_id == instrument.pk:
        ghosts.append(_ghost(str(_("This request")), booking.starts_at, booking.ends_at, axis, collides=collides))
    if change is not None and change.instrument_id == instrument.pk:
        ghosts.append(_ghost(str(_("Other time")), change.period.lower, change.period.upper, axis, collides=collides))
    own = {(ghost.starts_at, ghost.ends_at) for ghost in ghosts}
    others = [event for event in events if event.kind == "out" or (event.starts_at, event.ends_at) not in own]
    shown = sorted([*others, *(ghost for ghost in ghosts if ghost.place)], key=lambda event: event.starts_at)
    return Week(
        axis=axis,
        title=times.days(axis.first, axis.first + timedelta(days=6)),
        heads=[_head(n, axis.first + timedelta(days=n)) for n in range(7)],
        pieces=[piece for event in shown for piece in _pieces(event, axis, ZoneInfo(zone))],
        lines=shown,
    )


def _head(n: int, day: date) -> Head:
    return Head(f"d{n + 1}", times.weekday(day), day.day)


def _ghost(label: str, starts_at: datetime, ends_at: datetime, axis: Axis, *, collides: bool) -> Event:
    when = times.span(starts_at, ends_at, axis.zone)
    return Event(
        axis.place(starts_at, ends_at), "sel req no" if collides else "sel req", label, when, starts_at, ends_at
    )


def _pieces(event: Event, axis: Axis, zone: ZoneInfo) -> Iterator[Piece]:
    """An event cut at midnights of the wall clock."""
    start = max(event.starts_at, axis.starts_at).astimezone(zone).replace(tzinfo=None)
    end = min(event.ends_at, axis.ends_at).astimezone(zone).replace(tzinfo=None)
    first = True
    while start < end:
        midnight = datetime.combine(start.date() + timedelta(days=1), time(0))
        stop = min(end, midnight)
        top = start.hour
        bottom = CLOCK_HOURS if stop == midnight else stop.hour + (1 if stop.minute else 0)
        place = f"d{(start.date() - axis.first).days + 1} s{top} w{max(1, bottom - top)}"
        yield Piece(place, event.kind, event.label, event.spoken, event.href) if first else Piece(place, event.kind)
        first, start = False, stop
