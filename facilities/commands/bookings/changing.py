"""Another time for a booking: the facility counters, the requester accepts or keeps to it, either side reschedules."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.errors import Invalid, NotPermitted, Violation, WrongState
from core.permissions import allowed
from facilities.commands.bookings.deciding import approve_booking, move_to_new_time
from facilities.commands.bookings.looking import require_party
from facilities.commands.bookings.moving import move_booking, move_change
from facilities.commands.bookings.overriding import approve_legal
from facilities.commands.bookings.placing import find_place, lost_race
from facilities.commands.bookings.requesting import on_site
from facilities.commands.bookings.routing import agree_for, route_facts, route_of, send_through_route, still_agreed
from facilities.commands.bookings.shifting import (
    cost,
    edits_of,
    give_back,
    open_change,
    people_of,
    people_on_site,
    request_again,
    swap_in,
    swap_now,
)
from facilities.commands.claims import Place
from facilities.commands.locks import lock_allocations, lock_booking, lock_time, lock_with_change, locked_instrument
from facilities.models import Booking, Change, Instrument
from facilities.permissions import booking_parties
from facilities.queries.asking import asker_of
from facilities.queries.checks import request_of
from facilities.rules import BookingRequest, Override
from facilities.telling import tell
from facilities.workflows import BOOKING
from workflow import approvals
from workflow.commands import permitted_move

ANSWER_WITHIN = timedelta(days=7)
"""How long an offer stands. Source: R-22."""


def counter_booking(
    booking: Booking,
    *,
    by: Any,
    starts_at: datetime,
    ends_at: datetime,
    instrument: Instrument | None = None,
    note: str,
    overrides: tuple[Override, ...] = (),
) -> Booking:
    """The facility proposes another time or instrument; both times stay claimed until the requester answers.

    `overrides` are rules that its manager sets aside for it, as when asking, and stay with the booking. Raises
    WrongState, NotPermitted, Invalid, and as asking for time does.
    """
    request = replace(request_again(booking, starts_at, ends_at, instrument), overrides=overrides)
    with lost_race(request, booking), transaction.atomic():
        booking, parties, place, accounts, request = _judged(booking, request, "counter", by=by, note=note)
        if not allowed(by, "facilities.decide_bookings", request.instrument.facility):
            raise NotPermitted(_("You do not decide about that instrument. Propose one of your own facility."))
        expires_at = min(clock.now() + ANSWER_WITHIN, booking.starts_at)
        open_change(booking, Change.Kind.COUNTER, request, place, accounts, by=by, note=note, expires_at=expires_at)
        approvals.stop(booking, by=by, note=note)
        also = ["overrides"]
        move_booking(booking, "counter", by=by, parties=parties, note=note, also=also, **_told(request))
        tell(booking, "booking_countered", by=by, note=note, **_times(request))
        return booking


def accept_counter(booking: Booking, *, by: Any) -> Booking:
    """Take the time that the facility proposed, in one step, and send it through the route.

    Who proposed it has agreed to it by that, so only other deciders are asked. Raises WrongState when it has expired,
    and as asking does where the route approves by itself and a rule stands against the time by now.
    """
    with transaction.atomic():
        booking, change = _locked_with_change(booking)
        parties = booking_parties(by, booking)
        permitted_move(BOOKING, "accept", booking.state, parties)
        if change is None or (change.expires_at is not None and change.expires_at <= clock.now()):
            raise WrongState(_("The offer has expired. Ask for the time anew."), code="offer_expired")
        accounts = lock_allocations(booking.allocation_id, change.allocation_id)
        settled = _still_agreed(booking, request_of(booking, change))
        columns = swap_in(change, booking, accounts, by=by)
        move_change(change, "accept", by=by, parties={"requester"})
        move_booking(booking, "accept", by=by, parties=parties, also=columns)
        send_through_route(booking, by=by, approve=approve_legal, settled=settled)
        agree_for(booking, change.by, note=_("Proposed this time."))
        booking.refresh_from_db()
        if booking.state == "requested":
            tell(booking, "booking_moved", by=by)
        return booking


def refuse_counter(booking: Booking, *, by: Any, note: str) -> Booking:
    """Keep to the time asked for: the steps that have not agreed to it yet decide about that."""
    with transaction.atomic():
        booking, change = _locked_with_change(booking)
        parties = booking_parties(by, booking)
        permitted_move(BOOKING, "refuse", booking.state, parties, note)
        if change is not None:
            give_back(change, booking, lock_allocations(booking.allocation_id, change.allocation_id), by=by)
            move_change(change, "refuse", by=by, parties={"requester"}, note=note)
        move_booking(booking, "refuse", by=by, parties=parties, note=note)
        tell(booking, "booking_counter_refused", by=by, note=note, facility_too=True)
        settled = _still_agreed(booking, request_of(booking))
        send_through_route(booking, by=by, approve=approve_legal, settled=settled)
        return booking


def reschedule_booking(
    booking: Booking,
    *,
    by: Any,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    instrument: Instrument | None = None,
    mode: str = "",
    people: tuple[Any, ...] = (),
    note: str = "",
    overrides: tuple[Override, ...] = (),
    alone: bool = True,
    searched: bool = True,
) -> Booking:
    """Ask for another time, instrument or mode, or for other people; what is not given stays. Before the approval it is
    taken at once and the route decides about it; after the approval the route decides again, and the old time stays
    claimed until the new one is approved. Steps that agreed are asked once more where the route says so of such a
    change; where it asks nobody, the booking changes at once. A manager sets rules aside with `overrides`, as when
    asking. `alone` is false where the caller sends several bookings through one route and tells of them together,
    `searched` where it looks for their alternatives together.

    Raises WrongState, NotPermitted, and as asking for time does: editing can do nothing that creating could not.
    """
    request = request_again(booking, starts_at, ends_at, instrument, mode=mode, people=people)
    request = replace(request, overrides=overrides)
    with lost_race(request, booking), transaction.atomic():
        booking, parties, place, accounts, request = _judged(
            booking, request, "reschedule", by=by, note=note, searched=searched
        )
        if booking.state == "approved":
            _ask_again(booking, request, place, accounts, by=by, note=note, parties=parties)
            if alone:
                route, settled = route_of(request.instrument), _still_agreed(booking, request)
                about = {"purpose": "reschedule", "route": route, "settled": settled}
                facts = {"units": cost(place), "mode": request.mode}
                send_through_route(booking, by=by, approve=move_to_new_time, **about, **facts)
            return booking
        settled = _still_agreed(booking, request)
        also = ["overrides", *swap_now(booking, request, place, accounts, by=by)]
        move_booking(booking, "reschedule", by=by, parties=parties, note=note, also=also, **_told(request))
        if booking.state == "requested" and alone:
            approvals.stop(booking, by=by, note=note)
            tell(booking, "booking_moved", by=by, note=note)
            send_through_route(booking, by=by, approve=approve_booking, settled=settled)
        return booking


def _ask_again(
    booking: Booking,
    request: BookingRequest,
    place: Place,
    accounts: Any,
    *,
    by: Any,
    note: str,
    parties: frozenset[str],
) -> None:
    if booking.changes.filter(state="open").exists():
        raise WrongState(_("Another time is being decided already. Wait for the answer."), code="change_open")
    if request.instrument.facility_id != booking.instrument.facility_id:
        message = _("An approved booking stays at its facility. Ask for time there with a request of its own.")
        raise Invalid(message, [Violation("foreign_instrument", message, field="instrument")])
    expires_at = min(request.starts_at, booking.starts_at)
    open_change(booking, Change.Kind.RESCHEDULE, request, place, accounts, by=by, note=note, expires_at=expires_at)
    also = ["overrides"]
    move_booking(booking, "reschedule", by=by, parties=parties, note=note, also=also, **_told(request))


def _still_agreed(booking: Booking, request: BookingRequest) -> list[UUID]:
    """Steps that need not be asked about the other time, of a booking that has not taken it yet."""
    return still_agreed(booking, edits_of(booking, request), route_facts(booking), request.instrument)


def _judged(
    booking: Booking, request: BookingRequest, move: str, *, by: Any, note: str, searched: bool = True
) -> tuple[Booking, frozenset[str], Place, Any, BookingRequest]:
    """Lock everything that another time touches, permit the move, and judge the time by every rule."""
    _require_readable(request)
    people = on_site(request)
    lock_time({booking.instrument_id, request.instrument.pk}, {*people_on_site(booking), *people}, request.equipment)
    booking = lock_booking(booking.pk)
    parties = booking_parties(by, booking)
    permitted_move(BOOKING, move, booking.state, parties, note)
    if {person.pk for person in request.people} != people_of(booking):
        asker = booking.requester or by
        require_party(request, asker_of(request, asker), by=asker)
    accounts = lock_allocations(booking.allocation_id, request.allocation.pk if request.allocation else None)
    instrument = locked_instrument(request.instrument.pk)
    paying = accounts[request.allocation.pk] if request.allocation else None
    request = replace(request, instrument=instrument, allocation=paying)
    placement = find_place(request, by=by, people=people, booking=booking, alone=searched)
    booking.overrides = [*booking.overrides, *placement.overrides]
    return booking, parties, placement.place, accounts, request


def _require_readable(request: BookingRequest) -> None:
    if request.ends_at <= request.starts_at:
        message = _("The end must come after the start.")
        raise Invalid(message, [Violation("ends_before_start", message, field="ends_at")])
    if request.mode not in Instrument.Mode.values:
        message = _("Choose on site, remote or mail-in.")
        raise Invalid(message, [Violation("unknown_mode", message, field="mode")])


def _locked_with_change(booking: Booking) -> tuple[Booking, Change | None]:
    """The booking and its open change, with the time of both instruments."""
    booking = lock_with_change(booking.pk)
    return booking, booking.changes.filter(state="open").first()


def _told(request: BookingRequest) -> dict[str, Any]:
    """What the history says of the other time: when it is, and which rules were set aside for it."""
    aside = [each.rule for each in request.overrides]
    return _times(request) | ({"rules": aside} if aside else {})


def _times(request: BookingRequest) -> dict[str, Any]:
    """What the message says of the other time."""
    return {
        "proposed_starts_at": request.starts_at.isoformat(),
        "proposed_ends_at": request.ends_at.isoformat(),
        "proposed_instrument": request.instrument.name,
    }
