"""Addresses of a report's pages and files with what is asked for, and of the rows behind one of its rows."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from reports.narrowing import narrowed
from reports.queries.answers import Answer


def address(name: str, asked: dict[str, str], page: str = "report", *more: str) -> str:
    """The address of a report's page (or figure, file, rows) with what is asked for."""
    path = reverse(page, args=[name, *more])
    return f"{path}?{urlencode(asked)}" if asked else path


def rows_address(seen: Answer, row: dict[str, Any]) -> str:
    """The page of the rows behind this row of an answer; empty where it is kept back or they cannot be told apart."""
    found = None if row["suppressed"] else narrowed(seen.report, seen.query, row)
    return "" if found is None else address(seen.report.name, {**seen.query.given, **found}, "report_rows")
