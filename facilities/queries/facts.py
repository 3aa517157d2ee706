"""Gathers, in one statement, the facts that the rules look at."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core import clock
from facilities import sql
from facilities.models import Allocation, Booking, Instrument
from facilities.rules import Allotment, BookingRequest, Closure, Engagement, Facts, Neighbour, Untrained


@dataclass(frozen=True)
class Gathered:
    """The facts, and the holds among the neighbours whose time is over although nobody has expired them yet."""

    facts: Facts
    parts: tuple[tuple[UUID, int], ...]
    stale_holds: frozenset[UUID]


def gather_facts(
    request: BookingRequest,
    *,
    people: tuple[UUID, ...],
    instrument: Instrument | None = None,
    allocation: Allocation | None = None,
    booking: Booking | None = None,
) -> Gathered:
    """Everything the rules need about a request now.

    `people` are those on site. `instrument` and `allocation` are the locked rows where the caller holds them, else
    those of the request. `booking` is the one that is being changed: what it claims and holds itself is no obstacle.
    """
    now = clock.now()
    instrument = instrument or request.instrument
    parameters = {
        "instrument": instrument.pk,
        "starts_at": request.starts_at,
        "ends_at": request.ends_at,
        "people": list(people),
        "except_booking": booking.pk if booking else None,
    }
    [(in_user_time, closures, neighbours, engagements, untrained, parts)] = sql.rows(sql.FACTS, parameters)
    facts = Facts(
        now=now,
        instrument=instrument,
        in_user_time=in_user_time,
        closures=tuple(Closure(kind, at(lower), at(upper), reason) for kind, lower, upper, reason in closures),
        neighbours=tuple(
            Neighbour(at(row[0]), at(row[1]), at(row[2]), at(row[3]), row[4])
            for row in neighbours
            if not is_stale(row, now)
        ),
        engagements=tuple(Engagement(name, at(lower), at(upper)) for name, lower, upper in engagements),
        untrained=tuple(Untrained(name, course) for name, course in untrained),
        allotment=allotment_of(allocation or request.allocation, booking),
    )
    tree = tuple((UUID(pk), capacity) for pk, capacity in parts)
    return Gathered(facts, tree, frozenset(UUID(row[5]) for row in neighbours if is_stale(row, now)))


def parts_of(instrument: Instrument) -> tuple[tuple[UUID, int], ...]:
    """Every part of an instrument, parts of parts too, with its capacity."""
    return tuple(sql.rows(sql.PARTS, {"instruments": [instrument.pk]}))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def is_stale(row: list[Any], now: datetime) -> bool:
    """A hold whose time is over counts as free, however late the timer runs."""
    return row[6] == "held" and at(row[7]) <= now


def allotment_of(allocation: Allocation | None, booking: Booking | None) -> Allotment | None:
    """What the rules see of an allocation; the units that the booking holds already are at its disposal."""
    if allocation is None:
        return None
    own = booking.units if booking is not None and booking.allocation_id == allocation.pk else 0
    return Allotment(
        allocation.team_id,
        allocation.instrument_id,
        allocation.unit,
        allocation.valid_from,
        allocation.valid_until,
        allocation.left + own,
    )
