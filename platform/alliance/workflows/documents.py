"""How a version of a document becomes valid.

Parties: editor (publishes), adopter (an editor, where no resolution is needed), system (a resolution or the clock).
"""

from django.utils.translation import gettext_lazy as _

from workflow.machine import Workflow, move

VERSION = Workflow(
    "version of a document",
    {
        "draft": _("Draft"),
        "proposed": _("Proposed"),
        "adopted": _("Adopted"),
        "in_force": _("In force"),
        "superseded": _("Superseded"),
        "withdrawn": _("Withdrawn"),
    },
    [
        move("propose", "draft", "proposed", "editor", _("Propose")),
        move(
            "revise",
            "proposed",
            "draft",
            "editor",
            _("Back to the draft"),
            done=_("Sent back to the draft"),
            reason=True,
        ),
        move("adopt", "proposed", "adopted", "adopter system", _("Adopt")),
        move("take-effect", "adopted", "in_force", "system", _("Take effect"), done=_("Took effect")),
        move("supersede", "adopted in_force", "superseded", "system", _("Supersede")),
        move("withdraw", "draft proposed", "withdrawn", "editor", _("Withdraw"), reason=True),
    ],
    initial="draft",
    final="superseded withdrawn",
)

PUBLIC = ("adopted", "in_force", "superseded")
"""What everybody may read of a public document."""

TOLD = ("proposed", *PUBLIC)
"""What those may read whom the document concerns: they are to vote on what is proposed."""
