"""Reads and writes rows by prepared statements, for hot paths where compiling a queryset costs more than the database.

Everything else is plain ORM. Django's own cursor never prepares, so these use raw psycopg cursors on its connection,
within its transaction and with its errors.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache
from itertools import groupby
from types import NoneType
from typing import Any, NamedTuple, TypeAlias, TypeVar
from uuid import UUID

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections, models

PREPARE_AFTER = 5
MERGED = 24
"""So many rows at most go in one statement; of more, each goes in its own, for no two long lists are alike."""

M = TypeVar("M", bound=models.Model)
Field: TypeAlias = "models.Field[Any, Any]"
Parameters = Mapping[str, Any] | Sequence[Any]


def cursor() -> psycopg.Cursor[Any]:
    """A raw cursor on Django's connection."""
    return psycopg.Cursor(_database().connection)


def fetch(statement: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
    """Run one statement and fetch all of its rows."""
    database = _database()
    with database.wrap_database_errors:
        return _execute(database, statement, parameters).fetchall()


def run(statement: str, parameters: Parameters = ()) -> None:
    """Run one statement that gives no rows."""
    database = _database()
    with database.wrap_database_errors:
        _execute(database, statement, parameters)


def fetch_together(*asked: tuple[str, Parameters]) -> list[list[tuple[Any, ...]]]:
    """Run several statements, in order, in one round trip; the rows of each. A later one sees what a lock let in."""
    database = _database()
    with database.wrap_database_errors, database.connection.pipeline():
        opened = [_execute(database, *each) for each in asked]
    return [each.fetchall() for each in opened]


def insert(rows: Iterable[models.Model], *, also: Iterable[tuple[str, Parameters]] = ()) -> None:
    """Write new rows of any models and run other writing statements after them, in one round trip.

    As with `bulk_create` there are no signals, and what the database fills in is not read back. Neighbours of one
    model are written in their order; all rows of up to MERGED are one statement: the nine of a booking take 1.7 ms of
    processor time here and 1.8 in PostgreSQL, in a statement each 2.3 and 2.0.
    """
    database = _database()
    rows = list(rows)
    parts = ([rows] if rows else []) if len(rows) <= MERGED else [[row] for row in rows]
    with database.wrap_database_errors, database.connection.pipeline():
        for part in parts:
            shapes = tuple(map(_shape, part))
            shaped = zip(part, shapes, strict=True)
            values = [_value(row, column, database) for row, shape in shaped for column in _columns(shape)]
            psycopg.RawCursor(database.connection).execute(_insert(shapes), values)
        for row in rows:
            row._state.adding, row._state.db = False, database.alias
        for each in also:
            _execute(database, *each)


def columns(model: type[models.Model], alias: str) -> str:
    """All columns of a model, for a `select` whose rows `load` reads."""
    return ", ".join(f'{alias}."{field.column}"' for field in model._meta.concrete_fields)


def width(model: type[models.Model]) -> int:
    return len(model._meta.concrete_fields)


def load(model: type[M], values: Sequence[Any]) -> M | None:
    """The row that a `select` of `columns` found; None where an outer join found nothing."""
    names, key, read = _layout(model)
    if values[key] is None:
        return None
    database = _database()
    found = list(values)
    for position, from_db_value in read:
        found[position] = from_db_value(found[position], None, database)
    return model.from_db(database.alias, names, found)


def _database() -> Any:
    """Django's connection itself: the proxy in front of it is asked a hundred times for one booking."""
    database = connections[DEFAULT_DB_ALIAS]
    database.close_if_health_check_failed()
    database.ensure_connection()
    if database.connection.prepare_threshold is None:
        database.connection.prepare_threshold = PREPARE_AFTER
    return database


def _execute(database: Any, statement: str, parameters: Parameters) -> psycopg.Cursor[Any]:
    if isinstance(parameters, Mapping):
        text, names = _numbered(statement)
        return psycopg.RawCursor(database.connection).execute(text, [parameters[name] for name in names])
    return psycopg.Cursor(database.connection).execute(statement, parameters)


@lru_cache(maxsize=512)
def _numbered(statement: str) -> tuple[str, tuple[str, ...]]:
    """A statement with its named values as $1, $2 …, and their names in that order. The driver does this too, but anew
    each time where a statement is longer than 4,096 characters: 0.1 ms for what the rules need to know."""
    names: dict[str, int] = {}

    def numbered(found: re.Match[str]) -> str:
        return f"${names.setdefault(found[1], len(names) + 1)}" if found[1] else "%"

    return re.sub(r"%%|%\((\w+)\)s", numbered, statement), tuple(names)


@cache
def _layout(model: type[models.Model]) -> tuple[list[str], int, list[tuple[int, Callable[..., Any]]]]:
    """Names of the columns, where the key is, and what a queryset would make of a column: JSON arrives as text."""
    fields = model._meta.concrete_fields
    names = [field.attname for field in fields]
    read = [(n, field.from_db_value) for n, field in enumerate(fields) if hasattr(field, "from_db_value")]
    return names, names.index(model._meta.pk.attname), read


class Shape(NamedTuple):
    """What decides how a row is inserted: without its key, and without columns that the database fills in."""

    model: type[models.Model]
    without_key: bool
    by_database: frozenset[str]


class Column(NamedTuple):
    """`plain`: a value of a usual type goes to the database as it is."""

    field: Field
    plain: bool


PLAIN_TYPES = frozenset({NoneType, bool, int, str, Decimal, UUID, datetime})
PLAIN_FIELDS = (
    models.BooleanField,
    models.CharField,
    models.DateTimeField,
    models.DecimalField,
    models.IntegerField,
    models.TextField,
    models.UUIDField,
)


def _value(row: models.Model, column: Column, database: Any) -> Any:
    """What Django would write, without asking where the answer is the value itself; it asks 110 times for a booking."""
    if column.plain:
        value = getattr(row, column.field.attname)
        if type(value) in PLAIN_TYPES:
            return value
    return column.field.get_db_prep_save(column.field.pre_save(row, True), database)


def _shape(row: models.Model) -> Shape:
    by_database = (
        name for name in _defaults(type(row)) if isinstance(getattr(row, name), models.expressions.DatabaseDefault)
    )
    return Shape(type(row), row.pk is None, frozenset(by_database))


@cache
def _defaults(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields if field.has_db_default())


@cache
def _columns(shape: Shape) -> tuple[Column, ...]:
    return tuple(
        Column(field, isinstance(_target(field), PLAIN_FIELDS) and not _set_on_save(field))
        for field in shape.model._meta.concrete_fields
        if not (field.primary_key and shape.without_key)
        and field.attname not in shape.by_database
        and not field.generated
    )


@lru_cache(maxsize=512)
def _insert(shapes: tuple[Shape, ...]) -> str:
    """One statement for rows of these shapes; each value with its type, for an untyped small integer or empty list
    would not find its index or column."""
    count = 0
    parts = []
    for shape, alike in groupby(shapes):
        lines = []
        for _row in alike:
            marks = [f"${count + n}::{_type(column.field)}" for n, column in enumerate(_columns(shape), 1)]
            count += len(marks)
            lines.append(f"({', '.join(marks)})")
        names = ", ".join(f'"{column.field.column}"' for column in _columns(shape))
        parts.append(f'insert into "{shape.model._meta.db_table}" ({names}) values {", ".join(lines)}')
    before = ", ".join(f"part_{n} as ({part})" for n, part in enumerate(parts[:-1]))
    return f"with {before} {parts[-1]}" if before else parts[-1]


def _target(field: Field) -> Field:
    return field.target_field if isinstance(field, models.ForeignKey) else field


def _set_on_save(field: Field) -> bool:
    return bool(getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False))


def _type(field: Field) -> str:
    return re.sub(r"[(].*[)]", "", _target(field).db_type(connections[DEFAULT_DB_ALIAS]) or "text")
