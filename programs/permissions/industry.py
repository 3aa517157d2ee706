"""Who a person is to an industrial request, and which requests they may see: the company's contact and the office."""

from typing import Any

from django.db.models import Q, QuerySet

from alliance.models import Alliance
from core import permissions
from facilities.models import Facility
from programs.models import IndustrialRequest
from programs.permissions.calls import RUN


def industrial_parties(user: Any, request: IndustrialRequest) -> frozenset[str]:
    """`company` for its contact, who is never the office as well; `office` of its facility, else of the alliance."""
    if not user.is_authenticated:
        return frozenset()
    if user.is_system:
        return frozenset({"system"})
    if request.contact_id == user.pk:
        return frozenset({"company"})
    held = (
        permissions.allowed(user, f"facilities.{RUN}", request.facility)
        if request.facility
        else permissions.allowed(user, f"alliance.{RUN}", request.alliance)
    )
    return frozenset({"office"} if held else ())


def industrial_requests_visible_to(user: Any) -> QuerySet[IndustrialRequest]:
    """One's own, and those of the facilities (or of the alliance, before a facility has it) whose office one is."""
    if not user.is_authenticated or not user.is_active:
        return IndustrialRequest.objects.none()
    at = permissions.container_ids(user, f"facilities.{RUN}", Facility)
    of = permissions.container_ids(user, f"alliance.{RUN}", Alliance)
    visible = Q(contact=user) | Q(facility__in=at) | Q(facility=None, alliance__in=of)
    return IndustrialRequest.objects.filter(visible).order_by("-created_at", "-id")


TITLED = frozenset({"contract", "paid", "booked", "done", "statement"})
"""States in which the title may be published: from the signed agreement on (R-33)."""


def may_publish_title(user: Any, request: IndustrialRequest) -> bool:
    """The office of the facility decides whether the title is published."""
    return "office" in industrial_parties(user, request)
