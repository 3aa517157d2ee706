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
)
from programs.commands.reviews.asking import ask_reviewer, assign_reviewers
from programs.commands.reviews.forwarding import forward_all_to_review, forward_to_panel, forward_to_review
from programs.commands.reviews.meeting import record_discussion
from programs.commands.reviews.panels import appoint, attach_panel, make_panel, set_expertise
from programs.commands.reviews.reminding import remind_due

__all__ = [
    "Written",
    "accept_review",
    "appoint",
    "ask_reviewer",
    "assign_reviewers",
    "attach_panel",
    "call_off_review",
    "declare_conflict",
    "decline_review",
    "forward_all_to_review",
    "forward_to_panel",
    "forward_to_review",
    "make_panel",
    "record_discussion",
    "remind_due",
    "reopen_review",
    "save_review",
    "set_expertise",
    "submit_review",
]
