"""Saves one checked row with its entry in the trail."""

from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model

from accounts.commands import invalid
from core import audit

M = TypeVar("M", bound=Model)


def keep(row: M, verb: str, *, by: Any, note: str = "", **data: Any) -> M:
    """Check a row against its columns and constraints, save and record it. Raises Invalid."""
    try:
        row.full_clean()
    except ValidationError as error:
        raise invalid(error) from error
    row.save()
    audit.record(verb, row, by=by, note=note, **data)
    return row
