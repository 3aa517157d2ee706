"""Who organises an event, who sees that it is planned, and who sees the people who are invited or registered."""

from typing import Any

from django.db.models import Q, QuerySet

from alliance.models import Alliance, Event, Invitation, Membership, Registration
from alliance.workflows.events import PUBLIC
from core import clock
from core.permissions import allowed, container_ids

ORGANISES = "alliance.publish"


def event_parties(user: Any, event: Event) -> set[str]:
    """What a person is to an event: its organiser, the system, or neither."""
    if getattr(user, "is_system", False):
        return {"organiser", "system"}
    return {"organiser"} if allowed(user, ORGANISES, event.alliance) else set()


def organises(user: Any, event: Event) -> bool:
    return "organiser" in event_parties(user, event)


def events_visible_to(user: Any) -> QuerySet[Event]:
    """Everything announced; ideas only for those who organise events of that alliance."""
    return Event.objects.filter(
        Q(state__in=PUBLIC) | Q(alliance__in=container_ids(user, ORGANISES, Alliance)), archived_at=None
    ).select_related("alliance")


def speaks_for(user: Any) -> QuerySet[Membership]:
    """Active memberships for which a person speaks today."""
    if not user.is_authenticated:
        return Membership.objects.none()
    today = clock.now().date()
    lasting = Q(representatives__ends_on=None) | Q(representatives__ends_on__gt=today)
    return (
        Membership.objects.filter(
            lasting, representatives__person=user, representatives__starts_on__lte=today, state="active", left_on=None
        )
        .distinct()
        .order_by("pk")
    )


def registrations_visible_to(user: Any) -> QuerySet[Registration]:
    """One's own, and all of the events that one organises: names and addresses are for nobody else."""
    if not user.is_authenticated:
        return Registration.objects.none()
    return Registration.objects.filter(
        Q(person=user) | Q(event__alliance__in=container_ids(user, ORGANISES, Alliance))
    ).select_related("event__alliance", "organisation")


def invitations_visible_to(user: Any) -> QuerySet[Invitation]:
    """One's own, those of the members one speaks for, and all of the events that one organises."""
    if not user.is_authenticated:
        return Invitation.objects.none()
    return Invitation.objects.filter(
        Q(person=user)
        | Q(membership__in=speaks_for(user))
        | Q(event__alliance__in=container_ids(user, ORGANISES, Alliance))
    ).select_related("event__alliance", "membership__organisation")
