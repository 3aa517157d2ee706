"""Long trials of a policy: run as a job whose progress and result its page shows."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.jobs import run_job
from accounts.models import User
from core.commands import advance_job, start_job
from core.errors import WrongState
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
    job = start_job(TRIAL, by=by, total=total, about={"policy": str(policy.pk)})
    enqueue("facilities.try_policy", job=job.pk)
    return job


def run_trial(job_id: UUID) -> None:
    """Do the work of a trial's job. Ended already: nothing happens."""
    run_job(job_id, _try)


def _try(job: Job, by: User) -> dict[str, Any]:
    policy = Policy.objects.select_related("facility", "instrument").get(pk=job.result["policy"])
    cycle = last_cycle(policy)
    if cycle is None:
        raise WrongState(_("There is no cycle any more that the policy could be tried on."))

    def say(done: int) -> None:
        if done % SAID_EVERY == 0:
            advance_job(job, done=done)

    trial = try_policy(policy, cycle.period.lower, cycle.period.upper, say=say)
    return {
        "version": policy.version,
        "starts_at": trial.starts_at.isoformat(),
        "ends_at": trial.ends_at.isoformat(),
        "judged": trial.judged,
        "refused": len(trial.refused),
        "bookings": [
            {"booking": str(each.booking.pk), "reasons": each.sentences} for each in trial.refused[:MOST_KEPT]
        ],
    }
