"""The cells of a report in the reader's words: numbers as people write them, codes by their names."""

from collections.abc import Callable
from datetime import date
from typing import Any

from core import names, times
from reports.figures import (
    application_label,
    came_label,
    class_label,
    group_label,
    loss_label,
    method_label,
    own_word,
    standing_label,
)
from reports.questions import DIMENSIONS

NUMERIC = {"hours", "number", "share", "days", "decimal", "money"}

WORDS: dict[str, Callable[[Any], str]] = {
    "came": came_label,
    "cause": loss_label,
    "class": class_label,
    "application": application_label,
    "method": method_label,
    "standing": standing_label,
    **{each.kind: each.word for each in DIMENSIONS.values() if each.words},
}
"""Kinds of columns whose values are words of a list."""


def cell_text(value: Any, kind: str) -> str:
    """A value in the reader's words; a gap is a dash, a share of nothing n/a."""
    if kind == "share":
        return names.percent(value, 1)
    if kind in WORDS:
        return WORDS[kind](value)
    if value is None or value == "":
        return "–"
    if kind == "country":
        return names.country(value)
    if kind == "unit":
        return names.unit_name(value)
    if kind == "date":
        return times.plain_day(value if isinstance(value, date) else date.fromisoformat(value))
    if kind == "money":
        return names.number(round(value, 2), 2)
    if kind == "decimal":
        return names.number(round(value, 3), 3)
    if kind in NUMERIC:
        return names.number(round(value, 1 if kind in ("hours", "days") else 0), 1)
    return str(value)


def named_text(row: dict[str, Any], name: str, kind: str) -> str:
    """The cell of a row under this column; what the row is about (`label`) by its name."""
    if name == "label":
        return group_label(row)
    return cell_text(own_word(row, name) if f"{name}_zh" in row else row.get(name), kind)
