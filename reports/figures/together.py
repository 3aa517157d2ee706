"""Charts of cooperation: flows from home to host, the matrix of centres or countries, what was given and received."""

from collections import defaultdict

from django.utils.translation import gettext as _

from core.names import country
from reports.figures.base import MARK, MOST, Figure, Row, figure_of, labels_of, marks
from reports.figures.shapes import bars

LEGIBLE = 20
"""So many columns leave room for the numbers in the cells."""


def flows(rows: list[Row]) -> Figure:
    """Sankey from home country to host facility; work at home and cells not shown are left to the table."""
    import plotly.graph_objects as go

    abroad = [row for row in rows if row["home"] and row["home"] != row["host"] and row["hours"]]
    homes = list(dict.fromkeys(row["home"] for row in abroad))
    hosts = labels_of(abroad, "facility_id", "facility")
    place = {key: len(homes) + n for n, key in enumerate(hosts)}
    trace = go.Sankey(
        node={"label": [country(home) for home in homes] + list(hosts.values()), "pad": 14, "thickness": 10},
        link={
            "source": [homes.index(row["home"]) for row in abroad],
            "target": [place[row["facility_id"]] for row in abroad],
            "value": [round(row["hours"], 1) for row in abroad],
            "customdata": marks(abroad),
        },
        valuesuffix=" h",
        valueformat=",.0f",
    )
    return figure_of([trace])


def country_cooperation(rows: list[Row], of: str = "together") -> Figure:
    """The same of countries, by their names."""
    return cooperation([{**row, "one": country(row["one_id"]), "other": country(row["other_id"])} for row in rows], of)


def exchange(rows: list[Row]) -> Figure:
    """Hours given and received beside each other, by whatever the rows are about."""
    import plotly.graph_objects as go

    shown = [row for row in rows if row["given_hours"] is not None][:MOST]
    labels = list(labels_of([{**row, "place": n} for n, row in enumerate(shown)], "place", "label").values())
    traces = [
        go.Bar(
            name=name,
            orientation="h",
            y=labels,
            x=[round(row[column], 1) for row in shown],
            customdata=marks(shown),
            meta="even",
            hovertemplate="%{y}: %{x} h<extra>" + name + "</extra>",
        )
        for column, name in (("given_hours", _("Given")), ("received_hours", _("Received")))
    ]
    return figure_of(
        traces,
        barmode="group",
        bargap=0.3,
        yaxis={"autorange": "reversed", "automargin": True, "ticks": ""},
        xaxis={"title": {"text": _("Hours")}},
        legend={"traceorder": "normal"},
    )


def cooperation(rows: list[Row], of: str = "together") -> Figure:
    """Centre × centre heat map of joint objects (or of another measure), the most connected centres first; a centre
    with itself is blank. Where all pairs have one centre in common, bars of its partners."""
    import plotly.graph_objects as go

    common = set.intersection(*({row["one_id"], row["other_id"]} for row in rows)) if len(rows) > 2 else set()
    if len(common) == 1:
        return _partners(rows, common.pop(), of)
    weight: dict[str, float] = defaultdict(float)
    names: dict[str, str] = {}
    for row in rows:
        for side in ("one", "other"):
            weight[row[f"{side}_id"]] += row["together"] or 0
            names[row[f"{side}_id"]] = row[side]
    centres = sorted(weight, key=lambda key: (-weight[key], names[key], key))[:MOST]
    place = {key: n for n, key in enumerate(centres)}
    cells: list[list[float | None]] = [[None] * len(centres) for _ in centres]
    held: list[list[int | None]] = [[None] * len(centres) for _ in centres]
    for row in rows:
        one, other = place.get(row["one_id"]), place.get(row["other_id"])
        if one is not None and other is not None:
            cells[one][other] = cells[other][one] = row[of]
            held[one][other] = held[other][one] = row[MARK]
    labels = [names[key] for key in centres]
    trace = go.Heatmap(
        x=labels,
        y=labels,
        z=cells,
        customdata=held,
        zmin=0,
        xgap=2,
        ygap=2,
        showscale=False,
        hoverongaps=False,
        hovertemplate="%{y} – %{x}: %{z}<extra></extra>",
        texttemplate="%{z:.2~f}" if len(centres) <= LEGIBLE else None,
    )
    return figure_of(
        [trace],
        yaxis={"autorange": "reversed", "ticks": "", "automargin": True},
        xaxis={"ticks": "", "side": "top", "automargin": True, "tickangle": -45},
    )


def _partners(rows: list[Row], centre: str, of: str) -> Figure:
    """What a centre has with each other one, the most first."""
    known = [row for row in rows if row[of] is not None]
    ordered = sorted(known, key=lambda row: (-row[of], row["one"], row["other"]))
    return bars(lambda row: row["other"] if row["one_id"] == centre else row["one"], of)(ordered)
