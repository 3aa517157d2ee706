"""The table on standard output."""

from collections.abc import Iterable, Mapping
from typing import Any

COLUMNS = ("measure", "bookings", "p50", "p95", "unit", "aim", "floor", "note")


def print_table(found: Iterable[Mapping[str, Any]]) -> None:
    lines = [COLUMNS, *(tuple(text(row.get(column)) for column in COLUMNS) for row in found)]
    widths = [max(len(line[position]) for line in lines) for position in range(len(COLUMNS))]
    for number, line in enumerate(lines):
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths))


def text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.1f}" if value < 100 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
