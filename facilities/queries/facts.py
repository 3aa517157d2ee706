"""Gathers the facts that the rules look at: one statement, and one more where a policy counts other bookings."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from core import clock
from facilities import sql
from facilities.models import Allocation, Booking, Instrument
from facilities.queries.campaigns import links_of
from facilities.queries.policies import Hold, complete, standing
from facilities.queries.shares import shares_for
from facilities.rules import (
    Allotment,
    BookingRequest,
    Closure,
    Engagement,
    Facts,
    Neighbour,
    Occupied,
    Opening,
    Span,
    Untrained,
)


@dataclass(frozen=True)
class Gathered:
    """The facts, the parts of the instrument with their capacities, and the holds among the neighbours whose time is
    over although nobody has expired them yet. `version` is the instrument's in the database."""

    facts: Facts
    parts: tuple[tuple[UUID, int], ...]
    stale_holds: frozenset[UUID]
    version: int


def gather_facts(
    request: BookingRequest,
    *,
    people: tuple[UUID, ...],
    allocation: Allocation | None = None,
    booking: Booking | None = None,
    hold: Hold | None = None,
) -> Gathered:
    """Everything the rules need about a request now.

    `people` are those on site, `allocation` is the one that pays where it is not the request's. `booking` is the one
    that is being changed: what it claims and holds itself is no obstacle. A command gives `hold`, which locks the
    policies before what they count is read.
    """
    [row] = sql.rows(sql.FACTS, facts_parameters(request, people, booking))
    gathered = read_facts(row, request, allocation or request.allocation, booking, hold)
    links = links_of(booking) if booking is not None else ()
    return replace(gathered, facts=replace(gathered.facts, links=links)) if links else gathered


def facts_parameters(
    request: BookingRequest, people: tuple[UUID, ...], booking: Booking | None = None
) -> dict[str, Any]:
    instrument, mode = request.instrument, request.mode
    cooling = timedelta(minutes=instrument.longest_cooling)
    return {
        "instrument": instrument.pk,
        "before": max(instrument.claimed_before(mode), cooling),
        "after": timedelta(minutes=instrument.cooling_for(mode)),
        "equipment": [each.pk for each in request.equipment],
        "starts_at": request.starts_at,
        "ends_at": request.ends_at,
        "people": list(people),
        "category": request.access,
        "except_booking": booking.pk if booking else None,
    }


def read_facts(
    row: Sequence[Any],
    request: BookingRequest,
    allocation: Allocation | None,
    booking: Booking | None = None,
    hold: Hold | None = None,
) -> Gathered:
    """The row of `sql.FACTS` in the words of the rules, with what the policies count."""
    in_user_time, opening, closures, neighbours, engagements, untrained, parts, version, things, policies, cycles = row
    now = clock.now()
    facts = Facts(
        now=now,
        instrument=request.instrument,
        in_user_time=in_user_time,
        opening=None if opening is None else tuple(Opening(at(lower), at(upper)) for lower, upper in opening),
        closures=tuple(Closure(kind, at(lower), at(upper), reason) for kind, lower, upper, reason in closures),
        neighbours=tuple(
            Neighbour(at(each[0]), at(each[1]), at(each[2]), at(each[3]), each[4], each[8])
            for each in neighbours
            if not is_stale(each[6:8], now)
        ),
        engagements=tuple(Engagement(name, at(lower), at(upper)) for name, lower, upper in engagements),
        untrained=tuple(Untrained(name, course) for name, course in untrained),
        allotment=allotment_of(allocation, booking),
        equipment=tuple(read_thing(each, request, now) for each in things),
        policies=tuple(standing(each) for each in policies),
    )
    if facts.policies:
        facts = complete(request, facts, booking=booking, hold=hold)
    if shares := shares_for(allocation, cycles, booking=booking, hold=hold):
        facts = replace(facts, shares=shares)
    tree = tuple((UUID(pk), capacity) for pk, capacity in parts)
    stale = {UUID(each[5]) for each in neighbours if is_stale(each[6:8], now)}
    stale |= {UUID(each[2]) for thing in things for each in thing[2] if is_stale(each[3:5], now)}
    return Gathered(facts, tree, frozenset(stale), version)


def read_thing(row: list[Any], request: BookingRequest, now: datetime) -> Occupied:
    """One piece of equipment that is asked for."""
    pk, offered, claims = row
    thing = next(each for each in request.equipment if str(each.pk) == pk)
    taken = tuple(Span(at(each[0]), at(each[1])) for each in claims if not is_stale(each[3:5], now))
    return Occupied(thing, offered, taken)


def parts_of(instrument: Instrument) -> tuple[tuple[UUID, int], ...]:
    """Every part of an instrument, parts of parts too, with its capacity."""
    return tuple(sql.rows(sql.PARTS, {"instruments": [instrument.pk]}))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def is_stale(hold: list[Any], now: datetime) -> bool:
    """A hold (its state, until when) whose time is over counts as free, however late the timer runs."""
    state, until = hold
    return state == "held" and at(until) <= now


def allotment_of(allocation: Allocation | None, booking: Booking | None) -> Allotment | None:
    """What the rules see of an allocation; what the booking and its open change hold already is at their disposal."""
    if allocation is None:
        return None
    own = Decimal(0)
    if booking is not None:
        own += booking.units if booking.allocation_id == allocation.pk else 0
        proposed = booking.changes.filter(state="open", allocation=allocation)
        own += sum((change.held_beside(booking) for change in proposed), Decimal(0))
    return Allotment(
        allocation.team_id,
        allocation.instrument_id,
        allocation.unit,
        allocation.valid_from,
        allocation.valid_until,
        allocation.left + own,
        allocation.category,
        allocation.on_hold,
    )
