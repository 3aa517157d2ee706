"""One report as plain data that can be kept and typeset later: words, chart, cells, definition, date of its data."""

from typing import Any

from django.utils.translation import gettext as _

from core import times
from reports.exports import NOT_SHOWN
from reports.figures.vector import svg
from reports.parameters import PLACES
from reports.queries.answers import SUPPRESSED, Answer, plain
from reports.words import NUMERIC, cell_text, named_text

Block = dict[str, Any]
MOST = 24
"""As many rows as stand on paper; the files have all of them."""


def kept(seen: Answer) -> Block:
    """An answer in the active language as JSON: `cells` hold numbers as numbers, everything else as words, and a mark
    where a cell is kept from the reader."""
    report = seen.report
    return {
        "name": report.name,
        "title": str(report.title),
        "question": str(report.question),
        "formula": str(report.formula),
        "filters": filters_of(seen),
        "definitions": [
            {name: str(getattr(kpi, name)) for name in ("key", "name", "formula", "source", "zero")}
            for kpi in report.definitions
        ],
        "as_of": times.iso(seen.as_of),
        "columns": [{"title": str(each.title), "kind": each.kind} for each in report.columns],
        "cells": plain([_cells(seen, row) for row in seen.rows]),
        "notes": seen.notes,
        "figure": plain(seen.figure),
        "parameters": seen.query.given,
        "checksum": seen.checksum,
    }


def filters_of(seen: Answer) -> list[list[str]]:
    """What was asked for, each as its label and its value in words; a period as its two days."""
    query, given = seen.query, dict(seen.query.given)
    found = []
    if query.since and query.until:
        found.append([_("Period"), f"{times.plain_day(query.since)} – {times.plain_day(query.until)}"])
    for parameter in seen.report.parameters:
        if parameter.name in ("from", "to") or parameter.name not in given:
            continue
        value = given[parameter.name]
        if parameter.choices:
            value = str(dict(parameter.choices)[value])
        elif key := getattr(query, parameter.name, None):
            rows = PLACES.get(parameter.name)
            value = str(rows.model._base_manager.get(pk=key)) if rows is not None else cell_text(value, "country")
        found.append([str(parameter.label), value])
    return found


def on_paper(block: Block, *, locale: str, most: int = MOST) -> dict[str, Any]:
    """The block as the templates read it: chart as SVG, the first `most` rows in words, columns that say nothing left
    out. In the active language, which is the locale's."""
    columns, cells = block["columns"], block["cells"]
    said = [
        place
        for place, column in enumerate(columns)
        if column["kind"] in NUMERIC or not cells or any(row[place] not in ("", "–", None) for row in cells)
    ]
    rows = [[_text(row[place], columns[place]["kind"]) for place in said] for row in cells[:most]]
    return {
        **{name: block[name] for name in ("title", "question", "formula", "definitions", "notes")},
        "filters": [{"label": label, "value": value} for label, value in block["filters"]],
        "svg": svg(block["figure"], locale=locale),
        "columns": [{"title": columns[place]["title"], "numeric": columns[place]["kind"] in NUMERIC} for place in said],
        "rows": rows,
        "more": max(0, len(cells) - most),
    }


def _cells(seen: Answer, row: dict[str, Any]) -> list[Any]:
    small = set(seen.report.small) if row[SUPPRESSED] else set()
    return [
        NOT_SHOWN
        if column.name in small
        else row.get(column.name)
        if column.kind in NUMERIC
        else named_text(row, column.name, column.kind)
        for column in seen.report.columns
    ]


def _text(value: Any, kind: str) -> str:
    return cell_text(value, kind) if kind in NUMERIC and value != NOT_SHOWN else str(value)
