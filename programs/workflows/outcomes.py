"""How an experiment report moves. Parties: team (of the proposal), office (of the call), system."""

from django.utils.translation import gettext_lazy as _

from workflow.machine import Workflow, move

REPORT = Workflow(
    "report",
    {
        "due": _("Report due"),
        "submitted": _("Submitted"),
        "returned": _("Returned"),
        "accepted": _("Accepted"),
        "waived": _("Waived"),
    },
    [
        move("submit", "due returned", "submitted", "team", _("Submit the report")),
        move("return", "submitted", "returned", "office", _("Return"), reason=True),
        move("accept", "submitted", "accepted", "office", _("Accept")),
        move("waive", "due returned", "waived", "office", _("Waive the report"), reason=True),
        move("call-off", "due", "waived", "system", _("Call off"), reason=True),
    ],
    initial="due",
    final="accepted waived",
)

OWED = frozenset({"due", "returned"})
"""States in which the team still has to hand something in."""
