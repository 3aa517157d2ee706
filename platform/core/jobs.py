"""Sends background work by name after the transaction commits, so that commands import no tasks."""

from functools import partial
from typing import Any

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import ChannelError, KombuError

from core.audit import request_id

BROKER_ERRORS = (KombuError, ChannelError, OSError)
log = structlog.get_logger("yanqi.jobs")


def enqueue(task: str, **ids: Any) -> None:
    """Send `app.task` with these identifiers after commit. What must not be lost is an outbox row as well.

    A broker that is away never breaks the request that enqueues: it is logged, and the sweep picks the work up.
    """
    transaction.on_commit(partial(_send, task, ids), robust=True)


def _send(task: str, ids: dict[str, Any]) -> None:
    kwargs = {key: str(value) for key, value in ids.items()}
    try:
        current_app.send_task(task, kwargs=kwargs, headers={"request_id": request_id.get()})
    except BROKER_ERRORS as error:
        log.warning("job not sent", task=task, error=str(error), **kwargs)


def reach_broker() -> None:
    """Raises one of BROKER_ERRORS when the broker cannot be reached within two seconds."""
    with current_app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=2)
