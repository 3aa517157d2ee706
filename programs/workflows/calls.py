"""How a call for proposals moves. Parties: office (of the alliance or facility that runs it), management, system."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from workflow.machine import Workflow, move

CALL = Workflow(
    "call",
    {
        "draft": _("Draft"),
        "announced": _("Announced"),
        "open": pgettext_lazy("a call", "Open"),
        "closed": _("Closed"),
        "in_review": _("In review"),
        "allocating": _("Allocating"),
        "notified": _("Results announced"),
        "archived": _("Archived"),
    },
    [
        move("announce", "draft", "announced", "office", _("Announce")),
        move(
            "take-back",
            "announced",
            "draft",
            "office",
            _("Take the announcement back"),
            done=_("Announcement taken back"),
            reason=True,
        ),
        move("open", "draft announced", "open", "office system", pgettext_lazy("a call", "Open"), done=_("Opened")),
        move("close", "open", "closed", "office system", _("Close")),
        move("reopen", "closed", "open", "office", _("Open again"), done=_("Opened again"), reason=True),
        move("start-review", "open closed", "in_review", "office", _("Start the review"), done=_("Review started")),
        move(
            "start-allocation",
            "in_review",
            "allocating",
            "office",
            _("Start the allocation"),
            done=_("Allocation started"),
        ),
        move(
            "back-to-review",
            "allocating",
            "in_review",
            "office",
            _("Back to the review"),
            done=_("Sent back to the review"),
            reason=True,
        ),
        move("notify", "allocating", "notified", "office management system", _("Announce the results")),
        move("archive", "draft closed notified", "archived", "office", _("Archive")),
    ],
    initial="draft",
    final="archived",
)

PUBLISHED = frozenset({"announced", "open", "closed", "in_review", "allocating", "notified", "archived"})
"""States in which a call is public."""
