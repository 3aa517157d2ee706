"""A whole call forwarded as a job, whose progress its page shows: a small call at once, a large one by a worker."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accounts.queries import actor_of
from core.commands import advance_job, fail_job, finish_job, start_job
from core.errors import DomainError
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
    job = Job.objects.get(pk=job_id)
    if job.state != Job.State.RUNNING:
        return job
    by, about = actor_of(job.started_by_id), job.result

    def say(done: int) -> None:
        if done % EVERY == 0:
            advance_job(job, done=done)

    try:
        call = Call.objects.select_related("alliance", "facility").get(pk=about["call"])
        with override(about["language"]):
            found = forward_all(call, about["stage"], by=by, say=say)
    except DomainError as refused:
        return fail_job(job, by=by, message=str(refused.message), result=about)
    except Exception:
        fail_job(job, by=by, message=_("Something went wrong here; the operators can read what."), result=about)
        raise
    rows = {
        "moved": [str(row.pk) for row in found.moved],
        "held": [{"proposal": str(row.pk), "why": [each.as_dict() for each in why]} for row, why in found.held],
    }
    counts = {"forwarded": len(found.moved), "stay": len(found.held)}
    job.done = job.total or 1
    return finish_job(job, by=by, result={**about, **counts, **rows})
