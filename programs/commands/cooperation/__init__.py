"""Everything that writes programmes: drafting, consent, decisions, what happens afterwards, import."""

from programs.commands.cooperation.consent import confirm_partner, refuse_partner, revise_program, submit_program
from programs.commands.cooperation.decisions import approve_program, reject_program, return_program, review_program
from programs.commands.cooperation.drafting import (
    PartnerPart,
    PlannedMilestone,
    WantedTime,
    add_participant,
    draft_program,
    edit_program,
    remove_participant,
)
from programs.commands.cooperation.evaluating import Judgement, evaluate_program
from programs.commands.cooperation.granting import Grant
from programs.commands.cooperation.running import (
    activate_program,
    complete_program,
    reach_milestone,
    report_progress,
    resume_program,
    sign_program,
    suspend_program,
    terminate_program,
    withdraw_program,
)

__all__ = [
    "Grant",
    "Judgement",
    "PartnerPart",
    "PlannedMilestone",
    "WantedTime",
    "activate_program",
    "add_participant",
    "approve_program",
    "complete_program",
    "confirm_partner",
    "draft_program",
    "edit_program",
    "evaluate_program",
    "reach_milestone",
    "refuse_partner",
    "reject_program",
    "remove_participant",
    "report_progress",
    "resume_program",
    "return_program",
    "review_program",
    "revise_program",
    "sign_program",
    "submit_program",
    "suspend_program",
    "terminate_program",
    "withdraw_program",
]
