"""Figures from the rows of a report, as Plotly JSON without colours: the browser paints them from the page's tokens.

Only trace types of the committed bundle are used (a test compares them with its list). A gap stays a gap: None is never
drawn as 0. plotly is imported when first used.
"""

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from babel.dates import format_skeleton
from django.utils.translation import gettext as _

from core.names import country
from core.times import current_locale
from facilities.models import Session

Row = dict[str, Any]
Figure = dict[str, Any]
MOST = 30
"""At most so many centres or bars are drawn; the table has all of them."""


def _figure(traces: list[Any], **layout: Any) -> Figure:
    """Traces and layout, each checked by plotly; a whole Figure of them would copy both and make a template to drop."""
    import plotly.graph_objects as go

    return {"data": [trace.to_plotly_json() for trace in traces], "layout": go.Layout(**layout).to_plotly_json()}


def _dates(periods: list[date]) -> list[str]:
    """Dates as short as they may be: without the year where they lie within twelve months."""
    within_a_year = bool(periods) and (periods[-1] - periods[0]).days < 360
    pattern = "MMMd" if within_a_year else "yMMMd"
    return [format_skeleton(pattern, period, locale=current_locale()) for period in periods]


def _without_gaps(periods: list[date]) -> list[date]:
    """Every week from the first to the last, so that a week in which nothing was open stands there blank."""
    if len(periods) < 2 or any((later - sooner).days % 7 for sooner, later in pairwise(periods)):
        return periods
    return [periods[0] + timedelta(days=step) for step in range(0, (periods[-1] - periods[0]).days + 1, 7)]


def group_label(row: Row) -> str:
    """What a row of the usage report is about; a country, whose key is its label, by name."""
    return country(row["label"]) if row["label"] and row["label"] == row["key"] else str(row["label"] or "–")


def loss_label(cause: str) -> str:
    """A cause of lost time in the reader's words; lines of other systems' accounting may name none."""
    return str(Session.Cause(cause).label) if cause in Session.Cause.values else _("Not said")


def _labels(rows: list[Row], key: str, *names: str) -> dict[Any, str]:
    """A label for each key in order of appearance, made longer where two would read the same."""
    labels: dict[Any, str] = {}
    for row in rows:
        if row[key] not in labels:
            label = ", ".join(str(row[name]) for name in names)
            labels[row[key]] = label if label not in labels.values() else f"{label} ({len(labels)})"
    return labels


def utilisation(rows: list[Row]) -> Figure:
    """Heat map of lines × weeks: share of user time that was booked; blank where there was none or no report."""
    import plotly.graph_objects as go

    by_instrument = any(row["instrument"] for row in rows)
    labels = _labels(rows, "line_id", *(("instrument", "facility") if by_instrument else ("facility",)))
    periods = _without_gaps(sorted({row["period"] for row in rows if row["period"]}))
    column = {period: n for n, period in enumerate(periods)}
    line = {key: n for n, key in enumerate(labels)}
    shares: list[list[float | None]] = [[None] * len(periods) for _ in labels]
    for row in rows:
        if row["period"] and row["utilisation"] is not None:
            shares[line[row["line_id"]]][column[row["period"]]] = round(row["utilisation"] * 100, 1)
    hover = _("%(instrument)s, week of %(week)s: %(share)s %%") % {
        "instrument": "%{y}",
        "week": "%{x}",
        "share": "%{z}",
    }
    trace = go.Heatmap(
        x=_dates(periods),
        y=list(labels.values()),
        zmin=0,
        zmax=100,
        xgap=1 if len(periods) > 30 else 2,
        ygap=2,
        showscale=False,
        hoverongaps=False,
        hovertemplate=hover + "<extra></extra>",
    )
    figure = _figure(
        [trace],
        yaxis={"autorange": "reversed", "ticks": "", "automargin": True},
        xaxis={"type": "category", "ticks": "", "side": "top", "nticks": 14, "automargin": True},
    )
    figure["data"][0]["z"] = shares  # thousands of cells, which plotly would check one by one
    return figure


def delivered_time(rows: list[Row]) -> Figure:
    """Open, allocated, booked and delivered hours by facility, side by side."""
    import plotly.graph_objects as go

    rows = [row for row in rows if row["unit"] == "hour"]
    labels = list(_labels(rows, "facility_id", "facility").values())
    series = (
        ("open_hours", _("Available")),
        ("allocated_hours", _("Allocated")),
        ("booked_hours", _("Booked")),
        ("delivered_hours", _("Delivered")),
    )
    traces = [
        go.Bar(
            name=name,
            orientation="h",
            y=labels,
            x=[None if row[key] is None else round(row[key], 1) for row in rows],
            hovertemplate="%{y}: %{x} h<extra>" + name + "</extra>",
        )
        for key, name in series
    ]
    return _figure(
        traces,
        meta={"series": "ramp"},
        barmode="group",
        bargap=0.3,
        yaxis={"autorange": "reversed", "automargin": True, "ticks": ""},
        xaxis={"title": {"text": _("Hours")}},
        legend={"traceorder": "normal"},
    )


def flows(rows: list[Row]) -> Figure:
    """Sankey from home country to host facility; work at home and cells not shown are left to the table."""
    import plotly.graph_objects as go

    abroad = [row for row in rows if row["home"] and row["home"] != row["host"] and row["hours"]]
    homes = list(dict.fromkeys(row["home"] for row in abroad))
    hosts = _labels(abroad, "facility_id", "facility")
    place = {key: len(homes) + n for n, key in enumerate(hosts)}
    trace = go.Sankey(
        node={"label": [country(home) for home in homes] + list(hosts.values()), "pad": 14, "thickness": 10},
        link={
            "source": [homes.index(row["home"]) for row in abroad],
            "target": [place[row["facility_id"]] for row in abroad],
            "value": [round(row["hours"], 1) for row in abroad],
        },
        valuesuffix=" h",
        valueformat=",.0f",
    )
    return _figure([trace])


def usage(rows: list[Row]) -> Figure:
    """Delivered hours: bars by group, the largest first, or by month in order of time."""
    import plotly.graph_objects as go

    by_month = any(row["period"] for row in rows)
    shown = [row for row in rows if row["delivered_hours"] is not None]
    if not by_month:
        shown = shown[:MOST]
    names = (
        [format_skeleton("yMMM", row["period"], locale=current_locale()) for row in shown]
        if by_month
        else [group_label(row) for row in shown]
    )
    hours = [round(row["delivered_hours"], 1) for row in shown]
    if by_month:
        return _figure([go.Bar(x=names, y=hours, hovertemplate="%{x}: %{y} h<extra></extra>")], bargap=0.35)
    trace = go.Bar(orientation="h", y=names, x=hours, hovertemplate="%{y}: %{x} h<extra></extra>")
    return _figure([trace], bargap=0.45, yaxis={"autorange": "reversed", "automargin": True, "ticks": ""})


def decision_time(rows: list[Row]) -> Figure:
    """Median by facility with the way to the 90th percentile."""
    import plotly.graph_objects as go

    shown = [row for row in rows if row["median"] is not None]
    labels = list(_labels(shown, "facility_id", "facility").values())
    trace = go.Bar(
        orientation="h",
        y=labels,
        x=[round(row["median"], 1) for row in shown],
        error_x={"type": "data", "symmetric": False, "array": [round(row["p90"] - row["median"], 1) for row in shown]},
        hovertemplate=_("%(facility)s: median %(days)s days") % {"facility": "%{y}", "days": "%{x}"}
        + "<extra></extra>",
    )
    return _figure(
        [trace],
        bargap=0.5,
        yaxis={"autorange": "reversed", "automargin": True, "ticks": ""},
        xaxis={"title": {"text": _("Days; the line ends at the 90th percentile")}},
    )


def cooperation(rows: list[Row]) -> Figure:
    """Centre × centre heat map of joint objects, the most connected centres first; a centre with itself is blank."""
    import plotly.graph_objects as go

    weight: dict[str, float] = defaultdict(float)
    names: dict[str, str] = {}
    for row in rows:
        for side in ("one", "other"):
            weight[row[f"{side}_id"]] += row["together"] or 0
            names[row[f"{side}_id"]] = row[side]
    centres = sorted(weight, key=lambda key: (-weight[key], names[key], key))[:MOST]
    place = {key: n for n, key in enumerate(centres)}
    cells: list[list[float | None]] = [[None] * len(centres) for _ in centres]
    for row in rows:
        one, other = place.get(row["one_id"]), place.get(row["other_id"])
        if one is not None and other is not None:
            cells[one][other] = cells[other][one] = row["together"]
    labels = [names[key] for key in centres]
    trace = go.Heatmap(
        x=labels,
        y=labels,
        z=cells,
        zmin=0,
        xgap=2,
        ygap=2,
        showscale=False,
        hoverongaps=False,
        hovertemplate="%{y} – %{x}: %{z}<extra></extra>",
    )
    return _figure(
        [trace],
        yaxis={"autorange": "reversed", "ticks": "", "automargin": True},
        xaxis={"ticks": "", "side": "top", "automargin": True, "tickangle": -45},
    )


def losses(rows: list[Row]) -> Figure:
    """Pareto of lost hours: bars by cause, the largest first, and the running share of them as a line."""
    import plotly.graph_objects as go

    shown = [row for row in rows if row["unit"] == "hour" and row["lost_hours"] is not None]
    labels = [loss_label(row["cause"]) for row in shown]
    hours = [round(row["lost_hours"], 1) for row in shown]
    running = [round(row["running"] * 100, 1) for row in shown]
    return _figure(
        [
            go.Bar(name=_("Lost"), x=labels, y=hours, hovertemplate="%{x}: %{y} h<extra></extra>"),
            go.Scatter(
                name=_("Running share"), x=labels, y=running, yaxis="y2", mode="lines+markers",
                hovertemplate="%{x}: %{y} %<extra></extra>",
            ),
        ],
        bargap=0.35,
        yaxis={"title": {"text": _("Hours")}},
        yaxis2={"overlaying": "y", "side": "right", "range": [0, 105], "ticksuffix": " %", "showgrid": False},
        xaxis={"automargin": True},
    )  # fmt: skip
