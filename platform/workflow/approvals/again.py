"""Which steps a change of something agreed to leaves standing, so that only the others are asked again."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Model

from core import audit
from workflow.approvals import conditions
from workflow.approvals.routes import steps_of
from workflow.models import Process, Route, Task


def agreed_steps(subject: Model) -> frozenset[UUID]:
    """The steps that have agreed in the latest process of a subject, whether it runs, has ended or was stopped."""
    latest = Process.objects.filter(subject_type=audit.label(subject), subject_id=subject.pk).first()
    done = Task.objects.filter(process=latest, state=Task.State.APPROVED) if latest else Task.objects.none()
    return frozenset(done.values_list("step_id", flat=True)) | frozenset(latest.settled if latest else ())


def still_agreed(
    route: Route, edits: Collection[str], facts: Mapping[str, Any], *, among: Iterable[UUID] | None = None
) -> list[UUID]:
    """Steps of a version that agreed to these facts and that changes of these kinds (`Edit`) leave standing.

    `among` are the steps that have agreed, every one that those facts asked where it is None. Who never agreed,
    because the route approved by itself or the condition of the step did not hold, is asked.
    """
    if route.auto_approve and conditions.holds(route.auto_approve, facts):
        return []
    return [
        step.pk
        for step in steps_of(route.pk)
        if (among is None or step.pk in among)
        and conditions.holds(step.condition, facts)
        and not set(step.again_on) & set(edits)
    ]
