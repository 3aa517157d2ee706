"""The facts as if other requests had been granted first: what a check of several together is judged by."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from facilities.commands.claims import Place, Wanted, wanted_by
from facilities.queries.facts import Gathered, facts_parameters
from facilities.queries.policies import look_of
from facilities.rules import (
    Allotment,
    BookingRequest,
    CycleShare,
    Engagement,
    Facts,
    Look,
    Neighbour,
    Occupied,
    Span,
    Standing,
    Stay,
    hours_asked,
)

EQUIPMENT_SEEN = timedelta(days=14)
"""How long after the wanted end the facts know when equipment is taken, as in `sql.FACTS`."""


@dataclass(frozen=True)
class Supposed:
    """A request that is taken for granted: what it would claim and cost, and whether an organisation is counted."""

    request: BookingRequest
    place: Place
    units: Decimal
    of_organisation: bool
    booking: UUID = field(default_factory=uuid4)

    def claims(self, *resources: UUID) -> Iterator[Wanted]:
        """What it would claim of these resources, once for each lane."""
        for each in wanted_by(self.place):
            if each.resource in resources:
                yield from [each] * each.count

    @property
    def stay(self) -> Stay:
        """The booking as policies would count it."""
        request, facility = self.request, self.request.instrument.facility
        return Stay(
            self.booking,
            request.starts_at,
            request.ends_at,
            self.units,
            request.instrument.unit,
            request.requester.pk,
            tuple(person.pk for person in request.people),
            request.on_site,
            facility.pk,
            facility.country,
        )


def supposing(
    granted: Sequence[Supposed], request: BookingRequest, gathered: Gathered, *, people: tuple[UUID, ...]
) -> Facts:
    """The facts of a request with what these others would take: time, people, equipment, units, quotas, shares.

    It follows `sql.FACTS`, `sql.STAYS` and `sql.GIVEN`; a test holds each kind of fact against the written rows.
    """
    facts = gathered.facts
    if not granted:
        return facts
    return replace(
        facts,
        neighbours=(*facts.neighbours, *_neighbours(granted, request, gathered, people)),
        engagements=(*facts.engagements, *_engagements(granted, request, people)),
        equipment=tuple(_taken(granted, request, thing) for thing in facts.equipment),
        allotment=_left(granted, request, facts.allotment),
        policies=tuple(_counted(granted, request, facts, policy) for policy in facts.policies),
        shares=tuple(_given(granted, facts, share) for share in facts.shares),
    )


def _neighbours(
    granted: Sequence[Supposed], request: BookingRequest, gathered: Gathered, people: tuple[UUID, ...]
) -> Iterator[Neighbour]:
    instrument, known = request.instrument, facts_parameters(request, people)
    near = Span(request.starts_at - known["before"], request.ends_at + known["after"])
    for one in granted:
        starts_at, ends_at = one.request.starts_at, one.request.ends_at
        elsewhere = one.request.instrument.pk != instrument.pk
        for each in one.claims(instrument.pk, *(part for part, _capacity in gathered.parts)):
            if near.meets(Span(each.lower, each.upper)):
                whole = elsewhere or each.resource != instrument.pk
                yield Neighbour(each.lower, each.upper, starts_at, ends_at, whole, one.request.mode)


def _engagements(
    granted: Sequence[Supposed], request: BookingRequest, people: tuple[UUID, ...]
) -> Iterator[Engagement]:
    names = {person.pk: person.name for person in request.people}
    stay = Span(request.starts_at, request.ends_at)
    for one in granted:
        for each in one.claims(*people):
            if stay.meets(Span(each.lower, each.upper)):
                yield Engagement(names[each.resource], each.lower, each.upper)


def _taken(granted: Sequence[Supposed], request: BookingRequest, thing: Occupied) -> Occupied:
    seen = Span(request.starts_at, request.ends_at + EQUIPMENT_SEEN)
    spans = (Span(each.lower, each.upper) for one in granted for each in one.claims(thing.equipment.resource))
    return replace(thing, taken=(*thing.taken, *(span for span in spans if seen.meets(span))))


def _left(granted: Sequence[Supposed], request: BookingRequest, allotment: Allotment | None) -> Allotment | None:
    if allotment is None:
        return None
    held = (one.units for one in granted if one.request.allocation == request.allocation)
    return replace(allotment, left=allotment.left - sum(held, Decimal(0)))


def _counted(granted: Sequence[Supposed], request: BookingRequest, facts: Facts, policy: Standing) -> Standing:
    look = look_of(request, facts, policy)
    if look is None:
        return policy
    return replace(policy, stays=(*policy.stays, *(one.stay for one in granted if _seen(one, look, facts, policy))))


def _seen(one: Supposed, look: Look, facts: Facts, policy: Standing) -> bool:
    asked, persons = one.request, set(look.persons or ())
    if look.elsewhere:
        in_reach = any(one.claims(*persons))
    else:
        same = asked.instrument.pk == facts.instrument.pk
        in_reach = same or (not policy.of_instrument and asked.instrument.facility_id == facts.instrument.facility_id)
    return (
        in_reach
        and asked.ends_at > look.lower
        and (look.upper is None or asked.starts_at < look.upper)
        and (look.persons is None or not persons.isdisjoint({one.stay.requester, *one.stay.people}))
        and (look.team is None or (asked.team is not None and asked.team.pk == look.team))
        and (not look.organisation or one.of_organisation)
        and (look.categories is None or asked.access in look.categories)
        and (not look.on_site or asked.on_site)
    )


def _given(granted: Sequence[Supposed], facts: Facts, share: CycleShare) -> CycleShare:
    given = dict(share.given)
    for one in granted:
        asked = one.request
        paid_by_it = asked.allocation is not None and asked.allocation.cycle_id == share.id
        if asked.instrument.facility_id == facts.instrument.facility_id and not paid_by_it:
            given[asked.access] = given.get(asked.access, Decimal(0)) + hours_asked(asked, share)
    return replace(share, given=given)
