"""Asking for time: check without writing, hold for some minutes, request."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from accounts.queries import affiliation_at
from core import audit, clock
from core.errors import Invalid, NotPermitted, Violation, WrongState
from facilities.commands import ledger
from facilities.commands.bookings.deciding import approve_booking
from facilities.commands.bookings.moving import move_booking
from facilities.commands.bookings.placing import Placement, find_place, lost_race, settle_overrides
from facilities.commands.bookings.routing import send_through_route
from facilities.commands.claims import claim
from facilities.commands.locks import lock_allocations, lock_booking, lock_time, locked_instrument
from facilities.models import Booking, Instrument, LedgerEntry, Person, Team
from facilities.permissions import booking_parties, may_book_for
from facilities.queries.allocations import paying_allocation
from facilities.queries.availability import nearest_slots
from facilities.queries.facts import gather_facts
from facilities.rules import BookingRequest, violations_of
from facilities.telling import tell
from facilities.workflows import BOOKING
from workflow.commands import permitted_move


@dataclass(frozen=True)
class Check:
    """What would happen: nothing is written. `units` are what it costs in the instrument's unit."""

    ok: bool
    violations: Sequence[Violation]
    alternatives: Sequence[dict[str, Any]]
    units: Decimal
    unit: str


def check_booking(request: BookingRequest, *, by: Any) -> Check:
    """Every rule that would refuse now, and the nearest legal slots if one does. Raises Invalid and NotPermitted."""
    request = settled(request, by)
    people = on_site(request)
    facts = gather_facts(request, people=people).facts
    violations = settle_overrides(request, violations_of(request, facts), by=by)
    alternatives = nearest_slots(request) if violations else []
    return Check(not violations, violations, alternatives, facts.units(request), facts.instrument.unit)


def hold_time(request: BookingRequest, *, by: Any) -> Booking:
    """Keep time for the instrument's minutes of a hold, without asking yet. Raises as `request_time`."""
    request = settled(request, by)
    with lost_race(request):
        return _place(request, by=by, state="held")


def request_time(request: BookingRequest, *, by: Any) -> Booking:
    """Ask for time: claims it, holds its units and opens the approval route; approved where that approves by itself.

    Raises Invalid (400), NotPermitted (403), SlotTaken (409) where only other bookings are in the way, RulesRefuse
    (422) with every violation, both with the nearest legal slots.
    """
    request = settled(request, by)
    with lost_race(request):
        return _place(request, by=by, state="requested")


def request_held(booking: Booking, *, by: Any) -> Booking:
    """Turn a hold into a request. Asking again is a replay. A hold whose time is over is gone, swept or not."""
    with transaction.atomic():
        lock_time([booking.instrument_id])
        booking = lock_booking(booking.pk)
        parties = booking_parties(by, booking)
        if booking.state == "requested" and "requester" in parties:
            return booking
        permitted_move(BOOKING, "request", booking.state, parties)
        if booking.hold_expires_at is not None and booking.hold_expires_at <= clock.now():
            raise WrongState(_("The hold has expired. Ask for the time anew."), code="hold_expired")
        booking.requested_at, booking.hold_expires_at = clock.now(), None
        move_booking(booking, "request", by=by, parties=parties, also=["requested_at", "hold_expires_at"])
        tell(booking, "booking_requested", by=by)
        send_through_route(booking, by=by, approve=approve_booking)
        return booking


@transaction.atomic
def _place(request: BookingRequest, *, by: Any, state: str) -> Booking:
    people = on_site(request)
    lock_time([request.instrument.pk], people)
    allocation = lock_allocations(request.allocation and request.allocation.pk)
    request = replace(
        request,
        instrument=locked_instrument(request.instrument.pk),
        allocation=allocation[request.allocation.pk] if request.allocation else None,
    )
    placement = find_place(request, by=by, people=people)
    booking = _write(request, placement, by=by, state=state)
    claim(booking, placement.place)
    ledger.post(request.allocation, LedgerEntry.Kind.HELD, booking.units, by=by, booking=booking)
    audit.record("hold" if state == "held" else "request", booking, by=by, to_state=state, **_overridden(booking))
    if state == "requested":
        tell(booking, "booking_requested", by=by)
        send_through_route(booking, by=by, approve=approve_booking)
    return booking


def _write(request: BookingRequest, placement: Placement, *, by: Any, state: str) -> Booking:
    now = placement.facts.now
    instrument = request.instrument
    affiliation = affiliation_at(by, now.date())
    booking = Booking.objects.create(
        instrument=instrument,
        period=DateTimeTZRange(request.starts_at, request.ends_at),
        state=state,
        mode=request.mode,
        title=request.title,
        purpose=request.purpose,
        requester=by,
        team=request.team,
        allocation=request.allocation,
        organisation=affiliation.organisation if affiliation else None,
        organisation_label=affiliation.organisation.name if affiliation else "",
        country=affiliation.organisation.country if affiliation else "",
        unit=instrument.unit,
        units=placement.facts.units(request),
        hold_expires_at=now + timedelta(minutes=instrument.hold_minutes) if state == "held" else None,
        requested_at=now if state == "requested" else None,
        overrides=placement.overrides,
        created_by=by,
    )
    Person.objects.bulk_create(
        Person(booking=booking, user=person, on_site=request.on_site) for person in request.people
    )
    return booking


def _overridden(booking: Booking) -> dict[str, Any]:
    return {"overrides": booking.overrides} if booking.overrides else {}


def settled(request: BookingRequest, by: Any) -> BookingRequest:
    """The request with its defaults filled in: who comes, whose team, which allocation pays.

    Raises Invalid when it cannot be read, NotPermitted when it is for a team that is not one's own.
    """
    _require_readable(request)
    team = request.team or (request.allocation.team if request.allocation else None)
    if team is not None and not may_book_for(by, team):
        raise NotPermitted(_("You are not on this team. Ask one of its leads to add you."))
    allocation = request.allocation
    if allocation is None and team is not None:
        allocation = paying_allocation(team, request.instrument, request.starts_at, request.ends_at)
    _require_own_people(request.people, team, by)
    return replace(request, team=team, allocation=allocation, people=request.people or (by,))


def _require_own_people(people: Sequence[Any], team: Team | None, by: Any) -> None:
    """Whoever is named is claimed for the time, so only oneself and one's team can be."""
    others = {person.pk for person in people} - {by.pk}
    if others and (team is None or team.members.filter(user__in=others).count() < len(others)):
        message = _("Name only yourself and members of the team that the time is for.")
        raise Invalid(message, [Violation("people_of_the_team", message, field="people")], code="people_of_the_team")


def _require_readable(request: BookingRequest) -> None:
    violations = []
    if request.starts_at.tzinfo is None or request.ends_at.tzinfo is None:
        violations.append(Violation("zone_missing", _("Give instants with a time zone."), field="starts_at"))
    elif request.ends_at <= request.starts_at:
        violations.append(Violation("ends_before_start", _("The end must come after the start."), field="ends_at"))
    if request.mode not in Instrument.Mode.values:
        violations.append(Violation("unknown_mode", _("Choose on site, remote or mail-in."), field="mode"))
    if violations:
        raise Invalid(_("The request cannot be read as it is."), violations)


def on_site(request: BookingRequest) -> tuple[Any, ...]:
    """The identifiers of those who are to be on site."""
    return tuple(person.pk for person in request.people) if request.on_site else ()
