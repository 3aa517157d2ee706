"""A row that its source changed corrects the booking it made: other time, other words, another state."""

from typing import Any
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from core import audit
from facilities.commands.bookings.moving import move_booking
from facilities.commands.claims import claim_exactly, release
from facilities.commands.past import Outcome, PastBooking, Taken, unusable, wanted_of
from facilities.models import Booking
from facilities.units import units_of_stay
from facilities.workflows import BOOKING, CLAIMING
from workflow.machine import Move

WORDS = ("title", "purpose", "mode")


def correct(
    booking: Booking, row: PastBooking, taken: Taken, parts: tuple[tuple[UUID, int], ...], *, by: Any
) -> Outcome:
    """Bring a booking, whose instruments' time is locked, in line with its row; `skipped` when it says the same.

    Refused: time that is claimed already, a state the booking cannot go to from its own, and whatever people have
    changed here since, which the source does not know. A row without a state leaves the state as it is.
    """
    changed = {name: getattr(row, name) for name in WORDS if getattr(booking, name) != getattr(row, name)}
    period = DateTimeTZRange(row.starts_at, row.ends_at)
    moved = booking.period != period or booking.instrument_id != row.instrument.pk
    restated = bool(row.state) and row.state != booking.state
    if not (changed or moved or restated):
        return Outcome("skipped")
    move = _move(booking.state, row.state) if restated else None
    state = move.target if move is not None else booking.state
    others = taken.without(booking)
    wanted = wanted_of(row, parts) if state in CLAIMING else []
    if reason := (
        unusable(row)
        or _elsewhere(booking, row)
        or _changed_here(booking)
        or (_cannot_become(booking, row.state) if restated and move is None else "")
        or others.collision(row.instrument, wanted)
    ):
        return Outcome("refused", reason=reason)
    if moved:
        booking.instrument, booking.period, booking.unit = row.instrument, period, row.instrument.unit
        booking.units = units_of_stay(row.instrument, row.starts_at, row.ends_at)
    for name, value in changed.items():
        setattr(booking, name, value)
    release(booking)
    claim_exactly(booking, wanted)
    taken.spans = others.spans
    taken.add(booking, wanted)
    booking.version += 1
    booking.save(update_fields=["instrument", "period", "unit", "units", *WORDS, "version", "updated_at"])
    audit.record("correct", booking, by=by, source=booking.source, fields=sorted([*changed, *(["period"] * moved)]))
    if move is not None:
        move_booking(booking, move.name, by=by, parties=move.who, note=_("The source says so."), source=booking.source)
    return Outcome("updated", booking)


def _move(state: str, target: str) -> Move | None:
    """The move between two states, if there is one."""
    return next((move for move in BOOKING.moves if state in move.sources and move.target == target), None)


def _elsewhere(booking: Booking, row: PastBooking) -> str:
    if booking.instrument.facility_id == row.instrument.facility_id:
        return ""
    return _("It is at %(facility)s here.") % {"facility": booking.instrument.facility}


def _changed_here(booking: Booking) -> str:
    """Everything that importers record names the source."""
    last = audit.history(booking).exclude(data__has_key="source").last()
    if last is None:
        return ""
    return _("It was changed here by %(who)s since it was brought in.") % {"who": last.actor_name}


def _cannot_become(booking: Booking, state: str) -> str:
    words = {"now": BOOKING.states[booking.state], "said": BOOKING.states[state]}
    return _("It is %(now)s here and cannot become %(said)s.") % words
