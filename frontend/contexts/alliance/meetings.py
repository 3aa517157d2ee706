"""Pages of meetings and actions: the list, one meeting with who is there now, what a person promised."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from alliance.commands.agenda import OPEN
from alliance.commands.meetings import arrival_open
from alliance.models import ActionItem, AgendaItem, Alliance, Attendance, Meeting, Motion
from alliance.permissions.documents import documents_visible_to
from alliance.permissions.governance import (
    actions_owned_by,
    bodies_visible_to,
    governance_parties,
    meetings_visible_to,
)
from alliance.permissions.voting import sees_alliance
from alliance.queries.actions import actions_listed, plans_listed
from alliance.queries.meetings import (
    Quorum,
    Report,
    Step,
    attendance_report,
    may_attend_for,
    meeting_moves,
    presence_over_time,
    quorum_now,
    sits_in,
)
from alliance.rules.days import today_in
from alliance.workflows.governance import MEETING
from core import audit, clock
from frontend.contexts.facilities.bookings import Stage
from frontend.forms.alliance.meetings import ACTION_ASKS, MEETING_ASKS
from frontend.forms.asking import Asked, AskForm, asked
from frontend.history import Entry, told
from frontend.paging import Page, paged

STAGES = ("planned", "called", "running", "closed")


@dataclass(frozen=True)
class MeetingsPage:
    """`alliance` is the one asked for, or the only one; of several, each has a button."""

    page: Page
    alliance: Alliance | None
    alliances: list[Alliance]


@dataclass(frozen=True)
class Presence:
    """The live panel: the quorum now and who is there."""

    meeting: Meeting
    quorum: Quorum | None
    there: list[Attendance]
    live: bool


@dataclass(frozen=True)
class MeetingPage:
    """A meeting as one of its readers sees it; `papers` are the documents of its points that this reader may open."""

    meeting: Meeting
    stages: list[Stage]
    presence: Presence
    report: Report | None
    steps: list[Step]
    items: list[AgendaItem]
    papers: set[UUID]
    orders: bool
    asked: list[Asked]
    mine: Attendance | None
    runs: bool
    history: list[Entry]


@dataclass(frozen=True)
class ActionsPage:
    page: Page
    alliance: Alliance | None
    mine: bool
    today: date


@dataclass(frozen=True)
class ActionPage:
    action: ActionItem
    asked: list[Asked]
    is_overdue: bool
    meeting: Meeting | None
    plan_url: str
    history: list[Entry]


def meetings_page(user: Any, query: QueryDict) -> MeetingsPage:
    rows = meetings_visible_to(user).select_related("body__alliance")
    alliance, alliances = _one_of(user, query)
    if alliance is not None:
        rows = rows.filter(body__alliance=alliance)
    return MeetingsPage(paged(rows, query), alliance, alliances)


def presence_of(meeting: Meeting) -> Presence:
    """Who is there and what quorum that makes; of a meeting that is over or far ahead nothing is counted."""
    live = arrival_open(meeting)
    there = meeting.attendances.filter(to_at=None).select_related("membership__organisation").order_by("from_at", "id")
    return Presence(meeting, quorum_now(meeting, clock.now()) if live else None, list(there) if live else [], live)


def meeting_page(meeting: Meeting, user: Any, bound: dict[str, AskForm]) -> MeetingPage:
    presence = presence_of(meeting)
    runs = bool(governance_parties(user, meeting.body.alliance) & {"secretary", "chair"})
    mine = next((row for row in presence.there if row.person_id == user.pk), None)
    over = meeting.state == "closed"
    was_kept = over and meeting.attendances.exists()
    items = meeting.agenda.prefetch_related("documents", "actions__owner", "actions__owner_organisation")
    items = items.order_by("number")
    return MeetingPage(
        meeting=meeting,
        stages=_stages(meeting),
        presence=presence,
        report=attendance_report(meeting) if was_kept else None,
        steps=presence_over_time(meeting) if was_kept else [],
        items=list(items),
        papers=set(documents_visible_to(user).filter(agenda_items__meeting=meeting).values_list("pk", flat=True)),
        orders=runs and meeting.state in OPEN,
        asked=asked(
            MEETING_ASKS,
            _offered(meeting, user, runs, presence, mine),
            meeting,
            user,
            bound,
            url=lambda do: reverse("meeting_act", args=[meeting.pk, do]),
        ),
        mine=mine,
        runs=runs,
        history=told(audit.history(meeting), MEETING, meeting.zone, OTHER_WORDS),
    )


def actions_page(user: Any, query: QueryDict) -> ActionsPage:
    mine = query.get("mine", "") == "1"
    alliance, _others = _one_of(user, query)
    rows = actions_listed(user, state=query.get("state", ""), mine=mine, alliance=query.get("alliance", ""))
    return ActionsPage(paged(rows, query), alliance, mine, clock.now().date())


def action_page(action: ActionItem, user: Any, bound: dict[str, AskForm]) -> ActionPage:
    names: list[str] = []
    if action.state == ActionItem.State.OPEN:
        owns = ActionItem.objects.filter(actions_owned_by(user), pk=action.pk).exists()
        runs = bool(governance_parties(user, action.alliance) & {"secretary", "chair"})
        names = list(ACTION_ASKS) if runs else ["finish"] if owns else []
    words = {"promise": _("Promised"), "finish": _("Done"), "drop": _("Dropped"), "move": _("Another day")}
    return ActionPage(
        action,
        asked(ACTION_ASKS, names, action, user, bound, url=lambda do: reverse("action_act", args=[action.pk, do])),
        action.state == ActionItem.State.OPEN and action.due_on < today_in(action.alliance),
        meetings_visible_to(user).filter(agenda=action.agenda_item_id).first() if action.agenda_item_id else None,
        _plan_url(user, action),
        told(audit.history(action), None, action.alliance.zone, words),
    )


def _one_of(user: Any, query: QueryDict) -> tuple[Alliance | None, list[Alliance]]:
    """The alliance that a list is asked for, or the only one whose bodies the person sees, and all of these."""
    seen = bodies_visible_to(user).order_by().values("alliance")
    rows = list(Alliance.objects.filter(pk__in=seen).order_by("-is_main", "name", "id"))
    asked = next((row for row in rows if row.slug == query.get("alliance", "")), None)
    return asked or (rows[0] if len(rows) == 1 else None), rows


def motions_of(meeting: Meeting) -> list[Motion]:
    """What was moved under the points of its agenda, drafts left out."""
    rows = Motion.objects.filter(agenda_item__meeting=meeting).exclude(state="draft")
    return list(rows.select_related("agenda_item").order_by("agenda_item__number", "created_at", "id"))


def _plan_url(user: Any, action: ActionItem) -> str:
    """The page of the plan in which it was promised, for who may read that."""
    plan = plans_listed(user, action.alliance).filter(pk=action.plan_id).first() if action.plan_id else None
    seen = plan is not None and sees_alliance(user, action.alliance)
    return reverse("plan", args=[action.alliance.slug, plan.slug]) if plan and seen else ""


def _offered(meeting: Meeting, user: Any, runs: bool, presence: Presence, mine: Attendance | None) -> list[str]:
    names = [move.name for move in meeting_moves(user, meeting)]
    if presence.live and mine is None and (may_attend_for(user, meeting).exists() or sits_in(user, meeting)):
        names.append("check-in")
    if runs:
        names += ["admit"] if presence.live else []
        names += ["add-item"] if meeting.state in OPEN else []
        if meeting.agenda.exists():
            names += ["said"] if meeting.state in {"running", "closed"} and not meeting.minutes_id else []
            names += ["promise"] if meeting.state in {"running", "closed"} else []
    return names


def _stages(meeting: Meeting) -> list[Stage]:
    if meeting.state not in STAGES or (meeting.state == "closed" and meeting.notice_sent_at is None):
        return [Stage(str(MEETING.states[meeting.state]), "current")]
    here = STAGES.index(meeting.state)
    return [
        Stage(str(MEETING.states[name]), "done" if place < here else "current" if place == here else "todo")
        for place, name in enumerate(STAGES)
    ]


OTHER_WORDS = {
    "plan": pgettext_lazy("meeting", "Planned"),
    "record": gettext_lazy("Recorded"),
    "order-agenda": gettext_lazy("Agenda put in order"),
    "remove-item": gettext_lazy("A point was taken off the agenda"),
}
