"""Charts of outcomes and of the alliance that change their form with what is asked for."""

from django.utils.translation import gettext as _

from alliance.models import Membership, MembershipApplication
from core import names
from reports.figures.base import MARK, Figure, Row, figure_of, group_label, marks
from reports.figures.shapes import bars, course, name_of


def publications(rows: list[Row], of: str = "publications") -> Figure:
    """By year a line, by place bars."""
    title = _("Publications") if of == "publications" else _("Publications per 100 shifts")
    if any(row["facility_id"] for row in rows):
        return bars(group_label, of, title=title)(rows)
    return course(of, title=title)(rows)


def publications_per_hundred(rows: list[Row]) -> Figure:
    return publications(rows, "per_hundred")


def budget(rows: list[Row]) -> Figure:
    """Of one programme what of its plan was due and is spent, step by step; of several how much each has spent."""
    import plotly.graph_objects as go

    if len(rows) != 1:
        return bars(name_of("number", "program"), "execution", percent=True, at=1)(rows)
    (row,) = rows
    later = row["planned"] - row["planned_to_date"]
    trace = go.Waterfall(
        x=[_("Planned"), _("Due later"), _("Spent"), _("Left of the plan to date")],
        y=[row["planned"], -later, -row["spent"], row["variance"]],
        measure=["absolute", "relative", "relative", "total"],
        text=[names.number(value, 0) for value in (row["planned"], later, row["spent"], row["variance"])],
        textposition="outside",
        cliponaxis=False,
        customdata=[row[MARK]] * 4,
        meta="execution",
        hovertemplate="%{x}: %{text}<extra></extra>",
    )
    return figure_of([trace], showlegend=False, yaxis={"title": {"text": row["currency"]}})


def class_label(name: str) -> str:
    return str(Membership.Class(name).label) if name in Membership.Class.values else name


def application_label(state: str) -> str:
    choices = dict(MembershipApplication._meta.get_field("state").choices or ())
    return str(choices.get(state, state))


def members(rows: list[Row]) -> Figure:
    """Members by class as steps: a class changes on a day, not on the way between two."""
    several = len({row["alliance_id"] for row in rows}) > 1

    def line(row: Row) -> str:
        held = class_label(row["member_class"])
        return f"{held}, {row['alliance']}" if several else held

    figure = course("members", line=line, title=_("Members"))(rows)
    for trace in figure["data"]:
        trace["line"] = {"shape": "hv"}
    return figure


def applications(rows: list[Row]) -> Figure:
    """The states of an application in their order, as far as there are any in them."""
    import plotly.graph_objects as go

    trace = go.Funnel(
        y=[application_label(row["state"]) for row in rows],
        x=[row["applications"] for row in rows],
        customdata=marks(rows),
        hovertemplate="%{y}: %{x}<extra></extra>",
    )
    return figure_of([trace], showlegend=False, yaxis={"automargin": True})
