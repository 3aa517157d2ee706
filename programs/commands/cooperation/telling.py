"""Whom a programme's moves are told to, and with which facts."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from accounts.queries import holders, roles_now
from core.names import in_english
from notifications.commands import notify
from programs.models import Program
from programs.workflows.cooperation import PROGRAM


def lead_team(program: Program) -> QuerySet[User]:
    """The people who lead the programme."""
    return User.objects.filter(teams__team_id=program.team_id, teams__role="lead", is_active=True).order_by("id")


def signatories(organisations: Iterable[UUID]) -> QuerySet[User]:
    """Everyone who may sign for one of the organisations."""
    held = roles_now().filter(role="partner_signatory", scope_id__in=list(organisations)).values("user_id")
    return User.objects.filter(pk__in=held, is_active=True).order_by("id")


def office(program: Program, role: str) -> QuerySet[User]:
    """Holders of an alliance role: `secretariat` or `leadership`."""
    return holders(role, program.alliance_id) if program.alliance_id else User.objects.none()


def tell(recipients: Iterable[User], kind: str, program: Program, *, by: Any, note: str = "", **facts: Any) -> None:
    """One message to each person but the one who did it."""
    people = {person.pk: person for person in recipients if person.pk != by.pk}
    if not people:
        return
    context = {
        "program": program.title,
        "number": program.number,
        "stage": in_english(PROGRAM.states[program.state]),
        "by": by.name,
        "note": note,
        **facts,
    }
    notify(list(people.values()), kind, subject=program, context=context)
