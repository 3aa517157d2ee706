"""Reads what policies count, in one statement for each that counts something and in one round trip for all."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from core.rows import fetch_together
from facilities import sql
from facilities.models import Booking, Policy
from facilities.rules import RULES, BookingRequest, Facts, Look, PolicyRule, Standing, Stay


class Hold(Protocol):
    """How a command locks what is counted, before it is read."""

    def __call__(self, *, policies: Sequence[UUID] = (), cycles: Sequence[UUID] = ()) -> Any: ...


def standing(row: Sequence[Any]) -> Standing:
    """A policy in the row of `sql.FACTS`."""
    pk, rule, parameters, override, source, of_instrument, cycles, in_reserve, untrained = row
    return Standing(
        id=UUID(pk),
        rule=rule,
        parameters=completed(rule, parameters),
        overridable=override == Policy.Override.MANAGER,
        source=source,
        of_instrument=of_instrument,
        cycles=tuple((datetime.fromisoformat(lower), datetime.fromisoformat(upper)) for lower, upper in cycles),
        in_reserve=in_reserve,
        untrained=tuple(untrained or ()),
    )


def completed(rule: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """A policy's parameters with the defaults of those that its rule has learnt since."""
    known = RULES.get(rule)
    return known.defaults | parameters if isinstance(known, PolicyRule) else parameters


def complete(
    request: BookingRequest,
    facts: Facts,
    *,
    booking: Booking | None = None,
    hold: Hold | None = None,
    before: datetime | None = None,
    without: Collection[UUID] = (),
) -> Facts:
    """The facts with the bookings that each policy in force looks at. `hold` locks those policies first, so that what
    is counted stays so; `before` counts only what was asked for until then, `without` leaves bookings out."""
    asked = [(policy, look) for policy in facts.policies if (look := look_of(request, facts, policy))]
    if not asked:
        return facts
    if hold is not None:
        hold(policies=[policy.id for policy, _look in asked])
    left_out = {*without, *([booking.pk] if booking else [])}
    found = fetch_together(
        *((sql.STAYS, _parameters(look, policy, request, facts, booking, before, left_out)) for policy, look in asked)
    )
    stays = {policy.id: tuple(_stay(row) for row in rows) for (policy, _look), rows in zip(asked, found, strict=True)}
    return replace(facts, policies=tuple(replace(policy, stays=stays.get(policy.id, ())) for policy in facts.policies))


def _stay(row: Sequence[Any]) -> Stay:
    """A row of `sql.STAYS`."""
    booking, starts_at, ends_at, units, unit, requester, people, on_site, facility, country = row
    return Stay(booking, starts_at, ends_at, units, unit, requester, tuple(people), on_site, facility, country)


def look_of(request: BookingRequest, facts: Facts, policy: Standing) -> Look | None:
    """Which other bookings a policy wants to see for a request, if any."""
    rule = RULES.get(policy.rule)
    return rule.looks(request, facts, policy) if isinstance(rule, PolicyRule) and rule.looks else None


def _parameters(
    look: Look,
    policy: Standing,
    request: BookingRequest,
    facts: Facts,
    booking: Booking | None,
    before: datetime | None,
    without: Collection[UUID],
) -> dict[str, Any]:
    return {
        "lower": look.lower,
        "upper": look.upper,
        "persons": list(look.persons) if look.persons is not None else None,
        "team": look.team,
        "organisation": look.organisation,
        "categories": list(look.categories) if look.categories else None,
        "undecided": look.undecided,
        "on_site": look.on_site,
        "elsewhere": look.elsewhere,
        "facility": facts.instrument.facility_id,
        "instrument": facts.instrument.pk if policy.of_instrument else None,
        "requester": request.requester.pk if request.requester else None,
        "booking": booking.pk if booking else None,
        "today": facts.now.date(),
        "now": facts.now,
        "before": before,
        "without": list(without),
    }
