"""Charts whose marks lead to their rows and say what they are made of: what a bar, a cell or a point carries."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from core import names
from reports.figures.base import MARK, Figure, Row
from reports.narrowing import narrowed
from reports.parameters import Query
from reports.registry import Column, Report

SAID = {"share": ".1%", "number": ",.0f", "money": ",.2f", "decimal": ",.3~f"}
"""How a number of each kind reads in a tooltip, in the language of d3; hours and days have one digit."""


def marked(report: Report, query: Query, rows: Sequence[Row]) -> Figure:
    """The chart of the rows. Where a drawing left the number of a row at a mark, the mark then carries what is asked
    for its rows (as the text of an address; None where they cannot be told apart) and what its ratio is made of, which
    its tooltip says."""
    figure = report.figure([{**row, MARK: place} for place, row in enumerate(rows)])
    columns = {column.name: column for column in report.columns}
    found = [narrowed(report, query, row) for row in rows]
    asked = [None if each is None else "&".join(map(_encoded, each.items())) for each in found]
    for trace in figure["data"]:
        holder = trace["link"] if trace["type"] == "sankey" else trace
        if "customdata" not in holder:
            continue
        shown = columns.get(trace.pop("meta", ""))
        parts = [columns[name] for name in shown.of] if shown else []
        carried = [
            [text, _unit(row), *(row[part.name] for part in parts)] for text, row in zip(asked, rows, strict=True)
        ]
        holder["customdata"] = _each(holder["customdata"], carried)
        if parts and "hovertemplate" in trace:
            words, extra, rest = trace["hovertemplate"].partition("<extra")
            trace["hovertemplate"] = words + _lines(parts) + extra + rest
    return figure


@lru_cache(maxsize=8192)
def _encoded(pair: tuple[str, str]) -> str:
    """A name and its value as in an address; a chart of thousands of marks has few different ones."""
    return urlencode((pair,))


def _each(left: Any, carried: Sequence[Any]) -> Any:
    """What marks carry for their numbers, in the same order and shape; nothing where there is no mark."""
    if left is None:
        return None
    return carried[left] if isinstance(left, int) else [_each(one, carried) for one in left]


def _lines(parts: Sequence[Column]) -> str:
    """A line of a tooltip for each part."""
    lines = ""
    for place, part in enumerate(parts, start=2):
        unit = " %{customdata[1]}" if part.kind in ("hours", "money") else ""
        lines += f"<br>{part.title}: %{{customdata[{place}]:{SAID.get(part.kind, ',.1~f')}}}{unit}"
    return lines


def _unit(row: Row) -> str:
    """In what its amounts are: its currency, its unit, or hours."""
    if currency := row.get("currency"):
        return str(currency)
    unit = row.get("unit") or "hour"
    return "h" if unit == "hour" else names.unit_name(unit)
