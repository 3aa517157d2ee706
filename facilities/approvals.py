"""The handler through which approval routes act on bookings."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from facilities.commands.bookings import deciding
from facilities.commands.bookings.routing import SUBJECT, summary
from facilities.commands.locks import lock_booking, lock_time
from facilities.models import Booking
from workflow.models import Process

__all__ = ["SUBJECT", "lock", "may_decide", "on_approved", "on_declined", "summary"]


def lock(subject_id: UUID) -> Booking:
    """The time of the booking and of its open change, then the booking."""
    booking = Booking.objects.get(pk=subject_id)
    changed = booking.changes.filter(state="open").values_list("instrument_id", flat=True)
    lock_time({booking.instrument_id, *changed})
    return lock_booking(subject_id)


def may_decide(user: Any, subject: Booking) -> str:
    """Nobody decides about time that they are to use themselves."""
    if subject.requester_id == user.pk or subject.people.filter(user=user).exists():
        return _("You take part in this booking yourself.")
    if subject.team is not None and subject.team.members.filter(user=user).exists():
        return _("You are on the team that asks.")
    return ""


def on_approved(subject_id: UUID, *, by: Any, note: str, process: Process) -> None:
    """Every step agreed: the request is approved, or the approved booking moves to its new time."""
    act = deciding.move_to_new_time if process.purpose == "reschedule" else deciding.approve_booking
    act(lock_booking(subject_id), by=by, note=note)


def on_declined(subject_id: UUID, *, by: Any, note: str, process: Process) -> None:
    """A step said no: the request is declined, or the approved booking keeps its old time."""
    act = deciding.keep_old_time if process.purpose == "reschedule" else deciding.decline_request
    act(lock_booking(subject_id), by=by, note=note)
