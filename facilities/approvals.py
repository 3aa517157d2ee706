"""The handler through which approval routes act on bookings."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from core.errors import WrongState
from facilities.commands.bookings import deciding
from facilities.commands.bookings.overriding import require_legal
from facilities.commands.bookings.routing import SUBJECT, route_facts, summary
from facilities.commands.locks import lock_booking, lock_with_change
from facilities.models import Booking
from workflow.approvals.handlers import Part
from workflow.models import Process

__all__ = ["SUBJECT", "lock", "may_decide", "narrow", "on_approved", "on_declined", "organisation", "summary"]


def lock(subject_id: UUID) -> Booking:
    """Everything that a decision on the booking may change."""
    return lock_with_change(subject_id)


def may_decide(user: Any, subject: Booking) -> str:
    """Nobody decides about time that they are to use themselves."""
    if subject.requester_id == user.pk or subject.people.filter(user=user).exists():
        return _("You take part in this booking yourself.")
    if subject.team is not None and subject.team.members.filter(user=user).exists():
        return _("You are on the team that asks.")
    return ""


def organisation(subject: Booking) -> UUID | None:
    """The requester's, at the time of asking."""
    return subject.organisation_id


def narrow(subject_id: UUID, part: Part, *, by: Any, note: str, process: Process) -> dict[str, Any]:
    """A step grants a part of the time: the request is cut to it, and the later steps weigh what is left."""
    if process.purpose == "reschedule":
        raise WrongState(
            _("Another time of an approved booking is granted as a whole or not at all."), code="part_of_a_change"
        )
    booking = deciding.shorten_request(lock_booking(subject_id), *part, by=by, note=note)
    return route_facts(booking)


def on_approved(subject_id: UUID, *, by: Any, note: str, process: Process) -> None:
    """Every step agreed: the request is approved, or the approved booking moves to its new time.

    Raises RulesRefuse where a rule stands against it now.
    """
    booking = lock_booking(subject_id)
    require_legal(booking)
    act = deciding.move_to_new_time if process.purpose == "reschedule" else deciding.approve_booking
    act(booking, by=by, note=note)


def on_declined(subject_id: UUID, *, by: Any, note: str, process: Process) -> None:
    """A step said no: the request is declined, or the approved booking keeps its old time."""
    act = deciding.keep_old_time if process.purpose == "reschedule" else deciding.decline_request
    act(lock_booking(subject_id), by=by, note=note)
