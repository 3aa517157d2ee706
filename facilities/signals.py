"""What layers to the left may hear of bookings: sent after the commit, so that they see what is so by then."""

from functools import partial

from django.db import transaction
from django.dispatch import Signal

from facilities.models import Booking

account_moved = Signal()
"""A booking on an account has made a move. Carries `allocation`, the identifier of the account."""


def tell_account(booking: Booking) -> None:
    """Send `account_moved` after the commit; a receiver that fails is logged and hinders nobody."""
    if booking.allocation_id is not None:
        send = partial(account_moved.send, sender=Booking, allocation=booking.allocation_id)
        transaction.on_commit(send, robust=True)
