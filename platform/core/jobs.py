"""Sends background work by name after the transaction commits, so that commands import no tasks."""

from functools import partial
from typing import Any

from celery import current_app
from django.db import transaction


def enqueue(task: str, **ids: Any) -> None:
    """Send `app.task` with these identifiers after commit. What must not be lost is an outbox row as well."""
    transaction.on_commit(partial(_send, task, ids), robust=True)


def _send(task: str, ids: dict[str, Any]) -> None:
    current_app.send_task(task, kwargs={key: str(value) for key, value in ids.items()})
