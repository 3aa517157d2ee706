"""Writes motions, their votes, the results and the resolutions that come of them."""

from alliance.commands.voting.casting import Cast, cast_vote
from alliance.commands.voting.closing import close_due, close_vote
from alliance.commands.voting.drafting import Draft, change_motion, draft_motion, table_motion, withdraw_motion
from alliance.commands.voting.opening import open_vote
from alliance.commands.voting.resolving import record_resolution
from alliance.commands.voting.ruling import set_rule

__all__ = [
    "Cast",
    "Draft",
    "cast_vote",
    "change_motion",
    "close_due",
    "close_vote",
    "draft_motion",
    "open_vote",
    "record_resolution",
    "set_rule",
    "table_motion",
    "withdraw_motion",
]
