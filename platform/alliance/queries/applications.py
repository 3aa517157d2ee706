"""Reads applications for membership: one's own, those of an office, and what may be done with one."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from alliance.models import Alliance, ApplicationPoint, MembershipApplication
from alliance.permissions.membership import application_parties, applications_visible_to
from alliance.workflows.membership import APPLICATION
from core.lookup import find
from workflow.machine import Move

OPEN = frozenset(APPLICATION.states) - APPLICATION.final
OFFICE = frozenset({"secretary", "chair"})
"""Who reads what the visit found."""


def applications_listed(
    user: Any, alliance: Alliance | None = None, *, state: str = "", search: str = ""
) -> QuerySet[MembershipApplication]:
    """What a person may see, newest first; `state` may be `open` for all that have not ended."""
    rows = applications_visible_to(user).select_related("alliance", "organisation", "contact")
    if alliance is not None:
        rows = rows.filter(alliance=alliance)
    if state:
        rows = rows.filter(state__in=OPEN if state == "open" else [state])
    for word in search.split():
        rows = rows.filter(Q(organisation__name__icontains=word) | Q(organisation__acronym__icontains=word))
    return rows


def find_application(user: Any, key: str | UUID) -> MembershipApplication:
    """Raises NotFound for one that is not there or not to be seen."""
    rows = applications_visible_to(user)
    return find(rows.select_related("alliance", "organisation", "contact", "membership"), key)


def application_moves(user: Any, application: MembershipApplication) -> list[Move]:
    """What a person may do with it now; a resolution's moves are nobody's."""
    return APPLICATION.open_moves(application.state, application_parties(user, application))


def points_to_mend(application: MembershipApplication) -> list[ApplicationPoint]:
    """The points of the latest return."""
    points = list(application.points.all())
    return [point for point in points if point.round == points[0].round]


def applications_waiting_for(user: Any) -> list[MembershipApplication]:
    """What waits for a person's own act, newest first: to finish or mend it as applicant, to sign as the head."""
    rows = applications_visible_to(user).filter(state__in=["draft", "returned", "signature"])
    own = {"applicant", "head"}
    return [
        row
        for row in rows.select_related("alliance", "organisation")
        if APPLICATION.open_moves(row.state, application_parties(user, row) & own)
    ]
