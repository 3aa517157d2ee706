"""How a proposal and its legs move.

Parties: pi, member, signatory, office (of the call), feasibility and safety (staff of the leg's facility), chair (of a
panel), management, system. What is decided stays in the round until the embargo ends; only then the states of
proposals and legs change, all at once, so that nothing that shows a state can leak a decision.
"""

from django.utils.translation import gettext_lazy as _

from workflow.machine import Workflow, move

PROPOSAL = Workflow(
    "proposal",
    {
        "draft": _("Draft"),
        "submitted": _("Submitted"),
        "checking": _("Being checked"),
        "returned": _("Returned"),
        "feasibility": _("Feasibility"),
        "review": _("In review"),
        "panel": _("With the panel"),
        "accepted": _("Accepted"),
        "partially_accepted": _("Accepted in part"),
        "reserve": _("On the reserve list"),
        "rejected": _("Rejected"),
        "expired": _("Expired"),
        "withdrawn": _("Withdrawn"),
    },
    [
        move("submit", "draft returned", "submitted", "pi", _("Submit")),
        move("revise", "submitted", "draft", "pi", _("Take back to edit")),
        move(
            "confirm-partner",
            "submitted checking",
            None,
            "signatory",
            _("Confirm for our organisation"),
            done=_("Confirmed by a partner"),
        ),
        move("refuse-partner", "submitted checking", "returned", "signatory", _("Do not confirm"), reason=True),
        move("check", "submitted", "checking", "office", _("Start the check")),
        move("return", "submitted checking feasibility", "returned", "office", _("Return"), reason=True),
        move("forward", "checking", "feasibility", "office", _("Pass the check")),
        move("forward-to-review", "feasibility", "review", "office system", _("Forward to the review")),
        move("forward-to-panel", "review", "panel", "office system", _("Forward to the panel")),
        move("decide", "checking feasibility review panel", None, "management", _("Decide"), done=_("Decided")),
        move("accept", "panel reserve partially_accepted", "accepted", "system", _("Accept")),
        move("accept-in-part", "panel reserve accepted", "partially_accepted", "system", _("Accept in part")),
        move("put-on-reserve", "panel accepted partially_accepted", "reserve", "system", _("Put on the reserve list")),
        move("reject", "checking feasibility review panel", "rejected", "system", _("Reject")),
        move("appeal", "rejected reserve partially_accepted", None, "pi", _("Appeal"), done=_("Appealed"), reason=True),
        move("reopen", "rejected", "panel", "management", _("Decide again"), reason=True),
        move(
            "dismiss-appeal",
            "rejected reserve partially_accepted",
            None,
            "management",
            _("Keep the decision"),
            done=_("The decision was kept"),
            reason=True,
        ),
        move("expire", "accepted partially_accepted reserve returned", "expired", "system office", _("Expire")),
        move(
            "withdraw",
            "draft submitted checking returned feasibility review panel",
            "withdrawn",
            "pi",
            _("Withdraw"),
            reason=True,
        ),
    ],
    initial="draft",
    final="expired withdrawn",
)

LEG = Workflow(
    "leg",
    {
        "requested": _("Requested"),
        "feasible": _("Feasible"),
        "infeasible": _("Not feasible"),
        "recommended": _("Recommended"),
        "allocated": _("Time allocated"),
        "reserve": _("On the reserve list"),
        "refused": _("Refused"),
        "on_hold": _("On hold"),
        "scheduled": _("Scheduled"),
        "done": _("Done"),
        "lost": _("Lost"),
        "cancelled": _("Cancelled"),
    },
    [
        move("find-feasible", "requested infeasible", "feasible", "feasibility", _("Feasible")),
        move("find-infeasible", "requested feasible", "infeasible", "feasibility", _("Not feasible"), reason=True),
        move("ask-again", "feasible infeasible recommended", "requested", "pi office", _("Ask again")),
        move("recommend", "feasible", "recommended", "chair office system", _("Recommend")),
        move("allocate", "requested feasible recommended reserve refused", "allocated", "system", _("Allocate")),
        move("reserve", "requested feasible recommended refused", "reserve", "system", _("Put on the reserve list")),
        move("refuse", "requested feasible infeasible recommended reserve", "refused", "system", _("Refuse")),
        move("schedule", "allocated", "scheduled", "system", _("Schedule")),
        move("unschedule", "scheduled", "allocated", "system", _("Take off the schedule")),
        move("confirm", "allocated", None, "pi", _("Confirm"), done=_("Confirmed")),
        move("fall-back", "allocated", "reserve", "system", _("Back to the reserve list"), reason=True),
        move(
            "extend",
            "allocated scheduled on_hold",
            None,
            "office",
            _("Give more time"),
            done=_("More time was given"),
            reason=True,
        ),
        move(
            "transfer",
            "allocated",
            None,
            "system",
            _("Move to another instrument"),
            done=_("Moved to another instrument"),
            reason=True,
        ),
        move("put-on-hold", "allocated scheduled", "on_hold", "system office", _("Put on hold"), reason=True),
        move("resume", "on_hold", "allocated", "system office", _("Resume")),
        move("finish", "allocated scheduled", "done", "system", _("Done")),
        move("lose", "allocated scheduled", "lost", "system", _("Lost through the facility")),
        move(
            "cancel",
            "requested feasible infeasible recommended allocated reserve scheduled on_hold",
            "cancelled",
            "pi office system",
            _("Cancel"),
            reason=True,
        ),
    ],
    initial="requested",
    final="done lost cancelled",
)

EDITABLE = frozenset({"draft", "returned"})
"""States in which the team edits a proposal."""

SUBMITTED = frozenset({"submitted", "checking", "feasibility", "review", "panel"})
"""States in which a frozen version is on its way and no decision is known."""

DECIDED = frozenset({"accepted", "partially_accepted", "reserve", "rejected", "expired"})
"""States that the announcement of results gave."""

GRANTED = frozenset({"accepted", "partially_accepted"})
"""States in which at least every required leg has time."""
