"""How an offer of places (training, scholarship, exchange) and an application for one move.

Parties: office (leads the programme, or checks programmes for its alliance); applicant, centre (signs for the
organisation that sends the applicant), system (what the clock and the waiting list do).
"""

from django.utils.translation import gettext_lazy as _

from workflow.machine import Workflow, move

OPPORTUNITY = Workflow(
    "offer of places",
    {
        "draft": _("Draft"),
        "published": _("Published"),
        "finished": _("Finished"),
        "taken_down": _("Taken down"),
    },
    [
        move("edit", "draft", None, "office", _("Change"), done=_("Changed")),
        move("publish", "draft", "published", "office", _("Publish")),
        move("finish", "published", "finished", "office", _("Finish")),
        move("take-down", "published", "taken_down", "office", _("Take down"), reason=True),
    ],
    initial="draft",
    final="finished taken_down",
)

CANDIDACY = Workflow(
    "application for a place",
    {
        "draft": _("Draft"),
        "submitted": _("Submitted"),
        "checked": _("Checked"),
        "ranked": _("Ranked"),
        "reserve": _("On the reserve list"),
        "offered": _("A place is offered"),
        "accepted": _("Accepted"),
        "refused": _("Refused"),
        "declined": _("Declined"),
        "withdrawn": _("Withdrawn"),
    },
    [
        move("edit", "draft", None, "applicant", _("Change"), done=_("Changed")),
        move("submit", "draft", "submitted", "applicant", _("Submit")),
        move("nominate", "submitted checked", None, "centre", _("Nominate"), done=_("Nominated")),
        move("check", "submitted", "checked", "office", _("It is complete and eligible")),
        move("rank", "checked ranked reserve", "ranked", "office", _("Rank")),
        move("reserve", "ranked", "reserve", "office", _("Put on the reserve list")),
        move("offer", "ranked reserve", "offered", "office system", _("Offer the place")),
        move("accept", "offered", "accepted", "applicant", _("Accept the place")),
        move("decline", "offered", "declined", "applicant system", _("Decline the place")),
        move(
            "give-back",
            "accepted",
            "declined",
            "applicant office",
            _("Give the place back"),
            done=_("Place given back"),
            reason=True,
        ),
        move("refuse", "submitted checked ranked reserve", "refused", "office", _("Refuse"), reason=True),
        move("withdraw", "draft submitted checked ranked reserve", "withdrawn", "applicant", _("Withdraw")),
    ],
    initial="draft",
    final="refused declined withdrawn",
)
