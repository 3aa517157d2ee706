"""Writes and reads the audit trail; the history that a page shows is read from it."""

import json
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet

from core import clock
from core.models import AuditEntry
from core.rows import insert

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
    insert([row])
    return row


def record_many(verb: str, model: type[Model], ids: Iterable[UUID], *, by: Any, note: str = "", **data: Any) -> None:
    """The same entry for many rows in one statement; for imports, in the transaction of the change."""
    actor = [clock.now(), by.pk, by.name[:200], verb, label(model), note, json.dumps(data), request_id.get()]
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into core_auditentry (at, actor_id, actor_name, verb, object_type, note, data, request_id,"
            " from_state, to_state, object_id)"
            " select %s, %s, %s, %s, %s, %s, %s, %s, '', '', id from unnest(%s::uuid[]) as given(id)",
            [*actor, list(ids)],
        )


def history(subject: Model) -> QuerySet[AuditEntry]:
    """All entries about a row, oldest first."""
    return AuditEntry.objects.filter(object_type=label(subject), object_id=subject.pk).order_by("id")
