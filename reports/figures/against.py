"""Bars against something: ratings and balances to both sides of a middle, bullets within the whole that was to be."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from core import names
from reports.figures.base import MOST, Figure, Row, figure_of, marks
from reports.figures.shapes import DOWN, Draw, apart, line_at


def ratings(label: Callable[[Row], str], columns: Sequence[str]) -> Draw:
    """Shares of ratings from the worst to the best, hung up at the middle of the middle one."""

    def draw(rows: list[Row]) -> Figure:
        import plotly.graph_objects as go

        shown = [row for row in rows if row[columns[0]] is not None and any(row[column] for column in columns)]
        words = apart([label(row) for row in shown])
        shares = [[100 * row[column] / sum(row[each] for each in columns) for column in columns] for row in shown]
        middle = len(columns) // 2
        starts = [[sum(one[:n]) - sum(one[:middle]) - one[middle] / 2 for n in range(len(columns))] for one in shares]
        traces = [
            go.Bar(
                name=str(n + 1),
                orientation="h",
                y=words,
                x=[round(one[n], 1) for one in shares],
                base=[round(one[n], 1) for one in starts],
                text=[str(row[column] or "") for row in shown],
                textangle=0,
                textposition="inside",
                insidetextanchor="middle",
                hovertext=[_of(row[column], sum(row[each] for each in columns)) for row in shown],
                customdata=marks(shown),
                hovertemplate="%{y}: %{x:.1f} %<br>%{hovertext}" + f"<extra>{n + 1}</extra>",
            )
            for n, column in enumerate(columns)
        ]
        return figure_of(
            traces,
            meta={"series": "ramp"},
            barmode="overlay",
            bargap=0.4,
            legend={"traceorder": "normal"},
            yaxis=DOWN,
            xaxis={"showticklabels": False, "showgrid": False, "zeroline": True},
        )

    return draw


def diverging(label: Callable[[Row], str], value: str, middle: float, title: Any = "") -> Draw:
    """Bars that leave a middle to both sides: what is above and what is below."""

    def draw(rows: list[Row]) -> Figure:
        import plotly.graph_objects as go

        shown = [row for row in rows if row[value] is not None][:MOST]
        trace = go.Bar(
            orientation="h",
            y=apart([label(row) for row in shown]),
            x=[round(row[value] - middle, 3) for row in shown],
            base=middle,
            text=[names.number(row[value], 2) for row in shown],
            textangle=0,
            customdata=marks(shown),
            meta=value,
            hovertemplate="%{y}: %{text}<extra></extra>",
        )
        return figure_of(
            [trace],
            bargap=0.4,
            yaxis=DOWN,
            xaxis={"title": {"text": str(title)}},
            shapes=line_at(middle, False, upright=True),
        )

    return draw


def bullets(label: Callable[[Row], str], value: str, *, n: str = "") -> Draw:
    """One line for each row with a share; the whole, 100 %, is what was to be. `n` is a column whose number stands in
    the label."""

    def draw(rows: list[Row]) -> Figure:
        import plotly.graph_objects as go

        shown = [row for row in rows if row[value] is not None][:MOST]
        words = apart([label(row) + (f" (n = {names.number(row[n], 0)})" if n else "") for row in shown])
        shares = [round(row[value] * 100, 1) for row in shown]
        said = [names.percent(row[value], 1) for row in shown]
        held: dict[str, Any] = {"orientation": "h", "y": words, "customdata": marks(shown), "meta": value}
        traces = [
            go.Bar(
                x=[max(100, share) for share in shares],
                width=0.7,
                text=said,
                textposition="outside",
                cliponaxis=False,
                hovertemplate="%{y}: %{text}<extra></extra>",
                **held,
            ),
            go.Bar(x=shares, width=0.3, hovertext=said, hovertemplate="%{y}: %{hovertext}<extra></extra>", **held),
        ]
        return figure_of(
            traces if shown else [],
            meta={"series": "ramp"},
            barmode="overlay",
            showlegend=False,
            yaxis=DOWN,
            xaxis={"ticksuffix": " %", "rangemode": "tozero"},
            shapes=line_at(1, True, upright=True),
        )

    return draw


def _of(part: int, whole: int) -> str:
    return _("%(part)s of %(whole)s") % {"part": names.number(part, 0), "whole": names.number(whole, 0)}
