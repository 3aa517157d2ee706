"""Reads allocations and their ledger."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Case, F, Q, QuerySet, Sum, When, Window

from core import clock
from core.permissions import containers
from facilities import sql
from facilities.models import Allocation, Booking, Cycle, Facility, LedgerEntry, TeamMember
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


def with_balance(entries: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry]:
    """Entries with what each adds to what is left (`signed`) and what was left after it (`balance`), newest first.

    The whole ledger of one allocation, or what follows from its beginning: a balance counts from the first entry.
    """
    signed = Case(When(kind__in=LedgerEntry.ADDING, then=F("units")), default=-F("units"))
    running = Window(Sum("signed"), order_by=[F("created_at").asc(), F("id").asc()])
    return (
        entries.select_related("by", "counterpart__instrument", "counterpart__cycle")
        .annotate(signed=signed)
        .annotate(balance=running)
        .order_by("-created_at", "-id")
    )


def references_of(entries: Iterable[LedgerEntry]) -> dict[UUID, str]:
    """The references of the bookings that entries name, by identifier."""
    named = {entry.booking_id for entry in entries if entry.booking_id}
    return {row.pk: row.reference for row in Booking.objects.filter(pk__in=named).only("number")}


def transfer_targets(allocation: Allocation) -> QuerySet[Allocation]:
    """Other allocations of the same team that still run: where its units may go."""
    others = Allocation.objects.filter(team=allocation.team_id, valid_until__gt=clock.now()).exclude(pk=allocation.pk)
    return others.select_related("instrument__facility", "cycle").order_by("instrument__code", "valid_until", "id")


def later_cycles(allocation: Allocation) -> QuerySet[Cycle]:
    """Cycles of the facility to which what is left could be carried over, the next one first."""
    after = max(allocation.valid_until, clock.now())
    later = Cycle.objects.filter(facility=allocation.instrument.facility_id, period__endswith__gt=after)
    return later.order_by("period", "id")


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
