"""What each kind of chart looks like on paper."""

from collections.abc import Callable

from matplotlib.figure import Figure as Sheet

from reports.figures.base import Figure
from reports.figures.marks.bars import bars, columns, funnel, waterfall
from reports.figures.marks.cells import heat, sankey
from reports.figures.marks.courses import boxes, dots, lines
from reports.figures.marks.frame import Layout, Trace
from reports.figures.marks.plan import burn_up, plan

KINDS: dict[str, Callable[[Sheet, list[Trace], Layout, float], None]] = {
    "bars": bars,
    "columns": columns,
    "scatter": lines,
    "dots": dots,
    "heatmap": heat,
    "sankey": sankey,
    "box": boxes,
    "waterfall": waterfall,
    "funnel": funnel,
    "plan": plan,
    "burn_up": burn_up,
}


def draw(sheet: Sheet, figure: Figure, width: float) -> None:
    """Draws the figure on a sheet, `width` points wide, and makes the sheet as high as it is."""
    traces = figure["data"]
    KINDS[kind_of(traces)](sheet, traces, figure.get("layout", {}), width)


def kind_of(traces: list[Trace]) -> str:
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
