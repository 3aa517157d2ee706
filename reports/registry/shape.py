"""What a report is: its question, parameters, columns and chart, and which figures of the catalogue it shows."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from reports.catalogue import KPIS, Kpi
from reports.parameters import AS_OF, CHART, Parameter, Query, read
from reports.past import read_instant


@dataclass(frozen=True)
class Column:
    """One column. `kind` says how a cell reads: text, date, country, unit, hours, number, share, days, decimal,
    money; the kinds in `reports.words.WORDS` are words of a list.

    `small` cells are emptied where too few parties stand behind them. `of` names the columns that a ratio is made of,
    what stands above the line first: its chart says them beside it.
    """

    name: str
    title: Any
    kind: str = "text"
    small: bool = False
    of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chart:
    """Another chart that a report can be asked for: of which column, or of what it is called `title`; `said` names its
    kind."""

    of: str
    said: Any
    figure: Callable[[list[dict[str, Any]]], dict[str, Any]]
    title: Any = ""


@dataclass(frozen=True)
class Report:
    """`dataset` gives the frame, `figure` the chart of its rows; `behind` names the rows that the numbers come from.
    A report with several measures has a chart of each: its own is of the column `charted`, the `others` are asked for.

    `formula` says how the figures of the catalogue (`kpis`) are cut here. `always` looks at all of history when no
    period is given. `small` columns are about people: `axes` and `size` say along which sums a hidden cell must have
    company (see reports.suppression), along that of all of a unit where nothing is said. A `closed` report is for
    leadership and a facility's own people only; one that is `judged` is made, for each reader, without the proposals
    that he must not hear about (conflicts of interest).
    """

    name: str
    title: Any
    question: Any
    formula: Any
    chart: Any
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    dataset: Callable[..., Any]
    figure: Callable[[list[dict[str, Any]]], dict[str, Any]]
    behind: str
    kpis: tuple[str, ...] = ()
    always: bool = False
    axes: tuple[str, ...] = ()
    size: str = ""
    closed: bool = False
    judged: bool = False
    closed_groups: tuple[str, ...] = ()
    """Choices of a grouping that only the facility’s people and leadership may ask for."""
    shaped: "Callable[[Report, Query], Report] | None" = None
    """What it becomes for what is asked: its columns, formula, chart and rows."""
    beside: tuple[str, ...] = ()
    """Rows of other kinds that its numbers come from as well."""
    charted: str = ""
    mapped: str = ""
    """The column whose number stands at each home country on a map."""
    others: tuple[Chart, ...] = ()

    def asked(self, values: dict[str, str], *, always: bool | None = None) -> "tuple[Report, Query]":
        """The report as it is for these values, and the values as they are meant. Raises Invalid."""
        query = read(values, self._choices, always=self.always if always is None else always)
        if text := values.get(AS_OF.name, "").strip():
            instant = read_instant(text)
            query = replace(
                query, as_of=instant, given=query.given | {AS_OF.name: instant.isoformat().replace("+00:00", "Z")}
            )
        if self.shaped:
            return self.shaped(self, query), query
        return self._drawn(query)

    def _drawn(self, query: Query) -> "tuple[Report, Query]":
        """With the chart that is asked for; its own is not written down, so that a report asked plainly stays plain."""
        chosen = next((chart for chart in self.others if chart.of == query.choices.get(CHART)), None)
        if chosen:
            return replace(self, figure=chosen.figure, chart=chosen.said), query
        plain = {name: text for name, text in query.given.items() if name != CHART} if self.others else query.given
        return self, replace(query, given=plain)

    @property
    def _choices(self) -> tuple[Parameter, ...]:
        """What is asked for its numbers and its chart."""
        if not self.others:
            return self.parameters
        titles = {column.name: column.title for column in self.columns}
        own = (self.charted, titles[self.charted])
        named = ((chart.of, chart.title or titles[chart.of]) for chart in self.others)
        return (*self.parameters, Parameter(CHART, _("Chart of"), "", (own, *named), self.charted))

    @property
    def asks(self) -> tuple[Parameter, ...]:
        """Everything that it may be asked: its parameters, its chart, and as of when."""
        return (*self._choices, AS_OF)

    @property
    def small(self) -> list[str]:
        return [column.name for column in self.columns if column.small]

    @property
    def definitions(self) -> list[Kpi]:
        """The figures of the catalogue that it shows."""
        return [KPIS[key] for key in self.kpis]

    @property
    def source(self) -> str:
        """Where the formulas come from, for each figure."""
        return " · ".join(f"{kpi.key} {kpi.source}" for kpi in self.definitions)
