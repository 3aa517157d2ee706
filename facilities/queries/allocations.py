"""Reads allocations and their ledger."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from core.permissions import containers
from facilities.models import Allocation, Facility, Instrument, LedgerEntry, Team, TeamMember


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


def paying_allocation(team: Team, instrument: Instrument, starts_at: datetime, ends_at: datetime) -> Allocation | None:
    """The team's allocation for an instrument at that time, the one that ends first; None when it has none."""
    return (
        Allocation.objects.filter(
            team=team, instrument=instrument, valid_from__lte=starts_at, valid_until__gte=ends_at, archived_at=None
        )
        .order_by("valid_until", "id")
        .first()
    )
