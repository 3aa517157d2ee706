"""Writes and reads the audit trail; the history that a page shows is read from it."""

from contextvars import ContextVar
from typing import Any

from django.db.models import Model, QuerySet

from core.models import AuditEntry

request_id: ContextVar[str] = ContextVar("request_id", default="")


def label(subject: Model | type[Model]) -> str:
    """The name under which rows of a model stand in the trail, e.g. `facilities.booking`."""
    return subject._meta.label_lower


def entry(
    verb: str, subject: Model, *, by: Any, note: str = "", from_state: str = "", to_state: str = "", **data: Any
) -> AuditEntry:
    """An unsaved entry, for those who insert several rows at once."""
    return AuditEntry(
        actor_id=by.pk,
        actor_name=by.name[:200],
        verb=verb,
        object_type=label(subject),
        object_id=subject.pk,
        from_state=from_state,
        to_state=to_state,
        note=note,
        data=data,
        request_id=request_id.get(),
    )


def record(
    verb: str, subject: Model, *, by: Any, note: str = "", from_state: str = "", to_state: str = "", **data: Any
) -> AuditEntry:
    """Record that `by` did `verb` to `subject`. Call it in the transaction of the change."""
    row = entry(verb, subject, by=by, note=note, from_state=from_state, to_state=to_state, **data)
    row.save(force_insert=True)
    return row


def history(subject: Model) -> QuerySet[AuditEntry]:
    """All entries about a row, oldest first."""
    return AuditEntry.objects.filter(object_type=label(subject), object_id=subject.pk).order_by("id")
