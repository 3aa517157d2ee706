"""Reads a person's messages, wishes and private feeds: always one's own."""

from typing import Any

from django.db.models import QuerySet

from notifications.kinds import KINDS
from notifications.models import CalendarFeed, Message, Preference


def messages_visible_to(user: Any) -> QuerySet[Message]:
    """A person's own messages, newest first; those whose words are still to be made are left out."""
    if not user.is_authenticated:
        return Message.objects.none()
    return Message.objects.filter(recipient=user).exclude(title="").order_by("-created_at", "-id")


def preferences_of(user: Any) -> dict[str, str]:
    """Every kind with how the person wants to hear of it."""
    chosen = dict(Preference.objects.filter(user=user).values_list("kind", "mode"))
    return {name: chosen.get(name, Preference.Mode.AT_ONCE.value) for name in KINDS}


def feeds_visible_to(user: Any) -> QuerySet[CalendarFeed]:
    """A person's own feeds that are not revoked, newest first."""
    return CalendarFeed.objects.filter(owner=user, revoked_at=None).order_by("-created_at", "-id")
