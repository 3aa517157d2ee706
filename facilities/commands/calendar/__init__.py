"""Commands on a facility's calendar: cycles with their quotas, blocks, opening hours."""

from facilities.commands.calendar.blocks import (
    Plan,
    add_block,
    affected_by_block,
    change_block,
    plan_of,
    remove_block,
    review_block_change,
)
from facilities.commands.calendar.cycles import add_cycle, publish_cycle, set_quotas
from facilities.commands.calendar.hours import (
    Day,
    PlainDay,
    Stretch,
    Week,
    add_exception,
    change_hours,
    remove_exception,
    review_hours_change,
    set_opening_hours,
    set_shifts,
)
from facilities.commands.calendar.touching import Affected, Slot, Window

__all__ = [
    "Affected",
    "Day",
    "PlainDay",
    "Plan",
    "Slot",
    "Stretch",
    "Week",
    "Window",
    "add_block",
    "add_cycle",
    "add_exception",
    "affected_by_block",
    "change_block",
    "change_hours",
    "plan_of",
    "publish_cycle",
    "remove_block",
    "remove_exception",
    "review_block_change",
    "review_hours_change",
    "set_opening_hours",
    "set_quotas",
    "set_shifts",
]
