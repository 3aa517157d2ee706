"""Reads what a facility's calendar is to be from a table or an iCalendar file: operating cycles and blocks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from core import clock
from core.tables import Line, Table, WrongFile, count_lines, open_text, read_table, shown
from facilities.imports.calendars import Agenda, agenda
from facilities.models import Block

NAMES = {
    "starts_at": ("begin", "start", "starts_at", "from"),
    "ends_at": ("end", "ends_at", "until", "to"),
}
"""What tables call the two ends."""

AHEAD = timedelta(days=366 * 5)


@dataclass(frozen=True)
class CalendarDraft:
    """An operating cycle where no `kind` is given, a block otherwise; `instrument` is a code, empty for all."""

    starts_at: datetime
    ends_at: datetime
    kind: str = ""
    cycle: str = ""
    instrument: str = ""
    reason: str = ""
    planned: bool = True


@dataclass(frozen=True)
class Planned:
    """A file with what it holds; `total` is how many rows there may be. `drafts` gives each, or why not."""

    path: Path
    total: int
    drafts: Iterator[tuple[Line, CalendarDraft | None, str]]


def read_calendar(path: Path | str, zone: ZoneInfo) -> Planned:
    """A CSV or iCalendar file, may be gzipped; times without a zone are of `zone`. Raises WrongFile."""
    path = Path(path)
    count_lines(path)
    with open_text(path) as file:
        first = next((text for text in file if text.strip()), "")
    if first.strip().upper() == "BEGIN:VCALENDAR":
        events = agenda(path, zone, clock.now() + AHEAD, BlockAgenda)
        return Planned(path, events.total, _event_drafts(events))
    table = read_table(path)
    return Planned(path, table.total, _row_drafts(table, zone))


class BlockAgenda(Agenda):
    """Events that are blocks: what for by CATEGORIES, else by the first words of SUMMARY; LOCATION is an instrument."""

    def draft(self, uid: str, component: Any, recurring: bool) -> CalendarDraft:
        categories = component.get("CATEGORIES")
        found = [str(each) for each in getattr(categories, "cats", [])]
        title = str(component.get("SUMMARY", ""))
        kinds = [kind for kind in map(kind_called, [*found, title, title.split(":")[0]]) if kind]
        if not kinds:
            raise ValueError(_("it does not say what the time is for"))
        return CalendarDraft(
            starts_at=self.instant(component["DTSTART"].dt),
            ends_at=self.instant(component.end),
            kind=kinds[0],
            instrument=str(component.get("LOCATION", "")),
            reason=str(component.get("DESCRIPTION", ""))[:300],
        )


def kind_called(text: str) -> str:
    """A kind of block from its value or its name, however written; empty when it is none."""
    wanted = text.strip().casefold().replace("-", " ").replace("_", " ")
    for kind in Block.Kind:
        if wanted in (kind.value.replace("_", " "), str(kind.label).casefold().replace("-", " "), kind.name.casefold()):
            return kind.value
    return ""


def _event_drafts(events: Agenda) -> Iterator[tuple[Line, CalendarDraft | None, str]]:
    for line, draft, refused, skipped in events.drafts():
        yield line, draft, refused or skipped


def _row_drafts(table: Table, zone: ZoneInfo) -> Iterator[tuple[Line, CalendarDraft | None, str]]:
    columns = {name: _column(table, names) for name, names in NAMES.items()}
    if not {"cycle", "kind"} & set(table.columns):
        raise WrongFile(
            _("“%(file)s” has neither a column cycle nor a column kind. Its columns are: %(columns)s.")
            % {"file": table.path.name, "columns": shown(table.columns)}
        )
    for line in table:
        if line.problem:
            yield line, None, line.problem
            continue
        try:
            yield line, _row(line.cells, columns, zone), ""
        except ValueError as problem:
            yield line, None, str(problem)


def _column(table: Table, names: tuple[str, ...]) -> str:
    found = next((name for name in names if name in table.columns), None)
    if found is None:
        raise WrongFile(
            _("“%(file)s” is another kind of file: it has no column %(missing)s. Its columns are: %(columns)s.")
            % {"file": table.path.name, "missing": names[0], "columns": shown(table.columns)}
        )
    return found


def _row(cells: Mapping[str, str], columns: Mapping[str, str], zone: ZoneInfo) -> CalendarDraft:
    written = cells.get("kind", "")
    kind = kind_called(written)
    if written and not kind:
        raise ValueError(_("“%(value)s” is not a kind of block") % {"value": written})
    starts_at, ends_at = (_instant(cells[columns[name]], zone) for name in NAMES)
    return CalendarDraft(
        starts_at,
        ends_at,
        kind,
        cells.get("cycle", ""),
        cells.get("instrument", ""),
        cells.get("reason", "")[:300],
        cells.get("planned", "").casefold() not in ("no", "false", "0"),
    )


def _instant(text: str, zone: ZoneInfo) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(_("“%(value)s” is not an instant; write 2027-03-28 08:00") % {"value": text}) from error
    return found if found.tzinfo else found.replace(tzinfo=zone)
