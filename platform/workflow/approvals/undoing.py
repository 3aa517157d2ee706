"""Takes an approval back for a few minutes: whoever spoke the last word unsays it, and the step asks again."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from core import audit, clock
from core.errors import NotPermitted
from workflow.approvals.running import repeat
from workflow.models import Decision, Process, Task


def last_word(user: Any, subject: Model, *, purpose: str = "request") -> Task | None:
    """The task by which a person's agreement approved a subject, if its latest process ended so; None otherwise."""
    ended = Process.objects.filter(subject_type=audit.label(subject), subject_id=subject.pk)
    latest = ended.order_by("-created_at", "-id").values("pk")[:1]
    return (
        Task.objects.filter(
            process=latest,
            process__state=Process.State.APPROVED,
            process__purpose=purpose,
            state=Task.State.APPROVED,
            decisions__by=user,
            decisions__verdict=Decision.Verdict.APPROVE,
        )
        .select_related("process")
        .order_by("-position", "-decided_at", "-id")
        .first()
    )


def may_reopen(user: Any, subject: Model, *, purpose: str = "request") -> bool:
    """Whether a person may take the approval of a subject back now."""
    return _still_open(last_word(user, subject, purpose=purpose))


@transaction.atomic
def reopen(subject: Model, *, by: Any, purpose: str = "request") -> Process:
    """Open the last step of a subject, locked by the caller, once more; what was said stays on record.

    Nobody is told anew: those whom the step asks knew of it. Raises NotPermitted when the approval was not
    theirs or the minutes of APPROVAL_UNDO_MINUTES are over. The caller's own move says in the audit trail who did it.
    """
    task = last_word(by, subject, purpose=purpose)
    if task is None or not _still_open(task):
        minutes = settings.APPROVAL_UNDO_MINUTES
        raise NotPermitted(
            _("An approval can be taken back for %(n)d minutes, by the one who gave it.") % {"n": minutes},
            code="undo_over",
        )
    process = Process.objects.select_for_update().get(pk=task.process_id)
    process.state, process.ended_at = Process.State.RUNNING, None
    process.save(update_fields=["state", "ended_at", "updated_at"])
    repeat(task, process)
    return process


def _still_open(task: Task | None) -> bool:
    if task is None or task.process.ended_at is None:
        return False
    return clock.now() < task.process.ended_at + timedelta(minutes=settings.APPROVAL_UNDO_MINUTES)
