"""How far a job in the background is, in the words of a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.models import Job


@dataclass(frozen=True)
class Work:
    """A job that runs, ended or failed; `step` is what it does now, the `number`-th of `total`."""

    state: str
    step: str
    number: int
    total: int
    since: datetime
    message: str


def work_of(job: Job | None, steps: Sequence[Any]) -> Work | None:
    """A job whose steps have these names, in their order."""
    if job is None:
        return None
    place = min(job.done, len(steps) - 1)
    since = job.started_at or job.created_at
    return Work(job.state, str(steps[place]), place + 1, len(steps), since, job.message)
