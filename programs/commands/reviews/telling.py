"""Whom the moves of reviews are told to, and with which facts. A message never names a reviewer to another."""

from collections.abc import Iterable
from typing import Any

from accounts.models import User
from accounts.queries import roles_now
from accounts.roles import ROLES
from core import times
from notifications.commands import notify
from programs.models import Call, Review
from programs.permissions.calls import RUN


def office_of(call: Call) -> list[User]:
    """The people who run a call, by role on its facility or its alliance."""
    container, right = (call.facility, "facilities") if call.facility else (call.alliance, "alliance")
    roles = [role.name for role in ROLES.values() if f"{right}.{RUN}" in role.permissions]
    held = roles_now().filter(role__in=roles, scope_id=container.pk).values("user_id")
    return list(User.objects.filter(pk__in=held, is_active=True).order_by("id"))


def tell(recipients: Iterable[User], kind: str, review: Review, *, by: Any, note: str = "", **facts: Any) -> None:
    """One message to each person but the one who did it."""
    people = {person.pk: person for person in recipients if person.pk != by.pk and person.is_active}
    proposal = review.assessment.proposal
    context = {
        "title": proposal.title,
        "number": proposal.reference,
        "call": proposal.call.name,
        "due": times.moment(review.due_at, proposal.call.zone) if review.due_at else "",
        "by": by.name,
        "note": note,
        **facts,
    }
    if people:
        notify(list(people.values()), kind, subject=review, context=context)
