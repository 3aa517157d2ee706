"""Rows of the alliance behind a report: members, applications, meetings, motions."""

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet

from alliance.models import Meeting, Membership, MembershipApplication, Motion
from alliance.permissions.governance import meetings_visible_to
from alliance.permissions.membership import applications_visible_to
from alliance.permissions.voting import motions_visible_to
from alliance.queries.membership import standing_then
from reports.parameters import Query
from reports.queries.behind.facilities import at, midnight


def memberships(query: Query, user: Any) -> QuerySet[Membership]:
    """Who was a member at some time within the period, which is public; of one class, who was active in it on its last
    day."""
    rows = Membership.objects.all()
    if alliance := query.narrow.get("alliance"):
        rows = rows.filter(alliance=alliance)
    since = query.since
    if query.until:
        rows = rows.filter(Q(joined_on=None) | Q(joined_on__lt=query.until))
        if held := query.narrow.get("class"):
            since = query.until - timedelta(days=1)
            rows = standing_then(rows, since).filter(state_then="active", member_class_then=held)
    if since:
        rows = rows.filter(Q(left_on=None) | Q(left_on__gt=since))
    return rows.select_related("organisation", "alliance").order_by("-created_at", "-id")


def applications(query: Query, user: Any) -> QuerySet[MembershipApplication]:
    """Applications that were submitted within the period."""
    rows = applications_visible_to(user).filter(at("submitted_at", query, "alliance__zone"), submitted_at__isnull=False)
    if state := query.narrow.get("state"):
        rows = rows.filter(state=state)
    return rows.select_related("organisation").order_by("-created_at", "-id")


def meetings(query: Query, user: Any) -> QuerySet[Meeting]:
    """Meetings by the day they began."""
    rows = meetings_visible_to(user).filter(state="closed")
    if query.since:
        rows = rows.filter(starts_at__gte=midnight(query.since))
    if query.until:
        rows = rows.filter(starts_at__lt=midnight(query.until))
    if meeting := query.narrow.get("meeting"):
        rows = rows.filter(pk=meeting)
    return rows.order_by("-created_at", "-id")


def motions(query: Query, user: Any) -> QuerySet[Motion]:
    """Motions by the day on which the vote on them was closed."""
    rows = motions_visible_to(user).filter(at("ballot__closed_at", query, "alliance__zone"))
    rows = rows.filter(ballot__closed_at__isnull=False)
    if motion := query.narrow.get("motion"):
        rows = rows.filter(pk=motion)
    return rows.order_by("-created_at", "-id")
