"""Reads allocations and their ledger."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Case, F, Q, QuerySet, Sum, When

from core import clock
from core.permissions import containers
from facilities import sql
from facilities.models import (
    Allocation,
    Booking,
    Cycle,
    Facility,
    Instrument,
    LedgerEntry,
    Team,
    TeamMember,
    Waiting,
)
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


@dataclass(frozen=True)
class Balanced:
    """An entry with what it adds to what is left, and what was left after it."""

    entry: LedgerEntry
    signed: Decimal
    balance: Decimal


def newest_entries(allocation: Allocation) -> QuerySet[LedgerEntry]:
    """Every entry of an allocation with what a person reads of it, newest first."""
    rows = allocation.entries.select_related("by", "counterpart__instrument", "counterpart__cycle")
    return rows.order_by("-created_at", "-id")


def with_balance(allocation: Allocation, entries: Sequence[LedgerEntry]) -> list[Balanced]:
    """Some entries in a row of an allocation, newest first, with the balance after each: of the others only the sum of
    the newer ones is read."""
    if not entries:
        return []
    first = entries[0]
    newer = Q(created_at__gt=first.created_at) | Q(created_at=first.created_at, id__gt=first.pk)
    signed = Case(When(kind__in=LedgerEntry.ADDING, then=F("units")), default=-F("units"))
    balance = allocation.left - (allocation.entries.filter(newer).aggregate(sum=Sum(signed))["sum"] or 0)
    found = []
    for entry in entries:
        adds = entry.units if entry.kind in LedgerEntry.ADDING else -entry.units
        found.append(Balanced(entry, adds, balance))
        balance -= adds
    return found


def teams_known_at(facilities: Iterable[Any]) -> QuerySet[Team]:
    """Teams that facilities know: with an allocation there, waiting for time, or with time to come; by title."""
    places = Instrument.objects.filter(facility__in=list(facilities)).values("pk")
    allotted = Allocation.objects.filter(instrument__in=places).values("team")
    waiting = Waiting.objects.filter(instrument__in=places, team__isnull=False, state="waiting").values("team")
    coming = Booking.objects.filter(instrument__in=places, team__isnull=False, period__endswith__gt=clock.now())
    known = Q(pk__in=allotted) | Q(pk__in=waiting) | Q(pk__in=coming.values("team"))
    return Team.objects.filter(known, is_active=True, archived_at=None).order_by("title", "id")


def references_of(entries: Iterable[LedgerEntry]) -> dict[UUID, str]:
    """The references of the bookings that entries name, by the identifier of the entry."""
    named = {entry.pk: entry.booking_id for entry in entries if entry.booking_id}
    known = {row.pk: row.reference for row in Booking.objects.filter(pk__in=set(named.values())).only("number")}
    return {pk: known[booking] for pk, booking in named.items() if booking in known}


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
