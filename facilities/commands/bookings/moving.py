"""One way in which a booking, and a proposed change of one, changes its state."""

from collections.abc import Iterable
from typing import Any

from core import clock
from facilities.models import Booking, Change
from facilities.signals import tell_account
from facilities.workflows import BOOKING, CHANGE
from workflow.commands import advance


def move_booking(
    booking: Booking,
    name: str,
    *,
    by: Any,
    parties: Iterable[str],
    note: str = "",
    also: Iterable[str] = (),
    **data: Any,
) -> None:
    """Make a move on a locked booking, with a higher SEQUENCE for its calendar entry, and record it.
    Layers to the left that follow its account hear of it.

    `also` names other columns that the caller has set. Raises WrongState, NotPermitted, Invalid (no reason).
    """
    booking.sequence += 1
    advance(booking, BOOKING, name, by=by, parties=parties, note=note, also=("sequence", *also), **data)
    tell_account(booking)


def decide_booking(booking: Booking, name: str, *, by: Any, parties: Iterable[str], note: str = "") -> None:
    """A move that answers the request, or ends it: the instant is kept."""
    booking.decided_at = clock.now()
    move_booking(booking, name, by=by, parties=parties, note=note, also=["decided_at"])


def move_change(change: Change, name: str, *, by: Any, parties: Iterable[str], note: str = "") -> None:
    """The same for a proposed change."""
    advance(change, CHANGE, name, by=by, parties=parties, note=note)
