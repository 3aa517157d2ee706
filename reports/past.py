"""The database as it was: within `standing_at`, every statement reads the rows as of an instant of the past.

Temporary views of the names of the tables stand before them, so that datasets, statements by hand and querysets need to
know nothing of it. They live in a transaction that is always rolled back: nothing can be written in the past.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from core import clock
from core.errors import Invalid, Violation
from core.rows import fetch
from core.times import iso
from reports import sql
from reports.commands.rollups import DAYS, MONTHS, Span, extents, make_spans, parts_of
from reports.models import DailyShare, DailyUse, MonthlyShare

# A table is kept from the instant in the comment of its trigger on; its key is the trigger's first argument.
KEPT = """
select c.relname, split_part(encode(t.tgargs, 'escape'), '\\000', 1), d.description::timestamptz
from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_description d on d.objoid = t.oid
where t.tgname = 'reports_keep_change' order by 1
"""
THEN = """
select {columns} from public.{table} live
where not exists (
    select from public.reports_past p
    where p.relation = '{table}' and p.key = live.{key}::text and p.at > '{at}'
) {born}
union all
select {columns} from (
    select distinct on (p.key) p.was from public.reports_past p
    where p.relation = '{table}' and p.at > '{at}' order by p.key, p.at, p.id
) changed cross join lateral jsonb_populate_record(null::public.{table}, changed.was) live
where changed.was is not null {born}
"""
"""The rows of a table as of an instant: those that did not change since, the others as they were before they did."""
CHANGED = """
select '{table}' where exists (select from public.reports_past where relation = '{table}' and at > '{at}') {born}
"""
LARGE = {"facilities_booking", "facilities_claim", "facilities_ledgerentry", "facilities_person", "facilities_session"}
"""Tables that are looked at through a view. The others become temporary tables with their key, for statements group by
it; those that did not change since stay as they are."""
ROLLED = """
alter table pg_temp.{table} rename to {table}_again;
create temp view {table} as
select {columns} from public.{table} kept
where not exists (
    select from pg_temp.reports_span s
    where s.instrument_id = kept.instrument_id and {touched}
)
union all select {columns} from pg_temp.{table}_again;
"""


class Table(NamedTuple):
    """A table whose changes are kept: its key, and the instant from which on."""

    name: str
    key: str
    since: datetime


def kept() -> list[Table]:
    return [Table(*row) for row in fetch(KEPT)]


def answerable_since() -> datetime:
    """The first instant of which every table that figures read is known."""
    return max(table.since for table in kept())


def read_instant(text: str) -> datetime:
    """An instant from text: with its zone or in UTC; a day alone is all of that day. Raises Invalid for what cannot be
    read, for the future, and for a time of which no history was kept."""
    try:
        found = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else f"{text}T23:59:59.999999")
    except ValueError:
        raise _refused(_("An instant as 2026-01-31T12:00Z, or a day.")) from None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    if found > clock.now():
        raise _refused(_("This instant has not come yet."))
    if found < (since := answerable_since()):
        message = _("Histories are kept since %(since)s: what figures said before is only known from snapshots.")
        raise _refused(message % {"since": iso(since)})
    return found.astimezone(UTC)


def _refused(message: str) -> Invalid:
    return Invalid(_("The report cannot be made as it was asked for."), [Violation("as_of", message, field="as_of")])


@contextmanager
def standing_at(instant: datetime | None) -> Iterator[None]:
    """Within it the database reads as it was at `instant`; for None as it is. Roll-ups are made again for the days that
    changed since. What was written by then counts, also by a transaction that was committed a moment later."""
    if instant is None:
        yield
        return
    with transaction.atomic():
        touched = fetch(sql.ROLLED_SINCE, {"at": instant})
        with connection.cursor() as cursor:
            cursor.execute("discard plans")  # prepared statements would go on reading the tables
            for statement in _replacements(cursor, instant):
                cursor.execute(statement)
            _roll_up(cursor, touched)
        yield
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        cursor.execute("discard plans")


def _replacements(cursor: Any, instant: datetime) -> Iterator[str]:
    """What puts the rows of then before those of now, for every table that changed since."""
    models = {each._meta.db_table: each for each in apps.get_models(include_auto_created=True)}
    tables = kept()
    asked = [_said(CHANGED, table, models[table.name], instant) for table in tables if table.name not in LARGE]
    cursor.execute(" union all ".join(asked))
    changed = {name for (name,) in cursor.fetchall()} | LARGE
    for table in tables:
        if table.name in changed:
            kind = "view" if table.name in LARGE else "table"
            yield f"create temp {kind} {table.name} as {_said(THEN, table, models[table.name], instant)}"
            if kind == "table":
                yield f"alter table pg_temp.{table.name} add primary key ({table.key})"


def _said(statement: str, table: Table, model: type[Model], instant: datetime) -> str:
    columns = [field.column for field in model._meta.concrete_fields]
    at = instant.isoformat()
    born = {
        THEN: f"and live.created_at <= '{at}'",
        CHANGED: f"or exists (select from public.{table.name} where created_at > '{at}')",
    }
    return statement.format(
        table=table.name,
        key=table.key,
        at=at,
        columns=", ".join(f'live."{column}"' for column in columns),
        born=born[statement] if "created_at" in columns else "",
    )


def _roll_up(cursor: Any, touched: list[Span]) -> None:
    """Temporary roll-ups: kept days and months as they are, the touched ones made again from the rows as they were."""
    cursor.execute("create temp table reports_span (instrument_id uuid, first date, until date)")
    cursor.executemany("insert into reports_span values (%s, %s, %s)", touched)
    known = {instrument: days for instrument, *days in extents(cursor, [instrument for instrument, *_days in touched])}
    days, months = [], []
    for instrument, first, until in touched:
        if instrument in known:
            earliest, latest = known[instrument]
            days.append((instrument, max(first, earliest), min(until, latest)))
            months.append((instrument, max(first, earliest.replace(day=1)), min(until, latest + timedelta(days=31))))
    _make_again(cursor, days, DAYS, (DailyUse, DailyShare), "kept.day >= s.first and kept.day < s.until")
    in_month = "kept.month + interval '1 month' > s.first and kept.month < s.until"
    _make_again(cursor, months, MONTHS, (MonthlyShare,), in_month)


def _make_again(
    cursor: Any, spans: list[Span], statements: tuple[str, ...], models: tuple[type[Model], ...], touched: str
) -> None:
    tables = {
        model._meta.db_table: ", ".join(
            str(field.column) for field in model._meta.concrete_fields if field.column != "id"
        )
        for model in models
    }
    for table, columns in tables.items():
        cursor.execute(f"create temp table {table} as select {columns} from public.{table} with no data")
    for part in parts_of(span for span in spans if span[1] < span[2]):
        make_spans(part, statements)
    for table, columns in tables.items():
        cursor.execute(ROLLED.format(table=table, columns=columns, touched=touched))
