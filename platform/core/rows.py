"""Reads and writes rows by prepared statements, for hot paths where compiling a queryset costs more than the database.

Everything else is plain ORM. Django's own cursor never prepares, so these use a raw psycopg cursor on its connection,
within its transaction and with its errors.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

import psycopg
from django.db import connection, models

PREPARE_AFTER = 5
M = TypeVar("M", bound=models.Model)
Parameters = Mapping[str, Any] | Sequence[Any]


def cursor() -> psycopg.Cursor[Any]:
    """A raw cursor on Django's connection."""
    connection.ensure_connection()
    raw = connection.connection
    if raw.prepare_threshold is None:
        raw.prepare_threshold = PREPARE_AFTER
    return psycopg.Cursor(raw)


def fetch(statement: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
    """Run one statement and fetch all of its rows."""
    with connection.wrap_database_errors, cursor() as opened:
        return opened.execute(statement, parameters).fetchall()


def fetch_together(*asked: tuple[str, Parameters]) -> list[list[tuple[Any, ...]]]:
    """Run several statements, in order, in one round trip; the rows of each. A later one sees what a lock let in."""
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        opened = [cursor().execute(statement, parameters) for statement, parameters in asked]
    return [each.fetchall() for each in opened]


def insert(rows: Iterable[models.Model], *, also: Iterable[tuple[str, Parameters]] = ()) -> None:
    """Write new rows of any models, in order, and run other writing statements after them, in one round trip.

    As with `bulk_create` there are no signals, and what the database fills in is not read back.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline(), cursor() as opened:
        for row in rows:
            statement, fields = _insert(type(row), row.pk is None, _by_database(row))
            values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
            opened.execute(statement, values)
            row._state.adding = False
            row._state.db = connection.alias
        for statement, parameters in also:
            opened.execute(statement, parameters)


def columns(model: type[models.Model], alias: str) -> str:
    """All columns of a model, for a `select` whose rows `load` reads."""
    return ", ".join(f'{alias}."{field.column}"' for field in model._meta.concrete_fields)


def width(model: type[models.Model]) -> int:
    return len(model._meta.concrete_fields)


def load(model: type[M], values: Sequence[Any]) -> M | None:
    """The row that a `select` of `columns` found; None where an outer join found nothing."""
    names = [field.attname for field in model._meta.concrete_fields]
    position = names.index(model._meta.pk.attname)
    if values[position] is None:
        return None
    return model.from_db(connection.alias, names, [_read(model, n, value) for n, value in enumerate(values)])


def _read(model: type[models.Model], position: int, value: Any) -> Any:
    """What a queryset would give for a column; JSON arrives as text on Django's connections."""
    field = model._meta.concrete_fields[position]
    return field.from_db_value(value, None, connection) if hasattr(field, "from_db_value") else value


def _by_database(row: models.Model) -> frozenset[str]:
    """Columns that the database fills in by its default."""
    return frozenset(
        field.attname
        for field in row._meta.concrete_fields
        if field.has_db_default() and isinstance(getattr(row, field.attname), models.expressions.DatabaseDefault)
    )


@cache
def _insert(
    model: type[models.Model], without_key: bool, by_database: frozenset[str]
) -> tuple[str, tuple["models.Field[Any, Any]", ...]]:
    """The statement and the fields of its parameters, each with its type, for an untyped small integer or empty list
    would not find its index or column."""
    fields = tuple(
        field
        for field in model._meta.concrete_fields
        if not (field.primary_key and without_key) and field.attname not in by_database and not field.generated
    )
    names = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join(f"%s::{re.sub(r'[(].*[)]', '', _type(field))}" for field in fields)
    return f'insert into "{model._meta.db_table}" ({names}) values ({marks})', fields


def _type(field: "models.Field[Any, Any]") -> str:
    return (field.target_field if field.remote_field else field).db_type(connection) or "text"  # type: ignore[attr-defined]
