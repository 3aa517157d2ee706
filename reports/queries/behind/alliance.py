"""Rows of the alliance behind a report: members, applications, meetings."""

from typing import Any

from django.db.models import Q, QuerySet

from alliance.models import Meeting, Membership, MembershipApplication
from alliance.permissions.governance import meetings_visible_to
from alliance.permissions.membership import applications_visible_to
from reports.parameters import Query
from reports.queries.behind.facilities import midnight


def memberships(query: Query, user: Any) -> QuerySet[Membership]:
    """Who was a member at some time within the period, which is public."""
    rows = Membership.objects.all()
    if query.since:
        rows = rows.filter(Q(left_on=None) | Q(left_on__gt=query.since))
    if query.until:
        rows = rows.filter(Q(joined_on=None) | Q(joined_on__lt=query.until))
    return rows.select_related("organisation", "alliance").order_by("-created_at", "-id")


def applications(query: Query, user: Any) -> QuerySet[MembershipApplication]:
    """Applications that were submitted within the period."""
    rows = applications_visible_to(user).filter(submitted_at__isnull=False)
    if query.since:
        rows = rows.filter(submitted_at__gte=midnight(query.since))
    if query.until:
        rows = rows.filter(submitted_at__lt=midnight(query.until))
    return rows.select_related("organisation").order_by("-created_at", "-id")


def meetings(query: Query, user: Any) -> QuerySet[Meeting]:
    """Meetings by the day they began."""
    rows = meetings_visible_to(user).filter(state="closed")
    if query.since:
        rows = rows.filter(starts_at__gte=midnight(query.since))
    if query.until:
        rows = rows.filter(starts_at__lt=midnight(query.until))
    return rows.order_by("-created_at", "-id")
