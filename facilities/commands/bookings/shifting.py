"""A booking's other time: claimed and paid for beside the old one while it is open, then swapped in or given back."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from core.rows import insert
from facilities.commands import ledger
from facilities.commands.bookings.freeing import wake_waiting
from facilities.commands.claims import Place, claim, release
from facilities.models import Allocation, Booking, Change, Instrument, LedgerEntry, Person
from facilities.queries.allocations import paying_allocation
from facilities.queries.checks import request_of
from facilities.queries.equipment import equipment_of
from facilities.queries.facts import parts_of
from facilities.rules import BookingRequest
from facilities.telling import messages_of
from facilities.units import units_of_stay
from workflow.models import Edit

Kind = LedgerEntry.Kind
Accounts = Mapping[UUID | None, Allocation]


def request_again(
    booking: Booking,
    starts_at: datetime | None,
    ends_at: datetime | None,
    instrument: Instrument | None,
    *,
    mode: str = "",
    people: tuple[Any, ...] = (),
) -> BookingRequest:
    """The booking as a request for another time, instrument, mode or other people, so that editing obeys every rule of
    asking."""
    target, now = instrument or booking.instrument, request_of(booking)
    request = replace(
        now,
        instrument=target,
        starts_at=starts_at or booking.starts_at,
        ends_at=ends_at or booking.ends_at,
        mode=mode or now.mode,
        people=people or now.people,
    )
    if booking.team is not None and target.pk != booking.instrument_id:
        return replace(request, allocation=paying_allocation(replace(request, allocation=None)))
    return request


def people_on_site(booking: Booking) -> tuple[UUID, ...]:
    return tuple(booking.people.filter(on_site=True).values_list("user_id", flat=True))


def open_change(
    booking: Booking, kind: str, request: BookingRequest, place: Place, accounts: Accounts, **fields: Any
) -> Change:
    """Keep the other time beside the old one: what it adds is claimed, and what it costs more is held."""
    change = Change.objects.create(
        booking=booking,
        kind=kind,
        instrument=request.instrument,
        period=DateTimeTZRange(request.starts_at, request.ends_at),
        mode=request.mode if request.mode != booking.mode else "",
        people=sorted(_people(request)) if _people(request) != people_of(booking) else None,
        units=cost(place),
        allocation=request.allocation,
        **fields,
    )
    claim(booking, place, change=change)
    ledger.post(_account(change, accounts), Kind.HELD, change.held_beside(booking), by=change.by, booking=booking)
    return change


def give_back(change: Change, booking: Booking, accounts: Accounts, *, by: Any) -> None:
    """The other time is not taken: free what it claimed and held."""
    release(booking, change=change)
    wake_waiting()
    ledger.post(_account(change, accounts), Kind.RELEASED, change.held_beside(booking), by=by, booking=booking)


def swap_in(change: Change, booking: Booking, accounts: Accounts, *, by: Any) -> list[str]:
    """The booking takes the time of its change, in one step; the names of the columns it has set."""
    if change.allocation_id != booking.allocation_id:
        freed = booking.units
    else:
        freed = max(booking.units - change.units, Decimal(0))
    ledger.post(accounts.get(booking.allocation_id), Kind.RELEASED, freed, by=by, booking=booking)
    instrument = Instrument.objects.select_related("facility").get(pk=change.instrument_id)
    name_people(booking, change.people, mode=change.mode, by=by)
    return take(booking, instrument, change.period, change.units, change.allocation_id)


def swap_now(booking: Booking, request: BookingRequest, place: Place, accounts: Accounts, *, by: Any) -> list[str]:
    """Take another time at once, as before an approval; the names of the columns it has set."""
    units = cost(place)
    old, new = accounts.get(booking.allocation_id), accounts.get(request.allocation.pk) if request.allocation else None
    ledger.post(old, Kind.RELEASED, booking.units, by=by, booking=booking)
    ledger.post(new, Kind.HELD, units, by=by, booking=booking)
    period = DateTimeTZRange(request.starts_at, request.ends_at)
    name_people(booking, sorted(_people(request)), mode=request.mode, by=by)
    return take(booking, place.instrument, period, units, request.allocation.pk if request.allocation else None)


def shrink(booking: Booking, part: DateTimeTZRange, accounts: Accounts, *, by: Any) -> list[str]:
    """Keep a part of the time and free the rest with its units; the names of the columns it has set."""
    units = cost(Place(booking.instrument, part.lower, part.upper, places=booking.places))
    ledger.post(accounts.get(booking.allocation_id), Kind.RELEASED, booking.units - units, by=by, booking=booking)
    return take(booking, booking.instrument, part, units, booking.allocation_id)


def edits_of(booking: Booking, request: BookingRequest) -> frozenset[Edit]:
    """In what way a request for another time differs from the booking. A stay within the old one, or around it, is
    only shorter or longer."""
    before, after = booking.ends_at - booking.starts_at, request.ends_at - request.starts_at
    within = booking.starts_at <= request.starts_at and request.ends_at <= booking.ends_at
    around = request.starts_at <= booking.starts_at and booking.ends_at <= request.ends_at
    found = {
        Edit.TIME: not within and not around,
        Edit.LONGER: after > before,
        Edit.SHORTER: after < before,
        Edit.INSTRUMENT: request.instrument.pk != booking.instrument_id,
        Edit.MODE: request.mode != booking.mode,
        Edit.PEOPLE: _people(request) != people_of(booking),
    }
    return frozenset(edit for edit, so in found.items() if so)


def take(
    booking: Booking, instrument: Instrument, period: DateTimeTZRange, units: Any, allocation_id: UUID | None
) -> list[str]:
    """Claim the new time in place of everything claimed before; who waits for what that frees is looked at."""
    release(booking)
    wake_waiting()
    booking.instrument, booking.period, booking.units = instrument, period, units
    booking.unit, booking.allocation_id = instrument.unit, allocation_id
    place = Place(
        instrument,
        period.lower,
        period.upper,
        parts_of(instrument),
        people_on_site(booking),
        mode=booking.mode,
        equipment=equipment_of(booking),
        places=booking.places,
    )
    claim(booking, place)
    return ["instrument", "period", "mode", "units", "unit", "allocation"]


def name_people(booking: Booking, people: Collection[UUID] | None, *, by: Any, mode: str = "") -> None:
    """Who comes from now on, None for the same, and how they work. Who is new, or comes no longer, is told; what they
    claim is the caller's."""
    before = people_of(booking)
    wanted = before if people is None else frozenset(people)
    if wanted == before and mode in ("", booking.mode):
        return
    booking.mode = mode or booking.mode
    on_site = booking.mode == Instrument.Mode.ONSITE
    booking.people.exclude(user__in=wanted).delete()
    booking.people.exclude(on_site=on_site).update(on_site=on_site)
    Person.objects.bulk_create(Person(booking=booking, user_id=pk, on_site=on_site) for pk in sorted(wanted - before))
    booking.refresh_from_db(fields=["people"])
    gone = before - wanted - {by.pk, booking.requester_id}
    insert(messages_of(booking, "booking_joined", sorted(wanted - before - {by.pk}), by=by))
    insert(messages_of(booking, "booking_left", sorted(gone), by=by, leaving=True))


def people_of(booking: Booking) -> frozenset[UUID]:
    """The identifiers of all who take part."""
    return frozenset(booking.people.values_list("user_id", flat=True))


def _people(request: BookingRequest) -> frozenset[UUID]:
    return frozenset(person.pk for person in request.people)


def cost(place: Place) -> Decimal:
    """Units of a place in its instrument's unit."""
    return units_of_stay(place.instrument, place.starts_at, place.ends_at, place.places)


def _account(change: Change, accounts: Accounts) -> Allocation | None:
    return accounts.get(change.allocation_id)
