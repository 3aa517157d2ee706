"""What the approval route does when it has come to its end, on a booking whose rows are locked."""

from typing import Any

from django.db import transaction

from facilities.commands.bookings.ending import end_booking
from facilities.commands.bookings.moving import decide_booking, move_booking, move_change
from facilities.commands.bookings.shifting import give_back, swap_in
from facilities.commands.locks import lock_allocations
from facilities.models import Booking
from facilities.telling import tell

ROUTE = frozenset({"route"})


@transaction.atomic
def approve_booking(booking: Booking, *, by: Any, note: str, told: bool = True) -> Booking:
    """The request is granted; its time is claimed already. `told` is false where one message speaks of several."""
    decide_booking(booking, "approve", by=by, parties=ROUTE, note=note)
    if told:
        tell(booking, "booking_approved", by=by, note=note)
    return booking


@transaction.atomic
def decline_request(booking: Booking, *, by: Any, note: str) -> Booking:
    """A step of the route said no: time and units are freed."""
    return end_booking(booking, "decline", by=by, parties=ROUTE, note=note, kind="booking_declined")


@transaction.atomic
def move_to_new_time(booking: Booking, *, by: Any, note: str, told: bool = True) -> Booking:
    """The other time of an approved booking is granted: the claims are swapped in one step."""
    change = booking.changes.get(state="open")
    accounts = lock_allocations(booking.allocation_id, change.allocation_id)
    columns = swap_in(change, booking, accounts, by=by)
    move_change(change, "accept", by=by, parties=ROUTE)
    move_booking(booking, "move", by=by, parties=ROUTE, note=note, also=columns)
    if told:
        tell(booking, "booking_moved", by=by, note=note)
    return booking


@transaction.atomic
def keep_old_time(booking: Booking, *, by: Any, note: str, told: bool = True) -> Booking:
    """The other time is refused; the booking stays approved where it was."""
    change = booking.changes.get(state="open")
    give_back(change, booking, lock_allocations(booking.allocation_id, change.allocation_id), by=by)
    move_change(change, "refuse", by=by, parties=ROUTE, note=note)
    if told:
        tell(booking, "booking_kept", by=by, note=note)
    return booking
