"""The day sheet of a control room: every instrument, who is there, whose turn it is, what to know."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from core import times
from facilities.models import Block, Booking, Equipment, Facility, HandoverNote, Instrument
from facilities.queries.readiness import readiness_of
from facilities.queries.running import bookings_of_day, notes_visible_to
from facilities.shifts import shift_label
from frontend.contexts.facilities.running import Light, lights
from frontend.timeline import midnight

NOTES = 3
NOTES_SINCE = timedelta(days=7)


@dataclass(frozen=True)
class Turn:
    """A booking on its instrument's day: who is on site, who looks after them, what is still missing."""

    booking: Booking
    shifts: str
    people: str
    contacts: str
    things: str
    lacking: list[Light]


@dataclass(frozen=True)
class InstrumentDay:
    """One instrument's day; `closed` are blocks without user time, `notes` the newest that were left."""

    instrument: Instrument
    turns: list[Turn]
    closed: list[Block]
    notes: list[HandoverNote]


@dataclass(frozen=True)
class DayPage:
    facility: Facility
    day: date
    rows: list[InstrumentDay]

    @property
    def zone(self) -> str:
        return self.facility.zone

    @property
    def told(self) -> list[InstrumentDay]:
        """Instruments of which there is something to say that day."""
        return [row for row in self.rows if row.turns or row.closed or row.notes]

    @property
    def idle(self) -> list[InstrumentDay]:
        """The others: open, and nobody is booked."""
        return [row for row in self.rows if not (row.turns or row.closed or row.notes)]

    @property
    def before(self) -> date:
        return self.day - timedelta(days=1)

    @property
    def after(self) -> date:
        return self.day + timedelta(days=1)

    @property
    def on_site(self) -> int:
        """People on site that day, each once."""
        return len(
            {
                person.user_id
                for row in self.rows
                for turn in row.turns
                for person in turn.booking.people.all()
                if person.on_site
            }
        )


def day_page(facility: Facility, day: date, user: Any) -> DayPage:
    """A facility's day on its own clock, for its staff; as many statements for many bookings as for one."""
    starts_at, ends_at = midnight(day, facility.zone), midnight(day + timedelta(days=1), facility.zone)
    bookings = list(bookings_of_day(facility, starts_at, ends_at))
    needs = readiness_of(bookings)
    turns: dict[Any, list[Turn]] = defaultdict(list)
    for booking in bookings:
        turns[booking.instrument_id].append(_turn(booking, needs.get(booking.pk, []), facility))
    closed = _closed(facility, starts_at, ends_at)
    notes = _notes(facility, ends_at, user)
    rows = facility.instruments.filter(archived_at=None).order_by("code", "id")
    return DayPage(
        facility,
        day,
        [
            InstrumentDay(row, turns[row.pk], [*closed[None], *closed[row.pk]], notes[row.pk])
            for row in rows.select_related("facility")
        ],
    )


def _turn(booking: Booking, needs: list[Any], facility: Facility) -> Turn:
    used = [use.equipment for use in booking.uses.all()]
    contacts = [each for each in used if each.kind == Equipment.Kind.SUPPORT]
    people = [str(person.user) for person in booking.people.all() if person.on_site]
    return Turn(
        booking=booking,
        shifts=str(shift_label(booking.starts_at, booking.ends_at, facility.zone, facility.shifts)),
        people=", ".join(people) or str(_("nobody on site")),
        contacts=", ".join(each.name for each in contacts),
        things=", ".join(each.name for each in used if each.kind != Equipment.Kind.SUPPORT),
        lacking=[light for light in lights(needs) if not light.item.done],
    )


def _closed(facility: Facility, starts_at: datetime, ends_at: datetime) -> dict[Any, list[Block]]:
    found: dict[Any, list[Block]] = defaultdict(list)
    blocks = Block.objects.filter(facility=facility, period__overlap=(starts_at, ends_at)).exclude(kind__in=Block.OPEN)
    for block in blocks.order_by("period", "id"):
        found[block.instrument_id].append(block)
    return found


def _notes(facility: Facility, until: datetime, user: Any) -> dict[Any, list[HandoverNote]]:
    """The newest notes of each instrument that a crew of that day would want to know."""
    found: dict[Any, list[HandoverNote]] = defaultdict(list)
    recent = Q(created_at__lt=until, created_at__gte=until - NOTES_SINCE)
    for note in notes_visible_to(user).filter(recent, instrument__facility=facility):
        if len(found[note.instrument_id]) < NOTES:
            found[note.instrument_id].append(note)
    return found


def today_at(facility: Facility, now: datetime) -> date:
    """The day it is at a facility."""
    return now.astimezone(times.zone_of(facility.zone)).date()
