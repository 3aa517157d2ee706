"""A place in an ordered list, and the rows beyond it: pages and the API go through lists by these."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q, QuerySet
from psycopg.types.range import Range

Columns = list[tuple[str, bool]]
"""The names that a list is ordered by, each with whether it descends; the last must be unique."""

START_OF_RANGE = {"startswith": "lower"}


def columns_of(order: Iterable[Any]) -> Columns:
    """The columns of an order as `order_by` takes it."""
    names = [str(name) for name in order]
    return [(name.lstrip("-"), name.startswith("-")) for name in names]


def place_of(row: Any, columns: Columns) -> list[Any]:
    """Where a row stands: its values in these columns, as JSON can hold them."""
    return [_value(row, name) for name, _down in columns]


def rows_beyond(rows: QuerySet[Any], columns: Columns, place: list[Any], *, forward: bool) -> QuerySet[Any]:
    """The rows after (or before) a place. What is null stands above every value, as PostgreSQL sorts it."""
    beyond = same = Q()
    for (name, down), value in zip(columns, place, strict=True):
        beyond |= same & _past(rows.model, name, value, rising=down != forward)
        same &= Q(**{name: value}) if value is not None else Q(**{f"{name}__isnull": True})
    (first, down), value = columns[0], place[0]
    if value is not None and not _may_be_null(rows.model, first):  # says nothing new, but an index can begin there
        beyond &= Q(**{f"{first}__{'lte' if down == forward else 'gte'}": value})
    return rows.filter(beyond)


def _past(model: Any, name: str, value: Any, *, rising: bool) -> Q:
    if value is None:
        return Q(pk__in=()) if rising else Q(**{f"{name}__isnull": False})
    if not rising:
        return Q(**{f"{name}__lt": value})
    past = Q(**{f"{name}__gt": value})
    return past | Q(**{f"{name}__isnull": True}) if _may_be_null(model, name) else past


def _may_be_null(model: Any, path: str) -> bool:
    for part in path.split("__"):
        try:
            field = model._meta.get_field(part)
        except FieldDoesNotExist:  # an annotation
            return False
        if field.null:
            return True
        if not field.is_relation:  # the start of a range
            return False
        model = field.related_model
    return False


def _value(row: Any, path: str) -> Any:
    for part in path.split("__") if not isinstance(row, dict) else [path]:
        if isinstance(row, dict):
            row = row[part]
        elif row is not None:
            row = getattr(row, START_OF_RANGE.get(part, part) if isinstance(row, Range) else part)
    value = getattr(row, "pk", row)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | Decimal) else value
