"""Which rows stand behind one mark of a chart or one line of a table: what it asks beyond what its report is asked."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from alliance.models import Alliance, Meeting, Motion
from core.errors import Invalid, Violation
from facilities.models import Team
from programs.models import Milestone
from reports.parameters import (
    CALL,
    COUNTRY,
    FACILITY,
    HOME,
    HOUSE,
    INSTRUMENT,
    ORGANISATION,
    PROGRAM,
    Parameter,
    Query,
    place,
    read,
)
from reports.periods import days_named
from reports.registry import Report

Row = Mapping[str, Any]

WORDS = {
    "category": gettext_lazy("Access category"),
    "cause": gettext_lazy("Cause"),
    "class": gettext_lazy("Class"),
    "currency": gettext_lazy("Currency"),
    "cycle": gettext_lazy("Cycle"),
    "kind": gettext_lazy("Kind of call"),
    "lands": gettext_lazy("Countries"),
    "lineage": gettext_lazy("Lineage of the proposal"),
    "panel": gettext_lazy("Panel"),
    "state": gettext_lazy("State"),
    "technique": gettext_lazy("Technique"),
    "theme": gettext_lazy("Theme"),
    "unit": gettext_lazy("Unit"),
}
"""What rows can be asked by in words of a list."""
KEYS: dict[str, QuerySet[Any]] = {
    "alliance": Alliance.objects.only("pk"),
    "meeting": Meeting.objects.only("pk"),
    "milestone": Milestone.objects.only("pk"),
    "motion": Motion.objects.only("pk"),
    "partner": Organisation.objects.only("pk"),
    "team": Team.objects.only("pk"),
}
"""What rows can be asked by that is itself a row."""
NAMES = (*WORDS, *KEYS)
PLACES: tuple[Parameter, ...] = (FACILITY, INSTRUMENT, HOUSE, COUNTRY, HOME, ORGANISATION, CALL, PROGRAM)

COLUMNS = {
    "alliance_id": "alliance",
    "call_id": "call",
    "cause": "cause",
    "centre_id": "organisation",
    "currency": "currency",
    "facility_id": "facility",
    "home": "home",
    "instrument_id": "instrument",
    "meeting_id": "meeting",
    "member_class": "class",
    "milestone_id": "milestone",
    "motion_id": "motion",
    "panel": "panel",
    "program_id": "program",
    "state": "state",
    "technique": "technique",
    "theme": "theme",
    "unit": "unit",
}
"""What a row is about by its columns, and the parameter that asks for the same."""
GROUPS = {
    "call": "call",
    "category": "category",
    "centre": "organisation",
    "country": "home",
    "facility": "facility",
    "home": "home",
    "host": "country",
    "instrument": "instrument",
    "kind": "kind",
    "lineage": "lineage",
    "organisation": "organisation",
    "state": "state",
    "team": "team",
}
"""The same of what a report is grouped by, whose key is the row's."""
TIMES = ("week", "month", "quarter", "year")


def narrowed(report: Report, query: Query, row: Row) -> dict[str, str] | None:
    """What the rows behind this row are asked by, over what the report was asked; None where no rows can be told
    apart so: a group of unknown origin, a dimension that the rows do not have."""
    found = {name: row[column] for column, name in COLUMNS.items() if column in row and row[column] is not None}
    if "instrument" in row and "line_id" in row and row["instrument"]:
        found["instrument"] = row["line_id"]
    if "one_id" in row:
        found |= _pair(row)
    if report.name == "ask":
        groups = [(query[name], row[f"{one}_key"]) for name, one in (("by", "one"), ("across", "other"))]
    else:
        usual = "year" if row.get("period") else "total"
        groups = [(query.choices.get("by", usual), row.get("key") or row.get("period"))]
    for group, key in groups:
        if (told := _group(group, key, query, row)) is None:
            return None
        found.update(told)
    return None if "" in found.values() else {name: str(value) for name, value in found.items()}


def _pair(row: Row) -> dict[str, str]:
    """Two centres, or two countries."""
    if row["one"] == row["one_id"]:
        return {"lands": f"{row['one_id']},{row['other_id']}"}
    return {"organisation": row["one_id"], "partner": row["other_id"]}


def _group(group: str, key: Any, query: Query, row: Row) -> Row | None:
    if group in ("total", "whole", "none"):
        return {}
    if group == "cycle":
        return {"cycle": key}
    if group == "partner":
        return {"partner" if query.organisation else "organisation": key}
    if group in TIMES:
        return _days(row.get("period") or key, group, query.since, query.until) if key or row.get("period") else {}
    return {GROUPS[group]: key} if group in GROUPS and key else None


@lru_cache(maxsize=4096)
def _days(told: Any, step: str, since: date | None, until: date | None) -> Row | None:
    """The days of a named period, cut to those of the question."""
    if isinstance(told, date) and step == "week":
        days = told, told + timedelta(days=7)
    elif (named := days_named(told.isoformat()[:7] if isinstance(told, date) else str(told))) is not None:
        days = named
    else:
        return None
    return {"from": max(days[0], since or days[0]).isoformat(), "to": min(days[1], until or days[1]).isoformat()}


def narrow(report: Report, values: dict[str, str]) -> Query:
    """The question of the rows: what the report can be asked, any place, and what tells one mark from the others.

    Raises Invalid.
    """
    own = {parameter.name for parameter in report.parameters}
    query = read(values, (*report.parameters, *(each for each in PLACES if each.name not in own)), always=report.always)
    given = {name: text for name in NAMES if (text := values.get(name, "").strip())}
    wrong: list[Violation] = []
    found: dict[str, Any] = {name: text for name, text in given.items() if name in WORDS}
    for name in given.keys() & KEYS.keys():
        if (row := place(name, given[name], KEYS[name], wrong)) is not None:
            found[name] = row.pk
    if wrong:
        raise Invalid(_("These rows cannot be shown as they were asked for."), wrong)
    return replace(query, narrow=found)
