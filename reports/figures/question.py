"""The chart of an own question: the one that suits its dimensions, or the one that was chosen."""

from typing import Any

from core import names
from reports.figures.base import MARK, MOST, Figure, Row, figure_of
from reports.figures.shapes import bars, course
from reports.questions.cells import Question
from reports.questions.dimensions import Dimension


def question(asked: Question, chart: str) -> Any:
    """A drawing of rows with `one`, `other` and `value`. `auto` is a line over time, a heat map of two other
    dimensions, bars."""

    def draw(rows: list[Row]) -> Figure:
        told = [row | {"period": _word(asked.one, row["one"])} for row in rows if row["value"] is not None]
        if chart == "line" or (chart == "auto" and asked.one and asked.one.is_time):
            return course("value", line=_line(asked), percent=percent, title=title)(told)
        if asked.other and (chart in ("heat", "stack", "auto")):
            return (_stack if chart == "stack" else _heat)(asked, told)
        return bars(_label(asked), "value", percent=percent, title=title)(told)

    percent, title = asked.measure.kind == "share", asked.measure.title
    return draw


def _word(dimension: Dimension | None, value: str) -> str:
    if dimension is None:
        return ""
    if dimension.kind == "country":
        return names.country(value) if value else dimension.word("")
    return dimension.word(value)


def _line(asked: Question) -> Any:
    return (lambda row: _word(asked.other, row["other"])) if asked.other else None


def _label(asked: Question) -> Any:
    def label(row: Row) -> str:
        words = (_word(asked.one, row["one"]), _word(asked.other, row["other"]))
        return ", ".join(word for word in words if word) or str(asked.measure.title)

    return label


Cells = dict[tuple[str, str], Any]


def _grid(asked: Question, rows: list[Row]) -> tuple[list[str], list[str], Cells, Cells]:
    """Words of both dimensions in order of appearance, time in its own order; the value and the mark of each pair."""
    cells, held = {}, {}
    for row in rows:
        value = row["value"] * 100 if asked.measure.kind == "share" else row["value"]
        pair = _word(asked.one, row["one"]), _word(asked.other, row["other"])
        cells[pair], held[pair] = round(value, 1), row[MARK]
    ones, others = (list(dict.fromkeys(pair[place] for pair in cells)) for place in (0, 1))
    if asked.other and asked.other.is_time:
        others.sort()
    return ones[:MOST], others[:MOST], cells, held


def _heat(asked: Question, rows: list[Row]) -> Figure:
    import plotly.graph_objects as go

    ones, others, cells, held = _grid(asked, rows)
    unit = " %" if asked.measure.kind == "share" else ""
    trace = go.Heatmap(
        x=others,
        y=ones,
        z=[[cells.get((one, other)) for other in others] for one in ones],
        customdata=[[held.get((one, other)) for other in others] for one in ones],
        meta="value",
        xgap=2,
        ygap=2,
        showscale=False,
        hoverongaps=False,
        hovertemplate="%{y}, %{x}: %{z}" + unit + "<extra></extra>",
    )
    kinds = {"type": "category", "ticks": "", "automargin": True}
    return figure_of([trace], yaxis=kinds | {"autorange": "reversed"}, xaxis=kinds | {"side": "top"})


def _stack(asked: Question, rows: list[Row]) -> Figure:
    import plotly.graph_objects as go

    ones, others, cells, held = _grid(asked, rows)
    traces = [
        go.Bar(
            name=other,
            x=ones,
            y=[cells.get((one, other)) for one in ones],
            customdata=[held.get((one, other)) for one in ones],
            hovertemplate="%{x}: %{y}<extra>" + other + "</extra>",
        )
        for other in others
    ]
    return figure_of(
        traces,
        barmode="stack",
        bargap=0.35,
        legend={"traceorder": "normal"},
        xaxis={"type": "category", "ticks": "", "automargin": True},
        yaxis={"title": {"text": str(asked.measure.title)}},
    )
