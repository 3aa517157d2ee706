"""Research facilities as visitors see them: the catalogue, a facility, an instrument with its rules."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import clock, names, times
from core.names import local, names_of
from facilities.models import Cycle, Facility, Instrument, StatusEntry, Technique
from facilities.queries.catalogue import facilities_listed, first_of_each, instruments_listed
from facilities.queries.rulebook import policies_holding
from facilities.queries.status import status_history
from facilities.rules import policy_rules
from frontend.contexts.facilities.instruments import policy_said
from frontend.contexts.facilities.weeks import Week, week_of
from frontend.contexts.shell import address
from frontend.paging import Page, paged
from frontend.timeline import monday
from frontend.written import html
from workflow.approvals import current_route
from workflow.queries import decider_label

SHOWN_INSTRUMENTS = 6


@dataclass(frozen=True)
class Fact:
    """A label and what stands beside it."""

    label: str
    value: str


@dataclass(frozen=True)
class InstrumentLine:
    """An instrument in a list."""

    code: str
    name: str
    url: str
    techniques: str
    unit: str
    modes: str
    rule: str


@dataclass(frozen=True)
class FacilityCard:
    """A facility in the catalogue with those of its instruments that fit the question."""

    name: str
    name_local: str
    url: str
    kind: str
    state: str
    city: str
    country: str
    instruments: list[InstrumentLine]
    more: int


@dataclass(frozen=True)
class CataloguePage:
    form: Any
    page: Page
    asked: bool


@dataclass(frozen=True)
class FacilityPage:
    facility: Facility
    crumbs: list[dict[str, Any]]
    name: str
    name_local: str
    kind: str
    country: str
    description: SafeString
    office: str
    zone: str
    cycles: list[Fact]
    instruments: list[InstrumentLine]
    history: list[StatusEntry]


@dataclass(frozen=True)
class TechniqueLine:
    label: str
    definition: str
    url: str


@dataclass(frozen=True)
class InstrumentPage:
    instrument: Instrument
    facility: Facility
    crumbs: list[dict[str, Any]]
    title: str
    description: SafeString
    place: str
    rules: list[Fact]
    trainings: list[str]
    techniques: list[TechniqueLine]
    deciders: list[str]
    request_url: str | None
    week: Week
    earlier: str
    later: str


def catalogue_page(form: Any, params: QueryDict) -> CataloguePage:
    asked = form.cleaned_data if form.is_valid() else dict.fromkeys(("q", "technique", "kind", "country"), "")
    rows = facilities_listed(country=asked["country"], kind=asked["kind"], technique=asked["technique"])
    fitting = instruments_listed(technique=asked["technique"], search=asked["q"])
    if asked["q"]:
        named = facilities_listed(search=asked["q"]).order_by().values("pk")
        rows = rows.filter(Q(pk__in=named) | Q(pk__in=fitting.order_by().values("facility_id")))
    page = paged(rows, params)
    return CataloguePage(form, Page(cards(page.rows, fitting), page.earlier, page.later), asked=any(asked.values()))


def cards(facilities: list[Facility], fitting: Any) -> list[FacilityCard]:
    """Facilities with the first of their instruments that fit; one query for all of them, and one for techniques."""
    instruments, numbers = defaultdict(list), {}
    for row in first_of_each(fitting.filter(facility__in=facilities), SHOWN_INSTRUMENTS):
        instruments[row.facility_id].append(row)
        numbers[row.facility_id] = row.number
    return [
        FacilityCard(
            name=names_of(facility)[0],
            name_local=names_of(facility)[1],
            url=reverse("facility", args=[facility.slug]),
            kind=str(facility.get_kind_display()),
            state=facility.status,
            city=facility.city,
            country=names.country(facility.country),
            instruments=[instrument_line(row) for row in instruments[facility.pk]],
            more=max(0, numbers.get(facility.pk, 0) - SHOWN_INSTRUMENTS),
        )
        for facility in facilities
    ]


def instrument_line(row: Instrument) -> InstrumentLine:
    return InstrumentLine(
        code=row.code,
        name=local(row, "name"),
        url=reverse("instrument", args=[row.slug]),
        techniques=", ".join(local(technique, "label") for technique in row.techniques.all()),
        unit=names.unit_name(row.unit),
        modes=", ".join(str(Instrument.Mode(mode).label) for mode in row.modes),
        rule=access_rule(row),
    )


def access_rule(row: Instrument) -> str:
    """In a few words, what it takes to be let on."""
    if not row.is_bookable:
        return _("Not open to requests")
    return _("Within a programme's time") if row.requires_allocation else _("By request")


def facility_page(facility: Facility, crumbs: list[dict[str, Any]]) -> FacilityPage:
    now = clock.now()
    return FacilityPage(
        facility=facility,
        crumbs=crumbs,
        name=names_of(facility)[0],
        name_local=names_of(facility)[1],
        kind=str(facility.get_kind_display()),
        country=names.country(facility.country),
        description=html(local(facility, "description")),
        office=office_hours(facility),
        zone=times.zone_label(now, facility.zone),
        cycles=[
            Fact(row.name, days_of(row, facility.zone))
            for row in facility.cycles.filter(period__endswith__gt=now).order_by("period", "id")[:4]
        ],
        instruments=[instrument_line(row) for row in instruments_listed(facility=str(facility.pk))],
        history=status_history(facility),
    )


def days_of(cycle: Cycle, zone: str) -> str:
    """The first and the last day of a cycle on the facility's calendar."""
    first, end = (at.astimezone(times.zone_of(zone)) for at in (cycle.period.lower, cycle.period.upper))
    return times.days(first.date(), (end - timedelta(microseconds=1)).date())


def office_hours(facility: Facility) -> str:
    """`Mon–Fri, 09:00–17:00`; empty where none are set."""
    if not facility.office_weekdays:
        return ""
    monday = clock.now().date() - timedelta(days=clock.now().weekday())
    days = [times.weekday(monday + timedelta(days=number - 1)) for number in sorted(facility.office_weekdays)]
    first_to_last = len(days) > 2 and sorted(facility.office_weekdays) == list(
        range(min(facility.office_weekdays), max(facility.office_weekdays) + 1)
    )
    shown = f"{days[0]}–{days[-1]}" if first_to_last else ", ".join(days)
    return f"{shown}, {_hours(facility.office_opens)}–{_hours(facility.office_closes)}"


def _hours(at: time) -> str:
    return at.strftime("%H:%M")


def instrument_page(row: Instrument, crumbs: list[dict[str, Any]], asked: date | None = None) -> InstrumentPage:
    """The week shows only when the instrument is busy, to everybody alike; `asked` is any day of it, else today."""
    facility = row.facility
    first = monday(asked or clock.now().astimezone(times.zone_of(facility.zone)).date())
    request_url = address("request_time")
    return InstrumentPage(
        instrument=row,
        facility=facility,
        crumbs=crumbs,
        title=f"{row.code}, {local(row, 'name')}" if row.name and row.name != row.code else row.code,
        description=html(row.description),
        place=", ".join(part for part in (facility.city, names.country(row.country or facility.country)) if part),
        rules=rules(row),
        trainings=[local(course, "name") for course in row.required_trainings.all()],
        techniques=[
            TechniqueLine(
                label=local(technique, "label"),
                definition=technique.definition,
                url=f"{reverse('facilities')}?technique={technique.code}",
            )
            for technique in row.techniques.all()
        ],
        deciders=deciders(row),
        request_url=f"{request_url}?instrument={row.slug}" if request_url and row.is_bookable else None,
        week=week_of(row, first, AnonymousUser()),
        earlier=f"?week={first - timedelta(days=7)}#week",
        later=f"?week={first + timedelta(days=7)}#week",
    )


def length(minutes: int) -> str:
    return times.duration(timedelta(minutes=minutes))


def rules(row: Instrument) -> list[Fact]:
    """What a request must obey, in words; nothing that does not restrict is said."""
    unit = {"unit": names.unit_name(row.unit), "length": length(row.unit_minutes)}
    size = {
        "least": length(row.min_minutes),
        "most": length(row.max_minutes),
        "step": length(row.granularity_minutes),
    }
    facts = [Fact(_("Access"), access_rule(row)), Fact(_("Charged in"), _("%(unit)s of %(length)s") % unit)]
    facts.append(Fact(_("Length"), _("%(least)s to %(most)s, in steps of %(step)s") % size))
    if row.setup_minutes:
        facts.append(Fact(_("Set-up before"), length(row.setup_minutes)))
    if row.cooling_minutes:
        facts.append(Fact(_("Cooling after"), length(row.cooling_minutes)))
    if row.notice_hours:
        notice = {"length": length(row.notice_hours * 60)}
        facts.append(Fact(_("Notice"), _("at least %(length)s before the start") % notice))
    facts.append(Fact(_("Ahead"), _("up to %(length)s ahead") % {"length": length(row.horizon_days * 1440)}))
    if row.capacity > 1:
        facts.append(Fact(_("At the same time"), _("%(n)d bookings") % {"n": row.capacity}))
    if row.modes:
        facts.append(Fact(_("How you work"), ", ".join(str(Instrument.Mode(mode).label) for mode in row.modes)))
    known = policy_rules()
    facts += [Fact(str(known[policy.rule].label), policy_said(policy)) for policy in policies_holding(row)]
    return facts


def deciders(row: Instrument) -> list[str]:
    """Who decides on a request, step by step: the route of the instrument, else of its facility."""
    route = current_route([row.pk, row.facility_id], "facilities.booking")
    steps = route.steps.select_related("group").order_by("position", "name", "id") if route else []
    return [decider_label(step.role, step.group) for step in steps]


def technique_choices(asked: str) -> list[tuple[str, str | Promise]]:
    """Techniques that instruments offer, by label, and the one asked for where it is a broader term."""
    offered = Technique.instruments.through.objects.values("technique_id")
    rows = Technique.objects.filter(Q(pk__in=offered) | Q(code=asked)).only("code", "label", "label_zh")
    known = sorted(((row.code, local(row, "label")) for row in rows), key=lambda pair: pair[1].lower())
    return [("", _("All techniques")), *known]
