"""How an application for membership and a membership move.

Parties: applicant (who applies for the organisation), secretary (manages members), chair (opens motions),
head (signs for the organisation), delegate (speaks for the member), system (what a resolution does).
"""

from django.utils.translation import gettext_lazy as _

from workflow.machine import Workflow, move

APPLICATION = Workflow(
    "application for membership",
    {
        "draft": _("Draft"),
        "submitted": _("Submitted"),
        "checking": _("Secretariat's check"),
        "returned": _("Returned"),
        "site_visit": _("Site visit"),
        "voting": _("Vote"),
        "signature": _("Charter to be signed"),
        "member": _("Member"),
        "declined": _("Declined"),
        "withdrawn": _("Withdrawn"),
    },
    [
        move("edit", "draft returned", None, "applicant", _("Change")),
        move("submit", "draft returned", "submitted", "applicant", _("Submit")),
        move("check", "submitted", "checking", "secretary", _("Start the check")),
        move("return", "submitted checking", "returned", "secretary", _("Return"), reason=True),
        move("plan-visit", "checking", "site_visit", "secretary", _("Plan a site visit")),
        move("report-visit", "site_visit", "checking", "secretary", _("Record the visit")),
        move("put-to-vote", "checking site_visit", "voting", "chair", _("Put to the vote")),
        move("approve", "voting", "signature", "system", _("Approve")),
        move("decline", "voting", "declined", "system", _("Decline")),
        move("vote-again", "voting", "checking", "system", _("Back to the check")),
        move("sign", "signature", "member", "head secretary", _("Sign the charter")),
        move(
            "withdraw",
            "draft submitted checking returned site_visit",
            "withdrawn",
            "applicant",
            _("Withdraw"),
            reason=True,
        ),
    ],
    initial="draft",
    final="member declined withdrawn",
)

MEMBERSHIP = Workflow(
    "membership",
    {
        "active": _("Active"),
        "suspended": _("Suspended"),
        "withdrawn": _("Withdrawn"),
        "excluded": _("Excluded"),
    },
    [
        move("suspend", "active", "suspended", "system", _("Suspend"), reason=True),
        move("resume", "suspended", "active", "system", _("Lift the suspension"), reason=True),
        move("withdraw", "active suspended", "withdrawn", "head secretary", _("Leave"), reason=True),
        move("exclude", "active suspended", "excluded", "system", _("Exclude"), reason=True),
        move("change-class", "active suspended", None, "system secretary", _("Change the class"), reason=True),
        move("set-standing", "active suspended", None, "secretary", _("Set the standing"), reason=True),
        move("correct", "active suspended withdrawn excluded", None, "secretary", _("Correct"), reason=True),
    ],
    initial="active",
    final="withdrawn excluded",
)
