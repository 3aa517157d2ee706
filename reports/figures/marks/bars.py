"""Bars on paper: lying, upright, stacked, hung up at a middle, with whiskers, as a waterfall and as a funnel."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Sheet

from core import names
from reports.figures.marks.frame import (
    AXIS,
    GAP,
    HIGH,
    LEGEND,
    ROW,
    SMALL,
    Layout,
    Trace,
    axes_of,
    colours_of,
    legend,
    lines_at,
    measure,
    room_of,
    side_labels,
    under,
    values_of,
)  # fmt: skip
from reports.figures.paper import ACCENT, BAD, GOOD, INK, MUTED, SIZE, STEPS, WHITE, wide


def bars(sheet: Sheet, traces: list[Trace], layout: Layout, width: float) -> None:
    labels = list(dict.fromkeys(str(label) for trace in traces for label in trace["y"]))
    mode, whole = layout.get("barmode", "group"), layout.get("barnorm") == "percent"
    side = mode == "group" and len(traces) > 1
    named = any(trace.get("name") for trace in traces)
    row = max(ROW, 6.5 * len(traces) + 5) if side else ROW
    left = room_of(labels, width)
    texts = [str(text) for trace in traces for text in trace.get("text") or ()]
    beside = bool(texts) and (mode != "overlay" or traces[0].get("textposition") == "outside")
    right = (max(map(wide, texts)) + 10) if beside else 12
    hidden = layout.get("xaxis", {}).get("showticklabels") is False
    bottom = 4 if hidden else AXIS if layout.get("xaxis", {}).get("title", {}).get("text") else AXIS - 12
    top = LEGEND if named else 4
    height = row * len(labels) + bottom + top
    axes = axes_of(sheet, width, height, left=left, right=right, bottom=bottom, top=top)
    colours = colours_of(layout, len(traces))
    sums = {label: sum(values_of(trace, "x", "y").get(label) or 0 for trace in traces) for label in labels}
    begun = dict.fromkeys(labels, 0.0)
    thick = 0.66 / (len(traces) if side else 1)
    for n, trace in enumerate(traces):
        amounts = values_of(trace, "x", "y")
        base, texts_of = trace.get("base", 0), trace.get("text") or ()
        for place, (label, amount) in enumerate(amounts.items()):
            if amount is None:
                continue
            at = labels.index(label) + ((n + 0.5) * thick - 0.33 if side else 0)
            start = base[place] if isinstance(base, list | tuple) else base
            if mode == "stack":
                amount = 100 * amount / sums[label] if whole and sums[label] else amount
                start, begun[label] = begun[label], begun[label] + amount
            high = trace.get("width") or thick * (1 if side else 0.95)
            axes.barh(at, amount, high, left=start, color=colours[n], linewidth=0)
            end = start + amount
            if error := trace.get("error_x"):
                low, high = error["arrayminus"][place], error["array"][place]
                axes.errorbar(
                    end, at, xerr=[[max(low, 0)], [max(high, 0)]], ecolor=INK, elinewidth=0.8, capsize=2, fmt="none"
                )
                end += max(high, 0)
            if place < len(texts_of) and texts_of[place]:
                pale = colours in STEPS.values() and n < len(traces) / 2
                outside = len(traces) == 1 or trace.get("textposition") == "outside"
                ink = "" if outside else INK if pale else WHITE
                _beside_bar(axes, str(texts_of[place]), at, start, end, ink)
    side_labels(axes, labels, left)
    measure(axes.xaxis, layout.get("xaxis", {}), grid=not hidden)
    if hidden:
        axes.set_xticks([])
        axes.axvline(0, color=MUTED, linewidth=0.7)
    if whole:
        axes.set_xlim(0, 100)
    elif axes.get_xlim()[0] < 0 and not any(any(trace["x"]) for trace in traces):
        axes.set_xlim(0, 1)
    lines_at(axes, layout)
    if named:
        legend(axes, traces, colours, left)


def _beside_bar(axes: Axes, text: str, at: float, start: float, end: float, inside: str) -> None:
    """The value of a bar: in the middle of it in the ink that can be read there, else beside it."""
    if inside:
        axes.text((start + end) / 2, at, text, color=inside, fontsize=SMALL, ha="center", va="center")
        return
    axes.annotate(
        text, (max(start, end), at), xytext=(4, 0), textcoords="offset points", color=INK, fontsize=SIZE, va="center",
        bbox={"facecolor": WHITE, "linewidth": 0, "pad": 0.6},
    )  # fmt: skip


def columns(sheet: Sheet, traces: list[Trace], layout: Layout, width: float) -> None:
    """Upright bars, stacked or alone, and over them a running share on an axis of its own."""
    labels = list(dict.fromkeys(str(label) for trace in traces for label in trace["x"]))
    second = [trace for trace in traces if trace.get("yaxis") == "y2"]
    top = LEGEND if len(traces) > 1 else 6
    axes = axes_of(sheet, width, HIGH + top, left=46, right=44 if second else 8, top=top)
    colours = colours_of(layout, len(traces))
    begun = dict.fromkeys(labels, 0.0)
    for trace, colour in zip(traces, colours, strict=True):
        if trace in second:
            continue
        for label, amount in values_of(trace, "y", "x").items():
            if amount is not None:
                axes.bar(labels.index(label), amount, 0.64, bottom=begun[label], color=colour, linewidth=0)
                begun[label] += amount
    under(axes, labels, width - 54)
    measure(axes.yaxis, layout.get("yaxis", {}))
    for trace in second:
        over = axes.twinx()
        over.spines[:].set_visible(False)
        over.tick_params(length=0, labelsize=SIZE, pad=GAP)
        over.plot(range(len(labels)), trace["y"], color=colours[traces.index(trace)], marker="o", markersize=3, lw=1.4)
        over.set_ylim(*layout["yaxis2"]["range"])
        measure(over.yaxis, layout["yaxis2"], grid=False)
    if len(traces) > 1:
        legend(axes, traces, colours, 46)


def waterfall(sheet: Sheet, traces: list[Trace], layout: Layout, width: float) -> None:
    (trace,) = traces
    labels = [str(label) for label in trace["x"]]
    axes = axes_of(sheet, width, HIGH, left=60, top=14)
    level = 0.0
    for place, (value, how) in enumerate(zip(trace["y"], trace["measure"], strict=True)):
        start, end = (level, level + value) if how == "relative" else (0.0, value)
        colour = ACCENT if how != "relative" else GOOD if value >= 0 else BAD
        axes.bar(place, end - start, 0.6, bottom=start, color=colour, linewidth=0)
        axes.annotate(
            str(trace["text"][place]), (place, max(start, end)), xytext=(0, 3), textcoords="offset points", ha="center",
            fontsize=SIZE,
        )  # fmt: skip
        axes.hlines([end], place, min(place + 1, len(labels) - 1), color=MUTED, linewidth=0.5, zorder=0)
        level = end
    under(axes, labels, width - 70)
    measure(axes.yaxis, layout.get("yaxis", {}))


def funnel(sheet: Sheet, traces: list[Trace], layout: Layout, width: float) -> None:
    (trace,) = traces
    labels = [str(label) for label in trace["y"]]
    left = room_of(labels, width)
    axes = axes_of(sheet, width, ROW * 1.3 * len(labels) + 8, left=left, right=40, bottom=4, top=4)
    for place, value in enumerate(trace["x"]):
        axes.barh(place, value, 0.82, left=-value / 2, color=ACCENT, linewidth=0)
        axes.annotate(
            names.number(value, 0), (value / 2, place), xytext=(4, 0), textcoords="offset points", va="center",
            fontsize=SIZE,
        )  # fmt: skip
    side_labels(axes, labels, left)
    axes.set_xticks([])
