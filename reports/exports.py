"""A report as CSV, workbook and Parquet: the cells of the page, with what defines them and the date of the data."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from reports.queries.answers import SUPPRESSED, Answer

FORMULA = ("=", "+", "-", "@", "\t", "\r")
FORMATS = {
    "hours": "#,##0.0",
    "days": "#,##0.0",
    "number": "#,##0",
    "share": "0.0%",
    "decimal": "0.000",
    "money": "#,##0.00",
    "date": "yyyy-mm-dd",
}
NOT_SHOWN = "…"
"""What stands in a cell that is kept from the reader; an empty cell is n/a or a gap."""


def to_csv(seen: Answer) -> str:
    """UTF-8 text with a heading line of column names; text that a spreadsheet would run as a formula is defused."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.name for column in seen.report.columns])
    for row in seen.table:
        writer.writerow([_safe(value) for value in _cells(seen, row)])
    return out.getvalue()


def to_xlsx(seen: Answer) -> bytes:
    """A workbook: the table, and a sheet that says what it is."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(str(_("Table"))[:31])
        for place, column in enumerate(seen.report.columns):
            style = book.add_format({"num_format": FORMATS[column.kind]}) if column.kind in FORMATS else None
            sheet.set_column(place, place, 28 if column.kind == "text" else 14, style)
            sheet.write_string(0, place, str(column.title), bold)
        for line, row in enumerate(seen.table, start=1):
            for place, value in enumerate(_cells(seen, row)):
                _write(sheet, line, place, value)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(1, len(seen.table)), len(seen.report.columns) - 1)
        about = book.add_worksheet(str(_("Definition"))[:31])
        about.set_column(0, 0, 20, bold)
        about.set_column(1, 1, 100, wrap)
        for line, (name, text) in enumerate(_about(seen)):
            about.write_string(line, 0, name)
            about.write_string(line, 1, text)
    return out.getvalue()


def to_parquet(seen: Answer) -> bytes:
    """Typed columns with `suppressed` beside them, where a cell that is kept from the reader is null as well; what it
    is stands in the metadata of the schema."""
    import pyarrow
    from pyarrow import parquet

    columns = seen.report.columns
    kinds = [
        pyarrow.float64() if column.kind in FORMATS and column.kind != "date" else pyarrow.string()
        for column in columns
    ]
    values = [[_typed(row[column.name], column.kind) for row in seen.table] for column in columns]
    arrays = [pyarrow.array(each, type=kind) for each, kind in zip(values, kinds, strict=True)]
    hidden = pyarrow.array([row[SUPPRESSED] for row in seen.table], type=pyarrow.bool_())
    table = pyarrow.table([*arrays, hidden], names=[*(column.name for column in columns), SUPPRESSED])
    out = io.BytesIO()
    parquet.write_table(table.replace_schema_metadata(dict(_about(seen))), out)
    return out.getvalue()


def _typed(value: Any, kind: str) -> Any:
    if value is None:
        return None
    return float(value) if _is_number(kind) else str(value)


def _is_number(kind: str) -> bool:
    return kind in FORMATS and kind != "date"


def _cells(seen: Answer, row: dict[str, Any]) -> Iterator[Any]:
    small = set(seen.report.small) if row[SUPPRESSED] else set()
    for column in seen.report.columns:
        yield NOT_SHOWN if column.name in small else row[column.name]


def _safe(value: Any) -> Any:
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _write(sheet: Any, line: int, place: int, value: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(line, place, value)
    elif isinstance(value, date):
        sheet.write_string(line, place, value.isoformat())
    elif value is not None:
        sheet.write_number(line, place, value)


def _about(seen: Answer) -> Iterator[tuple[str, str]]:
    report = seen.report
    yield str(_("Report")), str(report.title)
    yield str(_("Question")), str(report.question)
    yield str(_("Formula")), str(report.formula)
    yield str(_("Source")), str(report.source)
    yield str(_("Data of")), seen.as_of.strftime("%Y-%m-%d %H:%M UTC")
    for name, value in sorted(seen.query.given.items()):
        yield str(_("Parameter %(name)s") % {"name": name}), value
    for note in seen.notes:
        yield str(_("Note")), note
    yield str(_("Checksum")), seen.checksum


@dataclass(frozen=True)
class Kind:
    """A kind of file by its suffix."""

    mime: str
    write: Callable[[Answer], Any]


FILES = {
    "csv": Kind("text/csv; charset=utf-8", to_csv),
    "xlsx": Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", to_xlsx),
    "parquet": Kind("application/vnd.apache.parquet", to_parquet),
}
