"""Long trials of a policy: run as a job whose progress and result its page shows."""

from typing import Any
from uuid import UUID

from accounts.queries import actor_of
from core.commands import advance_job, fail_job, finish_job, start_job
from core.jobs import enqueue
from core.models import Job
from core.permissions import require
from facilities.commands.policies import MANAGE
from facilities.models import Policy
from facilities.queries.trying import TRIAL, last_cycle, tried_on, try_policy

SAID_EVERY = 200
MOST_KEPT = 500
"""Refused bookings that the result of a job keeps; their number is told anyway."""


def start_trial(policy: Policy, *, by: Any) -> Job:
    """Try a saved policy on its facility's last cycle in the background. Raises NotPermitted."""
    require(by, MANAGE, policy.facility)
    cycle = last_cycle(policy)
    total = tried_on(policy, cycle.period.lower, cycle.period.upper).count() if cycle else 0
    job = start_job(TRIAL, by=by, total=total, message=str(policy.pk))
    enqueue("facilities.try_policy", job=job.pk)
    return job


def run_trial(job_id: UUID) -> None:
    """Do the work of a trial's job. Ended already: nothing happens."""
    job = Job.objects.get(pk=job_id)
    if job.state != Job.State.RUNNING:
        return
    by = actor_of(job.started_by_id)
    policy = Policy.objects.select_related("facility", "instrument").get(pk=job.message)
    cycle = last_cycle(policy)
    if cycle is None:
        fail_job(job, by=by, message=job.message)
        return

    def say(done: int) -> None:
        if done % SAID_EVERY == 0:
            advance_job(job, done=done)

    trial = try_policy(policy, cycle.period.lower, cycle.period.upper, say=say)
    job.done = trial.judged
    finish_job(
        job,
        by=by,
        result={
            "policy": str(policy.pk),
            "version": policy.version,
            "starts_at": trial.starts_at.isoformat(),
            "ends_at": trial.ends_at.isoformat(),
            "judged": trial.judged,
            "refused": len(trial.refused),
            "bookings": [
                {"booking": str(each.booking.pk), "reasons": each.sentences} for each in trial.refused[:MOST_KEPT]
            ],
        },
    )
