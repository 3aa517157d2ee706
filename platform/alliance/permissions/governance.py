"""Who a person is to the bodies, offices and meetings of an alliance, and which of them they may see."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from alliance.models import ActionItem, Alliance, Body, BodyMembership, Meeting, Representative
from core import clock, permissions

RUN = "alliance.run_governance"
OPEN_VOTES = "alliance.open_votes"


def governance_parties(user: Any, alliance: Alliance) -> frozenset[str]:
    """`secretary` who runs governance, `chair` who opens votes, `system`."""
    if not user.is_authenticated:
        return frozenset()
    if user.is_system:
        return frozenset({"system"})
    held = {"secretary": RUN, "chair": OPEN_VOTES}
    return frozenset(party for party, right in held.items() if permissions.allowed(user, right, alliance))


def lasting(on: date) -> Q:
    """Rows with `starts_on` and `ends_on` that last on a day (half-open)."""
    return Q(starts_on__lte=on) & (Q(ends_on=None) | Q(ends_on__gt=on))


def speaks_for(user: Any, on: date) -> QuerySet[Representative]:
    """For whom a person speaks on a day: active members of any alliance."""
    return Representative.objects.filter(lasting(on), person=user, membership__state="active").order_by("id")


def bodies_visible_to(user: Any) -> QuerySet[Body]:
    """Bodies that one runs or sits on, and those of all members where one speaks for a member."""
    if not user.is_authenticated or not user.is_active:
        return Body.objects.none()
    today = clock.now().date()
    run = permissions.container_ids(user, RUN, Alliance)
    sits = BodyMembership.objects.filter(lasting(today), body=OuterRef("pk"), person=user)
    speaks = speaks_for(user, today).order_by().values("membership__alliance_id")
    visible = Q(alliance__in=run) | Q(Exists(sits)) | Q(of_members=True, alliance__in=speaks)
    return Body.objects.filter(visible).order_by("alliance_id", "name", "id")


def meetings_visible_to(user: Any) -> QuerySet[Meeting]:
    """Meetings of the bodies one sees, latest first; what is only planned is seen by who runs governance."""
    if not user.is_authenticated or not user.is_active:
        return Meeting.objects.none()
    run = permissions.container_ids(user, RUN, Alliance)
    told = ~Q(state="planned") | Q(body__alliance__in=run)
    bodies = bodies_visible_to(user).order_by().values("pk")
    return Meeting.objects.filter(told, body__in=bodies).order_by("-starts_at", "-id")


def actions_visible_to(user: Any) -> QuerySet[ActionItem]:
    """Actions that one owns, oneself or for a member, and those of meetings one sees or alliances one runs."""
    if not user.is_authenticated or not user.is_active:
        return ActionItem.objects.none()
    run = permissions.container_ids(user, RUN, Alliance)
    meetings = meetings_visible_to(user).order_by().values("pk")
    visible = actions_owned_by(user) | Q(alliance__in=run) | Q(agenda_item__meeting__in=meetings)
    return ActionItem.objects.filter(visible).order_by("due_on", "id")


def actions_owned_by(user: Any) -> Q:
    """Actions of which one is the owner, or speaks for the owning organisation in that alliance."""
    speaks = speaks_for(user, clock.now().date()).order_by()
    for_it = speaks.filter(
        membership__alliance=OuterRef("alliance"), membership__organisation=OuterRef("owner_organisation")
    )
    return Q(owner=user) | Q(Exists(for_it))
