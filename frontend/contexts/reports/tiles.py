"""One number in words: its value with its unit, how it changed, and what it is to be."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core import names
from frontend.contexts.reports.addresses import address
from reports.queries.boards import Reading


def spoken(value: float | None, kind: str) -> tuple[str, str]:
    """Value and unit, as a tile shows them."""
    if value is None:
        return _("n/a"), ""
    if kind == "share":
        return names.number(round(value * 100, 1), 1), "%"
    if kind == "days":
        return names.number(round(value, 1), 1), _("days")
    if kind == "decimal":
        return names.number(round(value, 2), 2), ""
    return names.number(round(value), 0), "h" if kind == "hours" else ""


def change(value: float | None, before: float | None, kind: str) -> str:
    """What a value is more or less than it was."""
    if value is None or before is None:
        return _("nothing to compare with")
    step = value - before
    sign = "+" if step >= 0 else "–"
    if kind == "share":
        return _("%(n)s points") % {"n": sign + names.number(round(abs(step) * 100, 1), 1)}
    amount, unit = spoken(abs(step), kind)
    return f"{sign}{amount} {unit}".strip()


def goal(value: float | None, source: Any, kind: str, met: bool | None) -> str:
    """A target in words, and whether it is met."""
    if value is None:
        return _("No target")
    amount, unit = spoken(value, kind)
    said = {"goal": f"{amount} {unit}".strip(), "source": source}
    if met is None:
        return _("Target %(goal)s (%(source)s)") % said
    text = _("Target %(goal)s (%(source)s), met") if met else _("Target %(goal)s (%(source)s), not met")
    return text % said


@dataclass(frozen=True)
class ReadingTile:
    """A number of a dashboard as its page shows it."""

    reading: Reading
    value: str
    unit: str
    change: str
    target: str
    sure: str
    href: str

    @property
    def glyph(self) -> str:
        return "ok" if self.reading.met else "clash"

    @property
    def tone(self) -> str:
        return "ok" if self.reading.met else "warn"


def reading_tile(reading: Reading) -> ReadingTile:
    number, held = reading.number, reading.goal
    value, unit = spoken(reading.value, number.kind)
    return ReadingTile(
        reading,
        value,
        unit,
        change(reading.value, reading.before, number.kind),
        goal(held.value if held else None, held.source if held else "", number.kind, reading.met),
        _sure(reading),
        address(number.report, reading.asked),
    )


def _sure(reading: Reading) -> str:
    if reading.interval is None:
        return ""
    low, high = (names.percent(end) for end in reading.interval)
    return _("95 %% between %(low)s and %(high)s") % {"low": low, "high": high}
