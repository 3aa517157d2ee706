"""What every chart shares: checked traces and layout, labels that differ, and words for what rows are about."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from core.names import country
from facilities.models import Session
from programs.models import Call, Proposal

Row = dict[str, Any]
Figure = dict[str, Any]
MARK = "mark"
"""Under this name a row holds its place in the answer. A drawing leaves it at each mark as `customdata`, and in `meta`
the column that the mark shows; `reports.marked` makes of them what a mark leads to and what its tooltip says."""
MOST = 30
"""At most so many centres or bars are drawn; the table has all of them."""


def marks(rows: Iterable[Row]) -> list[int]:
    """What is left at the marks of these rows."""
    return [row[MARK] for row in rows]


def figure_of(traces: list[Any], **layout: Any) -> Figure:
    """Traces and layout, each checked by plotly; a whole Figure of them would copy both and make a template to drop."""
    import plotly.graph_objects as go

    return {"data": [trace.to_plotly_json() for trace in traces], "layout": go.Layout(**layout).to_plotly_json()}


GROUPS: dict[str, Any] = {"all": gettext_lazy("All"), **dict(Call.Kind.choices), **dict(Proposal.Lineage.choices)}
"""Groups whose label is their key, in words; every other such key is a country."""


def group_label(row: Row) -> str:
    """What a row of a grouped report is about, in the reader's words."""
    if not row["label"] or row["label"] != row["key"]:
        return own_word(row, "label") or "–"
    return str(GROUPS.get(row["key"]) or country(row["key"]))


def own_word(row: Row, column: str) -> str:
    """What stands in a column of names; for a Chinese reader the name in Chinese that may stand beside it."""
    chinese = row.get(f"{column}_zh") if (get_language() or "").startswith("zh") else ""
    return str(chinese or row[column] or "")


METHODS = {"seasonal": gettext_lazy("Same month a year ago"), "drift": gettext_lazy("Drift")}


def method_label(name: str) -> str:
    """How a forecast was made, in the reader's words."""
    return str(METHODS.get(name, name))


def came_label(community: Any) -> str:
    """Where a centre came from that is in another community than the year before."""
    if community is None:
        return "–"
    return _("from community %(n)s") % {"n": int(community)} if community else _("new")


def loss_label(cause: str) -> str:
    """A cause of lost time in the reader's words; lines of other systems' accounting may name none."""
    return str(Session.Cause(cause).label) if cause in Session.Cause.values else _("Not said")


def labels_of(rows: list[Row], key: str, *names: str) -> dict[Any, str]:
    """A label for each key in order of appearance, made longer where two would read the same."""
    labels: dict[Any, str] = {}
    for row in rows:
        if row[key] not in labels:
            label = ", ".join(str(row[name]) for name in names)
            labels[row[key]] = label if label not in labels.values() else f"{label} ({len(labels)})"
    return labels
