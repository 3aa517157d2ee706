"""The run of bookings: the page that a printed code opens, what a booking lacks, and its record by shift."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core import clock
from core.permissions import allowed
from facilities.commands.site_access import asks_for_site_access
from facilities.models import Booking, HandoverNote, Instrument, SafetyApproval, ShiftRecord, TeamForm
from facilities.permissions import booking_parties
from facilities.queries.readiness import readiness_for, readiness_of
from facilities.queries.running import check_in_opens, next_at, notes_visible_to, shifts_planned
from facilities.rules.readiness import Item
from facilities.workflows import BOOKING

NOTES = 8


@dataclass(frozen=True)
class Light:
    """One thing that a booking needs, with the word of the status language for it."""

    item: Item
    state: str


@dataclass(frozen=True)
class Standing:
    """A booking at its instrument: what it lacks, and what the reader may do with it now."""

    booking: Booking
    lights: list[Light]
    moves: frozenset[str]
    may_override: bool
    takes_part: bool

    @property
    def lacking(self) -> list[Light]:
        return [light for light in self.lights if not light.item.done]


@dataclass(frozen=True)
class AtPage:
    """What somebody who stands at an instrument sees first on a phone."""

    instrument: Instrument
    now: list[Standing]
    coming: list[Standing]
    notes: list[HandoverNote]
    may_note: bool
    staff: bool

    @property
    def zone(self) -> str:
        return self.instrument.facility.zone


def lights(items: list[Item]) -> list[Light]:
    """Each item with its state: done, waiting, or late when it was due before now."""
    now = clock.now()
    return [Light(item, "done" if item.done else "late" if item.due < now else "open") for item in items]


def standings(bookings: list[Booking], user: Any) -> list[Standing]:
    """Each booking as it stands, with as many statements for the readiness of many as for that of one."""
    needs, now = readiness_of(bookings), clock.now()
    found = []
    for booking in bookings:
        parties = booking_parties(user, booking)
        moves = {move.name for move in BOOKING.open_moves(booking.state, parties)}
        if (check_in_opens(booking, parties) or now) > now:
            moves.discard("check-in")
        found.append(
            Standing(
                booking=booking,
                lights=lights(needs.get(booking.pk, [])),
                moves=frozenset(moves),
                may_override="operator" in parties,
                takes_part=bool(parties) or booking.people.filter(user=user).exists(),
            )
        )
    return found


def at_page(instrument: Instrument, user: Any) -> AtPage:
    """What runs and what comes next at an instrument, as far as the reader may see it."""
    known = standings(next_at(instrument, user), user)
    staff = allowed(user, "facilities.run_sessions", instrument.facility)
    now = [each for each in known if each.booking.state == "running" or each.booking.starts_at <= clock.now()]
    running = any(each.booking.state == "running" and each.takes_part for each in known)
    return AtPage(
        instrument=instrument,
        now=now or known[:1],
        coming=[each for each in (known if now else known[1:]) if each not in now],
        notes=list(notes_visible_to(user).filter(instrument=instrument)[:NOTES]),
        may_note=staff or running,
        staff=staff,
    )


@dataclass(frozen=True)
class Shift:
    """A planned shift and what became of it; `open` once it has begun and nothing is recorded."""

    starts_at: datetime
    ends_at: datetime
    record: ShiftRecord | None
    open: bool


@dataclass(frozen=True)
class PreparePage:
    """What a booking needs before it runs, and who must act."""

    booking: Booking
    lights: list[Light]
    form: Any
    safety: Any
    team_form: TeamForm | None
    approval: SafetyApproval | None
    asks_site_access: bool

    @property
    def zone(self) -> str:
        return self.booking.instrument.facility.zone


def prepare_page(booking: Booking, form: Any, safety: Any) -> PreparePage:
    """The page around the forms that the reader may fill in; None for one that is not theirs."""
    return PreparePage(
        booking=booking,
        lights=lights(readiness_for(booking)),
        form=form,
        safety=safety,
        team_form=TeamForm.objects.filter(booking=booking).select_related("by").first(),
        approval=SafetyApproval.objects.filter(booking=booking).select_related("by").first(),
        asks_site_access=asks_for_site_access(booking),
    )


@dataclass(frozen=True)
class ShiftsPage:
    """The record of a booking's run: planned, delivered and lost by cause, shift by shift."""

    booking: Booking
    shifts: list[Shift]
    delivered: int
    lost: int
    form: Any

    @property
    def zone(self) -> str:
        return self.booking.instrument.facility.zone


def shifts_of(booking: Booking) -> list[Shift]:
    """Every planned shift with its record."""
    records = {record.period.lower: record for record in booking.shifts.select_related("by")}
    begun = booking.state in ("running", "completed")
    now = clock.now()
    return [
        Shift(
            span.lower,
            span.upper,
            records.get(span.lower),
            begun and span.lower <= now and span.lower not in records,
        )
        for span in shifts_planned(booking)
    ]


def shifts_page(booking: Booking, form: Any) -> ShiftsPage:
    shifts = shifts_of(booking)
    records = [shift.record for shift in shifts if shift.record]
    return ShiftsPage(
        booking=booking,
        shifts=shifts,
        delivered=sum(record.delivered_minutes for record in records),
        lost=sum(record.lost_minutes for record in records),
        form=form,
    )
