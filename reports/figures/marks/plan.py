"""A plan on paper: bars over the calendar with a mark for each thing that was due; sums of what was due and reached."""

from datetime import date, timedelta

from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure as Sheet

from reports.figures.marks.frame import (
    AXIS,
    HIGH,
    LEGEND,
    ROW,
    Layout,
    Trace,
    axes_of,
    colours_of,
    legend,
    measure,
    room_of,
    side_labels,
)
from reports.figures.paper import LINE, MUTED, SERIES, SIZE, wide

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
    _calendar(axes)
    legend(axes, kinds, colours[1:], left)


def burn_up(sheet: Sheet, traces: list[Trace], layout: Layout, width: float) -> None:
    """Sums over the calendar as steps, each named at its end."""
    right = max(wide(str(trace["name"])) for trace in traces) + 12
    axes = axes_of(sheet, width, HIGH + 8, left=46, right=right, top=8)
    for trace, colour in zip(traces, SERIES, strict=False):
        days = [date2num(date.fromisoformat(day)) for day in trace["x"]]
        axes.plot(days, trace["y"], color=colour, lw=1.6, drawstyle="steps-post")
        tip = (days[-1], trace["y"][-1])
        axes.annotate(str(trace["name"]), tip, xytext=(6, 0), textcoords="offset points", color=colour, fontsize=SIZE,
                      va="center", annotation_clip=False)  # fmt: skip
    axes.set_ylim(*layout["yaxis"]["range"])
    measure(axes.yaxis, layout["yaxis"])
    _calendar(axes)


def _calendar(axes: Axes) -> None:
    """Days along the lower edge."""
    locator = AutoDateLocator(minticks=3, maxticks=12)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    for label in axes.get_xticklabels():
        label.set_color(MUTED)
    axes.grid(True, axis="x", color=LINE, linewidth=0.6)
    axes.set_axisbelow(True)
