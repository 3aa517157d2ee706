"""How an event moves; a postponed event keeps its identity. Parties: organiser (publishes for the alliance), system."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from workflow.machine import Workflow, move

EVENT = Workflow(
    "event",
    {
        "idea": _("Idea"),
        "announced": _("Announced"),
        "invited": _("Invitations sent"),
        "registration": _("Registration open"),
        "running": pgettext_lazy("event", "Running"),
        "held": pgettext_lazy("event", "Held"),
        "published": _("Proceedings published"),
        "postponed": _("Postponed"),
        "cancelled": _("Cancelled"),
    },
    [
        move("announce", "idea postponed", "announced", "organiser", _("Announce")),
        move("invite", "announced", "invited", "organiser", _("Send the invitations")),
        move(
            "open-registration",
            "announced invited",
            "registration",
            "organiser",
            _("Open the registration"),
            done=_("Registration opened"),
        ),
        move(
            "close-registration",
            "registration",
            "invited",
            "organiser",
            _("Close the registration"),
            done=_("Registration closed"),
        ),
        move("start", "announced invited registration", "running", "organiser system", _("Begin"), done=_("Begun")),
        move(
            "finish", "announced invited registration running", "held", "organiser system", _("Record that it was held")
        ),
        move("publish-proceedings", "held", "published", "organiser", _("Publish the proceedings")),
        move("postpone", "announced invited registration", "postponed", "organiser", _("Postpone"), reason=True),
        move(
            "cancel",
            "idea announced invited registration postponed",
            "cancelled",
            "organiser",
            _("Cancel"),
            reason=True,
        ),
    ],
    initial="idea announced held",
    final="held published cancelled",
)

UPCOMING = frozenset({"announced", "invited", "registration", "running", "postponed"})
"""States in which the public sees that an event is ahead."""

PUBLIC = UPCOMING | {"held", "published", "cancelled"}
"""States in which the public may know of an event at all."""
