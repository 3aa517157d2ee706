"""What came of forwarding a whole call: the latest job, the proposals that went on, and why the others stay."""

from dataclasses import dataclass
from uuid import UUID

from core.errors import Violation
from core.models import Job
from programs.models import Call, Proposal

FORWARDING = "forward_call"
"""The kind of a job that forwards a call to a stage; its result names both from the beginning."""


@dataclass(frozen=True)
class Kept:
    """The proposals that an ended job forwarded, and those that stayed with all that stood in their way."""

    moved: list[Proposal]
    held: list[tuple[Proposal, list[Violation]]]


def last_forwarding(call: Call, stage: str) -> Job | None:
    """The latest job that forwarded a call to a stage, running or ended."""
    rows = Job.objects.filter(kind=FORWARDING, result__call=str(call.pk), result__stage=stage)
    return rows.order_by("-created_at", "-id").first()


def forwarded_by(job: Job) -> Kept:
    """What an ended job has kept; nothing while it runs, and when it failed."""
    moved, held = job.result.get("moved", []), job.result.get("held", [])
    keys = [UUID(key) for key in (*moved, *(row["proposal"] for row in held))]
    known = Proposal.objects.select_related("call").in_bulk(keys)
    return Kept(
        [known[UUID(key)] for key in moved],
        [(known[UUID(row["proposal"])], [Violation(**each) for each in row["why"]]) for row in held],
    )
