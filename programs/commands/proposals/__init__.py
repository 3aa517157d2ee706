"""Everything that writes proposals until they are forwarded: drafting, team, submission, consent, the check."""

from programs.commands.proposals.answers import answer_question
from programs.commands.proposals.attachments import attach_file, remove_file
from programs.commands.proposals.checking import (
    Point,
    check_proposal,
    forward_proposal,
    mend_point,
    return_proposal,
    waive_check,
)
from programs.commands.proposals.consent import confirm_partner, refuse_partner, remind_due
from programs.commands.proposals.drafting import draft_proposal, edit_proposal
from programs.commands.proposals.legs import LegPart, put_leg, raise_leg, remove_leg
from programs.commands.proposals.members import (
    Invitee,
    change_role,
    decline_invitation,
    invite_member,
    join_proposal,
    member_invited,
    remove_member,
    token_of,
)
from programs.commands.proposals.submission import (
    open_again_for,
    revise_proposal,
    submit_proposal,
    withdraw_proposal,
)

__all__ = [
    "Invitee",
    "LegPart",
    "Point",
    "answer_question",
    "attach_file",
    "change_role",
    "check_proposal",
    "confirm_partner",
    "decline_invitation",
    "draft_proposal",
    "edit_proposal",
    "forward_proposal",
    "invite_member",
    "join_proposal",
    "member_invited",
    "mend_point",
    "open_again_for",
    "put_leg",
    "raise_leg",
    "refuse_partner",
    "remind_due",
    "remove_file",
    "remove_leg",
    "remove_member",
    "return_proposal",
    "revise_proposal",
    "submit_proposal",
    "token_of",
    "waive_check",
    "withdraw_proposal",
]
