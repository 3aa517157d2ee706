"""How an application for membership and a membership move.

Parties: applicant (who applies for the organisation), secretary (manages members), chair (opens motions),
head (signs for the organisation), delegate (speaks for the member), system (what a resolution does).
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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
        move("edit", "draft returned", None, "applicant", _("Change"), done=_("Changed")),
        move("submit", "draft returned", "submitted", "applicant", _("Submit")),
        move("check", "submitted", "checking", "secretary", _("Start the check"), done=_("Check started")),
        move("return", "submitted checking", "returned", "secretary", _("Return"), reason=True),
        move("plan-visit", "checking", "site_visit", "secretary", _("Plan a site visit"), done=_("Site visit planned")),
        move(
            "report-visit", "site_visit", "checking", "secretary", _("Record the visit"), done=_("Site visit reported")
        ),
        move("put-to-vote", "checking site_visit", "voting", "chair", _("Put to the vote"), done=_("Put to the vote")),
        move("approve", "voting", "signature", "system", _("Approve"), done=_("Approved")),
        move("decline", "voting", "declined", "system", _("Decline")),
        move("vote-again", "voting", "checking", "system", _("Back to the check"), done=_("Sent back to the check")),
        move("sign", "signature", "member", "head secretary", _("Sign the charter"), done=_("Charter signed")),
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
        "active": pgettext_lazy("membership", "Active"),
        "suspended": _("Suspended"),
        "withdrawn": _("Withdrawn"),
        "excluded": _("Excluded"),
    },
    [
        move("suspend", "active", "suspended", "system", _("Suspend"), reason=True),
        move(
            "resume",
            "suspended",
            "active",
            "system",
            _("Lift the suspension"),
            done=_("Suspension lifted"),
            reason=True,
        ),
        move("withdraw", "active suspended", "withdrawn", "head secretary", _("Leave"), reason=True),
        move("exclude", "active suspended", "excluded", "system", _("Exclude"), reason=True),
        move(
            "change-class",
            "active suspended",
            None,
            "system secretary",
            _("Change the class"),
            done=_("Class changed"),
            reason=True,
        ),
        move(
            "set-standing",
            "active suspended",
            None,
            "secretary",
            _("Set the standing"),
            done=_("Standing changed"),
            reason=True,
        ),
        move(
            "correct",
            "active suspended withdrawn excluded",
            None,
            "secretary",
            _("Correct"),
            done=_("Corrected"),
            reason=True,
        ),
    ],
    initial="active",
    final="withdrawn excluded",
)
