"""Lines, areas, dots and boxes on paper."""

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure as Sheet

from reports.figures.marks.frame import (
    AXIS,
    HIGH,
    LEGEND,
    ROW,
    Layout,
    Trace,
    axes_of,
    legend,
    lines_at,
    measure,
    room_of,
    side_labels,
    under,
)  # fmt: skip
from reports.figures.paper import ACCENT, BOX, LINE, SERIES, SIZE, cut, wide


def lines(sheet: Sheet, traces: list[Trace], layout: Layout, width: float) -> None:
    """Courses with their names at their ends; or areas on top of each other with a legend."""
    labels = [str(label) for label in traces[0]["x"]]
    piled = any(trace.get("stackgroup") for trace in traces)
    ends = [] if piled else [str(trace.get("name") or "") for trace in traces]
    right = min(max([wide(end) + 12 for end in ends if end] or [8]), width * 0.3)
    top = LEGEND if piled else 8
    height = HIGH + top
    axes = axes_of(sheet, width, height, left=46, right=right, bottom=AXIS, top=top)
    places = range(len(labels))
    if piled:
        amounts = [[value or 0 for value in trace["y"]] for trace in traces]
        axes.stackplot(places, *amounts, colors=SERIES[: len(traces)], linewidth=0, alpha=0.9)
        legend(axes, traces, SERIES, 46)
    tips = []
    for n, trace in enumerate([] if piled else traces):
        colour, points = SERIES[n % 6], [float("nan") if value is None else value for value in trace["y"]]
        steps = "steps-post" if (trace.get("line") or {}).get("shape") == "hv" else "default"
        axes.plot(places, points, color=colour, lw=1.6, marker="o", markersize=3.2, drawstyle=steps)
        if error := trace.get("error_y"):
            known = [m for m in places if error["array"][m] is not None and trace["y"][m] is not None]
            span = [[max(error[side][m], 0) for m in known] for side in ("arrayminus", "array")]
            axes.errorbar(known, [points[m] for m in known], yerr=span, fmt="none", ecolor=colour, elinewidth=0.8)
        last = max((m for m in places if trace["y"][m] is not None), default=None)
        if last is not None and ends[n]:
            tips.append((points[last], last, ends[n], colour))
    under(axes, labels, width - 46 - right)
    measure(axes.yaxis, layout.get("yaxis", {}))
    if layout.get("yaxis", {}).get("rangemode") != "nonnegative":
        share = bool(layout.get("yaxis", {}).get("ticksuffix"))
        axes.set_ylim(0, max(axes.get_ylim()[1], 0.01 if share else 1))
    lines_at(axes, layout)
    _name_ends(axes, tips, right)


def _name_ends(axes: Axes, tips: list[tuple[float, int, str, str]], right: float) -> None:
    """Names beside the ends of their lines, moved apart where they would cover each other."""
    low, high = axes.get_ylim()
    step = (high - low) * (SIZE + 1) / (HIGH - AXIS)
    at = float("-inf")
    for value, place, text, colour in sorted(tips):
        at = max(value, at + step)
        axes.annotate(
            cut(text, right - 8), (place, at), xytext=(6, 0), textcoords="offset points", color=colour, fontsize=SIZE,
            va="center", annotation_clip=False,
        )  # fmt: skip


def dots(sheet: Sheet, traces: list[Trace], layout: Layout, width: float) -> None:
    (trace,) = traces
    labels = [str(label) for label in trace["y"]]
    left = room_of(labels, width)
    axes = axes_of(sheet, width, ROW * len(labels) + AXIS, left=left, right=40)
    axes.hlines(range(len(labels)), 0, 1, transform=axes.get_yaxis_transform(), color=LINE, linewidth=0.6)
    axes.scatter(trace["x"], range(len(labels)), color=ACCENT, s=26, zorder=3)
    for place, (value, text) in enumerate(zip(trace["x"], trace["text"], strict=True)):
        axes.annotate(str(text), (value, place), xytext=(6, 0), textcoords="offset points", fontsize=SIZE, va="center")
    side_labels(axes, labels, left)
    measure(axes.xaxis, layout.get("xaxis", {}))


def boxes(sheet: Sheet, traces: list[Trace], layout: Layout, width: float) -> None:
    """From quartile to quartile with the median as a line and the whisker up to the 90th percentile."""
    (trace,) = traces
    labels = [str(label) for label in trace["y"]]
    left = room_of(labels, width)
    axes = axes_of(sheet, width, ROW * 1.2 * len(labels) + AXIS, left=left)
    keys = ("q1", "median", "q3", "lowerfence", "upperfence")
    for place, (low, middle, high, least, most) in enumerate(zip(*(trace[key] for key in keys), strict=True)):
        axes.add_collection(LineCollection([[(least, place), (most, place)]], colors=[ACCENT], linewidths=1))
        axes.barh(place, high - low, 0.5, left=low, color=BOX, edgecolor=ACCENT, linewidth=0.9)
        axes.vlines([middle], place - 0.25, place + 0.25, color=ACCENT, linewidth=2)
        axes.vlines([most], place - 0.12, place + 0.12, color=ACCENT, linewidth=1)
    side_labels(axes, labels, left)
    axes.set_xlim(0, max([*trace["upperfence"], *(shape["x0"] for shape in layout.get("shapes", ()))]) * 1.06 or 1)
    measure(axes.xaxis, layout.get("xaxis", {}))
    lines_at(axes, layout)
