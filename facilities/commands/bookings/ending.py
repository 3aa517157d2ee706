"""The ends of a booking before it is approved: declined, withdrawn, passed on, expired. Each frees time and units."""

from typing import Any

from django.db import transaction

from accounts.queries import system_user
from facilities.commands import ledger
from facilities.commands.bookings.belonging import (
    Broken,
    release_note,
    settle_campaign,
    settle_series,
    tell_broken,
    tell_facility,
)
from facilities.commands.bookings.freeing import charge_cancellation, settle_substitute, wait_on, wake_waiting
from facilities.commands.bookings.moving import decide_booking, move_change
from facilities.commands.bookings.shifting import give_back
from facilities.commands.claims import release
from facilities.commands.locks import lock_allocations, lock_booking, lock_time
from facilities.models import Booking, Change, LedgerEntry
from facilities.permissions import booking_parties
from facilities.queries.terms import CancellationCost, cancellation_cost, cause_of
from facilities.telling import tell
from facilities.workflows import BOOKING
from workflow import approvals
from workflow.commands import permitted_move


def withdraw_booking(booking: Booking, *, by: Any, note: str) -> Booking:
    """The requester takes a request back before it is approved; the reason is kept."""
    return _end(booking, "withdraw", by=by, note=note, kind="booking_withdrawn")


def decline_booking(booking: Booking, *, by: Any, note: str) -> Booking:
    """The facility says no at once, whatever step of the route is waiting; the requester reads the reason."""
    return _end(booking, "decline", by=by, note=note, kind="booking_declined")


def end_offered(booking: Booking, move: str, *, by: Any) -> Booking:
    """An offer that is not taken: no reason is asked."""
    return _end(booking, move, by=by, note="", kind="booking_offer_over")


@transaction.atomic
def expire_booking(booking: Booking) -> Booking:
    """The clock ends a hold, a request nobody decided, or an offer nobody answered, as it was when it was found due.

    Moved on meanwhile, or ended: nothing happens.
    """
    lock_time([booking.instrument_id])
    now = lock_booking(booking.pk)
    if now.sequence != booking.sequence:
        return now
    return _end(booking, "expire", by=system_user(), note="", kind="booking_expired")


@transaction.atomic
def end_booking(
    booking: Booking,
    move: str,
    *,
    by: Any,
    parties: frozenset[str],
    note: str,
    kind: str,
    facility_too: bool = False,
    told: bool = True,
    cost: CancellationCost | None = None,
) -> Booking:
    """End a locked booking: its route stops, open changes drop, time and units are freed, people are told.

    A cancellation costs what the terms ask of these parties, or `cost` where the caller knows better whose it is.
    `told` is false where one message speaks of several bookings.
    """
    permitted_move(BOOKING, move, booking.state, parties, note)
    before = booking.state
    if move == "cancel" and cost is None:
        cost = cancellation_cost(booking, cause_of(parties))
    approvals.stop(booking, by=by, note=note)
    accounts = lock_allocations(booking.allocation_id, *_accounts_touched(booking))
    for change in booking.changes.filter(state="open"):
        give_back(change, booking, accounts, by=by)
        move_change(change, "drop", by=by, parties={"system"})
    release(booking)
    ledger.post(
        accounts.get(booking.allocation_id), LedgerEntry.Kind.RELEASED, booking.units, by=by, booking=booking, note=note
    )
    if cost is not None:
        charge_cancellation(booking, cost, accounts.get(booking.allocation_id), by=by)
    settle_substitute(booking, by=by)
    decide_booking(booking, move, by=by, parties=parties, note=note)
    settle_series(booking, by=by)
    broken = settle_campaign(booking, by=by, note=note)
    if before == "offered":
        wait_on(booking, by=by)
        kind = "booking_offer_over"
    wake_waiting()
    facility_too = facility_too and "decider" not in parties
    if broken is not None:
        _release(broken, by=by)
        if facility_too:
            tell_facility(booking, kind, by=by, note=note)
    elif told and before != "held":
        tell(booking, kind, by=by, note=note, facility_too=facility_too)
    return booking


def _release(broken: Broken, *, by: Any) -> None:
    """The other legs of a campaign that has broken are freed and credited. A facility that had approved hears that,
    and nothing of the others."""
    note = release_note(broken.campaign)
    for other in broken.left:
        was_approved = other.state == "approved"
        end_booking(other, "release", by=by, parties=frozenset({"system"}), note=note, kind="", told=False)
        if was_approved:
            tell_facility(other, "booking_cancelled", by=by, note=note)
    tell_broken(broken, by=by)


def _accounts_touched(booking: Booking) -> list[Any]:
    """Those of an open change, and of the other legs of its campaign, which may have to be released with it."""
    changes = Change.objects.filter(booking=booking, state="open").order_by()
    legs = Booking.objects.filter(leg__campaign__legs__booking=booking).order_by()
    return [pk for (pk,) in changes.values_list("allocation_id").union(legs.values_list("allocation_id"))]


@transaction.atomic
def _end(booking: Booking, move: str, *, by: Any, note: str, kind: str, facility_too: bool = False) -> Booking:
    lock_time([booking.instrument_id])
    booking = lock_booking(booking.pk)
    parties = booking_parties(by, booking)
    target = BOOKING.find(move)
    if booking.state == target.target and target.who & parties:
        return booking
    return end_booking(booking, move, by=by, parties=parties, note=note, kind=kind, facility_too=facility_too)
