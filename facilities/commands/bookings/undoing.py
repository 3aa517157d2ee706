"""An approval is taken back within minutes: the request waits for its route again, with its time still claimed."""

from typing import Any

from django.db import transaction

from core.rows import insert
from facilities.commands.bookings.belonging import wait_again_with_campaign
from facilities.commands.bookings.moving import move_booking
from facilities.commands.locks import lock_booking, lock_time
from facilities.models import Booking
from facilities.permissions import booking_parties
from facilities.telling import concerned, messages_of
from notifications.commands import recall
from workflow import approvals


@transaction.atomic
def take_back_approval(booking: Booking, *, by: Any, note: str = "") -> Booking:
    """Who approved it unsays it within APPROVAL_UNDO_MINUTES and before the start; nothing is freed or charged.

    Those who have not been told of the approval yet never are; the others hear that it was taken back.
    Raises NotPermitted.
    """
    lock_time([booking.instrument_id])
    booking = lock_booking(booking.pk)
    parties = booking_parties(by, booking)
    approvals.reopen(booking, by=by)
    booking.decided_at = None
    move_booking(booking, "take-back", by=by, parties=parties, note=note, also=["decided_at"])
    wait_again_with_campaign(booking, by=by)
    unaware = recall(booking, "booking_approved")
    told = [person.pk for person in concerned(booking) if person.pk not in unaware]
    insert(messages_of(booking, "booking_reopened", told, by=by, note=note))
    return booking
