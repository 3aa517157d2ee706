"""Works a report out for a reader: fresh roll-ups, the dataset, what may be shown, the chart, the checksum."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

import orjson
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock
from core.errors import NotPermitted
from reports.commands.rollups import refresh_rollups
from reports.parameters import Query, read
from reports.permissions import Reader, reader_of
from reports.registry import Report, described_columns, report_named
from reports.suppression import suppress

SUPPRESSED = "suppressed"


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
        return self.report.figure(self.rows)

    @cached_property
    def table(self) -> list[dict[str, Any]]:
        """The rows with the report's columns only, values plain enough for JSON."""
        names = [column.name for column in self.report.columns] + [SUPPRESSED]
        return [{name: _plain(row.get(name)) for name in names} for row in self.rows]

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
            "facts": {name: _plain(value) for name, value in self.facts.items()},
            "notes": self.notes,
            "figure": self.figure,
            "checksum": self.checksum,
        }


def checksum(name: str, parameters: dict[str, str], rows: list[dict[str, Any]]) -> str:
    """SHA-256 of what was asked and answered, the same whenever and wherever the values are the same."""
    content = {"name": name, "parameters": parameters, "rows": rows}
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def answer(name: str, values: dict[str, str], *, user: Any) -> Answer:
    """The report for this reader, over data as of now. Raises NotFound, Invalid, NotPermitted."""
    report = report_named(name)
    query = read(values, report.parameters, always=report.always)
    reader = reader_of(user)
    if query.choices.get("by") in report.closed_groups and not _reads_place(reader, query):
        raise NotPermitted(_("Teams are shown to the facility's own people and to leadership."))
    refresh_rollups()
    as_of = clock.now()
    full = _reads_place(reader, query)
    frame = report.dataset(query, count=not full)
    rows = _records(frame)
    if full:
        rows = [{**row, SUPPRESSED: False} for row in rows]
    else:
        rows = suppress(
            rows,
            report.small,
            shown=lambda row: reader.reads(row.get("facility_id")),
            axes=report.axes,
            size=report.size,
        )
    return Answer(report, query, as_of, rows, _notes(rows), dict(frame.attrs))


def _reads_place(reader: Reader, query: Query) -> bool:
    """Whether everything asked for is the reader's to see in full."""
    if query.instrument and not query.facility:
        from facilities.models import Instrument

        place = Instrument.objects.values_list("facility_id", flat=True).get(pk=query.instrument)
        query = replace(query, facility=place)
    return reader.reads(query.facility)


def _records(frame: Any) -> list[dict[str, Any]]:
    """Rows as dictionaries; NaN and NaT, which pandas makes of a gap, are None again."""
    columns = [[None if value != value else value for value in frame[name].tolist()] for name in frame.columns]
    return [dict(zip(frame.columns, values, strict=True)) for values in zip(*columns, strict=True)]


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


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if value is None or isinstance(value, (str, int, bool)):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
