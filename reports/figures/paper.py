"""The paper that charts are drawn on: the screen's light palette in plain colours, sizes in points, widths of text."""

from functools import lru_cache
from typing import Any

from core.typesetting import SANS

ACCENT, WARN, GOOD, BAD, MUTED = "#005f83", "#875306", "#1b683e", "#ac262a", "#555e6a"
INK, LINE, GROUND, WHITE = "#151e29", "#dfe3e7", "#f5f7fa", "#ffffff"
SERIES = (ACCENT, WARN, GOOD, BAD, MUTED, "#8bb1c4")
STEPS = {
    2: ("#cfdee6", ACCENT),
    4: ("#cfdee6", "#96b9ca", "#548ea8", ACCENT),
    5: ("#cfdee6", "#a3c1d0", "#78a5ba", "#4c88a3", ACCENT),
}
"""By how many: a part within its whole; one quantity in stages, from what was there to what was given; marks from bad
to good."""
RAMP = ("#e6eef2", "#9bbccc", ACCENT)
FLOW, NODE, BOX = "#b2cbd8", "#177191", "#d3e1e9"

WIDTH = 470.0
"""Between the margins of an A4 page."""
SIZE = 8.0
"""Of labels."""


@lru_cache(maxsize=4096)
def wide(text: str, size: float = SIZE) -> float:
    """How many points a line of text takes in the font of the charts."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    font = get_font(findfont(FontProperties(family=SANS)))
    font.set_size(size, 72)
    font.set_text(text)
    return float(font.get_width_height()[0] / 64)


def cut(text: str, points: float, size: float = SIZE) -> str:
    """The text, shortened to what fits."""
    if wide(text, size) <= points:
        return text
    while text and wide(f"{text}…", size) > points:
        text = text[:-1]
    return f"{text.rstrip()}…"


def kind_of(traces: list[dict[str, Any]]) -> str:
    """Which of the kinds of chart that paper knows these traces are."""
    first = traces[0]
    if first["type"] == "bar" and traces[-1]["type"] == "scatter" and first.get("orientation") == "h":
        return "plan"
    if first["type"] == "bar":
        return "bars" if first.get("orientation") == "h" else "columns"
    if first["type"] == "scatter" and first.get("mode") == "markers+text":
        return "dots"
    if first["type"] == "scatter" and first.get("mode") == "lines":
        return "burn_up"
    return str(first["type"])
