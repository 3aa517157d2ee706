"""A round solved as a job, whose progress and trial its page shows: a small call at once, a large one by a worker."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings

from accounts.jobs import run_job
from accounts.models import User
from core.commands import advance_job, start_job
from core.jobs import enqueue
from core.models import Job
from programs.commands.rounds.proposing import checked_limits, propose_round, try_round
from programs.models import Call
from programs.queries.rounds.trials import SOLVING, STEPS, kept_lines, legs_to_solve


def start_solving(call: Call, *, by: Any, limits: Mapping[str, Any] | None = None, dry_run: bool = False) -> Job:
    """Propose a round, or only try one, as a job: of at most SOLVED_AT_ONCE legs it has ended already, of more a
    worker does it. Raises as `try_round`."""
    chosen = checked_limits(call, by=by, limits=limits)
    about = {"call": str(call.pk), "dry_run": dry_run, "limits": chosen.as_dict()}
    job = start_job(SOLVING, by=by, total=len(STEPS), about=about)
    if legs_to_solve(call).count() <= settings.SOLVED_AT_ONCE:
        return run_solving(job.pk)
    enqueue("programs.solve_allocation", job=job.pk)
    return job


def run_solving(job_id: UUID) -> Job:
    """Do the work of such a job. Ended already: nothing happens."""
    return run_job(job_id, _solve)


def _solve(job: Job, by: User) -> dict[str, Any]:
    def say(done: int) -> None:
        advance_job(job, done=done)

    call = Call.objects.select_related("alliance", "facility").get(pk=job.result["call"])
    if job.result["dry_run"]:
        trial = try_round(call, by=by, limits=job.result["limits"], say=say)
        return {"outcome": trial.outcome, "lines": kept_lines(trial.lines)}
    found = propose_round(call, by=by, limits=job.result["limits"], say=say)
    return {"round": found.number, "outcome": found.outcome}
