"""Charts that many reports share, each made for the columns that it is given: bars, courses, stacks, dots, spreads."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from core import names
from reports.figures.base import MARK, MOST, Figure, Row, figure_of, marks, own_word
from reports.figures.ends import LINES, ends, room

Draw = Callable[[list[Row]], Figure]
Series = Sequence[tuple[str, Any]]
"""Columns with their titles."""

DOWN = {"type": "category", "autorange": "reversed", "automargin": True, "ticks": ""}
"""The axis of bars that lie on top of each other, the first one uppermost; years are words there."""


def name_of(*columns: str) -> Callable[[Row], str]:
    """What a row is about: the columns that say something, with commas, but none with which another one begins."""

    def word(row: Row, column: str) -> str:
        return names.unit_name(row[column]) if column == "unit" else own_word(row, column)

    def name(row: Row) -> str:
        words = [word(row, column) for column in columns if row.get(column)]
        told = [one for one in words if not any(other != one and other.startswith(one) for other in words)]
        return ", ".join(told) or _("All")

    return name


def country_of(column: str) -> Callable[[Row], str]:
    return lambda row: names.country(row[column]) if row[column] else _("Not known")


def bars(label: Callable[[Row], str], value: str, **how: Any) -> Draw:
    """Horizontal bars with their value beside them.

    `percent` turns shares into per cent; `at` draws a line there (a target, a cap, one); `low` and `high` are columns
    of an interval; `n` is a column whose number stands in the label.
    """
    return partial(_bars, label=label, value=value, **how)


def _bars(
    rows: list[Row],
    *,
    label: Callable[[Row], str],
    value: str,
    percent: bool = False,
    at: float | None = None,
    low: str = "",
    high: str = "",
    n: str = "",
    title: Any = "",
) -> Figure:
    import plotly.graph_objects as go

    known = [row for row in rows if row[value] is not None]
    shown = known[:MOST]
    values = [_amount(row[value], percent) for row in shown]
    error = None
    if low and high:
        error = {
            "type": "data",
            "symmetric": False,
            "array": [round(_amount(row[high], percent) - _amount(row[value], percent), 1) for row in shown],
            "arrayminus": [round(_amount(row[value], percent) - _amount(row[low], percent), 1) for row in shown],
        }
    words = [label(row) + (f" (n = {names.number(row[n], 0)})" if n else "") for row in shown]
    trace = go.Bar(
        orientation="h",
        y=apart(words),
        x=values,
        text=[names.percent(row[value], 1) if percent else _short(row[value]) for row in shown],
        textposition="inside" if error else [_side(each, values, at and _amount(at, percent)) for each in values],
        insidetextanchor="start" if error else "end",
        constraintext="none",
        cliponaxis=False,
        error_x=error,
        customdata=marks(shown),
        meta=value,
        hovertemplate="%{y}: %{text}<extra></extra>",
    )
    return figure_of(
        [trace],
        bargap=0.4,
        yaxis=DOWN,
        xaxis={
            "title": {"text": _titled(title, len(shown), len(known))},
            "ticksuffix": " %" if percent else "",
            "rangemode": "tozero",
        },
        shapes=line_at(at, percent, upright=True),
    )


def course(value: str, **how: Any) -> Draw:
    """A line for each `line` over the periods, named beside its end; blank where a period has no value.

    `at` is a target; `low` and `high` are columns of a band, drawn as whiskers; `near` shows the values without the way
    down to 0, where all of them are close to each other.
    """
    return partial(_course, value=value, **how)


def _course(
    rows: list[Row],
    *,
    value: str,
    line: Callable[[Row], str] | None = None,
    percent: bool = False,
    at: float | None = None,
    low: str = "",
    high: str = "",
    near: bool = False,
    title: Any = "",
) -> Figure:
    import plotly.graph_objects as go

    periods = list(dict.fromkeys(row["period"] for row in rows))
    lines: dict[str, dict[str, Row]] = {}
    for row in rows:
        lines.setdefault(line(row) if line else "", {})[row["period"]] = row
    known = {name: held for name, held in lines.items() if any(row[value] is not None for row in held.values())}
    traces = []
    for name, held in list(known.items())[:LINES]:
        points = [_amount(held[each][value], percent) if each in held else None for each in periods]
        error = None
        if low and high:
            error = {
                "type": "data",
                "symmetric": False,
                "array": _beside(held, periods, value, high, percent),
                "arrayminus": _beside(held, periods, low, value, percent),
            }
        traces.append(
            go.Scatter(
                name=name,
                x=periods,
                y=points,
                error_y=error,
                mode="lines+markers",
                customdata=[held[each][MARK] if each in held else None for each in periods],
                meta=value,
                hovertemplate="%{x}: %{y}" + (" %" if percent else "") + (f"<extra>{name}</extra>"),
            )
        )
    return figure_of(
        traces,
        showlegend=False,
        annotations=ends(traces, near=near),
        margin={"r": room(traces)},
        xaxis={"type": "category", "automargin": True, "title": {"text": _titled("", len(traces), len(known))}},
        yaxis={
            "title": {"text": str(title)},
            "ticksuffix": " %" if percent else "",
            "rangemode": "nonnegative" if near else "tozero",
            "automargin": True,
        },
        shapes=line_at(at, percent, upright=False),
    )


def stacked(label: Callable[[Row], str], series: Series, **how: Any) -> Draw:
    """Columns side by side in one bar (or, `upright`, one column) for each row; `whole` makes each bar 100 %."""
    return partial(_stacked, label=label, series=series, **how)


def _stacked(
    rows: list[Row],
    *,
    label: Callable[[Row], str],
    series: Series,
    upright: bool = False,
    whole: bool = False,
    title: Any = "",
) -> Figure:
    import plotly.graph_objects as go

    known = [row for row in rows if any(row[column] is not None for column, _title in series)]
    shown = known if upright else known[:MOST]
    words = apart([label(row) for row in shown])
    sums = {row[MARK]: sum(row[column] or 0 for column, _title in series) for row in shown}
    traces = []
    for column, name in series:
        values = [None if row[column] is None else round(row[column], 1) for row in shown]
        along = {"x": words, "y": values} if upright else {"y": words, "x": values, "orientation": "h"}
        hover = "%{x}: %{y}" if upright else "%{y}: %{x}"
        if whole:
            along["hovertext"] = [_part(row[column], sums[row[MARK]]) for row in shown]
            along["text"] = [_legible(row[column], sums[row[MARK]]) for row in shown]
            hover = "%{y}: %{hovertext}"
        hover = f"{hover}<extra>{name}</extra>"
        traces.append(go.Bar(name=str(name), hovertemplate=hover, customdata=marks(shown), meta=column, **along))
    amounts = {"title": {"text": _titled(title, len(shown), len(known))}, "ticksuffix": " %" if whole else ""}
    kinds = {"ticks": "", "automargin": True, "type": "category", **({} if upright else {"autorange": "reversed"})}
    return figure_of(
        traces,
        barmode="stack",
        barnorm="percent" if whole else "",
        bargap=0.35,
        legend={"traceorder": "normal"},
        xaxis=kinds if upright else amounts,
        yaxis=amounts if upright else kinds,
    )


def area(series: Series, title: Any = "") -> Draw:
    """Columns on top of each other over the periods."""

    def draw(rows: list[Row]) -> Figure:
        import plotly.graph_objects as go

        traces = [
            go.Scatter(
                name=str(name),
                x=[row["period"] for row in rows],
                y=[row[column] for row in rows],
                stackgroup="all",
                mode="lines+markers",
                customdata=marks(rows),
                meta=column,
                hovertemplate="%{x}: %{y}" + f"<extra>{name}</extra>",
            )
            for column, name in series
        ]
        return figure_of(
            traces, xaxis={"type": "category", "automargin": True}, yaxis={"title": {"text": str(title)}},
            legend={"traceorder": "normal"},
        )  # fmt: skip

    return draw


def dots(label: Callable[[Row], str], value: str, title: Any = "") -> Draw:
    """One dot for each row, with its value beside it: nothing is below a dot, as it would be below a bar."""

    def draw(rows: list[Row]) -> Figure:
        import plotly.graph_objects as go

        shown = [row for row in rows if row[value] is not None][:MOST]
        trace = go.Scatter(
            mode="markers+text",
            y=apart([label(row) for row in shown]),
            x=[round(row[value], 2) for row in shown],
            text=[names.number(row[value], 2) for row in shown],
            textposition="middle right",
            marker={"size": 10},
            customdata=marks(shown),
            hovertemplate="%{y}: %{x}<extra></extra>",
        )
        return figure_of(
            [trace],
            yaxis=DOWN,
            xaxis={"title": {"text": str(title)}},
        )

    return draw


def spread(label: Callable[[Row], str], title: Any, at: Sequence[float] = ()) -> Draw:
    """A box from the quartiles of each row (columns `q1`, `median`, `q3`, `p90`): the whisker ends at the 90th
    percentile, and there is none below the box."""

    def draw(rows: list[Row]) -> Figure:
        import plotly.graph_objects as go

        shown = [row for row in rows if row["median"] is not None][:MOST]
        trace = go.Box(
            orientation="h",
            y=apart([label(row) for row in shown]),
            q1=[row["q1"] for row in shown],
            median=[row["median"] for row in shown],
            q3=[row["q3"] for row in shown],
            lowerfence=[row["q1"] for row in shown],
            upperfence=[row["p90"] for row in shown],
            customdata=marks(shown),
        )
        return figure_of(
            [trace],
            showlegend=False,
            yaxis=DOWN,
            xaxis={"title": {"text": str(title)}, "rangemode": "tozero"},
            shapes=[line for each in at for line in line_at(each, False, upright=True)],
        )

    return draw


def _amount(value: Any, percent: bool) -> Any:
    if value is None:
        return None
    return round(value * 100, 1) if percent else round(value, 2)


WIDE = 0.12
"""A number needs this part of the chart's width."""


def _side(value: float, values: list[float], line: float | None) -> str:
    """Where a bar's value stands: beside its end, but inside it where a line across the chart would run through it."""
    end = max([*values, line or 0])
    crossed = line is not None and 0 < line - value < WIDE * end
    return "inside" if crossed and value > WIDE * end else "outside"


def _short(value: float) -> str:
    """With a second digit where the first would say nothing."""
    return names.number(value, 2 if abs(value) < 1 else 1)


def _legible(value: float | None, whole: float) -> str:
    """A share, where its part of the bar is wide enough for it."""
    share = value / whole if value is not None and whole else 0
    return names.percent(share, 0) if share > WIDE / 2 else ""


def _titled(title: Any, shown: int, known: int) -> str:
    """The title of an axis, with how many are drawn where that is not all."""
    said = _("%(shown)s of %(known)s are drawn; the table has all") % {"shown": shown, "known": known}
    return " · ".join(word for word in (str(title), said if shown < known else "") if word)


def _part(value: float | None, whole: float) -> str:
    """A part in hours, what it is a part of, and the share."""
    share = names.percent(value / whole, 1) if value is not None and whole else names.percent(None)
    return f"{share} ({names.number(value, 1)} h ÷ {names.number(whole, 1)} h)"


def _beside(held: dict[str, Row], periods: list[str], low: str, high: str, percent: bool) -> list[float | None]:
    """How far the column `high` is above the column `low`, period by period."""
    rows = [held.get(each) for each in periods]
    return [
        None
        if row is None or row[low] is None or row[high] is None
        else round(_amount(row[high] - row[low], percent), 2)
        for row in rows
    ]


def line_at(value: float | None, percent: bool, *, upright: bool) -> list[dict[str, Any]]:
    """A dashed line across the chart; the browser gives it its colour."""
    if value is None:
        return []
    place = _amount(value, percent)
    ends = (
        {"xref": "x", "x0": place, "x1": place, "yref": "paper", "y0": 0, "y1": 1}
        if upright
        else {"yref": "y", "y0": place, "y1": place, "xref": "paper", "x0": 0, "x1": 1}
    )
    return [{"type": "line", "line": {"dash": "dash", "width": 1}, **ends}]


def apart(words: list[str]) -> list[str]:
    """The same words, numbered where they would read the same: equal categories would be one bar."""
    seen: dict[str, int] = {}
    found = []
    for word in words:
        seen[word] = seen.get(word, 0) + 1
        found.append(word if seen[word] == 1 else f"{word} ({seen[word]})")
    return found
