"""A dashboard as its page and its slides show it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from frontend.contexts.reports.blocks import Block
from frontend.contexts.reports.tables import table_of
from frontend.contexts.reports.tiles import ReadingTile, reading_tile
from frontend.forms.reports.figures import DashboardFilters
from reports.dashboards import Dashboard
from reports.permissions import reader_of
from reports.queries.boards import Board, board, dashboard_named

ROWS = 12
"""As many rows as stand beside a chart of a dashboard; its report has all of them."""


@dataclass(frozen=True)
class DashboardPage:
    """`about` says in words what the dashboard is about; `blocks` are its reports."""

    dashboard: Dashboard
    filters: DashboardFilters
    board: Board
    about: str
    tiles: list[ReadingTile]
    blocks: list[Block]
    layout: str

    @property
    def crumbs(self) -> list[dict[str, Any]]:
        return [{"label": _("Reports"), "url": reverse("reports")}, {"label": self.dashboard.title}]

    @property
    def period(self) -> str:
        return self.board.period.label if self.board.period else _("All of its time")


def dashboard_page(request: HttpRequest, name: str) -> DashboardPage:
    """Raises what the dashboard itself raises. Without a word of what it is about: one's own facility, else the first
    that is offered."""
    dashboard = dashboard_named(name)
    values = {key: text for key, text in request.GET.dict().items() if text}
    filters = DashboardFilters(dashboard, values)
    about = ""
    if dashboard.of:
        fields: dict[str, Any] = filters.fields
        offered = dict(fields[dashboard.of].choices)
        first = _own_facility(request.user) if dashboard.of == "facility" else ""
        values.setdefault(dashboard.of, first or next(iter(offered), ""))
        filters = DashboardFilters(dashboard, values)
        about = str(offered.get(values[dashboard.of], ""))
    found = board(name, values, user=request.user)
    if found.period:
        filters = DashboardFilters(dashboard, {**values, "period": found.period.key})
    return DashboardPage(
        dashboard,
        filters,
        found,
        about,
        [reading_tile(reading) for reading in found.readings],
        [Block(seen, table=table_of(seen, most=ROWS)) for seen in found.answers],
        layout="app.html" if request.user.is_authenticated else "public.html",
    )


def _own_facility(user: Any) -> str:
    reader = reader_of(user)
    return next((str(key) for key in sorted(reader.facilities)), "") if not reader.reads_all else ""
