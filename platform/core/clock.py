"""The one clock of the product, so that tests and the demonstration can move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from django.db import connection

_pretended: ContextVar[datetime | None] = ContextVar("pretended", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _pretended.get() or datetime.now(UTC)


def begun() -> datetime:
    """The instant at which the present transaction began, by the clock of the database, which all web servers share.

    It stands still while a statement waits for a lock: who was in time when the transaction began stays in time.
    """
    pretended = _pretended.get()
    if pretended is not None:
        return pretended
    with connection.cursor() as cursor:
        cursor.execute("select transaction_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found


@contextmanager
def standing_at(instant: datetime) -> Iterator[None]:
    """Within it, commands happen at `instant`: how the demonstration gets a history made by the real commands."""
    token = _pretended.set(instant)
    try:
        yield
    finally:
        _pretended.reset(token)
