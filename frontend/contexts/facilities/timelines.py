"""Rows of a calendar: bookings and blocks of instruments, placed on an axis, in the words that their reader may see."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from psycopg.types.range import Range

from core import times
from facilities.lanes import pack
from facilities.models import Block, Booking, Instrument
from facilities.queries.calendar import calendar_events, open_stretches
from facilities.workflows import BOOKING
from frontend.status import look
from frontend.timeline import Axis, gaps

MOST_LANES = 6
NOBODY = str(UUID(int=0))
ASKED = frozenset({"held", "offered", "requested", "countered", "proposed"})
OPEN_KINDS = frozenset(str(kind) for kind in Block.OPEN)


@dataclass(frozen=True)
class Event:
    """Something on a lane. `kind` is its shape: empty for taken, `req` asked for, `out` no user time, `mine`.

    `word` says its state, `note` until when a hold stands, `move` is the address of the form that asks for another
    time, where the reader may, and `at` the hours of the axis at which it begins.
    """

    place: str
    kind: str
    label: str
    spoken: str
    starts_at: datetime
    ends_at: datetime
    href: str = ""
    lane: str = ""
    word: str = ""
    note: str = ""
    move: str = ""
    at: float = 0

    @property
    def css(self) -> str:
        return f"ev {self.kind} {self.place} {self.lane}"


@dataclass(frozen=True)
class Row:
    """An instrument's lane, with what a script needs to move a choice on it."""

    slug: str
    title: str
    facility: str
    href: str
    note: str
    zone: str
    city: str
    events: list[Event]
    lanes: int = 1
    chosen: str = ""
    shifts: str = ""
    grid: str = ""
    step: int = 60
    least: int = 60
    most: int = 60


def period_title(axis: Axis) -> str:
    """`Week of 25 January 2027`, `Two weeks from 25 January 2027`."""
    day = times.plain_day(axis.first)
    return (_("Week of %(day)s") if axis.days == 7 else _("Two weeks from %(day)s")) % {"day": day}


class Clock:
    """The wall clock of one zone, in the words of a list. Days are put into words once: a calendar has thousands of
    events and few days."""

    def __init__(self, zone: str) -> None:
        self.zone = times.zone_of(zone)
        self.days: dict[date, str] = {}
        self.pattern = _("%(first)s, %(start)s – %(last)s, %(end)s %(zone)s")

    def span(self, starts_at: datetime, ends_at: datetime) -> str:
        """`Tue 26 Jan, 08:00 – Thu 28 Jan, 08:00 GMT`: when something is, for who cannot see where it stands."""
        start, end = starts_at.astimezone(self.zone), ends_at.astimezone(self.zone)
        return self.pattern % {
            "first": self._day(start.date()),
            "start": f"{start:%H:%M}",
            "last": self._day(end.date()),
            "end": f"{end:%H:%M}",
            "zone": times.zone_letters(ends_at, self.zone.key),
        }

    def _day(self, day: date) -> str:
        if day not in self.days:
            self.days[day] = times.short_day(day)
        return self.days[day]


def closed(
    blocks: Iterable[dict[str, Any]], opened: Iterable[tuple[datetime, datetime]], axis: Axis
) -> list[tuple[datetime, datetime, str]]:
    """The stretches without user time, each with its reason: blocks of other kinds, and what nothing opens."""
    labels = dict(Block.Kind.choices)
    shut = [block for block in blocks if block["state"] not in OPEN_KINDS]
    named = [(b["starts_at"], b["ends_at"], b["title"] or str(labels[b["state"]])) for b in shut]
    covered = [*opened, *((b["starts_at"], b["ends_at"]) for b in shut)]
    unopened = gaps(covered, axis.starts_at, axis.ends_at)
    return sorted([*named, *((start, end, str(_("No user time"))) for start, end in unopened)])


@cache
def booking_path() -> str:
    """The address of a booking's page, with NOBODY in place of its identifier: reversing thousands costs a second."""
    return reverse("booking", args=[NOBODY])


def words_of_states() -> dict[str, str]:
    """Every state of a booking in words, and that of another time that is proposed."""
    return {state: str(look(state).word) for state in BOOKING.states} | {"proposed": str(look("countered").word)}


MOVES = {"requested": "counter/", "approved": "reschedule/"}
"""How one who decides moves a booking of a state: what is asked for by proposing, what is approved by asking again."""


def with_expiry(events: list[dict[str, Any]], zone: str) -> None:
    """Say of every hold that its reader sees until when it stands. One statement."""
    held = {event["id"]: event for event in events if event["state"] == "held" and event["id"]}
    for booking in Booking.objects.filter(pk__in=held).only("hold_expires_at") if held else ():
        if until := booking.hold_expires_at:
            held[str(booking.pk)]["word"] = _("held until %(time)s") % {"time": times.short_moment(until, zone)}


def bookings_of(
    events: Sequence[dict[str, Any]],
    axis: Axis,
    clock: Clock,
    words: dict[str, str],
    *,
    linked: bool,
    moving: bool = False,
) -> tuple[list[Event], int]:
    """Bookings as events in as many lanes as they need, and how many that is."""
    found = sorted(events, key=lambda event: (event["starts_at"], event["ends_at"]))
    lanes = [min(lane, MOST_LANES - 1) for lane in pack([Range(e["starts_at"], e["ends_at"]) for e in found])]
    count = max(lanes, default=0) + 1
    shown = []
    for event, lane in zip(found, lanes, strict=True):
        if place := axis.place(event["starts_at"], event["ends_at"]):
            drawn = _booking(event, place, clock, words, f"l{lane}" if count > 1 else "", linked=linked)
            if moving and drawn.href and event["state"] in MOVES:
                drawn = replace(drawn, move=drawn.href + MOVES[event["state"]], at=axis.hour(event["starts_at"]))
            shown.append(drawn)
    return shown, count


def _booking(
    event: dict[str, Any], place: str, clock: Clock, words: dict[str, str], lane: str, *, linked: bool
) -> Event:
    asked, seen = event["state"] in ASKED, bool(event["title"]) or event["mine"]
    word = words[event["state"] if seen else "requested"] if seen or asked else str(_("Taken"))
    when = clock.span(event["starts_at"], event["ends_at"])
    return Event(
        place=place,
        kind=("req " if asked else "") + ("mine" if event["mine"] else ""),
        label=event["title"] or word,
        spoken=f"{word.lower()}, {when}" if event["title"] else when,
        starts_at=event["starts_at"],
        ends_at=event["ends_at"],
        href=booking_path().replace(NOBODY, event["id"]) if linked and seen else "",
        lane=lane,
        word=event.get("word") or word,
        note=event.get("word", ""),
    )


def instrument_rows(
    instruments: Sequence[Instrument],
    axis: Axis,
    user: Any,
    *,
    linked: bool = True,
    movable: Collection[UUID] = (),
) -> dict[Any, tuple[list[Event], int]]:
    """For each instrument its events and how many lanes they take: no user time first, bookings over it.

    `movable` are the facilities at which the reader decides: bookings there lead to the form of another time.
    """
    of: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for event in calendar_events([row.pk for row in instruments], axis.starts_at, axis.ends_at, user):
        instants = {name: datetime.fromisoformat(event[name]) for name in ("starts_at", "ends_at")}
        of[event["instrument"] or event["facility"]].append(event | instants)
    with_expiry([event for events in of.values() for event in events], axis.zone)
    opened = open_stretches([row.pk for row in instruments], axis.starts_at, axis.ends_at)
    rows, words = {}, words_of_states()
    clocks: dict[str, Clock] = {}
    for instrument in instruments:
        zone = instrument.facility.zone
        clock = clocks.setdefault(zone, Clock(zone))
        owners = {str(instrument.pk), str(instrument.facility_id)}
        events = [event for owner in owners for event in of.get(owner, ())]
        blocks = (event for event in events if event["kind"] == "block")
        out = [
            Event(place, "out", label, clock.span(start, end), start, end)
            for start, end, label in closed(blocks, opened.get(instrument.pk, ()), axis)
            if (place := axis.place(start, end))
        ]
        bookings = [event for event in events if event["kind"] == "booking"]
        moving = instrument.facility_id in movable
        booked, lanes = bookings_of(bookings, axis, clock, words, linked=linked, moving=moving)
        rows[instrument.pk] = ([*out, *booked], lanes)
    return rows
