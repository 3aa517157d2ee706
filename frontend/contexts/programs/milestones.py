"""Milestones on an axis of 36 columns: the whole programme, however long, as the classes of positions.css."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import times
from programs.models import Milestone, Program

COLUMNS = 36
WRITTEN = 7  # columns a bar needs to hold its words; a shorter one says them beside its title


@dataclass(frozen=True)
class Mark:
    place: str
    label: str


@dataclass(frozen=True)
class Bar:
    """A milestone: its bar, what it says, and the diamond at its due day."""

    title: str
    note: str
    kind: str
    label: str
    place: str
    due: str
    reached: bool


@dataclass(frozen=True)
class Milestones:
    """The axis with its bars. `earned` and `due` are shares of the whole weight (K28), None without weights."""

    years: list[Mark]
    quarters: list[Mark]
    bars: list[Bar]
    now: str
    label: str
    earned: float | None
    due: float | None


@dataclass(frozen=True)
class Axis:
    """Days from `first` to `last`, both included, cut into 36 columns."""

    first: date
    last: date

    def column(self, day: date) -> int:
        share = (day - self.first).days / max(1, (self.last - self.first).days)
        return max(0, min(COLUMNS, round(share * COLUMNS)))

    def place(self, first: date, last: date) -> str:
        left = min(self.column(first), COLUMNS - 1)
        return f"s{left} w{max(1, min(self.column(last), COLUMNS) - left)}"

    def years(self) -> list[Mark]:
        return [
            Mark(self.place(max(self.first, date(year, 1, 1)), min(self.last, date(year + 1, 1, 1))), str(year))
            for year in range(self.first.year, self.last.year + 1)
        ]

    def quarters(self) -> list[Mark]:
        """Only where there is room to write them: up to four years."""
        if (self.last - self.first).days > 4 * 366:
            return []
        starts = [
            date(year, month, 1) for year in range(self.first.year, self.last.year + 2) for month in (1, 4, 7, 10)
        ]
        return [
            Mark(self.place(max(self.first, start), min(self.last, end)), f"Q{start.month // 3 + 1}")
            for start, end in pairwise(starts)
            if end > self.first and start < self.last and self.column(end) - self.column(max(self.first, start)) >= 2
        ]


def milestones_of(program: Program, today: date) -> Milestones | None:
    """The plan with what was reached; None where nothing is planned. A milestone without a start of its own starts
    where the one before is due."""
    rows = list(program.milestones.all())
    if not rows:
        return None
    first = min(filter(None, [program.starts_on, *(row.starts_on or row.due_on for row in rows)]))
    last = max(filter(None, [program.ends_on, *(row.due_on for row in rows)]))
    axis = Axis(first, last)
    bars, begins = [], first
    for row in rows:
        start = min(row.starts_on or begins, row.due_on)
        kind, label = _state(row, start, today, program)
        note = _("weight %(weight)d · due %(month)s") % {"weight": row.weight, "month": times.month(row.due_on)}
        fits = axis.column(row.due_on) - axis.column(start) >= WRITTEN
        bars.append(
            Bar(
                title=row.title,
                note=note if fits else f"{label} · {note}",
                kind=kind,
                label=label if fits else "",
                place=axis.place(start, row.due_on),
                due=f"s{min(axis.column(row.due_on), COLUMNS - 1)}",
                reached=row.done_on is not None,
            )
        )
        begins = row.due_on
    weight = sum(row.weight for row in rows)
    return Milestones(
        years=axis.years(),
        quarters=axis.quarters(),
        bars=bars,
        now=f"s{min(axis.column(today), COLUMNS - 1)}" if first <= today <= last else "",
        label=_("Milestones, %(first)s to %(last)s") % {"first": times.month(first), "last": times.month(last)},
        earned=sum(row.weight for row in rows if row.done_on) / weight if weight else None,
        due=sum(row.weight for row in rows if row.due_on <= today) / weight if weight else None,
    )


def _state(row: Milestone, start: date, today: date, program: Program) -> tuple[str, str]:
    if row.done_on:
        return "done", _("Done, %(month)s") % {"month": times.month(row.done_on)}
    if row.due_on < today and program.approved_at:
        weeks: Any = max(1, (today - row.due_on).days // 7)
        return "late", ngettext("%(n)d week late", "%(n)d weeks late", weeks) % {"n": weeks}
    if start <= today and program.approved_at:
        return "mine", _("Running")
    return "req", _("Planned")
