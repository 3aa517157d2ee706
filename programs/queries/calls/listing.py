"""Lists of calls and one call, each from what the reader may see."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from alliance.models import Alliance
from core import clock, permissions
from core.lookup import find
from facilities.models import Facility, Instrument
from programs.models import Call
from programs.permissions.calls import RUN, call_parties, calls_of, calls_visible_to
from programs.workflows.calls import CALL
from workflow.machine import Move


def takes_proposals_at(at: datetime) -> Q:
    """Calls that are open at an instant, as a condition; the deadline itself is still in time (R-01)."""
    return Q(state="open", opens_at__lte=at) & (Q(closes_at=None) | Q(closes_at__gte=at))


def calls_listed(
    user: Any,
    *,
    state: str = "",
    kind: str = "",
    facility: str = "",
    is_open: bool | None = None,
    search: str = "",
    mine: bool = False,
) -> QuerySet[Call]:
    """Calls that a person may see, those that opened last first. `facility` (a slug) is whose call it is, or one that
    has an instrument on offer; `is_open` asks whether proposals are taken now; `mine` are those one runs."""
    rows = calls_visible_to(user).select_related("alliance", "facility", "scale")
    if state:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    if facility:
        offering = Instrument.objects.filter(facility__slug=facility).values("pk")
        rows = rows.filter(
            Q(facility__slug=facility) | Q(pk__in=Call.objects.filter(offers__instrument__in=offering).values("pk"))
        )
    if is_open is not None:
        taking = takes_proposals_at(clock.now())
        rows = rows.filter(taking) if is_open else rows.exclude(taking)
    for word in search.split():
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(name_zh__icontains=word)
            | Q(text__icontains=word)
            | Q(facility__name__icontains=word)
            | Q(facility__acronym__icontains=word)
        )
    return rows.filter(calls_of(user, RUN)) if mine else rows


def find_call(user: Any, key: str | UUID) -> Call:
    """By identifier or slug. Raises NotFound for one that is not there or not to be seen."""
    rows = calls_visible_to(user).select_related("alliance", "facility", "scale", "questionnaire__questionnaire")
    return find(rows, key)


def moves_open_to(user: Any, call: Call) -> list[Move]:
    """What a person may do with a call now: the buttons of its page and the actions of the API."""
    return CALL.open_moves(call.state, call_parties(user, call))


def open_calls(user: Any) -> QuerySet[Call]:
    """Calls that take proposals now, the nearest deadline first; those without one last."""
    rows = calls_visible_to(user).filter(takes_proposals_at(clock.now())).select_related("alliance", "facility")
    return rows.order_by(F("closes_at").asc(nulls_last=True), "id")


def run_by(user: Any) -> tuple[QuerySet[Alliance], QuerySet[Facility]]:
    """The alliances and the facilities whose calls and questionnaires a person runs."""
    return (
        permissions.containers(user, f"alliance.{RUN}", Alliance.objects.all()).order_by("name", "id"),
        permissions.containers(user, f"facilities.{RUN}", Facility.objects.filter(archived_at=None)).order_by(
            "name", "id"
        ),
    )
