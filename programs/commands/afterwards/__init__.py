"""After the results of a call: time is confirmed, followed, moved, extended or given up; decisions are appealed."""

from programs.commands.afterwards.appeals import answer_appeal, appeal_decision
from programs.commands.afterwards.confirming import confirm_leg, take_back_unconfirmed
from programs.commands.afterwards.ending import cancel_leg, resume_leg
from programs.commands.afterwards.extending import expire_proposals, extend_leg
from programs.commands.afterwards.following import follow_account, follow_due, follow_leg
from programs.commands.afterwards.reserve import promote_from_reserve
from programs.commands.afterwards.transferring import agree_transfer, ask_transfer, refuse_transfer

__all__ = [
    "agree_transfer",
    "answer_appeal",
    "appeal_decision",
    "ask_transfer",
    "cancel_leg",
    "confirm_leg",
    "expire_proposals",
    "extend_leg",
    "follow_account",
    "follow_due",
    "follow_leg",
    "promote_from_reserve",
    "refuse_transfer",
    "resume_leg",
    "take_back_unconfirmed",
]
