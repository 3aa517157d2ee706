"""Writes events: planned, moved, filled with a programme, invited to, registered for, attended."""

from alliance.commands.events.attending import record_attendance
from alliance.commands.events.following import follow_due
from alliance.commands.events.inviting import answer_invitation, invite, withdraw_invitation
from alliance.commands.events.moving import circulate, move_event
from alliance.commands.events.planning import (
    edit_event,
    make_series,
    plan_event,
    set_chairs,
    set_editions,
    set_partners,
)
from alliance.commands.events.programme import remove_session, remove_talk, save_session, save_talk
from alliance.commands.events.registering import cancel_registration, register

__all__ = [
    "answer_invitation",
    "cancel_registration",
    "circulate",
    "edit_event",
    "follow_due",
    "invite",
    "make_series",
    "move_event",
    "plan_event",
    "record_attendance",
    "register",
    "remove_session",
    "remove_talk",
    "save_session",
    "save_talk",
    "set_chairs",
    "set_editions",
    "set_partners",
    "withdraw_invitation",
]
