"""L2, and the pages of one report: facility use, a report, the definitions, targets, a snapshot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import times
from core.errors import Invalid
from frontend.contexts.reports.addresses import address
from frontend.contexts.reports.blocks import Block, block, days_of, heat_block
from frontend.contexts.reports.maps import map_of
from frontend.contexts.reports.rows import Behind, shown
from frontend.contexts.reports.tables import Cell, Table, table_of
from frontend.contexts.reports.tiles import spoken
from frontend.forms.reports.figures import ReportFilters, UseFilters
from frontend.map import Point
from reports.catalogue import KPIS, RULES, Kpi
from reports.dashboards import DASHBOARDS, Dashboard
from reports.numbers import NUMBERS
from reports.periods import Period, period_named
from reports.permissions import reader_of
from reports.queries.answers import Answer, answer, plain
from reports.queries.snapshots import Difference, since
from reports.questions import MEASURES, Measure, allowed
from reports.registry import REPORTS, Report, report_named
from reports.words import cell_text

ROWS_ON_A_PAGE = 200
UNITS = {"hours": gettext_lazy("hours"), "number": gettext_lazy("number"), "share": gettext_lazy("share")}
LATE = {
    "new": gettext_lazy("Came in since"),
    "changed": gettext_lazy("Changed since"),
    "gone": gettext_lazy("Counts no longer"),
}


@dataclass(frozen=True)
class FacilityUse:
    """L2: what there was, was promised and was given, by facility; when each instrument was booked."""

    filters: UseFilters
    period: Period
    delivered: Block
    heat: Block
    losses: Block
    silent: list[str]


def facility_use(request: HttpRequest) -> FacilityUse:
    period = period_named(request.GET.get("period", ""))
    country = request.GET.get("country", "")
    asked = days_of(period) | ({"country": country} if country else {})
    delivered = block("delivered-time", asked, request.user)
    silent = [
        row["facility"]
        for row in delivered.seen.rows
        if row["delivered_hours"] is None and not row["suppressed"] and row["unit"] == "hour"
    ]
    return FacilityUse(
        UseFilters(request.GET),
        period,
        delivered,
        heat=heat_block(asked, request.user, "instrument"),
        losses=block("losses", asked, request.user),
        silent=silent,
    )


@dataclass(frozen=True)
class Past:
    """That a figure is as of an instant of the past: today's address, and what came in since."""

    instant: datetime
    today: str
    difference: Difference
    late: list[tuple[str, Behind]]


def lines_of(difference: Difference) -> list[tuple[str, Behind]]:
    return [(str(LATE[each.what]), shown(each.line)) for each in difference.late]


@dataclass(frozen=True)
class ReportPage:
    """One report with its filters, chart, table and definition."""

    report: Report
    filters: ReportFilters
    block: Block
    may_note: bool
    past: Past | None = None
    points: Sequence[Point] = ()

    @property
    def note_url(self) -> str:
        return address(self.report.name, self.block.asked, "report_note")

    @property
    def crumbs(self) -> list[dict[str, Any]]:
        return _crumbs(self.report)

    @property
    def measures(self) -> list[tuple[Measure, str, str]]:
        return measures()


def measures() -> list[tuple[Measure, str, str]]:
    """What own questions can count: each measure, its unit, and its dimensions in words."""
    return [
        (measure, str(UNITS[measure.kind]), ", ".join(str(each.title) for each in allowed(measure)))
        for measure in MEASURES.values()
    ]


def _crumbs(report: Report) -> list[dict[str, Any]]:
    return [{"label": _("Reports"), "url": reverse("reports")}, {"label": report.title}]


def report_page(request: HttpRequest, name: str) -> ReportPage:
    seen = answer(name, request.GET.dict(), user=request.user)
    shown = Block(seen, table=table_of(seen, most=ROWS_ON_A_PAGE))
    filters = ReportFilters(seen.report, seen.query.given, facility=seen.query.facility)
    reader = reader_of(request.user)
    may_note = reader.reads_all or bool(reader.facilities)
    return ReportPage(seen.report, filters, shown, may_note, _past(seen, request.user), map_of(seen))


def _past(seen: Answer, user: Any) -> Past | None:
    """What explains the difference between a figure of the past and today's; nothing where it is of today."""
    if seen.query.as_of is None:
        return None
    today = {name: text for name, text in seen.query.given.items() if name != "as_of"}
    difference = since(seen.report.name, today, plain(seen.table), seen.query.as_of, user=user)
    return Past(seen.query.as_of, address(seen.report.name, today), difference, lines_of(difference))


@dataclass(frozen=True)
class RefusedPage:
    """A report that cannot be made as it was asked for: the filters as they were chosen, with what is wrong."""

    report: Report
    filters: ReportFilters
    refusal: Invalid

    @property
    def crumbs(self) -> list[dict[str, Any]]:
        return _crumbs(self.report)

    @property
    def measures(self) -> list[tuple[Measure, str, str]]:
        return measures()


def refused_page(request: HttpRequest, name: str, refusal: Invalid) -> RefusedPage:
    report = report_named(name)
    filters = ReportFilters(report, request.GET.dict())
    filters.blame(refusal)
    return RefusedPage(report, filters, refusal)


@dataclass(frozen=True)
class ListPage:
    """The registry, with the reader's snapshots."""

    dashboards: list[Dashboard]
    reports: list[Report]
    snapshots: list[Any]


def list_page(snapshots: Any) -> ListPage:
    return ListPage(list(DASHBOARDS.values()), list(REPORTS.values()), list(snapshots[:20]))


@dataclass(frozen=True)
class TargetRow:
    """A target in words."""

    key: Any
    figure: str
    where: str
    time: str
    value: str
    source: str
    by: str


def target_rows(targets: list[Any]) -> list[TargetRow]:
    kinds = {number.kpi: number.kind for number in NUMBERS.values()}
    return [
        TargetRow(
            row.pk,
            f"{row.kpi} {KPIS[row.kpi].name}" if row.kpi in KPIS else row.kpi,
            str(row.alliance or row.facility),
            times.days(row.first, row.until - timedelta(days=1))
            if row.until
            else _("from %(day)s") % {"day": times.plain_day(row.first)},
            " ".join(spoken(float(row.value), kinds.get(row.kpi, "decimal"))).strip(),
            row.source,
            str(row.created_by or ""),
        )
        for row in targets
    ]


@dataclass(frozen=True)
class DefinitionsPage:
    """The catalogue with the reports that show each figure, and the rules that hold for all."""

    kpis: list[tuple[Kpi, list[Report]]]
    rules: tuple[Any, ...]

    @property
    def crumbs(self) -> list[dict[str, Any]]:
        return [{"label": _("Reports"), "url": reverse("reports")}, {"label": _("Definitions")}]


def definitions_page() -> DefinitionsPage:
    showing = {key: [report for report in REPORTS.values() if key in report.kpis] for key in KPIS}
    return DefinitionsPage([(kpi, showing[kpi.key]) for kpi in KPIS.values()], RULES)


@dataclass(frozen=True)
class SnapshotPage:
    """A figure as it was shown, and what today's says differently."""

    snapshot: Any
    report: Report
    table: Table
    then: Table
    now: Table
    difference: Any
    late: list[tuple[str, Behind]]
    live: str

    @property
    def crumbs(self) -> list[dict[str, Any]]:
        return [{"label": _("Reports"), "url": reverse("reports")}, {"label": _("Snapshot")}]


def snapshot_page(snapshot: Any, difference: Any) -> SnapshotPage:
    report, _query = report_named(snapshot.report).asked(snapshot.parameters, always=True)
    return SnapshotPage(
        snapshot,
        report,
        _frozen(report, snapshot.payload["rows"]),
        _frozen(report, difference.before),
        _frozen(report, difference.now),
        difference,
        lines_of(difference),
        address(report.name, dict(snapshot.parameters)),
    )


def _frozen(report: Report, rows: list[dict[str, Any]]) -> Table:
    small = set(report.small)
    cells = [
        [
            Cell("", hidden=True)
            if row["suppressed"] and column.name in small
            else Cell(cell_text(row[column.name], column.kind))
            for column in report.columns
        ]
        for row in rows[:ROWS_ON_A_PAGE]
    ]
    return Table(list(report.columns), cells, caption=str(report.title), more=max(0, len(rows) - ROWS_ON_A_PAGE))
