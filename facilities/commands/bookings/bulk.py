"""Approving many requests together: only those that nothing stands against, each in a transaction of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import DomainError, NotPermitted, WrongState
from facilities.commands.bookings.placing import refusal
from facilities.commands.bookings.routing import SUBJECT
from facilities.commands.locks import lock_with_change
from facilities.models import Booking
from facilities.queries.bookings import open_change
from facilities.queries.checks import violations_against
from workflow.approvals import decide
from workflow.queries import open_tasks_for


@dataclass(frozen=True)
class Left:
    """A request that was not approved, and why."""

    booking: Booking
    refusal: DomainError


def approve_clean(seen: Mapping[UUID, int | None], *, by: Any) -> tuple[list[Booking], list[Left]]:
    """Approve the requests that wait for a person, by identifier with the version that was seen, None for the latest.

    One that was changed since, that collides or that breaks a rule now is left, to be looked at by itself; it keeps no
    other from being approved. What does not wait for this person is left too. Returns the approved and the left.
    """
    approved, left = [], []
    waiting = open_tasks_for(by).filter(subject_type=SUBJECT, subject_id__in=seen.keys())
    for booking in Booking.objects.filter(pk__in=waiting.order_by().values("subject_id")).order_by("number"):
        try:
            approved.append(_approve(booking, seen[booking.pk], by=by))
        except DomainError as error:
            left.append(Left(booking, error))
    return approved, left


@transaction.atomic
def _approve(booking: Booking, version: int | None, *, by: Any) -> Booking:
    booking = lock_with_change(booking.pk)
    if version is not None and booking.version != version:
        raise WrongState(_("It was changed since you saw it. Look at it again."), code="changed_meanwhile")
    task = open_tasks_for(by).filter(subject_type=SUBJECT, subject_id=booking.pk).first()
    if task is None:
        raise NotPermitted(_("This request is not yours to approve."))
    if broken := violations_against(booking, open_change(booking)):
        raise refusal(broken, [])
    decide(task, "approve", by=by)
    booking.refresh_from_db()
    return booking
