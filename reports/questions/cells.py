"""Answers an own question as a frame: a value for each cell of at most two dimensions, and who stands behind it."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reports import metrics
from reports.datasets.frames import SHARES, asked, during, frame
from reports.parameters import Query
from reports.questions.dimensions import Dimension
from reports.questions.measures import Measure
from reports.questions.sources import SOURCES, Source

if TYPE_CHECKING:
    from pandas import DataFrame

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
        """`count` for readers who do not see every row: `parties` are the groups or people behind each cell."""
        found = self._cells(query, count and self.measure.guarded)
        if self.measure.whole:
            found["value"] = [
                metrics.ratio(part, whole) if part is not None else None
                for part, whole in zip(found["part"].tolist(), found["whole"].tolist(), strict=True)
            ]
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

    def _filtered(self, query: Query) -> str:
        named = [*self._given(query), *(["unit"] if "unit" in self.source.filters else [])]
        conditions = [
            f"{self.source.filters[name]} {'is distinct from' if name == query.outside else '='} {VALUES[name]}"
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
