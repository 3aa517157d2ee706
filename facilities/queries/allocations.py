"""Reads allocations and their ledger."""

from typing import Any

from django.db.models import Q, QuerySet

from core.permissions import containers
from facilities import sql
from facilities.models import Allocation, Facility, LedgerEntry, TeamMember
from facilities.rules import BookingRequest


def allocations_visible_to(user: Any) -> QuerySet[Allocation]:
    """Those of one's own teams, and those of instruments of facilities whose calendar one sees in full."""
    if user.is_system or user.is_superuser:
        mine = Q()
    else:
        teams = TeamMember.objects.filter(user=user).values("team_id")
        facilities = containers(user, "facilities.view_private_calendar", Facility.objects.all())
        mine = Q(team__in=teams) | Q(instrument__facility__in=facilities)
    rows = Allocation.objects.filter(mine).select_related("team", "instrument__facility", "cycle")
    return rows.order_by("-valid_until", "-id")


def ledger_of(allocation: Allocation) -> QuerySet[LedgerEntry]:
    """Every entry of an allocation, oldest first."""
    return allocation.entries.select_related("by").order_by("created_at", "id")


def paying_allocation(request: BookingRequest) -> Allocation | None:
    """The allocation that a request names, else its team's for the instrument at that time, the first to end."""
    if request.team is None and request.allocation is None:
        return None
    found = sql.rows(sql.PAYING, paying_parameters(request))
    return Allocation.objects.get(pk=found[0][0]) if found else None


def paying_parameters(request: BookingRequest) -> dict[str, Any]:
    return {
        "allocation": request.allocation.pk if request.allocation else None,
        "team": request.team.pk if request.team else None,
        "instrument": request.instrument.pk,
        "starts_at": request.starts_at,
        "ends_at": request.ends_at,
    }
