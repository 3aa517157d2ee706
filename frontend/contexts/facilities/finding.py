"""S3: instruments that answer a question, each with its site, its rule and the next free time."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import ngettext

from core import clock, names, times
from core.names import local
from facilities.models import Booking, Facility, Instrument, Technique, TechniqueClosure
from facilities.queries.availability import Slot, requestable
from facilities.queries.catalogue import instruments_listed
from facilities.queries.requesting import first_free
from frontend.contexts.facilities.instruments import access_note
from frontend.contexts.shell import address
from frontend.forms.facilities.finding import FindForm
from frontend.paging import Page, paged_list
from frontend.timeline import midnight
from workflow.models import Route

REACH = timedelta(days=60)
"""How far the search for free time looks when no last day was given."""


@dataclass(frozen=True)
class Found:
    """An instrument that fits, and its next free time of the wanted length."""

    instrument: Instrument
    href: str
    place: str
    access: str
    modes: str
    techniques: str
    zone: str
    request_url: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True)
class FindPage:
    """S3. `widen` is the same question with twice as many days."""

    form: FindForm
    rows: list[Found]
    paging: Page
    techniques: list[str]
    heading: str
    caption: str
    any_free: bool
    widen: str


def find_page(asked: QueryDict) -> FindPage:
    """Answer the question: instruments with free time first, by the earliest; then the others, by name."""
    countries = sorted(set(requestable().values_list("facility__country", flat=True)) - {""})
    form = FindForm(asked, countries=countries)
    form.is_valid()
    wanted = form.cleaned_data
    fitting = matching(wanted)
    start, end = window(wanted)
    minutes = (wanted.get("hours") or 0) * 60
    slots = first_free(fitting, minutes, start, end)
    late = datetime.max.replace(tzinfo=times.zone_of("UTC"))
    ordered = sorted(
        fitting, key=lambda row: (slots[row.pk].starts_at if row.pk in slots else late, str(row.facility), row.code)
    )
    page = paged_list(ordered, asked, lambda row: row.pk)
    routes = routes_of(page.rows)
    return FindPage(
        form=form,
        rows=[_found(row, slots.get(row.pk), routes, wanted) for row in page.rows],
        paging=page,
        techniques=technique_labels(),
        heading=ngettext("%(n)d instrument fits", "%(n)d instruments fit", len(ordered)) % {"n": len(ordered)},
        caption=times.days(*(at.date() for at in (start, end - timedelta(seconds=1)))),
        any_free=bool(slots),
        widen=_wider(asked, start, end),
    )


def matching(wanted: dict[str, Any]) -> list[Instrument]:
    """Instruments that may be requested and answer technique (narrower ones too), mode and country."""
    text = wanted.get("q") or ""
    known = Technique.objects.filter(Q(label__iexact=text) | Q(label_zh=text)).exists() if text else False
    rows = instruments_listed(
        technique=text if known else "",
        search="" if known else text,
        country=wanted.get("country") or "",
    ).filter(is_bookable=True, facility__status=Facility.Status.OPERATION)
    if mode := wanted.get("mode"):
        rows = rows.filter(modes__contains=[mode])
    return list(rows)


def window(wanted: dict[str, Any]) -> tuple[datetime, datetime]:
    """From when until when free time is looked for, in UTC days; never in the past."""
    now = clock.now()
    first: date = wanted.get("first") or now.date()
    start = max(midnight(first, "UTC"), now)
    last: date | None = wanted.get("last")
    return start, midnight(last + timedelta(days=1), "UTC") if last else start + REACH


def technique_labels() -> list[str]:
    """Names of techniques that some instrument offers, and of the broader ones above them."""
    offered = TechniqueClosure.objects.filter(
        descendant__instruments__archived_at=None, descendant__instruments__isnull=False
    )
    rows: QuerySet[Technique] = Technique.objects.filter(pk__in=offered.values("ancestor_id"))
    return [local(row, "label") for row in rows.order_by("label", "id")]


def routes_of(instruments: list[Instrument]) -> dict[Any, Route]:
    """The current route of each owner among instruments and their facilities, in one statement."""
    owners = {row.pk for row in instruments} | {row.facility_id for row in instruments}
    rows = Route.objects.filter(owner_id__in=owners, subject_type=Booking._meta.label_lower, is_current=True)
    return {route.owner_id: route for route in rows}


def _found(instrument: Instrument, slot: Slot | None, routes: dict[Any, Route], wanted: dict[str, Any]) -> Found:
    facility = instrument.facility
    modes = dict(Instrument.Mode.choices)
    asked = {"instrument": instrument.slug}
    zone = times.zone_of(facility.zone)
    if slot:
        wall = slot.starts_at.astimezone(zone)
        asked |= {"day": f"{wall:%Y-%m-%d}", "start": f"{wall:%H:%M}"}
    if wanted.get("hours"):
        asked["minutes"] = str(wanted["hours"] * 60)
    if wanted.get("mode"):
        asked["mode"] = wanted["mode"]
    place = [facility.city, names.country(instrument.country or facility.country)]
    return Found(
        instrument=instrument,
        href=address("instrument", instrument.slug) or "",
        place=", ".join(part for part in place if part),
        access=access_note(instrument, routes.get(instrument.pk) or routes.get(facility.pk)),
        modes=", ".join(str(modes[mode]).lower() for mode in instrument.modes if mode in modes),
        techniques=", ".join(local(row, "label") for row in instrument.techniques.all()[:4]),
        zone=facility.zone,
        request_url=f"{reverse('request_time')}?{urlencode(asked)}",
        starts_at=slot.starts_at if slot else None,
        ends_at=slot.ends_at if slot else None,
    )


def _wider(asked: QueryDict, start: datetime, end: datetime) -> str:
    changed = asked.copy()
    changed["first"] = f"{start:%Y-%m-%d}"
    changed["last"] = f"{end + (end - start):%Y-%m-%d}"
    changed.pop("page", None)
    return f"?{changed.urlencode()}"
