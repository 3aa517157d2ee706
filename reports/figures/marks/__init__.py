"""What each kind of chart looks like on paper."""

from collections.abc import Callable

from matplotlib.figure import Figure as Sheet

from reports.figures.base import Figure
from reports.figures.marks.bars import bars, columns, funnel, waterfall
from reports.figures.marks.cells import heat, sankey
from reports.figures.marks.courses import boxes, dots, lines
from reports.figures.marks.frame import Layout, Trace
from reports.figures.marks.plan import burn_up, plan
from reports.figures.paper import kind_of

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
