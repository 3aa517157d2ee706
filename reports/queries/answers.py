"""Works a report out for a reader: fresh roll-ups, the dataset, what may be shown, the chart, the checksum."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from operator import itemgetter
from typing import Any
from uuid import UUID

import orjson
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock
from core.errors import NotPermitted
from programs.queries.conflicts import hidden_from
from reports.commands.rollups import refresh_rollups
from reports.differences import guarded, of_whole_months
from reports.marked import marked
from reports.parameters import Query
from reports.past import standing_at
from reports.permissions import reader_of
from reports.queries.notes import notes_on, said
from reports.registry import Report, described_columns, report_named
from reports.suppression import suppress

SUPPRESSED = "suppressed"
DECIMALS = 4


@dataclass(frozen=True)
class Answer:
    """A report as one reader sees it. `rows` hold every column of the report; None is n/a, a gap, or not shown."""

    report: Report
    query: Query
    as_of: datetime
    rows: list[dict[str, Any]]
    notes: list[str]
    facts: dict[str, Any]

    @cached_property
    def figure(self) -> dict[str, Any]:
        return marked(self.report, self.query, self.rows)

    @cached_property
    def table(self) -> list[dict[str, Any]]:
        """The rows with the report's columns only."""
        names = [column.name for column in self.report.columns] + [SUPPRESSED]
        if not self.rows:
            return []
        cells = itemgetter(*(name for name in names if name in self.rows[0]))
        known = [name for name in names if name in self.rows[0]]
        unknown = dict.fromkeys(name for name in names if name not in known)
        return [{**dict(zip(known, cells(row), strict=True)), **unknown} for row in self.rows]

    @cached_property
    def checksum(self) -> str:
        return checksum(self.report.name, self.query.given, self.table)

    def as_dict(self) -> dict[str, Any]:
        """The answer of the API and the content of a snapshot."""
        return {
            "name": self.report.name,
            "title": str(self.report.title),
            "as_of": self.as_of.isoformat().replace("+00:00", "Z"),
            "parameters": self.query.given,
            "columns": described_columns(self.report),
            "rows": self.table,
            "facts": self.facts,
            "notes": self.notes,
            "figure": self.figure,
            "checksum": self.checksum,
        }


def plain(content: Any) -> Any:
    """What JSON makes of it: days and identifiers as text."""
    return orjson.loads(orjson.dumps(content))


def checksum(name: str, parameters: dict[str, str], rows: list[dict[str, Any]]) -> str:
    """SHA-256 of what was asked and answered, the same whenever and wherever the values are the same."""
    content = {"name": name, "parameters": parameters, "rows": rows}
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def answer(name: str, values: dict[str, str], *, user: Any) -> Answer:
    """The report for this reader, over data as of now, or as of the instant that is asked for; rights are today's.

    Raises NotFound, Invalid, NotPermitted.
    """
    report, query = report_named(name).asked(values)
    reader = reader_of(user)
    full = reader.reads(query.facility)
    if set(query.choices.values()) & set(report.closed_groups) and not full:
        raise NotPermitted(_("Teams are shown to the facility's own people and to leadership."))
    if report.closed and not full:
        raise NotPermitted(_("This report is for leadership and the facility's own people."))
    if report.judged and user.is_authenticated:
        query = replace(query, without=tuple(hidden_from(user)))
    guard = bool(report.small) and not full
    if guard and query.as_of:
        raise NotPermitted(_("Figures of the past are shown to leadership and the facility’s own people."))
    refresh_rollups()
    now = clock.now()
    if guard:
        query = of_whole_months(query)
    with standing_at(query.as_of):
        frame, beside = guarded(report, query) if guard else (report.dataset(query, count=not full), [])
    rows = _records(frame)
    if full:
        rows = [{**row, SUPPRESSED: False} for row in rows]
    else:
        rows = suppress(
            [*rows, *(row for rest in beside for row in _records(rest))],
            report.small,
            shown=lambda row: reader.reads(UUID(row["facility_id"]) if row.get("facility_id") else None),
            axes=report.axes or ("unit",),
            size=report.size or next(iter(report.small), ""),
        )[: len(rows)]
    whole = not any(row[SUPPRESSED] for row in rows)
    told = notes_on(report.name, query, reader=reader, whole=whole)
    notes = [*_notes(rows), *map(said, told)]
    facts = {str(name): _fact(value) for name, value in frame.attrs.items()}
    return Answer(report, query, query.as_of or now, rows, notes, facts)


def _records(frame: Any) -> list[dict[str, Any]]:
    """Rows as dictionaries, numbers to four decimals; NaN, which pandas makes of a gap, is None again."""
    names = list(frame.columns)
    columns = [_values(frame[name]) for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _values(column: Any) -> list[Any]:
    if column.dtype.kind == "f":
        column = column.round(DECIMALS)
        return [None if value != value else value for value in column.tolist()]
    return list(column.tolist())


def _notes(rows: list[dict[str, Any]]) -> list[str]:
    hidden = sum(1 for row in rows if row[SUPPRESSED])
    if not hidden:
        return []
    return [
        ngettext(
            "%(n)s cell is about fewer than three groups, or would tell of one that is, and is not shown.",
            "%(n)s cells are about fewer than three groups, or would tell of one that is, and are not shown.",
            hidden,
        )
        % {"n": hidden}
    ]


def _fact(value: Any) -> Any:
    return round(value, DECIMALS) if isinstance(value, float) else value
