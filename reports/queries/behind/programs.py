"""Rows of programmes and proposals behind a report."""

from typing import Any

from django.db.models import Q, QuerySet

from programs.models import Program
from programs.permissions.cooperation import programs_visible_to
from programs.workflows.cooperation import RUNNING
from reports.parameters import Query


def running(query: Query, user: Any) -> QuerySet[Program]:
    rows = programs_visible_to(user).filter(state__in=RUNNING)
    if query.since:
        rows = rows.filter(Q(ends_on__gte=query.since) | Q(ends_on=None))
    if query.until:
        rows = rows.filter(Q(starts_on__lt=query.until) | Q(starts_on=None))
    if query.organisation:
        rows = rows.filter(partners__organisation=query.organisation)
    return rows.select_related("lead_organisation").order_by("-created_at", "-id")
