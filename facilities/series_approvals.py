"""The handler through which approval routes act on a series: one decision for all its dates that wait."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from core.errors import WrongState
from facilities import approvals as booking_approvals
from facilities.commands.series import deciding
from facilities.commands.series.routing import summary
from facilities.models import Booking, Series
from workflow.approvals.handlers import Part
from workflow.models import Process

__all__ = ["SUBJECT", "lock", "may_decide", "narrow", "on_approved", "on_declined", "organisation", "summary"]

SUBJECT = "facilities.series"


def lock(subject_id: UUID) -> Series:
    """The time of its dates and all their bookings."""
    series = _series(subject_id)
    deciding.lock_series(series)
    return series


def may_decide(user: Any, subject: Series) -> str:
    """Nobody decides about time that they are to use themselves."""
    first = Booking.objects.filter(series_date__series=subject).order_by("period", "pk").first()
    return booking_approvals.may_decide(user, first) if first else ""


def organisation(subject: Series) -> UUID | None:
    """That of the requester, at the time of asking."""
    first = Booking.objects.filter(series_date__series=subject).order_by("period", "pk").first()
    return first.organisation_id if first else None


def narrow(subject_id: UUID, part: Part, *, by: Any, note: str, process: Process) -> dict[str, Any]:
    """A series is granted as it is; less of it is granted by declining single dates."""
    message = _("A series is granted as a whole. Decline single dates, or propose another time for them.")
    raise WrongState(message, code="part_of_a_series")


def on_approved(subject_id: UUID, *, by: Any, note: str, process: Process) -> None:
    """Every step agreed: the dates are approved, or the approved dates move to their new times."""
    act = deciding.move_series if process.purpose == "reschedule" else deciding.approve_series
    act(_series(subject_id), by=by, note=note)


def on_declined(subject_id: UUID, *, by: Any, note: str, process: Process) -> None:
    """A step said no: the dates are declined, or the approved dates keep their old times."""
    act = deciding.keep_series if process.purpose == "reschedule" else deciding.decline_waiting
    act(_series(subject_id), by=by, note=note)


def _series(pk: UUID) -> Series:
    return Series.objects.select_related("instrument__facility", "requester", "team").get(pk=pk)
