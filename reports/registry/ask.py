"""Own questions as a report: a measure, up to two dimensions, filters and a chart, all in the address."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import names
from core.errors import Invalid, Violation
from reports.figures.question import question as drawn
from reports.parameters import COUNTRY, FACILITY, FROM, HOME, INSTRUMENT, ORGANISATION, TO, UNITS, Parameter, Query
from reports.questions import DIMENSIONS, MEASURES, Dimension, Measure, allowed
from reports.questions.cells import Question
from reports.registry.shape import Column, Report

COUNTED = tuple((each.name, each.title) for each in MEASURES.values())
ALONG = tuple((each.name, each.title) for each in DIMENSIONS.values())
FIRST = (("whole", gettext_lazy("The whole")), *ALONG)
SECOND = (("none", "–"), *ALONG)
CHARTS = (
    ("auto", gettext_lazy("What suits")),
    ("bars", gettext_lazy("Bars")),
    ("line", gettext_lazy("Lines")),
    ("stack", gettext_lazy("Stacked")),
    ("heat", gettext_lazy("Heat map")),
)
FILTERS = ("facility", "instrument", "country", "home", "organisation")


def shaped(report: Report, query: Query) -> Report:
    """The report of one question: its columns, formula, chart and rows. Raises Invalid with everything that does not go
    together, and what does."""
    measure = MEASURES[query["measure"]]
    wrong = _wrong(measure, query)
    if wrong:
        raise Invalid(_("This question cannot be asked."), wrong)
    one, other = (DIMENSIONS.get(query[name]) for name in ("by", "across"))
    asked = Question(measure, one, other)
    parts = [Column("part", _("Of them"), _part(measure)), Column("whole", _("Of"), _part(measure))]
    columns = [
        *([Column("one", one.title, one.kind)] if one else []),
        *([Column("other", other.title, other.kind)] if other else []),
        Column(
            "value",
            _valued(measure, query),
            measure.kind,
            small=measure.guarded,
            of=("part", "whole") if measure.whole else (),
        ),
        *(replace(part, small=measure.guarded) for part in parts if measure.whole),
    ]
    return replace(
        report,
        title=_title(measure, one, other),
        formula=measure.formula,
        columns=tuple(columns),
        dataset=asked.dataset,
        figure=drawn(asked, query["chart"]),
        behind=measure.behind,
        kpis=(measure.kpi,),
        axes=tuple(name for name, each in (("one_key", one), ("other_key", other)) if each and other)
        or ("everything",),
    )


def _valued(measure: Measure, query: Query) -> str:
    """The measure with its unit, where the word alone does not tell it."""
    if measure.kind != "hours":
        return str(measure.title)
    return _("%(measure)s, %(unit)s") % {"measure": measure.title, "unit": names.unit_name(query["unit"])}


def _part(measure: Measure) -> str:
    return "number" if "count(" in measure.part else "hours"


def _title(measure: Measure, one: Dimension | None, other: Dimension | None) -> str:
    said: dict[str, Any] = {"measure": measure.title, "one": one and one.title, "other": other and other.title}
    if one and other:
        return _("%(measure)s by %(one)s and %(other)s") % said
    return _("%(measure)s by %(one)s") % said if one else str(measure.title)


def _wrong(measure: Measure, query: Query) -> list[Violation]:
    offered = allowed(measure)
    said = {"measure": measure.title, "offered": ", ".join(str(each.title) for each in offered)}
    one, other = (DIMENSIONS.get(query[name]) for name in ("by", "across"))
    wrong = [
        Violation("dimension", _("%(measure)s can be cut by: %(offered)s.") % said, field=name)
        for name, each in (("by", one), ("across", other))
        if each and each not in offered
    ]
    if other and other == one:
        wrong.append(Violation("dimension", _("Choose two different dimensions, or one."), field="across"))
    if other and not one:
        wrong.append(Violation("dimension", _("Choose the first dimension, then the second."), field="by"))
    if query["chart"] in ("stack", "heat") and not other:
        wrong.append(Violation("chart", _("This chart needs two dimensions."), field="chart"))
    if query["chart"] == "stack" and not measure.adds_up:
        wrong.append(Violation("chart", _("Shares and different people do not add up: choose another chart."), "chart"))
    if query["chart"] == "line" and not (one and one.is_time):
        wrong.append(Violation("chart", _("A line needs time as the first dimension."), field="chart"))
    wrong += [
        Violation("filter", _("%(measure)s has no such filter.") % said, field=name)
        for name in FILTERS
        if getattr(query, name) and name not in measure.filters and not _by_instrument(name, query)
    ]
    return wrong


def _by_instrument(name: str, query: Query) -> bool:
    return name == "facility" and query.instrument is not None


REPORTS = (
    Report(
        "ask",
        gettext_lazy("Own question"),
        gettext_lazy("A measure along one dimension or two, with filters and a chart of your choice"),
        gettext_lazy("Each measure says its formula when it is chosen."),
        gettext_lazy("What suits, or of your choice"),
        (
            Parameter("measure", gettext_lazy("Measure"), "", COUNTED, "delivered"),
            Parameter(
                "by",
                gettext_lazy("By"),
                gettext_lazy("The first dimension."),
                (("whole", gettext_lazy("The whole")), *ALONG),
                "month",
            ),
            Parameter(
                "across", gettext_lazy("And by"), gettext_lazy("The second dimension."), (("none", "–"), *ALONG), "none"
            ),
            Parameter("chart", gettext_lazy("Chart"), "", CHARTS, "auto"),
            FROM,
            TO,
            FACILITY,
            INSTRUMENT,
            COUNTRY,
            HOME,
            ORGANISATION,
            UNITS,
        ),
        (Column("one", gettext_lazy("By")), Column("value", gettext_lazy("Value"), "decimal", small=True)),
        Question(MEASURES["delivered"], DIMENSIONS["month"], None).dataset,
        drawn(Question(MEASURES["delivered"], DIMENSIONS["month"], None), "auto"),
        "sessions",
        ("K07",),
        axes=("everything",),
        size="value",
        closed_groups=tuple(each.name for each in DIMENSIONS.values() if each.closed),
        shaped=shaped,
    ),
)
