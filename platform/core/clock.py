"""The one clock of the product, so that tests and the demonstration can move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_pretended: ContextVar[datetime | None] = ContextVar("pretended", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _pretended.get() or datetime.now(UTC)


@contextmanager
def standing_at(instant: datetime) -> Iterator[None]:
    """Within it, commands happen at `instant`: how the demonstration gets a history made by the real commands."""
    token = _pretended.set(instant)
    try:
        yield
    finally:
        _pretended.reset(token)
