"""Several requests taken together: each is judged after those before it are written, so that every rule sees them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.errors import DomainError, RulesRefuse, SlotTaken, Violation
from core.rows import fetch_together, insert
from facilities import sql
from facilities.commands.bookings.looking import Seen, look, look_on, require_party
from facilities.commands.bookings.placing import weigh
from facilities.commands.bookings.requesting import entered, on_site, told_of
from facilities.commands.locks import lock_allocations, lock_time
from facilities.models import Booking
from facilities.queries.allocations import paying_parameters
from facilities.queries.availability import Slot
from facilities.queries.nearest import nearest_to_each
from facilities.rules import OCCUPIED, BookingRequest


@dataclass(frozen=True)
class Placed:
    """A request that became a booking, or the violations that kept it from that, with free alternatives."""

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
        asked = (one.instrument.pk, one.team and one.team.pk, *(person.pk for person in one.people))
        if before := known.get(asked):
            seen = look_on(before, one, people=people)
        else:
            seen = look(one, by=by, people=people)
            require_party(seen.request, seen.asker, by=by)
        known[asked] = seen
        placed.append(_place(seen, by=by, people=people))
    return placed


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


def _place(seen: Seen, *, by: Any, people: tuple[UUID, ...]) -> Placed:
    violations, placement = weigh(seen.request, seen.gathered, by=by, people=people)
    units = placement.facts.units(seen.request)
    if violations:
        return Placed(seen.request, units, violations=tuple(violations))
    booking, rows, charges = entered(seen, placement, by=by, state="requested")
    insert(rows, also=charges)
    return Placed(seen.request, units, booking, tuple(told_of(seen, by=by)))
