"""How terms of office, meetings and motions move.

Parties: secretary (runs governance), chair (opens and closes the vote), mover (who drafted a motion), voter (speaks for
a member that may vote), teller (enters a show of hands), system (a resolution or the clock).
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from workflow.machine import Workflow, move

TERM = Workflow(
    "term of office",
    {
        "nominated": _("Nominated"),
        "elected": _("Elected"),
        "in_office": _("In office"),
        "ended": _("Ended"),
    },
    [
        move("elect", "nominated", "elected", "system secretary", _("Record the election")),
        move("take-office", "elected", "in_office", "system secretary", _("Take office"), done=_("Took office")),
        move("end", "nominated elected in_office", "ended", "system secretary", _("End the term"), reason=True),
    ],
    initial="nominated elected in_office",
    final="ended",
)

MEETING = Workflow(
    "meeting",
    {
        "planned": pgettext_lazy("meeting", "Planned"),
        "called": _("Called"),
        "running": pgettext_lazy("meeting", "Running"),
        "closed": pgettext_lazy("meeting", "Closed"),
        "cancelled": _("Cancelled"),
    },
    [
        move("call", "planned", "called", "secretary chair", _("Send the notice"), done=_("Notice sent")),
        move("change", "planned called", None, "secretary chair", _("Change the plan"), done=_("Plan changed")),
        move("circulate", "called", None, "secretary chair", _("Circulate the agenda"), done=_("Agenda circulated")),
        move("start", "called", "running", "chair secretary", _("Open the meeting"), done=_("Opened")),
        move("close", "running", "closed", "chair secretary", _("Close the meeting")),
        move("cancel", "planned called", "cancelled", "secretary chair", _("Cancel"), reason=True),
    ],
    initial="planned closed",
    final="closed cancelled",
)

MOTION = Workflow(
    "motion",
    {
        "draft": _("Draft"),
        "tabled": _("Tabled"),
        "open": _("Vote open"),
        "closed": _("Vote closed"),
        "carried": _("Carried"),
        "lost": pgettext_lazy("motion", "Lost"),
        "inquorate": _("No quorum"),
        "withdrawn": _("Withdrawn"),
    },
    [
        move("edit", "draft", None, "mover secretary", _("Change"), done=_("Changed")),
        move("table", "draft", "tabled", "mover secretary", _("Table the motion")),
        move("open", "tabled", "open", "chair", _("Open the vote"), done=_("Vote opened")),
        move("vote", "open", None, "voter teller", _("Vote"), done=_("Voted")),
        move("close", "open", "closed", "chair system", _("Close the vote")),
        move("carry", "closed", "carried", "system", _("Carried")),
        move("lose", "closed", "lost", "system", pgettext_lazy("motion", "Lost")),
        move("lack-quorum", "closed", "inquorate", "system", _("No quorum")),
        move("withdraw", "draft tabled", "withdrawn", "mover secretary chair", _("Withdraw"), reason=True),
    ],
    initial="draft",
    final="carried lost inquorate withdrawn",
)
