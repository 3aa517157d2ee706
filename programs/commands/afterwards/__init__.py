"""After the results of a call: time is confirmed or falls back, the reserve list moves up, decisions are appealed."""

from programs.commands.afterwards.appeals import answer_appeal, appeal_decision
from programs.commands.afterwards.confirming import confirm_leg, take_back_unconfirmed
from programs.commands.afterwards.reserve import promote_from_reserve

__all__ = [
    "answer_appeal",
    "appeal_decision",
    "confirm_leg",
    "promote_from_reserve",
    "take_back_unconfirmed",
]
