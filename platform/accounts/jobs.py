"""Does the work of a job in the name of whoever started it, and ends it with its result or with why it failed."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import actor_of
from core.commands import fail_job, finish_job
from core.errors import DomainError
from core.models import Job

Work = Callable[[Job, User], dict[str, Any]]
"""What a job does; it answers what is added to the job's result."""


def run_job(job_id: UUID, work: Work) -> Job:
    """The job after its work. One that has ended already is left as it is.

    A refusal ends the job with its reason; an error nobody foresaw ends it too, and is raised.
    """
    job = Job.objects.get(pk=job_id)
    if job.state != Job.State.RUNNING:
        return job
    by, about = actor_of(job.started_by_id), job.result
    try:
        made = work(job, by)
    except DomainError as refused:
        return fail_job(job, by=by, message=str(refused), result=about)
    except Exception:
        fail_job(job, by=by, message=_("Something went wrong here; the operators can read what."), result=about)
        raise
    job.done = job.total or job.done
    return finish_job(job, by=by, result={**about, **made})
