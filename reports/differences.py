"""What two views would tell by subtraction: the same question without a filter, or over some months more or less.

Only for readers who do not read a place in full; with `reports.suppression` it decides what they are shown (ADR 87).
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from django.conf import settings

from core import clock
from reports.narrowing import COLUMNS
from reports.parameters import Query
from reports.registry import Report

if TYPE_CHECKING:
    from pandas import DataFrame

FEW = 1
"""What stands for the parties of a cell that another view would tell: few enough never to be shown."""
FILTERS = ("facility", "instrument", "house", "country", "home", "organisation")
"""Filters that can be asked the other way round (`Query.outside`)."""
ABOUT = [*COLUMNS, "key", "line_id", "host", "one_key", "other_key"]
"""Columns that say what a cell is about, whatever the period."""
NEAR, EVER = 6, timedelta(days=50 * 366)
"""Months after a cut that are looked at; a cell that nobody had in them, but later, is kept back."""

WHOLE = ("whole",)
"""The key of a whole table, which its lines tell together."""

Key = tuple[Any, ...]
Parties = Mapping[Key, int]
Counted = Callable[[date, date], Parties]


def guarded(report: Report, query: Query) -> "tuple[DataFrame, list[DataFrame]]":
    """The report's frame for such a reader, and the rows that filters leave out of its table, which count as company.

    `parties` are FEW where another view would tell of a few. That is where a filter leaves out a few of a cell; and
    where the first day or the one after the last is no cut between many: all before it is about a few, or the first
    month after it that anybody had. Whatever sums and differences of periods tell lies between two cuts; what lies
    between two that pass begins with a month of many.
    """
    found = report.dataset(query, count=True)
    if "parties" not in found or not found["parties"].any():
        return found, []
    few, left_out, cut_off = range(1, settings.SMALL_CELL), set[Key](), set[Key]()
    cells, dated = _keys(found), _keys(found, "period")
    known, rests = {parameter.name for parameter in report.parameters}, []
    for name in FILTERS:
        if name in known and getattr(query, name):
            rest = report.dataset(replace(query, outside=name), count=True)
            keys = _keys(rest, "period")
            left_out |= {key for key, many in zip(keys, rest["parties"], strict=True) if many in few}
            rests.append(rest[[key not in dated for key in keys]])
    counted = partial(_parties, report, query)
    had = {WHOLE, *(key for key, many in zip(cells, found["parties"], strict=True) if many)}
    if query.since:
        cut_off |= before_tells(query.since, counted) | after_tells(had, query.since, counted)
    if query.until:  # before it lies the period, which is shown where it is about many
        cut_off |= after_tells(had & counted(query.until, query.until + EVER).keys(), query.until, counted)
    if "period" in found:
        left_out |= _beside_few(dated, found["parties"].tolist())
    told = [bool({cell, WHOLE} & cut_off) or key in left_out for cell, key in zip(cells, dated, strict=True)]
    found["parties"] = [FEW if small else many for small, many in zip(told, found["parties"].tolist(), strict=True)]
    return found, rests


def before_tells(cut: date, counted: Counted) -> set[Key]:
    """Cells of which all before a cut is about a few."""
    return {key for key, many in counted(cut - EVER, cut).items() if many < settings.SMALL_CELL}


def after_tells(keys: set[Key], cut: date, counted: Counted) -> set[Key]:
    """Of these cells, each had by somebody after a cut, those whose first month there is about a few."""
    told, waiting, month = set[Key](), set(keys), cut
    for _month in range(NEAR):
        if not waiting:
            break
        found = counted(month, following(month))
        told |= {key for key in waiting & found.keys() if found[key] < settings.SMALL_CELL}
        waiting -= found.keys()
        month = following(month)
    return told | waiting


def _beside_few(dated: list[Key], parties: list[int]) -> set[Key]:
    """The same of the cuts between the periods of a table, each cell's in order: the period after is about a few, or
    all those before are."""
    courses: dict[Key, list[tuple[Any, Key, int]]] = defaultdict(list)
    for key, many in zip(dated, parties, strict=True):
        if many and key[-1]:
            courses[key[:-1]].append((key[-1], key, many))
    told: set[Key] = set()
    for course in courses.values():
        most = settings.SMALL_CELL
        course.sort(key=itemgetter(0))
        for (_period, key, many), after in zip(course, [*course[1:], None], strict=True):
            if most < settings.SMALL_CELL or (after and after[2] < settings.SMALL_CELL):
                told.add(key)
            most = many if key == course[0][1] else max(most, many)
    return told


def _parties(report: Report, query: Query, since: date, until: date) -> Parties:
    """Parties of each cell in another period, which is not cut into parts."""
    whole = {
        parameter.name: "total"
        for parameter in report.parameters
        if parameter.name == "by" and "total" in dict(parameter.choices)
    }
    return _most(report.dataset(replace(query, since=since, until=until, choices=query.choices | whole), count=True))


def _most(found: "DataFrame") -> Parties:
    """By cell, the most of its periods, and the sum of them all; cells that nobody had are not in it."""
    parties: dict[Key, int] = {}
    for key, many in zip(_keys(found), found["parties"].tolist(), strict=True):
        if many:
            parties[key] = max(many, parties.get(key, 0))
    return parties | ({WHOLE: sum(parties.values())} if parties else {})


def _keys(found: "DataFrame", *also: str) -> list[Key]:
    about = [found[name].tolist() for name in (*ABOUT, *also) if name in found]
    return list(zip(*about, strict=True)) if about else [()] * len(found)


def of_whole_months(query: Query) -> Query:
    """The period widened to whole months, up to the running one: no day can be told by subtraction, nor what is
    planned."""
    end = following(clock.now().date())
    since = query.since and min(query.since.replace(day=1), preceding(end))
    until = query.until and min(query.until if query.until.day == 1 else following(query.until), end)
    days = {"from": since, "to": until}
    return replace(
        query,
        since=since,
        until=until,
        given=query.given | {name: day.isoformat() for name, day in days.items() if day},
    )


def following(day: date) -> date:
    """The first day of the month after."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def preceding(first: date) -> date:
    """The first day of the month before."""
    return (first - timedelta(days=1)).replace(day=1)
