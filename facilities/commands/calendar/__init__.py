"""Commands on a facility's calendar: cycles with their quotas, blocks, opening hours."""

from facilities.commands.calendar.blocks import (
    Affected,
    Plan,
    Slot,
    add_block,
    affected_by_block,
    change_block,
    plan_of,
    remove_block,
    review_block_change,
)
from facilities.commands.calendar.cycles import add_cycle, publish_cycle, set_quotas
from facilities.commands.calendar.hours import (
    Stretch,
    add_exception,
    remove_exception,
    set_opening_hours,
    set_shifts,
)

__all__ = [
    "Affected",
    "Plan",
    "Slot",
    "Stretch",
    "add_block",
    "add_cycle",
    "add_exception",
    "affected_by_block",
    "change_block",
    "plan_of",
    "publish_cycle",
    "remove_block",
    "remove_exception",
    "review_block_change",
    "set_opening_hours",
    "set_quotas",
    "set_shifts",
]
