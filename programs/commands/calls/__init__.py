"""Everything that writes calls and questionnaires: drafting, moves, what the clock does."""

from programs.commands.calls.drafting import (
    AppliedRule,
    EarlierDeadline,
    OfferedTime,
    PlannedWindow,
    Weighed,
    draft_call,
    edit_call,
)
from programs.commands.calls.moving import (
    announce_call,
    archive_call,
    back_to_review,
    close_call,
    close_due,
    open_call,
    open_due,
    reopen_call,
    start_allocation,
    start_review,
    take_back_call,
)
from programs.commands.calls.questionnaires import (
    draft_questionnaire,
    edit_questionnaire,
    freeze_questionnaire,
)
from programs.commands.calls.reminding import remind_of_deadlines

__all__ = [
    "AppliedRule",
    "EarlierDeadline",
    "OfferedTime",
    "PlannedWindow",
    "Weighed",
    "announce_call",
    "archive_call",
    "back_to_review",
    "close_call",
    "close_due",
    "draft_call",
    "draft_questionnaire",
    "edit_call",
    "edit_questionnaire",
    "freeze_questionnaire",
    "open_call",
    "open_due",
    "remind_of_deadlines",
    "reopen_call",
    "start_allocation",
    "start_review",
    "take_back_call",
]
