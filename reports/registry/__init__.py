"""The reports that there are, by name: what each answers, its formula and source, its parameters, columns and chart."""

from typing import Any

from django.utils.translation import gettext as _

from core.errors import NotFound
from reports.catalogue import Kpi
from reports.registry import (
    alliance,
    ask,
    balance,
    demand,
    exchange,
    outcomes,
    people,
    reliability,
    timeliness,
    together,
    use,
)
from reports.registry.shape import Chart, Column, Report

__all__ = ["REPORTS", "Chart", "Column", "Report", "defined", "described", "described_columns", "report_named"]

REPORTS: dict[str, Report] = {
    report.name: report
    for theme in (use, reliability, demand, together, exchange, people, balance, outcomes, alliance, timeliness, ask)
    for report in theme.REPORTS
}


def report_named(name: str) -> Report:
    """Raises NotFound."""
    try:
        return REPORTS[name]
    except KeyError:
        raise NotFound(_("There is no report of this name.")) from None


def described(report: Report) -> dict[str, Any]:
    """What `GET /reports` says of a report."""
    return {
        "name": report.name,
        "title": str(report.title),
        "question": str(report.question),
        "formula": str(report.formula),
        "source": str(report.source),
        "chart": str(report.chart),
        "kpis": list(report.kpis),
        "definitions": [defined(kpi) for kpi in report.definitions],
        "parameters": [
            {
                "name": parameter.name,
                "label": str(parameter.label),
                "help": str(parameter.help),
                "choices": [value for value, _label in parameter.choices],
                "default": parameter.default,
            }
            for parameter in report.asks
        ],
        "columns": described_columns(report),
        "readers": str(_("Leadership, secretariat and the facility’s own people in full; others without small cells.")),
    }


def defined(kpi: Kpi) -> dict[str, Any]:
    """What the API says of a figure of the catalogue, with the reports that show it."""
    return {
        "key": kpi.key,
        **{name: str(getattr(kpi, name)) for name in ("name", "formula", "unit", "source", "chart", "zero", "missing")},
        "reports": [report.name for report in REPORTS.values() if kpi.key in report.kpis],
    }


def described_columns(report: Report) -> list[dict[str, Any]]:
    return [{"name": column.name, "title": str(column.title), "kind": column.kind} for column in report.columns]
