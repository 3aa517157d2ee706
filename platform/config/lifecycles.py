"""The page of the documentation that draws every lifecycle, made from the moves that the product itself follows."""

from django.utils.translation import override

from alliance.workflows.documents import VERSION
from alliance.workflows.events import EVENT
from alliance.workflows.governance import MEETING, MOTION, TERM
from alliance.workflows.membership import APPLICATION, MEMBERSHIP
from alliance.workflows.privacy import DATA_REQUEST
from facilities.workflows import BOOKING, CAMPAIGN, CHANGE, WAITING
from programs.workflows.calls import CALL
from programs.workflows.cooperation import PROGRAM
from programs.workflows.exchange import ENROLMENT, STAY
from programs.workflows.industry import INDUSTRIAL
from programs.workflows.nodes import NODE
from programs.workflows.opportunities import CANDIDACY, OPPORTUNITY
from programs.workflows.outcomes import REPORT
from programs.workflows.proposals import LEG, PROPOSAL
from programs.workflows.reviews import REVIEW
from workflow.machine import Workflow

LIFECYCLES = {
    "Time": (BOOKING, CHANGE, WAITING, CAMPAIGN),
    "Calls and proposals": (CALL, PROPOSAL, LEG, REVIEW, REPORT),
    "Programmes": (PROGRAM, NODE, STAY, ENROLMENT, OPPORTUNITY, CANDIDACY, INDUSTRIAL),
    "The alliance": (APPLICATION, MEMBERSHIP, TERM, MEETING, MOTION, VERSION, EVENT, DATA_REQUEST),
}
TOP = """# Lifecycles

What may happen to a thing, in which state, and who may do it. Buttons, the API, the triggers of the database and the
tests follow the same tables. `manage.py lifecycles` writes this page; change the tables in `*/workflows`, not here.
"""


def page() -> str:
    """The whole page as Markdown, in English."""
    with override("en"):
        parts = [TOP]
        for title, workflows in LIFECYCLES.items():
            parts += [f"## {title}\n", *map(_section, workflows)]
    return "\n".join(parts)


def _section(workflow: Workflow) -> str:
    head = ["| move | from | to | who | |", "|---|---|---|---|---|"]
    rows = [
        f"| {move.name} | {', '.join(move.sources)} | {move.target or 'stays'} | {', '.join(sorted(move.who))} "
        f"| {'with a reason' if move.reason else ''} |"
        for move in workflow.moves
    ]
    name = workflow.name[0].upper() + workflow.name[1:]
    return "\n".join([f"### {name}\n", "```mermaid", workflow.mermaid(), "```\n", *head, *rows, ""])
