"""How a person's request about their own data moves (R-50). Parties: person, office (of the main alliance), system."""

from django.utils.translation import gettext_lazy as _

from workflow.machine import Workflow, move

DATA_REQUEST = Workflow(
    "request about one's data",
    {
        "received": _("Received"),
        "identity_verified": _("Identity verified"),
        "in_work": _("In work"),
        "answered": _("Answered"),
        "refused": _("Refused"),
        "withdrawn": _("Withdrawn"),
    },
    [
        move("verify", "received", "identity_verified", "person", _("Confirm that it is you")),
        move("start", "identity_verified", "in_work", "system", _("Start"), done=_("Started")),
        move("answer", "in_work", "answered", "system", _("Answer")),
        move("refuse", "received identity_verified in_work", "refused", "office", _("Refuse"), reason=True),
        move("withdraw", "received identity_verified", "withdrawn", "person", _("Withdraw")),
    ],
    initial="received",
    final="answered refused withdrawn",
)
