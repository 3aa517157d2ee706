"""Events as everybody sees them: the list, one event with its programme and figures, registering for it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Organisation
from alliance.models import (
    Document,
    Event,
    EventChair,
    EventPartner,
    EventSchedule,
    Invitation,
    Registration,
    SeriesEdition,
)
from alliance.permissions.events import organises, speaks_for
from alliance.queries.events import (
    Day,
    Figures,
    ahead,
    events_listed,
    over,
    proceedings_of,
    programme_of,
    public_figures,
)
from alliance.rules.events import registration_closed
from core import clock, times
from core.names import local
from frontend.paging import Page, paged_list

INSTANT = timedelta(microseconds=1)
FIGURES_FROM = frozenset({"running", "held", "published"})


@dataclass(frozen=True)
class EventLine:
    """An event in a list or at the head of its page. Without `starts_at` it says what it is planned for."""

    title: str
    slug: str
    url: str
    file: str
    kind: str
    theme: str
    starts_at: datetime | None
    ends_at: datetime | None
    zone: str
    by_day: bool
    first: date | None
    last: date | None
    planned_for: str
    venue: str
    mode: str
    state: str
    word: str
    late: bool


@dataclass(frozen=True)
class Role:
    """A role with the organisations that have it: roles are printed apart."""

    label: str
    organisations: list[Organisation]


@dataclass(frozen=True)
class EventsPage:
    form: Any
    ahead: list[EventLine]
    undated: list[EventLine]
    page: Page
    feed: str


@dataclass(frozen=True)
class EventPage:
    event: Event
    line: EventLine
    crumbs: list[dict[str, Any]]
    editions: list[SeriesEdition]
    roles: list[Role]
    chairs: list[EventChair]
    days: list[Day]
    told: list[EventSchedule]
    parts: list[EventLine]
    letters: list[Document]
    documents: list[Document]
    figures: Figures | None
    registers: bool
    registration: Registration | None
    invites: bool
    runs: bool
    link: str


def event_line(event: Event) -> EventLine:
    zone = times.zone_of(event.zone)
    return EventLine(
        title=local(event, "title"),
        slug=event.slug,
        url=reverse("event", args=[event.slug]),
        file=reverse("event_file", args=[event.slug]),
        kind=str(event.get_kind_display()),
        theme=local(event, "theme"),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        zone=event.zone,
        by_day=event.by_day,
        first=event.starts_at.astimezone(zone).date() if event.starts_at else None,
        last=(event.ends_at - INSTANT).astimezone(zone).date() if event.ends_at else None,
        planned_for=local(event, "planned_for"),
        venue=local(event, "venue"),
        mode=str(event.get_mode_display()),
        state=event.state,
        word=str(event.get_state_display()),
        late=event.is_late_circulation and event.state not in {"held", "published"},
    )


def events_page(user: Any, form: Any, params: QueryDict, feed: str) -> EventsPage:
    """The coming ones, the next first; those announced without dates; and the past ones in pages."""
    rows = events_listed(user, **(form.cleaned_data if form.is_valid() else {})).exclude(state="idea")
    past = paged_list(list(over(rows)), params, lambda row: row.pk, size=20)
    lines = Page([event_line(row) for row in past.rows], past.earlier, past.later, past.caption)
    coming = [event_line(row) for row in ahead(rows)]
    dated = [line for line in coming if line.starts_at]
    return EventsPage(form, dated, [line for line in coming if not line.starts_at], lines, feed)


def event_page(user: Any, event: Event) -> EventPage:
    mine, papers, letter = None, list(proceedings_of(event)), Document.Kind.LETTER
    if user.is_authenticated:
        mine = event.registrations.filter(person=user, cancelled_at=None).first()
    inside = mine is not None and not mine.is_waiting
    return EventPage(
        event=event,
        line=event_line(event),
        crumbs=[
            {"label": _("News & Events"), "url": reverse("news")},
            {"label": _("Events"), "url": reverse("events")},
            {"label": local(event, "title"), "url": ""},
        ],
        editions=list(event.editions.select_related("series").order_by("series__name", "id")),
        roles=roles_of(event),
        chairs=list(event.chairs.select_related("organisation")),
        days=programme_of(event),
        told=list(event.schedules.all()),
        parts=[event_line(row) for row in parts_of(user, event)],
        letters=[row for row in papers if row.kind == letter],
        documents=[row for row in papers if row.kind != letter],
        figures=public_figures(event) if event.state in FIGURES_FROM else None,
        registers=not registration_closed(event, clock.now()),
        registration=mine,
        invites=event.state in {"announced", "invited", "registration"}
        and speaks_for(user).filter(alliance=event.alliance).exists(),
        runs=organises(user, event),
        link=event.online_link if event.is_link_public or inside else "",
    )


def parts_of(user: Any, event: Event) -> QuerySet[Event]:
    """Events within it that are announced, in the order of time."""
    rows = events_listed(user).filter(parent=event).exclude(state="idea")
    return rows.order_by(F("starts_at").asc(nulls_last=True), "id")


def roles_of(event: Event) -> list[Role]:
    """Roles in the order in which they are printed, each with its organisations."""
    found: dict[str, list[Organisation]] = {}
    for row in event.partners.select_related("organisation").order_by("organisation__name", "id"):
        found.setdefault(row.role, []).append(row.organisation)
    return [Role(str(label), found[role]) for role, label in EventPartner.Role.choices if role in found]


def invitation_crumbs(invitation: Invitation) -> list[dict[str, Any]]:
    event = invitation.event
    return [
        {"label": local(event, "title"), "url": reverse("event", args=[event.slug])},
        {"label": _("Invitation"), "url": ""},
    ]
