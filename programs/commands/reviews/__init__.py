"""Everything that writes panels and reviews: asking, answering, forwarding, the meeting, reminders."""

from programs.commands.reviews.answering import (
    Written,
    accept_review,
    call_off_review,
    declare_conflict,
    decline_review,
    reopen_review,
    save_review,
    submit_review,
    withdraw_conflict,
)
from programs.commands.reviews.asking import ask_reviewer
from programs.commands.reviews.assigning import assign_reviewers, run_assignment, start_assignment
from programs.commands.reviews.forwarding import STAGES, Forwarded, forward_all, forward_to_panel, forward_to_review
from programs.commands.reviews.forwarding_calls import run_forwarding, start_forwarding
from programs.commands.reviews.meeting import record_discussion
from programs.commands.reviews.panels import attach_panel, detach_panel, edit_panel, make_panel
from programs.commands.reviews.reminding import remind_due
from programs.commands.reviews.seats import appoint, change_seat, set_expertise

__all__ = [
    "STAGES",
    "Forwarded",
    "Written",
    "accept_review",
    "appoint",
    "ask_reviewer",
    "assign_reviewers",
    "attach_panel",
    "call_off_review",
    "change_seat",
    "declare_conflict",
    "decline_review",
    "detach_panel",
    "edit_panel",
    "forward_all",
    "forward_to_panel",
    "forward_to_review",
    "make_panel",
    "record_discussion",
    "remind_due",
    "reopen_review",
    "run_assignment",
    "run_forwarding",
    "save_review",
    "set_expertise",
    "start_assignment",
    "start_forwarding",
    "submit_review",
    "withdraw_conflict",
]
