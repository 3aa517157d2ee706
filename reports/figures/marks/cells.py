"""Who with whom on paper: shaded cells and flows between two columns."""

from typing import Any

from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure as Sheet
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from core import names
from reports.figures.marks.frame import GAP, HIGH, ROW, SMALL, Layout, Trace, axes_of, room_of
from reports.figures.paper import FLOW, GROUND, INK, NODE, RAMP, SIZE, WHITE, cut, wide

TALLEST = 580.0
"""Points that a page has for the lines of a heat map."""
SHADED = LinearSegmentedColormap.from_list("ramp", RAMP)


def heat(sheet: Sheet, traces: list[Trace], layout: Layout, width: float) -> None:
    """Shaded cells, blank where nothing is known; the numbers stand in them where there is room."""
    (trace,) = traces
    columns, lines = [str(each) for each in trace["x"]], [str(each) for each in trace["y"]]
    left = room_of(lines, width)
    slanted = layout.get("xaxis", {}).get("tickangle") is not None
    top = min(max(map(wide, columns)) * 0.72 + 10, 90) if slanted else 18
    right = max(8, top * 0.8) if slanted else 12
    cell = (width - left - right) / len(columns)
    row = min(max(ROW, cell * 0.6 if slanted else ROW), 22, TALLEST / len(lines))
    axes = axes_of(sheet, width, row * len(lines) + top + 4, left=left, right=right, bottom=4, top=top)
    axes.set_facecolor(GROUND)
    cells = [[float("nan") if value is None else value for value in line] for line in trace["z"]]
    known = [value for line in trace["z"] for value in line if value is not None]
    most = trace.get("zmax") or max(known, default=1) or 1
    axes.pcolormesh(
        cells, cmap=SHADED, vmin=trace.get("zmin", 0), vmax=most, edgecolors=WHITE, linewidth=0.8, antialiased=True
    )
    ink: dict[str, Any] = {"fontsize": SMALL, "ha": "center", "va": "center"}
    for y, line in enumerate(trace["z"] if cell >= 17 else ()):
        for x, value in enumerate(line):
            if value is not None:
                said = names.number(value, 2 if most <= 1 else 0)
                axes.text(x + 0.5, y + 0.5, said, color=WHITE if value > most * 0.55 else INK, **ink)
    axes.set_ylim(len(lines), 0)
    axes.set_yticks([y + 0.5 for y in range(len(lines))], [cut(line, left - GAP) for line in lines])
    axes.tick_params("y", labelsize=min(SIZE, row))
    axes.xaxis.tick_top()
    if slanted:
        axes.set_xticks([x + 0.5 for x in range(len(columns))], [cut(column, 110) for column in columns])
        for label in axes.get_xticklabels():
            label.set(rotation=45, ha="left", rotation_mode="anchor")
    else:
        every = max(1, -(-len(columns) // 12))
        axes.set_xticks([x + 0.5 for x in range(0, len(columns), every)], columns[::every])


def sankey(sheet: Sheet, traces: list[Trace], layout: Layout, width: float) -> None:
    """Ribbons from the left to the right column, as thick as what flows; the largest at the top of each."""
    (trace,) = traces
    labels, link = trace["node"]["label"], trace["link"]
    flows = list(zip(link["source"], link["target"], link["value"], strict=True))
    sides: list[dict[int, float]] = [{}, {}]
    for source, target, value in flows:
        sides[0][source] = sides[0].get(source, 0) + value
        sides[1][target] = sides[1].get(target, 0) + value
    ordered = [dict(sorted(side.items(), key=lambda item: (-item[1], item[0]))) for side in sides]
    many = max(len(side) for side in ordered)
    height = max(HIGH, many * 18.0)
    margins = [min(max(wide(str(labels[key])) for key in side) + 10 + 40, width * 0.36) for side in ordered]
    axes = axes_of(sheet, width, height, left=margins[0], right=margins[1], bottom=4, top=4)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_xlim(0, 1)
    axes.set_ylim(height - 8, 0)
    total = sum(ordered[0].values())
    scale = (height - 8 - 8.0 * (many - 1)) / total
    tops: list[dict[int, float]] = []
    for place, side in enumerate(ordered):
        thick = sum(side.values()) * scale
        pad = (height - 8 - thick) / max(len(side) - 1, 1) if len(side) > 1 else 0
        at, begun = 0.0 if len(side) > 1 else (height - 8 - thick) / 2, {}
        for key, value in side.items():
            begun[key] = at
            axes.broken_barh([(0 if place == 0 else 0.985, 0.015)], (at, value * scale), color=NODE, linewidth=0)
            text = f"{cut(str(labels[key]), margins[place] - 50)}  {names.number(round(value), 0)}"
            axes.annotate(
                text, (place, at + value * scale / 2), xytext=(-5 if place == 0 else 5, 0), textcoords="offset points",
                ha="right" if place == 0 else "left", va="center", fontsize=SIZE, annotation_clip=False,
            )  # fmt: skip
            at += value * scale + pad
        tops.append(begun)
    order = [list(side) for side in ordered]
    for source, target, value in sorted(flows, key=lambda flow: (order[0].index(flow[0]), order[1].index(flow[1]))):
        one, other, thick = tops[0][source], tops[1][target], value * scale
        tops[0][source], tops[1][target] = one + thick, other + thick
        axes.add_patch(_ribbon(one, other, thick))


def _ribbon(one: float, other: float, thick: float) -> PathPatch:
    corners = [
        (0.015, one), (0.5, one), (0.5, other), (0.985, other),
        (0.985, other + thick), (0.5, other + thick), (0.5, one + thick), (0.015, one + thick), (0.015, one),
    ]  # fmt: skip
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    return PathPatch(Path(corners, codes), facecolor=FLOW, alpha=0.75, linewidth=0)
