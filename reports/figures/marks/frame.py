"""What charts on paper share: axes with margins in points, axes of amounts and of categories, the legend."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Sheet
from matplotlib.ticker import FuncFormatter, MaxNLocator

from core import names
from reports.figures.paper import LINE, MUTED, SERIES, SIZE, STEPS, cut, wide

Trace = dict[str, Any]
Layout = dict[str, Any]
ROW, HIGH, AXIS, LEGEND, GAP = 17.0, 158.0, 30.0, 20.0, 6.0
"""Points: a line of bars, an upright chart, the axis with its title, the legend, between label and axis."""
SMALL = 7.0
SLACK = 4.0
"""Points by which the reader's own font may be wider."""


def room_of(labels: Sequence[str], width: float) -> float:
    """The left margin that these labels need, less than half of the sheet."""
    return min(max(map(wide, labels)) + GAP + SLACK, width * 0.42)


def side_labels(axes: Axes, labels: Sequence[str], left: float) -> None:
    """Categories from top to bottom, each on a line of its own."""
    axes.set_yticks(range(len(labels)), [cut(label, left - GAP - SLACK) for label in labels])
    axes.set_ylim(len(labels) - 0.5, -0.5)


def axes_of(
    sheet: Sheet,
    width: float,
    height: float,
    *,
    left: float = 0,
    right: float = 8,
    bottom: float = AXIS,
    top: float = 6,
) -> Axes:
    """Axes without a frame on a sheet of this size, with these margins in points."""
    sheet.set_size_inches(width / 72, height / 72)
    axes = sheet.add_axes(
        (left / width, bottom / height, (width - left - right) / width, (height - bottom - top) / height)
    )
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelsize=SIZE, pad=GAP)
    return axes


def measure(axis: Any, layout: Layout, *, grid: bool = True) -> None:
    """An axis of amounts: few round ticks, thin lines, the title of the figure."""
    suffix = layout.get("ticksuffix", "")
    axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _place: names.number(round(value, 4), 2) + suffix))
    if grid:
        axis.grid(True, color=LINE, linewidth=0.6)
        axis.axes.set_axisbelow(True)
    for label in axis.get_ticklabels():
        label.set_color(MUTED)
    axis.set_label_text(str(layout.get("title", {}).get("text", "")), fontsize=SIZE, color=MUTED)


def lines_at(axes: Axes, layout: Layout) -> None:
    """Targets, caps and middles: dashed lines across the chart."""
    for shape in layout.get("shapes", ()):
        line = axes.axvline if shape.get("yref") == "paper" else axes.axhline
        line(shape["x0"] if shape.get("yref") == "paper" else shape["y0"], color=MUTED, linewidth=0.9, dashes=(4, 3))


def legend(axes: Axes, traces: Sequence[Trace], colours: Sequence[str], left: float) -> None:
    """The traces' names with their colours in a row under the top edge, from `left` on."""
    sheet = axes.get_figure(root=True)
    assert sheet is not None
    width, height = sheet.get_size_inches() * 72
    for trace, colour in zip(traces, colours, strict=False):
        name = str(trace.get("name") or "")
        sheet.text(left / width, 1 - 8 / height, "■", color=colour, fontsize=SIZE, va="center")
        sheet.text((left + 11) / width, 1 - 8 / height, name, color=MUTED, fontsize=SIZE, va="center")
        left += 11 + wide(name) + 16


def colours_of(layout: Layout, many: int) -> Sequence[str]:
    if layout.get("meta", {}).get("series") == "ramp" and many in STEPS:
        return STEPS[many]
    return [SERIES[n % 6] for n in range(many)]


def values_of(trace: Trace, values: str, along: str) -> dict[str, float | None]:
    """The values of a trace by their category."""
    return dict(zip((str(label) for label in trace[along]), trace[values], strict=True))


def under(axes: Axes, labels: list[str], room: float) -> None:
    """Categories under an upright chart, as many as can be read."""
    widest = max(map(wide, labels)) + 6
    every = max(1, -(-int(widest * len(labels)) // int(room)))
    if every > 1 and len(labels) <= 8:
        axes.set_xticks(range(len(labels)), [cut(label, room / len(labels) - 4) for label in labels])
    else:
        axes.set_xticks(range(0, len(labels), every), labels[::every])
    axes.set_xlim(-0.6, len(labels) - 0.4)
    axes.spines["bottom"].set_visible(True)
