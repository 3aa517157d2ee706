"""Writes messages into the outbox, delivers them, and keeps what people want to be told."""

from notifications.commands.delivery import deliver, deliver_due, send_digests
from notifications.commands.outbox import mark_read, messages, notify, notify_address, recall, tell_deciders
from notifications.commands.preferences import set_preferences
from notifications.commands.subscriptions import create_feed, note_reading, revoke_feed

__all__ = [
    "create_feed",
    "deliver",
    "deliver_due",
    "mark_read",
    "messages",
    "note_reading",
    "notify",
    "notify_address",
    "recall",
    "revoke_feed",
    "send_digests",
    "set_preferences",
    "tell_deciders",
]
