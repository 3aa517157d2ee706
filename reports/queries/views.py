"""Saved views that a person finds: their own, and those shared with the readers of an alliance or a facility."""

from typing import Any

from django.db.models import Q, QuerySet

from alliance.models import Alliance
from core.permissions import container_ids
from reports.models import SavedView
from reports.permissions import reader_of


def views_visible_to(user: Any) -> QuerySet[SavedView]:
    """By name. That somebody finds a view says nothing about what its page shows them."""
    rows = SavedView.objects.select_related("owner", "alliance", "facility").order_by("name", "id")
    if not user.is_authenticated:
        return rows.none()
    if user.is_system or user.is_superuser:
        return rows
    seen = Q(owner=user) | Q(alliance__in=container_ids(user, "alliance.view_figures", Alliance))
    reader = reader_of(user)
    if reader.reads_all:
        seen |= Q(audience=SavedView.Audience.FACILITY)
    return rows.filter(seen | Q(facility__in=reader.facilities))
