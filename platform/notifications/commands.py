"""Writes the outbox: one message to each person, in the transaction of the change it tells of."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from accounts.models import User
from core import audit
from core.jobs import enqueue
from notifications.models import Message


def notify(
    recipients: Iterable[User],
    kind: str,
    *,
    subject: Model,
    context: dict[str, Any],
    calendar: dict[str, Any] | None = None,
) -> list[Message]:
    """Tell each recipient; `context` holds plain values."""
    rows = [
        Message(
            recipient=person,
            kind=kind,
            subject_type=audit.label(subject),
            subject_id=subject.pk,
            context=context,
            calendar=calendar or {},
        )
        for person in recipients
    ]
    Message.objects.bulk_create(rows)
    if rows:
        enqueue("notifications.deliver")
    return rows
