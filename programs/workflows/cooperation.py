"""How a joint programme moves. Parties: lead, partner, secretariat, leadership, system."""

from django.utils.translation import gettext_lazy as _

from workflow.machine import Workflow, move

PROGRAM = Workflow(
    "program",
    {
        "draft": _("Draft"),
        "submitted": _("Submitted"),
        "partners_confirmed": _("Partners confirmed"),
        "reviewed": _("Checked"),
        "approved": _("Approved"),
        "agreement_signed": _("Agreement signed"),
        "active": _("Active"),
        "suspended": _("Suspended"),
        "completed": _("Completed"),
        "evaluated": _("Evaluated"),
        "rejected": _("Rejected"),
        "withdrawn": _("Withdrawn"),
        "terminated": _("Terminated"),
    },
    [
        move("submit", "draft", "submitted", "lead", _("Submit")),
        move("revise", "submitted partners_confirmed", "draft", "lead", _("Take back to edit")),
        move(
            "confirm-partner",
            "submitted",
            None,
            "partner",
            _("Confirm for our organisation"),
            done=_("Confirmed by a partner"),
        ),
        move("all-confirmed", "submitted", "partners_confirmed", "system", _("All partners confirmed")),
        move("refuse-partner", "submitted partners_confirmed", "draft", "partner", _("Do not confirm"), reason=True),
        move("return", "submitted partners_confirmed reviewed", "draft", "secretariat", _("Return"), reason=True),
        move("review", "partners_confirmed", "reviewed", "secretariat", _("Pass the check")),
        move("approve", "reviewed", "approved", "leadership", _("Approve")),
        move("reject", "submitted partners_confirmed reviewed", "rejected", "leadership", _("Reject"), reason=True),
        move("sign", "approved", "agreement_signed", "secretariat", _("Record the signed agreement")),
        move("activate", "approved agreement_signed", "active", "secretariat lead", _("Start")),
        move("suspend", "active", "suspended", "secretariat leadership", _("Suspend"), reason=True),
        move("resume", "suspended", "active", "secretariat leadership", _("Resume")),
        move("complete", "active", "completed", "lead secretariat", _("Complete")),
        move("evaluate", "completed", "evaluated", "leadership secretariat", _("Evaluate")),
        move(
            "withdraw", "draft submitted partners_confirmed reviewed", "withdrawn", "lead", _("Withdraw"), reason=True
        ),
        move("terminate", "active suspended", "terminated", "leadership", _("Terminate"), reason=True),
    ],
    initial="draft",
    final="evaluated rejected withdrawn terminated",
)

RUNNING = frozenset({"approved", "agreement_signed", "active", "suspended", "completed", "evaluated"})
"""States in which a programme counts as cooperation: it was approved and not called off before it began."""

CONFIRMING = frozenset({"submitted", "partners_confirmed"})
"""States in which partners answer; an edit by the lead now freezes a new version and asks those it concerns again."""

EVALUABLE = frozenset({"completed", "evaluated"})
"""States in which there is something to evaluate, or an evaluation."""

PLANNABLE = frozenset({"approved", "agreement_signed", "active", "suspended"})
"""States in which milestones are planned anew and reached, and progress is reported."""
