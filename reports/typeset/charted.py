"""Charts of a workbook: the bars and lines of a figure as a chart of the workbook's own, which its reader may change.

What a workbook has no chart for (cells, flows, boxes, plans) stays a table, and is drawn in the PDF.
"""

from typing import Any

from reports.figures.base import Figure
from reports.figures.paper import SERIES, STEPS, kind_of

CHARTED = {"bars": "bar", "columns": "column", "scatter": "line"}
SUBTYPES = {"stack": "stacked", "percent": "percent_stacked"}
ROW, HIGH, WIDE = 20, 240, 720
"""Pixels: a line of bars, the least height, the width."""


class Drawings:
    """Puts charts on sheets, and the values they are drawn of on a hidden sheet of their own."""

    def __init__(self, book: Any) -> None:
        self.book, self.columns = book, 0
        self.values = book.add_worksheet("values")
        self.values.hide()

    def insert(self, sheet: Any, figure: Figure, line: int, column: int) -> None:
        """The chart with its upper left corner in this cell; nothing for a kind that there is no chart for."""
        traces = figure["data"]
        kind = CHARTED.get(kind_of(traces), "") if traces else ""
        layout = figure.get("layout", {})
        if not kind or layout.get("barmode") == "overlay" or any(trace.get("base") for trace in traces):
            return
        mode = "percent" if layout.get("barnorm") == "percent" else layout.get("barmode", "")
        options = {"type": kind} | ({"subtype": SUBTYPES[mode]} if mode in SUBTYPES and kind != "line" else {})
        chart = self.book.add_chart(options)
        lying = kind == "bar"
        labels = list(dict.fromkeys(str(each) for trace in traces for each in trace["y" if lying else "x"]))
        at = self._write(labels)
        for trace, colour in zip(
            traces, STEPS.get(len(traces), SERIES) if layout.get("meta") else SERIES, strict=False
        ):
            along, amounts = (trace["y"], trace["x"]) if lying else (trace["x"], trace["y"])
            known = dict(zip(map(str, along), amounts, strict=True))
            of = self._write([known.get(label) for label in labels])
            style = {"line": {"color": colour}} if kind == "line" else {"fill": {"color": colour}}
            chart.add_series(
                {
                    "name": str(trace.get("name") or ""),
                    "categories": ["values", 0, at, len(labels) - 1, at],
                    "values": ["values", 0, of, len(labels) - 1, of],
                    **style,
                    **({"y2_axis": True} if trace.get("yaxis") == "y2" else {}),
                }
            )
        self._finish(chart, layout, lying, many=len(traces) > 1)
        high = max(HIGH, ROW * len(labels) * (len(traces) if mode == "group" else 1) + 80) if lying else HIGH + 80
        chart.set_size({"width": WIDE, "height": min(high, 900)})
        sheet.insert_chart(line, column, chart, {"object_position": 2})

    def _write(self, values: list[Any]) -> int:
        """The values down a column, whose number is returned; a gap stays empty."""
        for line, value in enumerate(values):
            if value is not None:
                self.values.write(line, self.columns, value)
        self.columns += 1
        return self.columns - 1

    def _finish(self, chart: Any, layout: Any, lying: bool, *, many: bool) -> None:
        amounts = layout.get("xaxis" if lying else "yaxis", {}).get("title", {}).get("text", "")
        (chart.set_x_axis if lying else chart.set_y_axis)({"name": amounts, "major_gridlines": {"visible": True}})
        if lying:
            chart.set_y_axis({"reverse": True})
        chart.set_title({"none": True})
        chart.set_legend({"position": "top"} if many else {"none": True})
        chart.show_blanks_as("gap")
