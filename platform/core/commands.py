"""Commands about jobs (the progress of long work, which a page and the command line show) and upkeep of the core."""

from datetime import timedelta
from typing import Any

from django.core.management import call_command
from django.db import transaction

from core import audit, clock
from core.models import Heartbeat, IdempotentAnswer, Job

ANSWERS_KEPT_FOR = timedelta(days=2)


@transaction.atomic
def start_job(
    kind: str, *, by: Any, total: int | None = None, message: str = "", about: dict[str, Any] | None = None
) -> Job:
    """Open a job that is running from now on. `total` is the number of steps, None when it is not known; `about` is
    what it was asked to do, and stands in its result from the beginning."""
    job = Job.objects.create(
        kind=kind, state=Job.State.RUNNING, total=total, message=message, started_by_id=by.pk, started_at=clock.now(),
        result=about or {},
    )  # fmt: skip
    audit.record("start", job, by=by, to_state=job.state, kind=kind)
    return job


def advance_job(job: Job, *, done: int, message: str = "") -> None:
    """Note how far a running job is; not audited, for it happens every few seconds and says nothing lasting."""
    job.done, job.message = done, message or job.message
    job.save(update_fields=["done", "message", "updated_at"])


def finish_job(job: Job, *, by: Any, result: dict[str, Any]) -> Job:
    """The job reached its end; `result` is what its page shows. The audit trail keeps what is no list of it."""
    return _end(job, Job.State.DONE, by=by, result=result, message="")


def fail_job(job: Job, *, by: Any, message: str, result: dict[str, Any] | None = None) -> Job:
    """The job ended early; `message` says why in words for people."""
    return _end(job, Job.State.FAILED, by=by, result=result or {}, message=message)


@transaction.atomic
def _end(job: Job, state: str, *, by: Any, result: dict[str, Any], message: str) -> Job:
    before, job.state = job.state, state
    job.result, job.message, job.ended_at = result, message, clock.now()
    job.save()
    counts = {key: value for key, value in result.items() if not isinstance(value, list | dict)}
    audit.record("end", job, by=by, from_state=before, to_state=state, note=message, **counts)
    return job


def beat_heart(name: str) -> None:
    """Note that a part of the system lives; not audited, for it happens all the time."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": clock.now()})


@transaction.atomic
def clear_expired() -> None:
    """Remove what is of no use any more: sessions that ended and answers kept for requests that might be repeated."""
    call_command("clearsessions")
    IdempotentAnswer.objects.filter(created_at__lt=clock.now() - ANSWERS_KEPT_FOR).delete()
