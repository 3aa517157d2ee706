"""How a node of a joint laboratory moves. Parties: lead, host (a signatory of the centre it stands at), system."""

from django.utils.translation import gettext_lazy as _

from workflow.machine import Workflow, move

NODE = Workflow(
    "node",
    {
        "planned": _("Planned"),
        "open": _("In operation"),
        "closed": _("Closed"),
        "cancelled": _("Cancelled"),
    },
    [
        move("open", "planned", "open", "host", _("Open as the host")),
        move("close", "open", "closed", "lead host system", _("Close the node"), reason=True),
        move("cancel", "planned", "cancelled", "lead host system", _("Cancel the plan"), reason=True),
    ],
    initial="planned",
    final="closed cancelled",
)

CHANGEABLE = frozenset({"planned", "open"})
"""States in which head, place and tasks of a node may change."""
