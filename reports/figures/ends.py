"""Names beside the ends of lines, each at its own height."""

from itertools import pairwise
from typing import Any
from unicodedata import east_asian_width

LINES = 6
"""As many lines as can be told apart; the table has all of them."""
HIGH, APART = 230, 15
"""Pixels: what the lines of the lowest chart have for their heights, and between two names."""
LONGEST, LETTER = 18, 6.5
"""Letters of a name that are shown, and pixels of one."""


def ends(traces: list[Any], *, near: bool = False, dated: bool = False) -> list[dict[str, Any]]:
    """One name for each line, in the order of the lines, moved up where it would lie on another. A single line needs
    none."""
    tips = [_tip(trace, dated) for trace in traces]
    if len(traces) < 2:
        return [_named(tip, str(trace.name), 0) for trace, tip in zip(traces, tips, strict=True) if trace.name]
    known = [value for trace in traces for value in trace.y if value is not None]
    span = max(known) - (min(known) if near else min(0, *known)) or 1
    order = sorted(range(len(traces)), key=lambda n: (tips[n][1], -n))
    shifts = dict.fromkeys(order, 0.0)
    for lower, upper in pairwise(order):
        gap = (tips[upper][1] - tips[lower][1]) * HIGH / span
        shifts[upper] = max(0.0, shifts[lower] + APART - gap)
    return [_named(tips[n], str(trace.name), round(shifts[n])) for n, trace in enumerate(traces)]


def room(traces: list[Any]) -> int:
    """The margin that these names need, in pixels."""
    return 12 + round(max((_width(_cut(str(trace.name))) for trace in traces), default=0) * LETTER)


def _tip(trace: Any, dated: bool) -> tuple[str | int, float]:
    """The last point of a line: its day, or its place among the categories (whose words would be read as numbers)."""
    place = max(n for n, value in enumerate(trace.y) if value is not None)
    return (trace.x[place] if dated else place), trace.y[place]


def _named(tip: tuple[str | int, float], name: str, shift: int) -> dict[str, Any]:
    return {
        "x": tip[0],
        "y": tip[1],
        "text": _cut(name),
        "showarrow": False,
        "xanchor": "left",
        "xshift": 8,
        "yshift": shift,
    }


def _width(text: str) -> int:
    """In letters; a Chinese one takes the room of two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _cut(text: str) -> str:
    if _width(text) <= LONGEST:
        return text
    while _width(text) >= LONGEST:
        text = text[:-1]
    return f"{text.rstrip()}…"
