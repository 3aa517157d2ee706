"""Writes messages into the outbox, delivers them, and keeps what people want to be told."""

from notifications.commands.delivery import deliver, deliver_due, send_digests
from notifications.commands.outbox import mark_read, notify, tell_deciders
from notifications.commands.preferences import set_preferences

__all__ = [
    "deliver",
    "deliver_due",
    "mark_read",
    "notify",
    "send_digests",
    "set_preferences",
    "tell_deciders",
]
