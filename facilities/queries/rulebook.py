"""Reads the policies of a place: what holds there for everybody, and everything written down for its managers."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from core import clock, times
from core.lookup import find
from core.permissions import containers
from facilities.models import Facility, Instrument, Policy

MANAGE = "facilities.manage_calendar"


def policies_visible_to(user: Any) -> QuerySet[Policy]:
    """Policies that hold, of every facility, and those of the facilities whose calendar the person keeps."""
    kept = containers(user, MANAGE, Facility.objects.all())
    return (
        Policy.objects.filter(Q(is_active=True) | Q(facility__in=kept), archived_at=None)
        .select_related("facility", "instrument")
        .order_by("facility_id", "rule", "created_at", "id")
    )


def managed_facilities(user: Any) -> QuerySet[Facility]:
    """Facilities whose policies a person writes, by name."""
    return containers(user, MANAGE, Facility.objects.filter(archived_at=None)).order_by("name", "id")


def managed_facility(user: Any, key: str) -> Facility:
    """One of them by id or slug. Raises NotFound for everybody else."""
    facility: Facility = find(managed_facilities(user), key)
    return facility


def policies_holding(instrument: Instrument) -> list[Policy]:
    """The policies that hold at an instrument today or will hold later, its facility's first."""
    today = clock.now().astimezone(times.zone_of(instrument.facility.zone)).date()
    rows = Policy.objects.filter(_not_over(today), facility=instrument.facility_id, is_active=True)
    rows = rows.filter(Q(instrument=None) | Q(instrument=instrument)).select_related("facility", "instrument")
    return sorted(rows.order_by("rule", "created_at", "id"), key=lambda row: row.instrument_id is not None)


def policies_by_facility(facilities: Iterable[Facility]) -> dict[Any, list[Policy]]:
    """Everything written down at some facilities, by facility; one statement."""
    found: dict[Any, list[Policy]] = {}
    rows = Policy.objects.filter(facility__in=list(facilities), archived_at=None).select_related(
        "instrument", "facility"
    )
    for row in rows.order_by("-is_active", "rule", "created_at", "id"):
        found.setdefault(row.facility_id, []).append(row)
    return found


def _not_over(today: date) -> Q:
    return Q(ends_on=None) | Q(ends_on__gte=today)
