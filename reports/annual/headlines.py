"""The numbers that an annual report begins with, each for the year and for the one before, from the figures inside."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from reports import metrics
from reports.queries.answers import SUPPRESSED, Answer

Value = float | None


@dataclass(frozen=True)
class Headline:
    """`value` reads the number from an answer that holds only rows which are shown."""

    label: Any
    report: str
    kind: str
    value: Callable[[Answer], Value]
    asked: dict[str, str] = field(default_factory=dict)


def value_of(headline: Headline, seen: Answer) -> Value:
    """The number, or None where there is none or where a cell that it is the sum of is kept from the reader."""
    return None if any(row[SUPPRESSED] for row in seen.rows) else headline.value(seen)


def _sum(column: str) -> Callable[[Answer], Value]:
    def value(seen: Answer) -> Value:
        known = [row[column] for row in _hours(seen) if row[column] is not None]
        return sum(known) if known else None

    return value


def _ratio(above: str, below: Sequence[str]) -> Callable[[Answer], Value]:
    def value(seen: Answer) -> Value:
        rows = [row for row in _hours(seen) if row[above] is not None]
        return metrics.ratio(sum(row[above] for row in rows), sum(row[each] or 0 for row in rows for each in below))

    return value


def _first(column: str) -> Callable[[Answer], Value]:
    return lambda seen: seen.rows[0][column] if seen.rows else None


def _availability(seen: Answer) -> Value:
    """Of the facilities that record their downtimes: where nothing is reported is a gap, not a year without a fault."""
    rows = [row for row in seen.rows if row["lost_hours"] is not None]
    return metrics.availability(sum(row["user_hours"] for row in rows), sum(row["lost_hours"] for row in rows))


def _hours(seen: Answer) -> list[dict[str, Any]]:
    """Units never mix: rows of node-hours stand apart."""
    return [row for row in seen.rows if row.get("unit", "hour") == "hour"]


HEADLINES: tuple[Headline, ...] = (
    Headline(_("Delivered hours"), "delivered-time", "number", _sum("delivered_hours")),
    Headline(
        _("Use of user time"), "utilisation", "share", _ratio("booked_user_hours", ("user_hours",)), {"by": "total"}
    ),
    Headline(_("Availability"), "availability", "share", _availability, {"by": "total"}),
    Headline(_("Unique users"), "users", "number", _first("users"), {"by": "total"}),
    Headline(_("From abroad"), "international-share", "share", _ratio("abroad_hours", ("home_hours", "abroad_hours"))),
    Headline(_("Success rate"), "success-rate", "share", _first("success_rate"), {"by": "total"}),
    Headline(_("Publications"), "publications", "number", _sum("publications"), {"by": "year"}),
    Headline(_("Cooperating pairs of centres"), "cooperation", "number", lambda seen: len(seen.rows) or None),
    Headline(_("Members"), "membership", "number", _sum("members"), {"by": "total"}),
)
