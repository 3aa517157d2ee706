"""Charts of the use of instruments: when they were booked, what was delivered, what was lost."""

from datetime import date, timedelta
from itertools import accumulate, pairwise

from django.utils.translation import gettext as _

from core import names, times
from reports.figures.base import MARK, MOST, Figure, Row, figure_of, group_label, labels_of, loss_label, marks


def _dates(periods: list[date]) -> list[str]:
    """Dates as short as they may be: months by their names, days without the year within twelve months."""
    if len(periods) > 1 and all(period.day == 1 for period in periods):
        return [times.short_month(period) for period in periods]
    within_a_year = bool(periods) and (periods[-1] - periods[0]).days < 360
    return [times.short_plain_day(period) if within_a_year else times.plain_day(period) for period in periods]


def _without_gaps(periods: list[date]) -> list[date]:
    """Every week from the first to the last, so that a week in which nothing was open stands there blank."""
    if len(periods) < 2 or any((later - sooner).days % 7 for sooner, later in pairwise(periods)):
        return periods
    return [periods[0] + timedelta(days=step) for step in range(0, (periods[-1] - periods[0]).days + 1, 7)]


def utilisation(rows: list[Row]) -> Figure:
    """Heat map of lines × weeks: share of user time that was booked; blank where there was none or no report."""
    import plotly.graph_objects as go

    by_instrument = any(row["instrument"] for row in rows)
    labels = labels_of(rows, "line_id", *(("instrument", "facility") if by_instrument else ("facility",)))
    periods = _without_gaps(sorted({row["period"] for row in rows if row["period"]}))
    column = {period: n for n, period in enumerate(periods)}
    line = {key: n for n, key in enumerate(labels)}
    shares: list[list[float | None]] = [[None] * len(periods) for _ in labels]
    held: list[list[int | None]] = [[None] * len(periods) for _ in labels]
    for row in rows:
        if row["period"] and row["utilisation"] is not None:
            shares[line[row["line_id"]]][column[row["period"]]] = round(row["utilisation"] * 100, 1)
            held[line[row["line_id"]]][column[row["period"]]] = row[MARK]
    trace = go.Heatmap(
        x=_dates(periods),
        y=list(labels.values()),
        zmin=0,
        zmax=100,
        xgap=1 if len(periods) > 30 else 2,
        ygap=2,
        showscale=False,
        hoverongaps=False,
        hovertemplate="%{y}, %{x}: %{z} %<extra></extra>",
        meta="utilisation",
    )
    figure = figure_of(
        [trace],
        yaxis={"autorange": "reversed", "ticks": "", "automargin": True},
        xaxis={"type": "category", "ticks": "", "side": "top", "nticks": 14, "automargin": True},
    )
    figure["data"][0] |= {"z": shares, "customdata": held}  # thousands of cells: plotly would check them one by one
    return figure


def delivered_time(rows: list[Row]) -> Figure:
    """Open, allocated, booked and delivered hours by facility, side by side."""
    import plotly.graph_objects as go

    rows = [row for row in rows if row["unit"] == "hour"]
    labels = list(labels_of(rows, "facility_id", "facility").values())
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
            customdata=marks(rows),
            hovertemplate="%{y}: %{x} h<extra>" + name + "</extra>",
        )
        for key, name in series
    ]
    return figure_of(
        traces,
        meta={"series": "ramp"},
        barmode="group",
        bargap=0.3,
        yaxis={"autorange": "reversed", "automargin": True, "ticks": ""},
        xaxis={"title": {"text": _("Hours")}},
        legend={"traceorder": "normal"},
    )


def usage(rows: list[Row]) -> Figure:
    """Delivered hours: bars by group, the largest first, or by month in order of time; node-hours are in the table."""
    import plotly.graph_objects as go

    by_month = any(row["period"] for row in rows)
    shown = [row for row in rows if row["unit"] == "hour" and row["delivered_hours"] is not None]
    if not by_month:
        shown = shown[:MOST]
    labels = [times.short_month(row["period"]) for row in shown] if by_month else [group_label(row) for row in shown]
    held = marks(shown)
    hours = [round(row["delivered_hours"], 1) for row in shown]
    if by_month:
        bar = go.Bar(x=labels, y=hours, customdata=held, hovertemplate="%{x}: %{y} h<extra></extra>")
        return figure_of([bar], bargap=0.35)
    trace = go.Bar(orientation="h", y=labels, x=hours, customdata=held, hovertemplate="%{y}: %{x} h<extra></extra>")
    return figure_of([trace], bargap=0.45, yaxis={"autorange": "reversed", "automargin": True, "ticks": ""})


def losses(rows: list[Row]) -> Figure:
    """Pareto of lost hours: bars by cause, the largest first, and the running share of them as a line."""
    import plotly.graph_objects as go

    shown = [row for row in rows if row["unit"] == "hour" and row["lost_hours"] is not None]
    labels = [loss_label(row["cause"]) for row in shown]
    hours = [round(row["lost_hours"], 1) for row in shown]
    running = [round(row["running"] * 100, 1) for row in shown]
    whole = sum(row["lost_hours"] for row in shown)
    parts = [f"{names.number(each, 1)} h ÷ {names.number(whole, 1)} h" for each in accumulate(hours)]
    return figure_of(
        [
            go.Bar(
                name=_("Lost"), x=labels, y=hours, customdata=marks(shown), meta="back_share",
                hovertemplate="%{x}: %{y} h<extra></extra>",
            ),
            go.Scatter(
                name=_("Running share"), x=labels, y=running, yaxis="y2", mode="lines+markers",
                customdata=marks(shown), hovertext=parts, hovertemplate="%{x}: %{y} %<br>%{hovertext}<extra></extra>",
            ),
        ],
        bargap=0.35,
        yaxis={"title": {"text": _("Hours")}},
        yaxis2={
            "overlaying": "y", "side": "right", "range": [0, 105], "tickmode": "linear", "dtick": 20,
            "ticksuffix": " %", "showgrid": False,
        },
        xaxis={"automargin": True},
    )  # fmt: skip
