"""Milestones over time: a bar for the days of each programme, and on it what was due when and how it stands (Gantt)."""

from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.times import plain_day
from reports.figures.base import MOST, Figure, Row, figure_of, labels_of, marks
from reports.figures.ends import ends, room
from reports.figures.shapes import DOWN

STANDINGS: dict[str, tuple[Any, str]] = {
    "late": (gettext_lazy("Reached late"), "diamond"),
    "in_time": (gettext_lazy("Reached in time"), "circle"),
    "overdue": (gettext_lazy("Overdue"), "x"),
    "open": (gettext_lazy("Still to come"), "circle-open"),
}
"""How a milestone stands, in words and as a shape: the colour is not all that tells it."""
DAY = 86_400_000
"""Milliseconds, in which bars over a calendar are as long as they are."""


def standing_label(name: str) -> str:
    return str(STANDINGS[name][0]) if name in STANDINGS else name


def plan(rows: list[Row]) -> Figure:
    """One line for each programme, the first `MOST` of them."""
    import plotly.graph_objects as go

    lines = list(dict.fromkeys(row["program_id"] for row in rows))[:MOST]
    labels = labels_of(rows, "program_id", "number", "program")
    shown = [row for row in rows if row["program_id"] in lines]
    spans = [_days([row for row in shown if row["program_id"] == line]) for line in lines]
    bars = go.Bar(
        name=_("Days of the programme"),
        orientation="h",
        y=[labels[line] for line in lines],
        base=[first.isoformat() for first, _until in spans],
        x=[(until - first).days * DAY for first, until in spans],
        opacity=0.3,
        hovertext=[f"{plain_day(first)} – {plain_day(until - timedelta(days=1))}" for first, until in spans],
        hovertemplate="%{y}: %{hovertext}<extra></extra>",
    )
    traces = [bars]
    for standing, (name, symbol) in STANDINGS.items():
        held = [row for row in shown if row["standing"] == standing]
        traces.append(
            go.Scatter(
                name=str(name),
                mode="markers",
                x=[row["due_on"].isoformat() for row in held],
                y=[labels[row["program_id"]] for row in held],
                marker={"symbol": symbol, "size": 10},
                hovertext=[_told(row) for row in held],
                customdata=marks(held),
                hovertemplate="%{hovertext}<extra>" + str(name) + "</extra>",
            )
        )
    return figure_of(
        traces if rows else [],
        bargap=0.5,
        yaxis={**DOWN, "dtick": 1},
        xaxis={"type": "date", "automargin": True},
        legend={"traceorder": "normal"},
    )


def burn_up(rows: list[Row]) -> Figure:
    """The weight of what was due and of what was reached, added up over the days: where the second line is below the
    first, what was planned is not done."""
    import plotly.graph_objects as go

    whole = sum(row["weight"] for row in rows)
    traces = []
    for column, name in (("due_on", _("Due")), ("done_on", _("Reached"))):
        held = sorted((row for row in rows if row[column]), key=lambda row: (row[column], row["milestone_id"]))
        sums = accumulate(row["weight"] for row in held)
        traces.append(
            go.Scatter(
                name=name,
                mode="lines",
                x=[row[column].isoformat() for row in held],
                y=[round(100 * each / whole, 1) for each in sums],
                line={"shape": "hv"},
                hovertext=[_told(row) for row in held],
                customdata=marks(held),
                hovertemplate="%{y} %<br>%{hovertext}<extra>" + name + "</extra>",
            )
        )
    known = [trace for trace in traces if trace.x]
    return figure_of(
        known,
        showlegend=False,
        annotations=ends(known, dated=True),
        margin={"r": room(known)},
        xaxis={"type": "date", "automargin": True},
        yaxis={"title": {"text": _("Share of all weight")}, "ticksuffix": " %", "range": [0, 105]},
    )


def _days(rows: list[Row]) -> tuple[date, date]:
    """From the programme's first day to the day after its last; without such, those of its milestones."""
    first = rows[0]["starts_on"] or min(row["due_on"] for row in rows)
    last = rows[0]["ends_on"] or max(row["due_on"] for row in rows)
    return first, max(first, last) + timedelta(days=1)


def _told(row: Row) -> str:
    due = _("%(milestone)s: due %(day)s") % {"milestone": row["milestone"], "day": plain_day(row["due_on"])}
    return f"{due}, " + _("reached %(day)s") % {"day": plain_day(row["done_on"])} if row["done_on"] else due
