"""How a review moves. Parties: reviewer, office (of the call), chair (of the panel), system."""

from django.utils.translation import gettext_lazy as _

from workflow.machine import Workflow, move

REVIEW = Workflow(
    "review",
    {
        "asked": _("Asked"),
        "accepted": _("In work"),
        "submitted": _("Submitted"),
        "declined": _("Declined"),
        "cancelled": _("Called off"),
    },
    [
        move("accept", "asked", "accepted", "reviewer", _("Take on")),
        move("decline", "asked accepted", "declined", "reviewer", _("Decline"), reason=True),
        move("submit", "asked accepted", "submitted", "reviewer", _("Submit the review")),
        move("reopen", "submitted", "accepted", "office chair", _("Open again"), reason=True),
        move("call-off", "asked accepted", "cancelled", "office system", _("Call off")),
    ],
    initial="asked",
    final="submitted declined cancelled",
)

STANDING = frozenset({"asked", "accepted", "submitted"})
"""States in which the reviewer is, or was, at work on it."""
