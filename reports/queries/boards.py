"""A dashboard worked out for a reader: its numbers with what they were before and are to be, and its reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from core import clock
from core.errors import NotFound, NotPermitted
from core.lookup import find
from programs.models import Call
from reports import metrics
from reports.dashboards import DASHBOARDS, Dashboard
from reports.numbers import Goal, Number
from reports.periods import Period, period_named
from reports.queries.answers import Answer, answer
from reports.queries.targets import goals

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Reading:
    """A number as it is; `before` in the period (or call) before. `asked` is how its report was asked."""

    number: Number
    value: float | None
    before: float | None
    goal: Goal | None
    asked: dict[str, str]
    interval: metrics.Interval | None = None

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without a goal or a value."""
        if self.goal is None or self.value is None:
            return None
        return self.value <= self.goal.value if self.number.small_is_good else self.value >= self.goal.value


@dataclass(frozen=True)
class Board:
    """`values` is what the address asks for; `period` is None where all of a history is shown."""

    dashboard: Dashboard
    values: dict[str, str]
    period: Period | None
    readings: Sequence[Reading]
    answers: Sequence[Answer]

    @cached_property
    def as_of(self) -> Any:
        return min((seen.as_of for seen in self.answers), default=None)


def dashboard_named(name: str) -> Dashboard:
    """Raises NotFound."""
    try:
        return DASHBOARDS[name]
    except KeyError:
        raise NotFound(_("There is no dashboard of this name.")) from None


class _Answers:
    """The answers of one page, each made once."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self.made: dict[tuple[str, frozenset[tuple[str, str]]], Answer | None] = {}

    def __call__(self, report: str, asked: dict[str, str]) -> Answer | None:
        """None where the report is not the reader's to read."""
        key = report, frozenset(asked.items())
        if key not in self.made:
            try:
                self.made[key] = answer(report, asked, user=self.user)
            except NotPermitted:
                self.made[key] = None
        return self.made[key]


def board(name: str, values: dict[str, str], *, user: Any) -> Board:
    """A dashboard as this reader sees it: reports that are not theirs to read are left out.

    Raises NotFound, Invalid, and NotPermitted where nothing of it is theirs.
    """
    dashboard = dashboard_named(name)
    about = {dashboard.of: values[dashboard.of]} if values.get(dashboard.of) else {}
    if dashboard.of and not about:
        raise NotFound(_("Choose what the dashboard is about."))
    if "organisation" in about:
        about["house"] = about["organisation"]
    period = period_named(values.get("period", "")) if dashboard.has_period else None
    before = period and (period.year_before if values.get("against") == "year" else period.before)
    now = about | days_of(period)
    then = _call_before(about) if dashboard.of == "call" else about | days_of(before) if before else None
    answers = _Answers(user)
    shown = [seen for card in dashboard.cards if (seen := answers(card.report, {**now, **card.fixed}))]
    if not shown:
        raise NotPermitted(_("None of these figures are yours to read."))
    held = (
        {}
        if dashboard.public
        else goals(period.until - DAY if period else clock.now().date(), facility=shown[0].query.facility)
    )
    readings = []
    for number in dashboard.numbers:
        asked = {**now, **number.fixed}
        if (seen := answers(number.report, asked)) is None:
            continue
        earlier = answers(number.report, {**then, **number.fixed}) if then else None
        readings.append(
            Reading(
                number,
                number.of(seen.rows),
                number.of(earlier.rows) if earlier else None,
                held.get(number.kpi, number.goal),
                asked,
                _interval(seen),
            )
        )
    return Board(dashboard, values, period, readings, shown)


def days_of(period: Period | None) -> dict[str, str]:
    """A period as what reports are asked for."""
    return {"from": period.first.isoformat(), "to": period.until.isoformat()} if period else {}


def _call_before(about: dict[str, str]) -> dict[str, str] | None:
    """The call of the same house and kind that opened before; None for the first one."""
    call = find(Call.objects.exclude(state="draft"), about["call"])
    same = Call.objects.filter(alliance=call.alliance, facility=call.facility, kind=call.kind).exclude(state="draft")
    before = same.filter(opens_at__lt=call.opens_at).order_by("-opens_at", "-id").first()
    return {"call": str(before.pk)} if before else None


def _interval(seen: Answer) -> metrics.Interval | None:
    """Where the report gives one for its only row: how sure the number is."""
    if len(seen.rows) != 1 or seen.rows[0].get("low") is None or seen.report.name != "success-rate":
        return None
    return metrics.Interval(seen.rows[0]["low"], seen.rows[0]["high"])
