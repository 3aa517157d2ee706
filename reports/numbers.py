"""Headline numbers: one figure of the catalogue each, worked out from the rows of a report, never from its ratios."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from reports import metrics
from reports.catalogue import KPIS
from reports.figures import AVAILABILITY_TARGET, INDUSTRIAL_CAP

Row = dict[str, Any]
Value = Callable[[Sequence[Row]], float | None]


@dataclass(frozen=True)
class Goal:
    """What a number is to be, and who says so."""

    value: float
    source: Any


@dataclass(frozen=True)
class Number:
    """`value` makes it of the rows of `report`, asked with `fixed` as well. `small_is_good` turns targets round."""

    kpi: str
    label: Any
    kind: str
    report: str
    value: Value
    fixed: dict[str, str] = field(default_factory=dict)
    small_is_good: bool = False
    goal: Goal | None = None
    said: Any = ""

    @property
    def definition(self) -> str:
        """What stands beneath it: the formula of its figure, unless it is another number of that figure's."""
        return f"{self.kpi}: {self.said or KPIS[self.kpi].formula}"

    def of(self, rows: Sequence[Row]) -> float | None:
        """None without anything to divide by, and where a row is kept from the reader: the rest would be wrong."""
        return None if any(row["suppressed"] for row in rows) else self.value(rows)


def total(column: str) -> Value:
    """The sum of a column; None where no row has it."""

    def value(rows: Sequence[Row]) -> float | None:
        known = [row[column] for row in rows if row[column] is not None]
        return sum(known) if known else None

    return value


def hours(column: str) -> Value:
    """The sum of a column over what is counted in hours; node-hours stand apart."""
    return lambda rows: total(column)([row for row in rows if row["unit"] == "hour"])


def how_many(column: str) -> Value:
    """How many rows have something in a column; None without rows."""
    return lambda rows: sum(1 for row in rows if row[column]) if rows else None


def share(part: str, *whole: str, of: str = "") -> Value:
    """Sum by sum. Where rows are in several units (`of`), which never mix, there is none."""

    def value(rows: Sequence[Row]) -> float | None:
        known = [row for row in rows if row[part] is not None and row[whole[0]] is not None]
        if of and len({row[of] for row in known}) > 1:
            return None
        return metrics.ratio(sum(row[part] for row in known), sum(row[each] or 0 for row in known for each in whole))

    return value


def rest(part: str, whole: str) -> Value:
    """What is left of the whole."""

    def value(rows: Sequence[Row]) -> float | None:
        found = share(part, whole)(rows)
        return None if found is None else 1 - found

    return value


def only(column: str) -> Value:
    """The value of the one row; None where there are several, of which there is no mean."""
    return lambda rows: rows[0][column] if len(rows) == 1 else None


WHOLE = {"by": "total"}

NUMBERS: dict[str, Number] = {
    "availability": Number(
        "K03", _("Availability"), "share", "availability", rest("lost_hours", "user_hours"), WHOLE,
        goal=Goal(AVAILABILITY_TARGET, "APS"),
    ),
    "utilisation": Number(
        "K08", _("Use of user time"), "share", "utilisation", share("booked_user_hours", "user_hours"),
        {**WHOLE, "of": "facility"},
    ),
    "delivery": Number(
        "K07", _("Delivery of booked time"), "share", "shift-delivery",
        share("delivered_hours", "planned_hours", of="unit"),
        goal=Goal(1, _("what was booked")),
    ),
    "oversubscription": Number(
        "K09", _("Oversubscription"), "decimal", "demand", share("requested_units", "available_units", of="unit")
    ),
    "allocation": Number(
        "K10", _("Given of what was asked for"), "share", "demand",
        share("allocated_units", "requested_units", of="unit"),
    ),
    "success": Number("K11", _("Success rate"), "share", "success-rate", share("accepted", "decided"), WHOLE),
    "decided": Number("K11", _("Decided proposals"), "number", "success-rate", total("decided"), WHOLE),
    "visits": Number("K13", _("Visits on site"), "number", "visits", total("onsite_visits"), WHOLE),
    "users": Number("K14", _("Unique users"), "number", "users", only("users"), WHOLE),
    "international": Number(
        "K16", _("Use from abroad"), "share", "international-share", share("abroad_hours", "abroad_hours", "home_hours")
    ),
    "decision": Number(
        "K21", _("Time to decision"), "days", "decision-time", only("median"), small_is_good=True,
        goal=Goal(49, "ORNL"),
    ),
    "notification": Number(
        "K21", _("Deadline to results"), "days", "notification-time", only("median"), small_is_good=True,
        goal=Goal(49, "ORNL"),
    ),
    "reviews": Number("K23", _("Reviews in time"), "share", "review-timeliness", share("in_time", "due")),
    "reports": Number("K24", _("Reports in time"), "share", "report-compliance", share("in_time", "due")),
    "publications": Number("K25", _("Publications"), "number", "publications", total("publications")),
    "industry": Number(
        "K27", _("Proprietary share"), "share", "industry", share("proprietary_hours", "delivered_hours"),
        small_is_good=True, goal=Goal(INDUSTRIAL_CAP, _("cap")),
    ),
    "milestones": Number(
        "K28", _("Milestones on time"), "share", "milestones", share("in_time", "due"), goal=Goal(1, _("the plan"))
    ),
    "earned": Number("K28", _("Earned of the plan"), "share", "milestones", only("earned")),
    "budget": Number(
        "K29", _("Spent of the plan to date"), "share", "budget", share("spent", "planned_to_date", of="currency")
    ),
    "partners": Number("K18", _("Centres worked with"), "number", "cooperation", how_many("together"),
        said=_("Centres with a joint programme or use of each other’s facilities"),
    ),
    "uses": Number("K18", _("Sessions at each other’s"), "number", "cooperation", total("uses"),
        said=_("Sessions of its users at other centres, and of theirs at its facilities"),
    ),
    "delivered": Number(
        "K07", _("Delivered"), "hours", "delivered-time", hours("delivered_hours"),
        said=_("Hours delivered in sessions; node-hours stand apart"),
    ),
    "lost": Number("K30", _("Lost hours"), "hours", "losses", hours("lost_hours"), small_is_good=True),
    "late": Number(
        "K31", _("Called off late"), "share", "cancellations", share("late", "bookings"), WHOLE, small_is_good=True
    ),
}  # fmt: skip
"""By name. What a number is compared with is its goal, unless a target was set for its figure."""
