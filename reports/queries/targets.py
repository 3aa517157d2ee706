"""Targets of figures: which one holds for an alliance or a facility on a day."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from alliance.models import Alliance
from core.permissions import container_ids
from reports.models import Target
from reports.numbers import Goal
from reports.permissions import reader_of


def targets_visible_to(user: Any) -> QuerySet[Target]:
    """Those of alliances and facilities whose figures the person reads; by figure, the latest first."""
    rows = Target.objects.select_related("alliance", "facility", "created_by").order_by("kpi", "-first", "-id")
    reader = reader_of(user)
    if not user.is_authenticated:
        return rows.none()
    if user.is_system or user.is_superuser:
        return rows
    seen = Q(alliance__in=container_ids(user, "alliance.view_figures", Alliance))
    return rows.filter(seen | (Q(facility__isnull=False) if reader.reads_all else Q(facility__in=reader.facilities)))


def goals(day: date, *, facility: UUID | None = None) -> dict[str, Goal]:
    """Figure → what it is to be on a day: at the facility, if it has a target of its own, else in the main alliance."""
    held = Target.objects.filter(Q(until=None) | Q(until__gt=day), first__lte=day)
    held = held.filter(Q(alliance__is_main=True) | Q(facility=facility, facility__isnull=False))
    own_last = held.order_by(F("facility").asc(nulls_first=True), "first", "id")
    return {row.kpi: Goal(float(row.value), row.source) for row in own_last}
