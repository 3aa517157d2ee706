"""L1: five numbers with their course and target, where user time was booked, who worked abroad."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.errors import NotPermitted
from core.lookup import find
from facilities.models import Facility
from frontend.contexts.reports.blocks import Block, address, days_of, flows_block, heat_block
from frontend.contexts.reports.tiles import change, goal, spoken
from frontend.forms.reports.figures import OverviewFilters
from reports.periods import Period, period_named, series
from reports.permissions import reader_of
from reports.queries.overview import Number, overview


@dataclass(frozen=True)
class Tile:
    """One number of the overview in words, with its line and where it leads."""

    number: Number
    value: str
    unit: str
    change: str
    line: str
    target_y: str
    href: str

    @property
    def glyph(self) -> str:
        return "ok" if self.number.met else "clash"

    @property
    def tone(self) -> str:
        return "ok" if self.number.met else "warn"

    @property
    def target(self) -> str:
        number = self.number
        return goal(number.target, number.target_source, number.kind, number.met)


def tile(number: Number, href: str, before: float | None) -> Tile:
    """`before` is the value that the number is compared with."""
    value, unit = spoken(number.value, number.kind)
    points, target = _line(number)
    return Tile(number, value, unit, change(number.value, before, number.kind), points, target, href)


def _line(number: Number) -> tuple[str, str]:
    """Points of a spark line in a box of 100 × 30, and the height of the target in it; empty where nothing is known."""
    known = [value for value in number.values if value is not None]
    if len(known) < 2:
        return "", ""
    around = [*known, number.target] if number.target is not None else known
    low, high = min(around), max(around)

    def height(value: float) -> str:
        return f"{26 - 22 * (value - low) / (high - low):.1f}" if high > low else "15.0"

    step = 96 / (len(number.values) - 1)
    line = " ".join(
        f"{2 + place * step:.1f},{height(value)}" for place, value in enumerate(number.values) if value is not None
    )
    return line, height(number.target) if number.target is not None else ""


@dataclass(frozen=True)
class OverviewPage:
    """L1: five numbers with their course, where user time was booked, who worked abroad."""

    filters: OverviewFilters
    period: Period
    tiles: list[Tile]
    as_of: Any
    expected: int
    reporting: int
    heat: Block
    flows: Block


def overview_page(request: HttpRequest) -> OverviewPage:
    """Leadership sees all, a facility's people their own facility; others have no overview (NotPermitted)."""
    reader = reader_of(request.user)
    if not (reader.reads_all or reader.facilities):
        raise NotPermitted(_("The overview is for leadership, the secretariat and the people who run a facility."))
    filters = OverviewFilters(request.GET, reader)
    offered = [slug for slug, _name in filters.centres]
    centre = request.GET.get("centre", "")
    if centre not in offered:
        centre = offered[0]
    period = period_named(request.GET.get("period", ""))
    facility = find(Facility.objects.all(), centre).pk if centre else None
    back = period.year_before if request.GET.get("against") == "year" else period.before
    shown = series(period)
    found = overview([back, *shown], facility)
    asked = days_of(period) | ({"facility": centre} if centre else {})
    tiles = []
    for number in found.numbers:
        course = replace(number, values=number.values[1:])
        tiles.append(tile(course, address(number.report, asked), number.values[0]))
    return OverviewPage(
        filters,
        period,
        tiles,
        found.as_of,
        found.expected,
        found.reporting,
        heat=heat_block(asked, request.user, "instrument" if facility else "facility"),
        flows=flows_block(asked, request.user),
    )


def overview_csv(page: OverviewPage) -> list[list[Any]]:
    """The numbers of the overview as lines of a file, with period, definition and date of the data."""
    lines: list[list[Any]] = [["figure", "value", "unit", "from", "to", "facility", "definition", "data_of"]]
    facility = page.heat.asked.get("facility", "")
    for shown in page.tiles:
        number = shown.number
        lines.append(
            [
                number.key,
                "" if number.value is None else round(number.value, 4),
                number.kind,
                page.period.first.isoformat(),
                page.period.until.isoformat(),
                facility,
                str(number.definition),
                page.as_of.isoformat(),
            ]
        )
    return lines
