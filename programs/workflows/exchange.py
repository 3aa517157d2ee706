"""How an exchange stay and a place in a training move. Parties: lead, host, guest, system; lead, person."""

from django.utils.translation import gettext_lazy as _

from workflow.machine import Workflow, move

STAY = Workflow(
    "exchange stay",
    {
        "planned": _("Planned"),
        "confirmed": _("Confirmed by the host"),
        "done": _("Done"),
        "cancelled": _("Cancelled"),
    },
    [
        move("confirm", "planned", "confirmed", "host", _("Confirm as the host")),
        move("finish", "confirmed", "done", "system", _("Done")),
        move("cancel", "planned confirmed", "cancelled", "lead host guest system", _("Cancel the stay"), reason=True),
    ],
    initial="planned",
    final="done cancelled",
)

ENROLMENT = Workflow(
    "enrolment",
    {
        "enrolled": _("Has a place"),
        "waiting": _("Waits for a place"),
        "attended": _("Attended"),
        "passed": _("Passed"),
        "absent": _("Did not come"),
        "withdrawn": _("Withdrawn"),
    },
    [
        move("move-up", "waiting", "enrolled", "system", _("Has a place")),
        move("attend", "enrolled", "attended", "lead", _("Attended")),
        move("pass", "enrolled attended", "passed", "lead", _("Passed")),
        move("miss", "enrolled", "absent", "lead", _("Did not come")),
        move("withdraw", "enrolled waiting", "withdrawn", "person lead system", _("Withdraw")),
        move("enrol-again", "withdrawn", "enrolled", "person", _("Enrol again")),
        move("wait-again", "withdrawn", "waiting", "person", _("Wait again")),
    ],
    initial="enrolled waiting",
    final="passed absent",
)
