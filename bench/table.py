"""The tables on standard output: everything that was measured, and how it grows with the size."""

from collections.abc import Iterable, Mapping
from typing import Any

COLUMNS = ("measure", "size", "p50", "p95", "unit", "aim", "floor", "note")


def print_table(found: Iterable[Mapping[str, Any]]) -> None:
    print_lines([COLUMNS, *(tuple(text(row.get(column)) for column in COLUMNS) for row in found)])


def print_growth(found: Iterable[Mapping[str, Any]]) -> None:
    """The medians again, one column for each size; nothing for a single size."""
    grown: dict[tuple[str, str], dict[int, Any]] = {}
    for row in found:
        if "size" in row:
            grown.setdefault((row["measure"], row.get("unit", "")), {})[row["size"]] = row.get("p50")
    sizes = sorted({size for figures in grown.values() for size in figures})
    if len(sizes) > 1:
        print()
        lines = [("measure", "unit", *(f"at {size:,}" for size in sizes))]
        lines += [(*key, *(text(figures.get(size)) for size in sizes)) for key, figures in grown.items()]
        print_lines(lines)


def print_lines(lines: list[tuple[str, ...]]) -> None:
    """Columns of equal width, the first line as their heads."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
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
