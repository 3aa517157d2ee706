"""Finding a place under the locks: the rules, what a manager overrides, and what a lost race answers."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, OperationalError
from django.utils.translation import gettext as _
from psycopg import errors

from core import clock
from core.errors import Invalid, NotPermitted, RulesRefuse, SlotTaken, Violation
from facilities.commands.bookings.ending import expire_booking
from facilities.commands.claims import Place
from facilities.commands.locks import lock_counted
from facilities.models import Booking
from facilities.permissions import may_override
from facilities.queries.facts import Gathered, gather_facts
from facilities.queries.nearest import nearest_slots
from facilities.rules import OCCUPIED, RULES, BookingRequest, Facts, violations_of


@dataclass(frozen=True)
class Placement:
    """Time that may be taken: the facts it was judged by, the place to claim and the rules set aside for it."""

    facts: Facts
    place: Place
    overrides: list[dict[str, str]]


def find_place(
    request: BookingRequest, *, by: Any, people: tuple[UUID, ...], booking: Booking, alone: bool = True
) -> Placement:
    """Judge a change of a booking whose rows are locked. Raises as `judge`."""
    gathered = gather_facts(request, people=people, booking=booking, hold=lock_counted)
    return judge(request, gathered, by=by, people=people, booking=booking, alone=alone)


def judge(
    request: BookingRequest,
    gathered: Gathered,
    *,
    by: Any,
    people: tuple[UUID, ...],
    booking: Booking | None = None,
    alone: bool = True,
) -> Placement:
    """Hold a request against the rules. Raises SlotTaken or RulesRefuse with all violations and, unless the caller
    looks for those of several requests together, alternatives."""
    left, placement = weigh(request, gathered, by=by, people=people)
    if booking is not None and keeps_its_time(request, booking):
        left = [each for each in left if not RULES[each.rule].at_asking]
    if left:
        raise refusal(left, nearest_slots(request, booking=booking) if alone else ())
    return placement


def weigh(
    request: BookingRequest, gathered: Gathered, *, by: Any, people: tuple[UUID, ...]
) -> tuple[list[Violation], Placement]:
    """The violations that are left after a manager's overrides, and the place that is to be had without any.

    Holds in the way whose time is over are expired first, so that a late timer changes nothing.
    """
    for stale in gathered.stale_holds:
        expire_booking(Booking.objects.get(pk=stale))
    facts = gathered.facts
    found = violations_of(request, facts)
    left = settle_overrides(request, found, by=by)
    return left, Placement(facts, place_of(request, gathered, people), _set_aside(request, found, by, facts))


def place_of(request: BookingRequest, gathered: Gathered, people: tuple[UUID, ...]) -> Place:
    """What a request is to claim."""
    return Place(
        request.instrument,
        request.starts_at,
        request.ends_at,
        gathered.parts,
        people,
        mode=request.mode,
        equipment=request.equipment,
        places=request.places,
    )


def keeps_its_time(request: BookingRequest, booking: Booking) -> bool:
    """Whether a change leaves a booking that is still to come where it is: it was asked for in time."""
    same = (request.instrument.pk, request.starts_at, request.ends_at)
    return clock.now() < booking.starts_at and same == (booking.instrument_id, booking.starts_at, booking.ends_at)


def refusal(violations: Sequence[Violation], alternatives: Sequence[dict[str, Any]]) -> SlotTaken | RulesRefuse:
    """409 where only other bookings stand in the way, 422 where the request itself is against a rule."""
    if all(violation.rule in OCCUPIED for violation in violations):
        return SlotTaken(violations[0].message, violations, alternatives)
    message = violations[0].message if len(violations) == 1 else _("Several rules refuse this request.")
    return RulesRefuse(message, violations, alternatives)


def settle_overrides(request: BookingRequest, violations: Sequence[Violation], *, by: Any) -> list[Violation]:
    """The violations that are left after a manager's overrides. Raises NotPermitted, and Invalid without a reason."""
    if not request.overrides:
        return list(violations)
    if not may_override(by, request.instrument.facility):
        raise NotPermitted(_("Rules are overridden by the facility's manager."))
    if any(not override.reason.strip() for override in request.overrides):
        message = _("Give a reason for each rule that you override.")
        raise Invalid(message, [Violation("reason_required", message, field="overrides")], code="reason_required")
    names = {override.rule for override in request.overrides}
    return [violation for violation in violations if not (violation.overridable and violation.rule in names)]


def _set_aside(request: BookingRequest, found: Sequence[Violation], by: Any, facts: Facts) -> list[dict[str, str]]:
    broken = {violation.rule for violation in found}
    return [
        {"rule": each.rule, "reason": each.reason, "by": str(by.pk), "name": by.name, "at": facts.now.isoformat()}
        for each in request.overrides
        if each.rule in broken
    ]


@contextmanager
def lost_race(request: BookingRequest, booking: Booking | None = None) -> Iterator[None]:
    """Turn the wall's answer (the exclusion constraint, or a deadlock at it) into SlotTaken with alternatives."""
    try:
        yield
    except (IntegrityError, OperationalError) as error:
        if not isinstance(error.__cause__, errors.ExclusionViolation | errors.DeadlockDetected):
            raise
        message = _("Somebody else was faster: this time is taken now. Choose another time.")
        violation = Violation("slot_free", message, "starts_at", source="R-21")
        raise SlotTaken(message, [violation], nearest_slots(request, booking=booking)) from error
