"""Asking for time: check without writing, hold for some minutes, request."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Model
from django.utils.translation import gettext as _

from core import audit, clock
from core.errors import Invalid, Violation, WrongState
from core.rows import Parameters, insert
from facilities.commands import ledger
from facilities.commands.bookings.deciding import approve_booking
from facilities.commands.bookings.looking import Seen, look, require_party
from facilities.commands.bookings.moving import move_booking
from facilities.commands.bookings.overriding import approve_legal
from facilities.commands.bookings.placing import Placement, judge, lost_race, settle_overrides
from facilities.commands.bookings.routing import go_on_if_approved, prepare_route, send_through_route
from facilities.commands.claims import claims_of
from facilities.commands.locks import lock_booking, lock_time
from facilities.models import Booking, Instrument, LedgerEntry, Person, Safety, Use
from facilities.permissions import booking_parties
from facilities.queries.allocations import paying_allocation
from facilities.queries.asking import asker_of
from facilities.queries.facts import gather_facts
from facilities.queries.nearest import nearest_slots
from facilities.rules import BookingRequest, violations_of
from facilities.telling import messages_of, tell
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
    require_party(request, asker_of(request, by), by=by)
    request = replace(request, allocation=paying_allocation(request))
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
    """Turn a hold into a request. Asking again is a replay. A hold whose time is over is gone, swept or not.

    Raises as asking does where the route approves by itself and a rule stands against the time by now.
    """
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
        send_through_route(booking, by=by, approve=approve_legal)
        return booking


@transaction.atomic
def _place(request: BookingRequest, *, by: Any, state: str) -> Booking:
    """The hot path: locks and facts come in one round trip, every row goes in one (see `make bench`)."""
    people = on_site(request)
    seen = look(request, by=by, people=people)
    require_party(seen.request, seen.asker, by=by)
    placement = judge(seen.request, seen.gathered, by=by, people=people)
    booking, rows, charges = entered(seen, placement, by=by, state=state)
    process = None
    if state == "requested":
        rows += messages_of(booking, "booking_requested", told_of(seen, by=by), by=by)
        process = prepare_route(booking, route=seen.route)
        rows += [process.process, *process.tasks]
    insert(rows, also=charges)
    if process is not None:
        go_on_if_approved(process.process, booking, approve_booking)
    return booking


def entered(
    seen: Seen, placement: Placement, *, by: Any, state: str, actor: Any = None, note: str = ""
) -> tuple[Booking, list[Model], list[tuple[str, Parameters]]]:
    """A booking at its place, the unsaved rows of it with its claims, and the statements that charge its account.

    It is the booking of `by`; `actor` is who enters it where that is somebody else.
    """
    booking = _booking(seen, placement, by=by, state=state)
    rows: list[Model] = [booking, *_people(booking, seen.request), *_uses(booking, seen.request)]
    rows += claims_of(booking, placement.place)
    rows.append(audit.entry(_VERBS[state], booking, by=actor or by, note=note, to_state=state, **_overridden(booking)))
    account = seen.request.allocation
    if account is None:
        return booking, rows, []
    rows.append(ledger.enter(account, LedgerEntry.Kind.HELD, booking.units, by=actor or by, booking=booking))
    return booking, rows, [ledger.sums_of(account)]


def told_of(seen: Seen, *, by: Any) -> list[UUID]:
    """Who hears that time was asked for: who asks, who comes, who leads the team."""
    return sorted({by.pk, *(person.pk for person in seen.request.people), *seen.asker.leads})


_VERBS = {"held": "hold", "offered": "offer", "requested": "request"}


def _booking(seen: Seen, placement: Placement, *, by: Any, state: str) -> Booking:
    """The unsaved booking of `by` for time that has been judged."""
    request, asker, now = seen.request, seen.asker, placement.facts.now
    instrument = request.instrument
    return Booking(
        number=seen.number,
        instrument=instrument,
        period=DateTimeTZRange(request.starts_at, request.ends_at),
        state=state,
        mode=request.mode,
        places=request.places,
        category=request.access,
        safety=request.safety,
        title=request.title,
        purpose=request.purpose,
        requester=by,
        team=request.team,
        allocation=request.allocation,
        organisation_id=asker.organisation_id,
        organisation_label=asker.organisation_name,
        country=asker.country,
        unit=instrument.unit,
        units=placement.facts.units(request),
        hold_expires_at=now + timedelta(minutes=instrument.hold_minutes) if state == "held" else None,
        requested_at=now if state == "requested" else None,
        overrides=placement.overrides,
        created_by=by,
    )


def _people(booking: Booking, request: BookingRequest) -> list[Person]:
    """The unsaved rows of those who take part."""
    return [Person(booking=booking, user=person, on_site=request.on_site) for person in request.people]


def _uses(booking: Booking, request: BookingRequest) -> list[Use]:
    return [Use(booking=booking, equipment=each) for each in request.equipment]


def _overridden(booking: Booking) -> dict[str, Any]:
    return {"overrides": booking.overrides} if booking.overrides else {}


def settled(request: BookingRequest, by: Any) -> BookingRequest:
    """The request with its defaults filled in: whose team, who comes. Raises Invalid when it cannot be read."""
    _require_readable(request)
    team = request.team or (request.allocation.team if request.allocation else None)
    return replace(request, team=team, people=request.people or (by,), requester=by)


def _require_readable(request: BookingRequest) -> None:
    violations = []
    if request.starts_at.tzinfo is None or request.ends_at.tzinfo is None:
        violations.append(Violation("zone_missing", _("Give instants with a time zone."), field="starts_at"))
    elif request.ends_at <= request.starts_at:
        violations.append(Violation("ends_before_start", _("The end must come after the start."), field="ends_at"))
    if request.mode not in Instrument.Mode.values:
        violations.append(Violation("unknown_mode", _("Choose on site, remote or mail-in."), field="mode"))
    if request.safety not in Safety.values:
        violations.append(Violation("unknown_safety", _("Choose green, yellow or red."), field="safety"))
    if request.places < 1:
        violations.append(Violation("places", _("Give a whole number of places, at least one."), field="places"))
    if violations:
        raise Invalid(_("The request cannot be read as it is."), violations)


def on_site(request: BookingRequest) -> tuple[Any, ...]:
    """The identifiers of those who are to be on site."""
    return tuple(person.pk for person in request.people) if request.on_site else ()
