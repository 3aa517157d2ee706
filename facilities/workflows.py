"""How a booking, a proposed change of one and a wait for time move.

Parties: requester, decider, operator, manager, approver, route, system.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from workflow.machine import Workflow, move

BOOKING = Workflow(
    "booking",
    {
        "held": _("Held"),
        "offered": _("Offered"),
        "requested": _("Requested"),
        "countered": _("Other time proposed"),
        "approved": _("Approved"),
        "running": _("Running"),
        "completed": _("Completed"),
        "closed": _("Closed"),
        "declined": _("Declined"),
        "expired": _("Expired"),
        "withdrawn": _("Withdrawn"),
        "cancelled": _("Cancelled"),
        "no_show": _("No show"),
        "lost": _("Lost"),
    },
    [
        move("request", "held", "requested", "requester", _("Request")),
        move("confirm", "offered", "requested", "requester", _("Take the offered time")),
        move("pass-on", "offered", "withdrawn", "requester", _("Leave it to others")),
        move("approve", "requested", "approved", "route", _("Approve")),
        move("take-back", "approved", "requested", "approver", _("Take the approval back")),
        move(
            "shorten",
            "requested",
            None,
            "route",
            _("Approve a part of the time"),
            done=_("A part of the time was approved"),
            reason=True,
        ),
        move("decline", "requested countered offered", "declined", "decider route", _("Decline"), reason=True),
        move("counter", "requested", "countered", "decider", _("Propose another time"), reason=True),
        move("accept", "countered", "requested", "requester", _("Accept the proposed time")),
        move("refuse", "countered", "requested", "requester", _("Keep the time asked for"), reason=True),
        move("withdraw", "held requested countered", "withdrawn", "requester", _("Withdraw"), reason=True),
        move(
            "reschedule",
            "held requested approved",
            None,
            "requester decider",
            _("Ask for a change"),
            done=_("A change was asked for"),
        ),
        move("move", "approved", None, "route", _("Move to the new time"), done=_("Moved to the new time")),
        move(
            "override",
            "requested approved",
            None,
            "manager",
            _("Override rules"),
            done=_("Rules were overridden"),
            reason=True,
        ),
        move("cancel", "approved", "cancelled", "requester decider", _("Cancel"), reason=True),
        move("check-in", "approved", "running", "requester operator", _("Check in")),
        move("check-out", "running", "completed", "requester operator", _("Check out")),
        move(
            "report-loss",
            "running completed",
            None,
            "operator",
            _("Report lost time"),
            done=_("Lost time was reported"),
            reason=True,
        ),
        move("lapse", "approved", "cancelled", "system", _("Cancel, it is not ready"), reason=True),
        move("lose", "approved", "lost", "operator", _("Report as lost"), reason=True),
        move("no-show", "approved", "no_show", "operator system", _("Nobody came")),
        move("expire", "held offered requested countered", "expired", "system", _("Expire")),
        move("release", "held requested countered approved", "cancelled", "system", _("Release"), reason=True),
        move("close", "completed", "closed", "operator system", _("Close")),
    ],
    initial="held offered requested",
    final="closed declined expired withdrawn cancelled no_show lost",
)

CLAIMING = frozenset({"held", "offered", "requested", "countered", "approved", "running", "completed", "closed"})
"""States in which a booking's time is claimed. Past use stays claimed, so that history cannot be double-booked."""

LIVE = frozenset({"held", "offered", "requested", "countered", "approved", "running"})
"""States that still await something."""

CHANGE = Workflow(
    "change",
    {
        "open": pgettext_lazy("not yet dealt with", "Open"),
        "accepted": _("Accepted"),
        "refused": _("Refused"),
        "dropped": _("Dropped"),
    },
    [
        move("accept", "open", "accepted", "requester route", _("Accept")),
        move("refuse", "open", "refused", "requester route", _("Refuse"), reason=True),
        move("drop", "open", "dropped", "requester decider system", _("Drop")),
    ],
    initial="open",
    final="accepted refused dropped",
)

WAITING = Workflow(
    "waiting",
    {
        "waiting": _("Waiting"),
        "offered": _("Offered"),
        "served": _("Served"),
        "left": _("Left"),
        "lapsed": _("Lapsed"),
    },
    [
        move("offer", "waiting", "offered", "system", _("Offer")),
        move("serve", "offered", "served", "requester", _("Take the offered time")),
        move("wait-on", "offered", "waiting", "requester system", _("Wait on")),
        move("leave", "waiting", "left", "requester", _("Leave the list")),
        move("strike", "waiting", "left", "decider", _("Take off the list"), reason=True),
        move("lapse", "waiting", "lapsed", "system", _("Lapse")),
    ],
    initial="waiting",
    final="served left lapsed",
)

CAMPAIGN = Workflow(
    "campaign",
    {
        "requested": _("Requested"),
        "confirmed": _("Confirmed"),
        "broken": _("Cannot take place"),
        "withdrawn": _("Withdrawn"),
    },
    [
        move("confirm", "requested", "confirmed", "system", _("Confirm")),
        move("reopen", "confirmed", "requested", "system", _("Wait for a decision again")),
        move("break", "requested confirmed", "broken", "system", _("Release what is left"), reason=True),
        move("withdraw", "requested confirmed", "withdrawn", "requester", _("Withdraw"), reason=True),
    ],
    initial="requested",
    final="broken withdrawn",
)
