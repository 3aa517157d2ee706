"""Events as their organisers see them: the list, the desk of one, its programme and its people."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from alliance.commands.events.importing import KIND
from alliance.models import Alliance, Event, Invitation
from alliance.permissions.events import event_parties
from alliance.queries.events import Day, Figures, ahead, events_listed, figures_of, over, programme_of
from alliance.rules.events import days_ahead, is_late
from alliance.workflows.events import EVENT, UPCOMING
from core import clock, times
from core.models import Job
from core.names import local
from frontend.contexts.public.events import EventLine, Role, event_line, roles_of
from frontend.paging import Page, paged
from workflow.machine import Move


@dataclass(frozen=True)
class Listed:
    """The events of an alliance, ideas included."""

    alliance: Alliance
    ahead: list[EventLine]
    over: list[EventLine]


@dataclass(frozen=True)
class Desk:
    """One event with what can be done now. `short` warns that less than the usual time is left to circulate."""

    event: Event
    line: EventLine
    crumbs: list[dict[str, Any]]
    moves: list[Move]
    postpone: Any
    short: bool
    days_left: int | None
    figures: Figures
    roles: list[Role]
    invited: dict[str, int]


@dataclass(frozen=True)
class Programme:
    event: Event
    crumbs: list[dict[str, Any]]
    days: list[Day]


@dataclass(frozen=True)
class People:
    """Who is registered and invited, page by page."""

    event: Event
    crumbs: list[dict[str, Any]]
    page: Page
    figures: Figures
    guests: list[Invitation]
    invite: Any
    upload: Any
    job: Job | None
    records: bool


def crumbs_of(alliance: Alliance, event: Event | None = None, last: str = "") -> list[dict[str, Any]]:
    found = [{"label": _("Events"), "url": reverse("alliance_events", args=[alliance.slug])}]
    if event is not None:
        found.append({"label": local(event, "title"), "url": reverse("event_desk", args=[alliance.slug, event.slug])})
    if last:
        found.append({"label": last, "url": ""})
    else:
        found[-1]["url"] = ""
    return found


def listed(user: Any, alliance: Alliance) -> Listed:
    rows = events_listed(user, alliance=alliance.slug)
    return Listed(
        alliance,
        [event_line(row) for row in ahead(rows)],
        [event_line(row) for row in over(rows)] + [event_line(row) for row in rows.filter(state="cancelled")],
    )


def desk(user: Any, event: Event, postpone: Any) -> Desk:
    today = clock.now().astimezone(times.zone_of(event.zone)).date()
    moves = EVENT.open_moves(event.state, event_parties(user, event))
    invited: dict[str, int] = {}
    for state in event.invitations.order_by("pk").values_list("state", flat=True):
        invited[str(Invitation.State(state).label)] = invited.get(str(Invitation.State(state).label), 0) + 1
    return Desk(
        event=event,
        line=event_line(event),
        crumbs=crumbs_of(event.alliance, event),
        moves=[move for move in moves if move.name != "postpone"],
        postpone=postpone if any(move.name == "postpone" for move in moves) else None,
        short=event.circulated_on is None and event.state in UPCOMING and is_late(event, today),
        days_left=days_ahead(event, today),
        figures=figures_of(event),
        roles=roles_of(event),
        invited=invited,
    )


def programme(event: Event) -> Programme:
    return Programme(event, crumbs_of(event.alliance, event, pgettext("of an event", "Programme")), programme_of(event))


def people(event: Event, params: QueryDict, invite: Any, upload: Any) -> People:
    rows = event.registrations.filter(cancelled_at=None).select_related("organisation").order_by("name", "id")
    if search := params.get("search", "").strip():
        rows = rows.filter(name__icontains=search)
    return People(
        event=event,
        crumbs=crumbs_of(event.alliance, event, _("People")),
        page=paged(rows, params, size=50),
        figures=figures_of(event),
        guests=list(event.invitations.select_related("membership__organisation").order_by("name", "id")),
        invite=invite,
        upload=upload,
        job=Job.objects.filter(kind=KIND, result__event=str(event.pk)).order_by("-created_at").first(),
        records=event.state in {"running", "held", "published"},
    )
