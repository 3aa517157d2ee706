"""Rows of a calendar: bookings and blocks of instruments, placed on an axis, in the words that their reader may see."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from psycopg.types.range import Range

from core import times
from facilities.lanes import pack
from facilities.models import Block, Instrument
from facilities.queries.calendar import calendar_events
from frontend.status import look
from frontend.timeline import Axis, gaps

MOST_LANES = 6
ASKED = frozenset({"held", "requested", "countered", "proposed"})
OPEN_KINDS = frozenset(str(kind) for kind in Block.OPEN)


@dataclass(frozen=True)
class Event:
    """Something on a lane. `kind` is its shape: empty for taken, `req` asked for, `out` no user time, `mine`."""

    place: str
    kind: str
    label: str
    spoken: str
    starts_at: datetime
    ends_at: datetime
    href: str = ""
    detail: str = ""
    lane: str = ""


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


def spoken(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """When something is, for a reader who cannot see where it stands."""
    return times.span(starts_at, ends_at, zone)


def closed(blocks: Iterable[dict[str, Any]], axis: Axis) -> list[tuple[datetime, datetime, str]]:
    """The stretches without user time, each with its reason: blocks of other kinds, and what no user block opens."""
    labels = dict(Block.Kind.choices)
    blocks = list(blocks)
    shut = [block for block in blocks if block["state"] not in OPEN_KINDS]
    named = [(b["starts_at"], b["ends_at"], b["title"] or str(labels[b["state"]])) for b in shut]
    covered = [(b["starts_at"], b["ends_at"]) for b in blocks]
    unopened = gaps(covered, axis.starts_at, axis.ends_at)
    return sorted([*named, *((start, end, str(_("No user time"))) for start, end in unopened)])


def bookings_of(events: Sequence[dict[str, Any]], axis: Axis, zone: str, *, linked: bool) -> tuple[list[Event], int]:
    """Bookings as events in as many lanes as they need, and how many that is."""
    found = sorted(events, key=lambda event: (event["starts_at"], event["ends_at"]))
    lanes = [min(lane, MOST_LANES - 1) for lane in pack([Range(e["starts_at"], e["ends_at"]) for e in found])]
    count = max(lanes, default=0) + 1
    return [
        _booking(event, axis, zone, f"l{lane}" if count > 1 else "", linked=linked)
        for event, lane in zip(found, lanes, strict=True)
        if axis.place(event["starts_at"], event["ends_at"])
    ], count


def _booking(event: dict[str, Any], axis: Axis, zone: str, lane: str, *, linked: bool) -> Event:
    asked, seen = event["state"] in ASKED, bool(event["title"]) or event["mine"]
    state = "countered" if event["state"] == "proposed" else event["state"]
    word = str(look(state).word) if seen else str(_("Requested") if asked else _("Taken"))
    when = spoken(event["starts_at"], event["ends_at"], zone)
    return Event(
        place=axis.place(event["starts_at"], event["ends_at"]) or "",
        kind=" ".join(["req"] * asked + ["mine"] * bool(event["mine"])),
        label=event["title"] or word,
        spoken=f"{word.lower()}, {when}" if event["title"] else when,
        starts_at=event["starts_at"],
        ends_at=event["ends_at"],
        href=reverse("booking", args=[event["id"]]) if linked and seen else "",
        lane=lane,
    )


def instrument_rows(
    instruments: Sequence[Instrument], axis: Axis, user: Any, *, linked: bool = True
) -> dict[Any, tuple[list[Event], int]]:
    """For each instrument its events and how many lanes they take: no user time first, bookings over it."""
    of: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for event in calendar_events([row.pk for row in instruments], axis.starts_at, axis.ends_at, user):
        instants = {name: datetime.fromisoformat(event[name]) for name in ("starts_at", "ends_at")}
        of[event["instrument"] or event["facility"]].append(event | instants)
    rows = {}
    for instrument in instruments:
        zone = instrument.facility.zone
        owners = {str(instrument.pk), str(instrument.facility_id), str(instrument.parent_id)}
        events = [event for owner in owners for event in of.get(owner, ())]
        out = [
            Event(axis.place(start, end) or "", "out", label, spoken(start, end, zone), start, end)
            for start, end, label in closed((e for e in events if e["kind"] == "block"), axis)
            if axis.place(start, end)
        ]
        booked, lanes = bookings_of([e for e in events if e["kind"] == "booking"], axis, zone, linked=linked)
        rows[instrument.pk] = ([*out, *booked], lanes)
    return rows
