"""The Celery application; tasks are found in each app's `tasks.py` and sent by name from `core.jobs`."""

import logging
import os
from pathlib import Path
from typing import Any

import structlog
from celery import Celery
from celery.signals import setup_logging, task_postrun, task_prerun, worker_ready
from django.conf import settings

from config.schedule import EVERY

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("yanqi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
log = structlog.get_logger("yanqi.task")


def prepare_broker() -> None:
    """Make the folders and the queue of the filesystem broker before processes race to make them."""
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    for name in ("data_folder_in", "control_folder", "processed_folder"):
        if name in options:
            Path(str(options[name])).mkdir(parents=True, exist_ok=True)
            with app.connection_for_write() as connection:
                app.amqp.queues[settings.CELERY_TASK_DEFAULT_QUEUE](connection.default_channel).declare()


@setup_logging.connect
def leave_logging_alone(**_: Any) -> None:
    """Settings configure it; Celery sets up its own only where nobody listens here."""


@task_prerun.connect
def bind_request_id(task: Any, **_: Any) -> None:
    """A task logs and audits under the id of the request that sent it."""
    from core.middleware import bind_request

    bind_request(task.request.get("request_id") or task.request.id)


@task_postrun.connect
def log_task(task: Any, state: str, **_: Any) -> None:
    """One line per task; those of the clock, which run all day, only where everything is logged."""
    level = logging.DEBUG if task.name in EVERY else logging.INFO
    log.log(level, "task", task=task.name, state=state)
    structlog.contextvars.clear_contextvars()


@worker_ready.connect
def beat_at_once(**_: Any) -> None:
    """The first heartbeat goes through the broker as all others do, but need not wait for the clock."""
    app.send_task("core.heartbeat")
