"""The page of the rows behind a figure, or behind one mark of it: what was asked, and each row in words."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import names, times
from frontend.contexts.reports.addresses import address
from frontend.paging import Page, paged
from reports.narrowing import KEYS, NAMES, PLACES, WORDS, narrow
from reports.parameters import PLACES as NAMED
from reports.past import standing_at
from reports.queries.behind import Line, line_of, rows_behind
from reports.registry import Report, report_named
from reports.words import WORDS as SAID
from reports.words import cell_text

PAGING = ("after", "before")
KINDS = {
    "exchanged": gettext_lazy("Sessions at each other’s"),
    "joint": gettext_lazy("Joint programmes"),
}
"""Kinds of rows between which a reader chooses."""


@dataclass(frozen=True)
class Behind:
    """One row behind a number, in words."""

    label: str
    href: str
    where: str
    starts_on: str
    organisation: str
    amount: str


@dataclass(frozen=True)
class RowsPage:
    """`asked` says in words which mark the rows are of; `whole` leads to the rows of all marks, `kinds` to the other
    rows that the numbers come from as well."""

    report: Report
    page: Page
    back: str
    asked: list[tuple[str, str]]
    whole: str
    kinds: list[dict[str, Any]]

    @property
    def crumbs(self) -> list[dict[str, Any]]:
        return [
            {"label": _("Reports"), "url": reverse("reports")},
            {"label": self.report.title, "url": self.back},
            {"label": _("Rows")},
        ]


def rows_page(request: HttpRequest, name: str) -> RowsPage:
    asked = request.GET.dict()
    report, query = report_named(name).asked(asked)
    rows = rows_behind(report, asked, user=request.user)
    with standing_at(query.as_of):
        page = paged(rows, request.GET)
        lines = [behind(row) for row in page.rows]
    kept = {key: text for key, text in asked.items() if key not in PAGING}
    own = {parameter.name for parameter in report.asks}
    whole = {key: text for key, text in kept.items() if key in own or key == "rows"}
    only = {key for key in kept if key in NAMES or key in {each.name for each in PLACES}} - own
    return RowsPage(
        report,
        Page(lines, page.earlier, page.later),
        address(name, {key: text for key, text in whole.items() if key != "rows"}),
        _asked(report, asked),
        address(name, whole, "report_rows") if only else "",
        _kinds(report, kept),
    )


def _kinds(report: Report, kept: dict[str, str]) -> list[dict[str, Any]]:
    if not report.beside:
        return []
    shown = kept.get("rows") if kept.get("rows") in report.beside else report.behind
    return [
        {
            "label": KINDS[kind],
            "url": address(report.name, {**kept, "rows": kind}, "report_rows"),
            "current": kind == shown,
        }
        for kind in (report.behind, *report.beside)
    ]


def _asked(report: Report, values: dict[str, str]) -> list[tuple[str, str]]:
    """Period, places and words that the rows are asked for. Teams, meetings and programmes are not named: who may see
    their rows finds the name there."""
    query = narrow(report, values)
    found = []
    if query.since and query.until:
        found.append((_("Period"), times.days(query.since, query.until - timedelta(days=1))))
    for parameter in PLACES:
        if parameter.name == "program" or not (value := getattr(query, parameter.name)):
            continue
        rows = NAMED.get(parameter.name)
        name = str(rows.model._base_manager.get(pk=value)) if rows is not None else names.country(value)
        found.append((str(parameter.label), name))
    for name, value in query.narrow.items():
        if name == "partner":
            found.append((_("With"), str(KEYS[name].model._base_manager.get(pk=value))))
        elif name in WORDS:
            found.append((str(WORDS[name]), _word(report, name, value)))
    return found


def _word(report: Report, name: str, value: str) -> str:
    if name == "lands":
        return ", ".join(names.country(code) for code in value.split(","))
    if name == "unit":
        return names.unit_name(value) if value in names.UNIT_NAMES else value
    word = SAID.get("application" if report.name == "applications" else name)
    return word(value) if word else value


def behind(row: Any) -> Behind:
    """A row of any kind as a line of a list."""
    return shown(line_of(row))


def shown(line: Line) -> Behind:
    country = names.country(line.country) if line.country else ""
    return Behind(
        line.label,
        _page(line.page, line.key) if line.page else "",
        line.where,
        cell_text((line.starts_at or "")[:10], "date"),
        " · ".join(text for text in (line.organisation, country) if text),
        line.amount,
    )


def _page(name: str, key: Any) -> str:
    try:
        return reverse(name, args=[key])
    except NoReverseMatch:
        return ""
