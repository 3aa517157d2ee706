"""Answers as tables for people: cells in words, a mark where a cell is kept back, matrices with their shading."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from core import names
from frontend.contexts.reports.addresses import rows_address
from reports.queries.answers import Answer
from reports.registry import Column
from reports.words import NUMERIC, named_text


@dataclass(frozen=True)
class Cell:
    """`hidden`: kept from this reader. `level` shades it from 0 to 5, `own` rings work at home; `href` leads to the
    rows behind it."""

    text: str
    hidden: bool = False
    level: int = 0
    own: bool = False
    href: str = ""


@dataclass(frozen=True)
class Table:
    """`more` rows are left to the CSV."""

    columns: list[Column]
    rows: list[list[Cell]]
    caption: str = ""
    more: int = 0

    @property
    def heads(self) -> list[dict[str, Any]]:
        return [{"label": column.title, "numeric": column.kind in NUMERIC} for column in self.columns]


def table_of(seen: Answer, columns: list[str] | None = None, *, most: int | None = None) -> Table:
    """The first `most` rows with all or some of the columns; one of words that are all empty is left out. The first
    cell of each leads to the rows behind it."""
    wanted = [
        column
        for column in seen.report.columns
        if (columns is None or column.name in columns)
        and (column.kind in NUMERIC or not seen.rows or any(row.get(column.name) for row in seen.rows))
    ]
    small = set(seen.report.small)
    shown = seen.rows[:most]
    rows = [
        [
            Cell("", hidden=True)
            if row["suppressed"] and column.name in small
            else Cell(named_text(row, column.name, column.kind), href="" if place else rows_address(seen, row))
            for place, column in enumerate(wanted)
        ]
        for row in shown
    ]
    return Table(wanted, rows, caption=str(seen.report.title), more=len(seen.rows) - len(shown))


@dataclass(frozen=True)
class Matrix:
    """Named rows of shaded cells under named columns; `totals` close it where there are any."""

    caption: str
    corner: str
    columns: list[str]
    rows: list[tuple[str, list[Cell]]]
    totals: list[str] = field(default_factory=list)
    left_out: int = 0


LEVELS = (0.08, 0.25, 0.5, 0.8)
OTHER = "other"
NARROW = 6
"""As many columns as stand beside a chart."""


def _level(value: float, largest: float) -> int:
    """1 to 5 by share of the largest cell."""
    return 1 + sum(value > largest * edge for edge in LEVELS) if value and largest else 0


def flows_matrix(seen: Answer, *, most: int) -> Matrix:
    """Home country by host facility, the `most` largest of each, the rest as one; hidden cells are in no total."""
    hosts: dict[str, tuple[str, str]] = {}
    by_home: dict[str, float] = defaultdict(float)
    by_host: dict[str, float] = defaultdict(float)
    for row in seen.rows:
        hosts[row["facility_id"]] = (row["facility"], row["host"])
        by_home[row["home"]] += row["hours"] or 0
        by_host[row["facility_id"]] += row["hours"] or 0
    homes = sorted(by_home, key=lambda key: (-by_home[key], key))[:most]
    places = sorted(by_host, key=lambda key: (-by_host[key], hosts[key][0]))[:most]
    hours: dict[tuple[str, str], float] = defaultdict(float)
    hidden = set()
    rows: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in seen.rows:
        rows[row["home"], row["facility_id"]].append(row)
        pair = (
            row["home"] if row["home"] in homes else OTHER,
            row["facility_id"] if row["facility_id"] in places else OTHER,
        )
        hours[pair] += row["hours"] or 0
        if row["hours"] is None and OTHER not in pair:
            hidden.add(pair)
    lines = homes + [OTHER] * (len(by_home) > most)
    columns = places + [OTHER] * (len(by_host) > most)
    largest = max((value for pair, value in hours.items() if OTHER not in pair), default=0)

    def cell(home: str, place: str) -> Cell:
        if (home, place) in hidden or not hours[home, place]:
            return Cell("", hidden=(home, place) in hidden)
        value = hours[home, place]
        shade = 0 if OTHER in (home, place) else _level(value, largest)
        own = place != OTHER and home == hosts[place][1]
        href = rows_address(seen, rows[home, place][0]) if rows[home, place] else ""
        return Cell(names.number(round(value), 0), level=shade, own=own, href=href)

    def total(home: str | None, place: str | None) -> str:
        chosen = (value for (one, other), value in hours.items() if home in (None, one) and place in (None, other))
        return names.number(round(sum(chosen)), 0)

    def name(home: str) -> str:
        return _("Other") if home == OTHER else names.country(home) if home else _("Not known")

    return Matrix(
        caption=str(seen.report.title),
        corner=_("From"),
        columns=[*(_("Other") if place == OTHER else hosts[place][0] for place in columns), _("All")],
        rows=[(name(home), [*(cell(home, place) for place in columns), Cell(total(home, None))]) for home in lines],
        totals=[*(total(None, place) for place in columns), total(None, None)],
    )


def cooperation_matrix(seen: Answer, *, of: str = "together", most: int = 14) -> Matrix:
    """Centre by centre, or country by country, the most connected first; one with itself is blank. `of` is the column
    that the cells show."""
    weight: dict[str, float] = defaultdict(float)
    labels: dict[str, str] = {}
    cells: dict[tuple[str, str], dict[str, Any]] = {}
    for row in seen.rows:
        for one, other in (("one", "other"), ("other", "one")):
            weight[row[f"{one}_id"]] += row["together"] or 0
            labels[row[f"{one}_id"]] = names.country(row[one]) if row[one] == row[f"{one}_id"] else row[one]
            cells[row[f"{one}_id"], row[f"{other}_id"]] = row
    order = sorted(weight, key=lambda key: (-weight[key], labels[key], key))
    shown = order[:most]
    largest = max((row[of] for row in cells.values() if row[of]), default=0)

    def cell(one: str, other: str) -> Cell:
        if (one, other) not in cells:
            return Cell("")
        row = cells[one, other]
        if row[of] is None:
            return Cell("", hidden=True)
        text = names.number(row[of], 2 if of == "salton" else 1)
        return Cell(text, level=_level(row[of], largest), href=rows_address(seen, row))

    return Matrix(
        caption=str(seen.report.title),
        corner=str(seen.report.columns[0].title),
        columns=[labels[key] for key in shown],
        rows=[(labels[one], [cell(one, other) for other in shown]) for one in shown],
        left_out=len(order) - len(shown),
    )
