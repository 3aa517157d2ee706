"""A whole call forwarded as a job, whose progress its page shows: a small call at once, a large one by a worker."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import get_language, override

from accounts.jobs import run_job
from accounts.models import User
from core.commands import advance_job, start_job
from core.jobs import enqueue
from core.models import Job
from programs.commands.reviews.forwarding import forward_all, to_forward
from programs.models import Call
from programs.queries.forwarding import FORWARDING

EVERY = 10
"""Proposals after which it is noted how far the job is."""


def start_forwarding(call: Call, stage: str, *, by: Any) -> Job:
    """Forward every proposal of a call that is ready, as `forward_all` does: of at most SOLVED_AT_ONCE proposals it is
    done already, of more a worker does it. Raises NotPermitted."""
    waiting = to_forward(call, stage, by=by).count()
    about = {"call": str(call.pk), "stage": stage, "language": get_language() or "en"}
    job = start_job(FORWARDING, by=by, total=max(waiting, 1), about=about)
    if waiting <= settings.SOLVED_AT_ONCE:
        return run_forwarding(job.pk)
    enqueue("programs.forward_call", job=job.pk)
    return job


def run_forwarding(job_id: UUID) -> Job:
    """Do the work of such a job. Ended already: nothing happens; begun before, it goes on with what is left."""
    return run_job(job_id, _forward)


def _forward(job: Job, by: User) -> dict[str, Any]:
    def say(done: int) -> None:
        if done % EVERY == 0:
            advance_job(job, done=done)

    call = Call.objects.select_related("alliance", "facility").get(pk=job.result["call"])
    with override(job.result["language"]):
        found = forward_all(call, job.result["stage"], by=by, say=say)
    return {
        "forwarded": len(found.moved),
        "stay": len(found.held),
        "moved": [str(row.pk) for row in found.moved],
        "held": [{"proposal": str(row.pk), "why": [each.as_dict() for each in why]} for row, why in found.held],
    }
