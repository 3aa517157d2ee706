"""Reads circulars: whom one would reach, and what became of each delivery."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from alliance.models import Alliance, Circular, Representative
from alliance.permissions.governance import lasting
from alliance.permissions.news import circulars_visible_to
from alliance.queries.membership import active_memberships
from notifications.models import Message


def unread_by(user: Any) -> QuerySet[Circular]:
    """Circulars that came to a person and whose message they have not marked as read, the oldest first."""
    letters = Message.objects.filter(recipient=user, kind="circular", read_at=None)
    rows = circulars_visible_to(user).filter(sent_at__isnull=False, pk__in=letters.values("subject_id"))
    return rows.order_by("sent_at", "id")


def letters_of(circular: Circular, user: Any) -> QuerySet[Message]:
    """The messages by which a circular came to a person and that they have not marked as read."""
    rows = Message.objects.filter(recipient=user, kind="circular", subject_id=circular.pk, read_at=None)
    return rows.order_by("pk")


def read_at(circular: Circular, user: Any) -> datetime | None:
    """When a person marked the last message by which it came to them as read; None before, or where it never came."""
    rows = Message.objects.filter(recipient=user, kind="circular", subject_id=circular.pk, read_at__isnull=False)
    latest = rows.order_by("-read_at").first()
    return latest.read_at if latest else None


def recipients(alliance: Alliance, on: date) -> QuerySet[Representative]:
    """Who speaks for an active member on a day and has an account; a person may speak for several."""
    rows = _speaking(alliance, on).filter(person__is_active=True)
    return rows.select_related("membership__organisation", "person").order_by(
        "membership__organisation__name", "name", "id"
    )


def without_account(alliance: Alliance, on: date) -> QuerySet[Representative]:
    """Who speaks for an active member and cannot be reached here."""
    rows = _speaking(alliance, on).exclude(person__is_active=True).select_related("membership__organisation")
    return rows.order_by("membership__organisation__name", "name", "id")


def _speaking(alliance: Alliance, on: date) -> QuerySet[Representative]:
    members = active_memberships(alliance, on).order_by().values("pk")
    return Representative.objects.filter(lasting(on), membership__in=members)


@dataclass(frozen=True)
class Delivery:
    """One line of the log: who, for which member, and how the message stands."""

    person: str
    organisation: str
    state: str
    label: str
    at: datetime | None
    error: str


def deliveries_of(circular: Circular) -> list[Delivery]:
    """The log of a circular, by member."""
    rows = circular.deliveries.select_related("membership__organisation", "person").order_by(
        "membership__organisation__name", "person__name", "id"
    )
    lines = list(rows)
    messages = Message.objects.in_bulk({row.message_id for row in lines if row.message_id})
    return [_line(row, messages.get(row.message_id)) for row in lines]


def reached(lines: list[Delivery]) -> dict[str, int]:
    """How many lines are in each state."""
    return dict(Counter(line.state for line in lines))


def _line(row: Any, message: Message | None) -> Delivery:
    """Messages are kept for some time only; the delivery outlives them."""
    return Delivery(
        person=row.person.name,
        organisation=str(row.membership.organisation),
        state=message.state if message else "",
        label=str(message.get_state_display()) if message else "",
        at=message.sent_at if message else None,
        error=message.last_error if message else "",
    )
