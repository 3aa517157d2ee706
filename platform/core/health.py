"""Whether this process could do its work now: database, migrations, broker, and a worker that really runs tasks."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache

import structlog
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from core import clock, jobs
from core.models import Heartbeat

log = structlog.get_logger("yanqi.health")
WORKER_SILENT_AFTER = timedelta(seconds=90)


class NotReady(Exception):
    """A check failed; the message is what the probe answers."""


def readiness() -> dict[str, str]:
    """Each check with `ok` or, in a word, what is missing; details go to the log, not to the asker."""
    return {name: _outcome(name, check) for name, check in CHECKS.items()}


def _outcome(name: str, check: Callable[[], None]) -> str:
    try:
        check()
    except NotReady as reason:
        return str(reason)
    except (DatabaseError, *jobs.BROKER_ERRORS) as error:
        log.warning("not ready", check=name, error=str(error))
        return "does not answer"
    return "ok"


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select 1")


def _migrations() -> None:
    if not _all_applied():
        _all_applied.cache_clear()
        raise NotReady("not all applied")


@cache
def _all_applied() -> bool:
    """Asked of the database until true; a process never becomes older than its database afterwards."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _worker() -> None:
    beat = Heartbeat.objects.filter(name="worker").first()
    if beat is None or clock.now() - beat.at > WORKER_SILENT_AFTER:
        raise NotReady("silent")


CHECKS = {"database": _database, "migrations": _migrations, "broker": jobs.reach_broker, "worker": _worker}
