"""L3: who works with whom: flows and matrices of a period, the network year by year, and a centre's own page."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from core import names
from frontend.contexts.reports.addresses import rows_address
from frontend.contexts.reports.blocks import Block, block, days_of, flows_block
from frontend.contexts.reports.tables import Cell, Matrix, Table, cooperation_matrix, table_of
from frontend.forms.reports.figures import Filters, FlowFilters, PeriodField
from reports import metrics
from reports.figures import came_label
from reports.periods import Period, period_named
from reports.permissions import reader_of
from reports.queries.answers import Answer, answer
from reports.registry.together import CENTRES, COUNT, COUNTING

SHOWN = {"together", "salton"}
"""What the cells of a matrix may be."""


@dataclass(frozen=True)
class Flows:
    """L3: from home country to host facility, and which centres and countries work together."""

    filters: FlowFilters
    period: Period
    flows: Block
    cooperation: Block
    countries: Block
    pairs: Table
    abroad: str
    centres: int
    density: str
    own: list[tuple[str, str]]
    """Names and addresses of the centres' own pages."""


def flows_page(request: HttpRequest) -> Flows:
    period = period_named(request.GET.get("period", ""))
    days = days_of(period)
    flows = flows_block(days | _given(request, "unit"), request.user, most=12)
    seen, lands = (
        answer(name, days | _given(request, "count", "counting"), user=request.user)
        for name in ("cooperation", "country-cooperation")
    )
    of = request.GET.get("cells", "") if request.GET.get("cells") in SHOWN else "together"
    hours: dict[tuple[str, str], float] = {}
    for row in flows.seen.rows:
        if row["hours"] is not None:
            pair = (row["home"], row["host"])
            hours[pair] = hours.get(pair, 0) + row["hours"]
    return Flows(
        FlowFilters(request.GET),
        period,
        flows,
        Block(seen, matrix=cooperation_matrix(seen, of=of)),
        Block(lands, matrix=cooperation_matrix(lands, of=of)),
        pairs=table_of(seen, ["one", "other", "programs", "uses", "together", "salton"], most=15),
        abroad=names.percent(metrics.international_share(hours)),
        centres=seen.facts["centres"],
        density=names.percent(seen.facts["density"]),
        own=_own_pages(seen),
    )


def _given(request: HttpRequest, *wanted: str) -> dict[str, str]:
    return {name: request.GET[name] for name in wanted if request.GET.get(name)}


def _own_pages(seen: Answer) -> list[tuple[str, str]]:
    keys = {row[f"{side}_id"]: row[side] for row in seen.rows for side in ("one", "other")}
    slugs = dict(Organisation.objects.filter(pk__in=keys).values_list("pk", "slug"))
    found = {keys[str(key)]: reverse("centre", args=[slug]) for key, slug in slugs.items()}
    return sorted(found.items())


class YearFilters(Filters):
    count = forms.ChoiceField(label=gettext_lazy("Cooperation counts"), required=False, choices=COUNT.choices)
    counting = forms.ChoiceField(label=COUNTING.label, required=False, choices=COUNTING.choices)
    centres = forms.ChoiceField(label=CENTRES.label, required=False, choices=CENTRES.choices)


@dataclass(frozen=True)
class Years:
    """The network year by year; communities and brokers for those who read all figures in full."""

    filters: YearFilters
    network: Block
    brokers: Block | None
    moves: list[tuple[str, list[tuple[str, str]]]]
    """By year, the latest first, the centres that joined another community, each with where it came from."""

    @property
    def crumbs(self) -> list[dict[str, Any]]:
        return [{"label": _("Cooperation"), "url": reverse("flows")}, {"label": _("Year by year")}]


def years_page(request: HttpRequest) -> Years:
    asked = _given(request, "count", "counting", "centres")
    network = block("network", asked, request.user)
    filters = YearFilters(request.GET)
    if not reader_of(request.user).reads_all:
        return Years(filters, network, None, [])
    seen = answer("brokers", asked, user=request.user)
    moves: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in seen.rows:
        if row["came"] is not None:
            to = _("community %(n)s") % {"n": row["community"]}
            moves[row["period"]].append((row["centre"], f"{came_label(row['came'])} → {to}"))
    return Years(filters, network, Block(seen, matrix=years_matrix(seen)), sorted(moves.items(), reverse=True))


def years_matrix(seen: Answer) -> Matrix:
    """Centre by year: its community and its rank as a broker; the darker, the more it stands between others."""
    years = sorted({row["period"] for row in seen.rows})
    lines: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in seen.rows:
        lines[row["centre"]][row["period"]] = row
    latest = years[-1] if years else ""
    ordered = sorted(lines, key=lambda name: (lines[name].get(latest, {}).get("rank", len(lines) + 1), name))

    def cell(row: dict[str, Any] | None) -> Cell:
        if row is None:
            return Cell("")
        text = _("%(community)s · no. %(rank)s") % {"community": row["community"], "rank": row["rank"]}
        level = min(5, round(10 * row["broker"]))
        return Cell(text, level=level, own=row["came"] is not None, href=rows_address(seen, row))

    rows = [(name, [cell(lines[name].get(year)) for year in years]) for name in ordered]
    return Matrix(str(seen.report.title), _("Centre"), years, rows)


class CentreFilters(Filters):
    period = PeriodField()


@dataclass(frozen=True)
class Centre:
    """With whom a centre works, what it gave and had, with which techniques and on which themes."""

    centre: Organisation
    filters: CentreFilters
    period: Period
    partners: Block
    course: Block
    techniques: Block
    themes: Block
    joint: Block
    given: str
    received: str
    balance: str

    @property
    def crumbs(self) -> list[dict[str, Any]]:
        return [{"label": _("Cooperation"), "url": reverse("flows")}, {"label": str(self.centre)}]


COURSE_YEARS = 3
"""Years before the period's end over which the balance is followed, by quarter."""


def centre_page(request: HttpRequest, centre: Organisation) -> Centre:
    period = period_named(request.GET.get("period", ""))
    asked = days_of(period) | {"organisation": centre.slug}
    begins = period.until.replace(year=period.until.year - COURSE_YEARS, day=1)
    long = {**asked, "from": begins.isoformat(), "by": "quarter"}
    partners = block("exchange", asked, request.user, ["label", "given_hours", "received_hours", "balance", "even"])
    rows = partners.seen.rows
    known = not any(row["suppressed"] for row in rows)
    given, received = (sum(row[name] for row in rows) if known else None for name in ("given_hours", "received_hours"))
    return Centre(
        centre,
        CentreFilters({"period": period.key}),
        period,
        partners,
        block("exchange", long, request.user, ["label", "given_hours", "received_hours", "balance", "running"]),
        block("exchange-techniques", asked, request.user),
        block("joint-themes", asked, request.user),
        block("cooperation", asked, request.user, ["one", "other", "programs", "uses", "together", "salton"]),
        _hours(given),
        _hours(received),
        _hours(None if given is None or received is None else given - received),
    )


def _hours(value: float | None) -> str:
    return "…" if value is None else names.number(round(value), 0)
