"""Several requests together: each is judged as if those before it were booked, so that every rule sees them.

Asking writes one after the other, under the locks; checking supposes them, and neither locks nor writes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from core.errors import DomainError, RulesRefuse, SlotTaken, Violation
from core.rows import fetch_together, insert
from facilities import sql
from facilities.commands.bookings.looking import Seen, look, look_on, require_party
from facilities.commands.bookings.placing import place_of, settle_overrides, weigh
from facilities.commands.bookings.requesting import entered, on_site, told_of
from facilities.commands.bookings.supposing import Supposed, supposing
from facilities.commands.locks import lock_allocations, lock_time
from facilities.models import Booking
from facilities.queries.allocations import paying_allocation, paying_parameters
from facilities.queries.asking import Asker, asker_of
from facilities.queries.availability import Slot
from facilities.queries.facts import gather_facts
from facilities.queries.nearest import nearest_to_each
from facilities.rules import OCCUPIED, BookingRequest, violations_of


@dataclass(frozen=True)
class Placed:
    """A request that became a booking, or would if it were asked for, or the violations that keep it from that, with
    free alternatives."""

    request: BookingRequest
    units: Decimal
    booking: Booking | None = None
    told: tuple[UUID, ...] = ()
    violations: tuple[Violation, ...] = ()
    alternatives: tuple[dict[str, Any], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For the answer of the API and what is kept of a skipped date."""
        return {
            "starts_at": self.request.starts_at.isoformat().replace("+00:00", "Z"),
            "ends_at": self.request.ends_at.isoformat().replace("+00:00", "Z"),
            "units": str(self.units),
            "unit": self.request.instrument.unit,
            "violations": [violation.as_dict() for violation in self.violations],
            "alternatives": list(self.alternatives),
        }


class Judge(Protocol):
    """Asking for several requests, or only checking them."""

    def __call__(self, requests: Sequence[BookingRequest], *, by: Any) -> list[Placed]: ...


def place_together(requests: Sequence[BookingRequest], *, by: Any) -> list[Placed]:
    """Take every request that the rules allow, in the caller's transaction; those refused are not written.

    All locks are taken first, in their order. No message is written and no route started. Raises Invalid and
    NotPermitted.
    """
    lock_time(
        {one.instrument.pk for one in requests},
        {person for one in requests for person in on_site(one)},
        {each.pk: each for one in requests for each in one.equipment}.values(),
    )
    paying = fetch_together(*((sql.PAYING, paying_parameters(one)) for one in requests))
    lock_allocations(*{pk for rows in paying for (pk,) in rows})
    placed: list[Placed] = []
    known: dict[tuple[Any, ...], Seen] = {}
    for one in requests:
        people = on_site(one)
        asked = _party(one)
        if before := known.get(asked):
            seen = look_on(before, one, people=people)
        else:
            seen = look(one, by=by, people=people)
            require_party(seen.request, seen.asker, by=by)
        known[asked] = seen
        placed.append(_place(seen, by=by, people=people))
    return placed


def check_together(requests: Sequence[BookingRequest], *, by: Any) -> list[Placed]:
    """What `place_together` would find now; nothing is locked or written. Raises Invalid and NotPermitted."""
    checked: list[Placed] = []
    granted: list[Supposed] = []
    known: dict[tuple[Any, ...], Asker] = {}
    for one in requests:
        people, asked = on_site(one), _party(one)
        if asked not in known:
            known[asked] = asker_of(one, by)
            require_party(one, known[asked], by=by)
        one = replace(one, allocation=paying_allocation(one))
        gathered = gather_facts(one, people=people)
        facts = supposing(granted, one, gathered, people=people)
        violations = settle_overrides(one, violations_of(one, facts), by=by)
        units = facts.units(one)
        checked.append(Placed(one, units, violations=tuple(violations)))
        if not violations:
            place = place_of(one, gathered, people)
            granted.append(Supposed(one, place, units, known[asked].organisation_id is not None))
    return checked


def with_alternatives(placed: Sequence[Placed], n: int) -> list[Placed]:
    """The same, where each that was refused has up to `n` free slots that overlap none of the others; no lock is needed
    for looking, so it is done where possible when all is undone."""
    taken = [
        Slot(one.request.instrument, one.request.starts_at, one.request.ends_at) for one in placed if not one.violations
    ]
    found = iter(nearest_to_each([one.request for one in placed if one.violations], n, taken=taken))
    return [replace(one, alternatives=tuple(next(found))) if one.violations else one for one in placed]


def refused(placed: Sequence[Placed], message: str) -> DomainError:
    """409 where only other bookings stand in the way of all, 422 where a rule does; every violation is listed."""
    violations = [violation for one in placed for violation in one.violations]
    if all(violation.rule in OCCUPIED for violation in violations):
        return SlotTaken(message, violations)
    return RulesRefuse(message, violations)


def _party(request: BookingRequest) -> tuple[Any, ...]:
    """Requests that agree in this differ in their time alone, for the same people."""
    return request.instrument.pk, request.team and request.team.pk, *(person.pk for person in request.people)


def _place(seen: Seen, *, by: Any, people: tuple[UUID, ...]) -> Placed:
    violations, placement = weigh(seen.request, seen.gathered, by=by, people=people)
    units = placement.facts.units(seen.request)
    if violations:
        return Placed(seen.request, units, violations=tuple(violations))
    booking, rows, charges = entered(seen, placement, by=by, state="requested")
    insert(rows, also=charges)
    return Placed(seen.request, units, booking, tuple(told_of(seen, by=by)))
