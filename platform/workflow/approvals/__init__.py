"""Decisions whose steps differ by place: routes as data, the processes on them and the tasks in inboxes."""

from workflow.approvals.again import agreed_steps, still_agreed
from workflow.approvals.handlers import Handler, register, register_owner
from workflow.approvals.routes import (
    RouteDraft,
    StepDraft,
    ask_route,
    check_route,
    current_route,
    ensure_route,
    read_route,
    retire_route,
    save_route,
)
from workflow.approvals.running import decide, escalate_due, prepare, record_skips, stop
from workflow.approvals.undoing import may_reopen, reopen

__all__ = [
    "Handler",
    "RouteDraft",
    "StepDraft",
    "agreed_steps",
    "ask_route",
    "check_route",
    "current_route",
    "decide",
    "ensure_route",
    "escalate_due",
    "may_reopen",
    "prepare",
    "read_route",
    "record_skips",
    "register",
    "register_owner",
    "reopen",
    "retire_route",
    "save_route",
    "still_agreed",
    "stop",
]
