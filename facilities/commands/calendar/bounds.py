"""What every part of a calendar asks: the right to keep it, two ends in order, and no overlap with its like."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _
from psycopg import errors

from core.errors import Invalid, RulesRefuse, Violation

MANAGE = "facilities.manage_calendar"


def period_of(starts_at: datetime | None, ends_at: datetime | None) -> DateTimeTZRange:
    """Raises Invalid unless the end comes after the start."""
    if starts_at is None or ends_at is None or ends_at <= starts_at:
        message = _("The end must come after the start.")
        raise Invalid(message, [Violation("ends_before_start", message, field="ends_at")])
    return DateTimeTZRange(starts_at, ends_at)


@contextmanager
def apart(rule: str, message: str) -> Iterator[None]:
    """A transaction in which an overlap, or a name used twice, becomes a refusal with this message."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if not isinstance(error.__cause__, errors.ExclusionViolation | errors.UniqueViolation):
            raise
        raise RulesRefuse(message, [Violation(rule, message, field="starts_at", source="1.5")]) from error
