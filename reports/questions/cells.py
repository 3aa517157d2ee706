"""Answers an own question as a frame: a value for each cell of at most two dimensions, and who stands behind it."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings

from reports import metrics, sql
from reports.datasets.frames import SHARES, asked, during, frame, read
from reports.parameters import Query
from reports.questions.dimensions import Dimension
from reports.questions.measures import Measure
from reports.questions.sources import SOURCES, Source

if TYPE_CHECKING:
    from pandas import DataFrame

FEW = 1
"""What stands for the parties of a cell that another view would tell: few enough never to be shown."""
EVER = sql.shares("null::date", "null::date")
VALUES = {
    "facility": "%(facility)s::uuid",
    "instrument": "%(instrument)s::uuid",
    "country": "%(country)s::text",
    "home": "%(home)s::text",
    "organisation": "%(organisation)s::uuid",
    "unit": "(%(unit)s::text = 'node_hour')",
}


@dataclass(frozen=True)
class Question:
    """A measure along one dimension or two, or of the whole."""

    measure: Measure
    one: Dimension | None
    other: Dimension | None

    @property
    def source(self) -> Source:
        return SOURCES[self.measure.source]

    def dataset(self, query: Query, *, count: bool) -> "DataFrame":
        """`count` for readers who do not see every row: their period is whole months, and `parties` is FEW as well
        where the view without one of the filters, or with a month more or less, would tell of a few."""
        guarded = count and self.measure.guarded
        query = _whole_months(query) if guarded else query
        found = self._cells(query, guarded)
        if self.measure.whole:
            found["value"] = [
                metrics.ratio(part, whole) if part is not None else None
                for part, whole in zip(found["part"].tolist(), found["whole"].tolist(), strict=True)
            ]
        if guarded:
            told = self._told(query)
            keys = zip(found["one_key"], found["other_key"], strict=True)
            parties = zip(keys, found["parties"].tolist(), strict=True)
            found["parties"] = [FEW if key in told else number for key, number in parties]
        return found

    def _cells(self, query: Query, guarded: bool) -> "DataFrame":
        part = f"({self.measure.part})::float8" if self.measure.kind != "number" else f"({self.measure.part})::bigint"
        whole = f"({self.measure.whole})::float8" if self.measure.whole else "null::float8"
        value = "null::float8" if self.measure.whole else "r.part"
        parties = "count(distinct r.party)" if guarded else "null::bigint"
        named = self._named()
        return frame(
            f"""
            {self.source.before}
            select r.one_key, {self._label("one", self.one)}, r.other_key, {self._label("other", self.other)},
                {self._place()} as facility_id, '' as everything, {value} as value, r.part, r.whole, r.parties
            from (
                select {self._keys()}, {part} as part, {whole} as whole, {parties} as parties{"".join(named)}
                from ({self._rows(SHARES)}) r where {during("r")} and {self._filtered(query)}
                group by 1, 2{"".join(named)}
            ) r order by {self._order()}, 2, 1, 4, 3
            """,
            self._values(query),
        )

    def _named(self) -> list[str]:
        """The columns that the names of cells are made of, which are made for each cell and not for each row."""
        cut = [self.source.keys[each.name] for each in (self.one, self.other) if each]
        said = [self._place(), *(label for key, label in cut if label != key)]
        return [f", r.{name}" for name in sorted(set(re.findall(r"\br\.(\w+)", " ".join(said))))]

    def _label(self, name: str, dimension: Dimension | None) -> str:
        key, label = self.source.keys[dimension.name] if dimension else ("", "")
        return f"coalesce({label}, '') as {name}" if key != label else f"r.{name}_key as {name}"

    def _told(self, query: Query) -> set[tuple[str, str]]:
        """Cells that the same question without a filter, or over another period, would tell by subtraction."""
        told = {key for key, months in self._months(query).items() if _edges_tell(months, query)}
        for name in self._given(query):
            told |= {
                (one, other)
                for one, other, parties in self._counted(query, without=name)
                if 0 < parties < settings.SMALL_CELL
            }
        return told

    def _counted(self, query: Query, *, without: str) -> list[tuple[str, str, int]]:
        """Parties of each cell among those that a filter leaves out."""
        rows = read(
            f"""{self.source.before} select {self._keys()}, count(distinct r.party)
            from ({self._rows(SHARES)}) r where {during("r")} and {self._filtered(query, without=without)}
            group by 1, 2""",
            self._values(query),
        )
        return [(one, other, parties) for one, other, parties in rows]

    def _months(self, query: Query) -> dict[tuple[str, str], dict[date, int]]:
        """Parties of each cell by month, of all of history."""
        months: dict[tuple[str, str], dict[date, int]] = {}
        for one, other, month, parties in read(
            f"""{self.source.before} select {self._keys()}, date_trunc('month', r.day)::date,
                count(distinct r.party)
            from ({self._rows(EVER)}) r where {self._filtered(query)} group by 1, 2, 3""",
            self._values(query),
        ):
            if parties:
                months.setdefault((one, other), {})[month] = parties
        return months

    def _rows(self, shares: str) -> str:
        return self.source.rows.replace("{shares}", shares)

    def _keys(self) -> str:
        keys = [self.source.keys[each.name][0] if each else "''" for each in (self.one, self.other)]
        return f"coalesce({keys[0]}, '') as one_key, coalesce({keys[1]}, '') as other_key"

    def _place(self) -> str:
        names = {each.name for each in (self.one, self.other) if each}
        return "r.facility_id::text" if names & {"facility", "instrument"} else "null::text"

    def _order(self) -> str:
        """By time where the first dimension is one, else the largest first."""
        return "one" if self.one and self.one.is_time else "value desc nulls last"

    def _given(self, query: Query) -> list[str]:
        """The filters that are set; units never mix, so that one always is and tells nothing."""
        return [name for name in self.source.filters if name != "unit" and getattr(query, name)]

    def _filtered(self, query: Query, *, without: str = "") -> str:
        named = [*self._given(query), *(["unit"] if "unit" in self.source.filters else [])]
        conditions = [
            f"{self.source.filters[name]} {'is distinct from' if name == without else '='} {VALUES[name]}"
            for name in named
        ]
        return " and ".join(conditions) or "true"

    def _values(self, query: Query) -> dict[str, Any]:
        return {
            **asked(query),
            "organisation": query.organisation,
            "unit": query.choices.get("unit", "hour"),
            **self.source.values,
        }


def _whole_months(query: Query) -> Query:
    """The period widened to whole months, so that no day can be told by subtraction."""
    since = query.since and query.since.replace(day=1)
    until = query.until
    if until and until.day > 1:
        until = (until.replace(day=1) + timedelta(days=32)).replace(day=1)
    return replace(query, since=since, until=until)


def _edges_tell(months: dict[date, int], query: Query) -> bool:
    """Whether the nearest month outside either end of the period that anybody had is about a few: then the period that
    is longer by it tells of them. Two periods that both pass differ by nothing or by a month of many."""
    sooner = [month for month in months if query.since and month < query.since]
    later = [month for month in months if query.until and month >= query.until]
    beside = [*([max(sooner)] if sooner else []), *([min(later)] if later else [])]
    return any(months[month] < settings.SMALL_CELL for month in beside)
