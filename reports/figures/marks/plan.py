"""A plan on paper: bars over the calendar, with a mark for each thing that was due."""

from datetime import date, timedelta

from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure as Sheet

from reports.figures.marks.frame import (
    AXIS,
    LEGEND,
    ROW,
    Layout,
    Trace,
    axes_of,
    colours_of,
    legend,
    room_of,
    side_labels,
)
from reports.figures.paper import LINE, MUTED

DAY = 86_400_000
SHAPES = {"diamond": "D", "circle": "o", "x": "x", "circle-open": "o"}


def plan(sheet: Sheet, traces: list[Trace], layout: Layout, width: float) -> None:
    bars, *kinds = traces
    labels = [str(label) for label in bars["y"]]
    left = room_of(labels, width)
    axes = axes_of(sheet, width, ROW * len(labels) + AXIS + LEGEND, left=left, right=12, top=LEGEND)
    colours = colours_of(layout, len(traces))
    for place, (first, length) in enumerate(zip(bars["base"], bars["x"], strict=True)):
        start = date.fromisoformat(first)
        axes.barh(place, timedelta(milliseconds=length) / timedelta(days=1), 0.5, left=date2num(start), color=LINE)
    for trace, colour in zip(kinds, colours[1:], strict=True):
        symbol = trace["marker"]["symbol"]
        at = [labels.index(str(label)) for label in trace["y"]]
        days = [date2num(date.fromisoformat(day)) for day in trace["x"]]
        face = "none" if symbol == "circle-open" else colour
        axes.scatter(days, at, s=20, marker=SHAPES[symbol], linewidths=1, zorder=3, color=colour, facecolor=face)
    side_labels(axes, labels, left)
    locator = AutoDateLocator(maxticks=8)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    for label in axes.get_xticklabels():
        label.set_color(MUTED)
    axes.grid(True, axis="x", color=LINE, linewidth=0.6)
    axes.set_axisbelow(True)
    legend(axes, kinds, colours[1:], left)
