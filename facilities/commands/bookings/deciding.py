"""What the approval route does when it has come to its end, on a booking whose rows are locked."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from core.errors import Invalid, Violation
from facilities.commands.bookings.belonging import go_on_with_campaign
from facilities.commands.bookings.ending import end_booking
from facilities.commands.bookings.moving import decide_booking, move_booking, move_change
from facilities.commands.bookings.placing import refusal
from facilities.commands.bookings.shifting import give_back, shrink, swap_in
from facilities.commands.locks import lock_allocations
from facilities.models import Booking
from facilities.queries.checks import violations_of_part
from facilities.telling import tell

ROUTE = frozenset({"route"})


@transaction.atomic
def approve_booking(booking: Booking, *, by: Any, note: str, told: bool = True) -> Booking:
    """The request is granted; its time is claimed already. `told` is false where one message speaks of several."""
    decide_booking(booking, "approve", by=by, parties=ROUTE, note=note)
    if told:
        tell(booking, "booking_approved", by=by, note=note)
    go_on_with_campaign(booking, by=by, approve=approve_booking)
    return booking


@transaction.atomic
def shorten_request(booking: Booking, starts_at: datetime, ends_at: datetime, *, by: Any, note: str) -> Booking:
    """A step grants a part of the time: the rest is freed with its units, and the requester is told what and why.

    Raises Invalid where it is no part of the time asked for, and as asking does where the part breaks a rule that the
    whole does not, such as the shortest length.
    """
    asked, units = booking.period, booking.units
    if not asked.lower <= starts_at < ends_at <= asked.upper or (starts_at, ends_at) == (asked.lower, asked.upper):
        message = _("A part lies within the time asked for and is shorter. Propose another time for anything else.")
        raise Invalid(message, [Violation("part_of_the_time", message, field="starts_at")])
    if broken := violations_of_part(booking, starts_at, ends_at):
        raise refusal(broken, [])
    columns = shrink(booking, DateTimeTZRange(starts_at, ends_at), lock_allocations(booking.allocation_id), by=by)
    before = {
        "asked_starts_at": asked.lower.isoformat(),
        "asked_ends_at": asked.upper.isoformat(),
        "asked_units": str(units),
    }
    move_booking(booking, "shorten", by=by, parties=ROUTE, note=note, also=columns, **before)
    tell(booking, "booking_shortened", by=by, note=note, **before)
    return booking


@transaction.atomic
def decline_request(booking: Booking, *, by: Any, note: str) -> Booking:
    """A step of the route said no: time and units are freed."""
    return end_booking(booking, "decline", by=by, parties=ROUTE, note=note, kind="booking_declined")


@transaction.atomic
def move_to_new_time(booking: Booking, *, by: Any, note: str, told: bool = True) -> Booking:
    """The other time, mode or people of an approved booking are granted: the claims are swapped in one step."""
    change = booking.changes.get(state="open")
    accounts = lock_allocations(booking.allocation_id, change.allocation_id)
    stays = (change.instrument_id, change.period) == (booking.instrument_id, booking.period)
    columns = swap_in(change, booking, accounts, by=by)
    move_change(change, "accept", by=by, parties=ROUTE)
    move_booking(booking, "move", by=by, parties=ROUTE, note=note, also=columns)
    if told:
        tell(booking, "booking_changed" if stays else "booking_moved", by=by, note=note)
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
