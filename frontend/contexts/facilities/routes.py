"""What the pages about approval routes show: the places one manages, and the editor of one place's route."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import roles_now
from accounts.roles import ROLES
from facilities.models import Instrument
from facilities.queries.routes import SUBJECT, Place, route_chain, routes_managed_by
from frontend.forms.facilities.routes import GROUP, GroupForm, RouteEditor
from workflow.approvals import RouteDraft, StepDraft, current_route
from workflow.approvals.conditions import describe
from workflow.approvals.handlers import scope_of
from workflow.approvals.routes import draft_of
from workflow.models import DeciderGroup, Edit, Route
from workflow.queries import decider_label, groups_of, route_versions, running_by_route


@dataclass(frozen=True)
class PlaceLine:
    """A place in the list, with what decides there in one line."""

    url: str
    name: str
    summary: str
    own: bool


@dataclass(frozen=True)
class ManagedLines:
    """A facility with its instruments."""

    facility: PlaceLine
    instruments: list[PlaceLine]


@dataclass(frozen=True)
class PlacesPage:
    """All places whose routes the reader edits."""

    managed: list[ManagedLines]


@dataclass(frozen=True)
class Asked:
    """One step of a stage, in words."""

    name: str
    who: str
    deadline: str
    condition: str
    again: str


@dataclass(frozen=True)
class Version:
    """A saved version and how many requests are still on it."""

    number: int
    name: str
    at: datetime
    by: str
    running: int
    is_current: bool


@dataclass(frozen=True)
class EditorPage:
    """The editor, what decides now as an ordered list, earlier versions."""

    title: str
    crumbs: list[dict[str, str]]
    editor: RouteEditor
    refusal: Any
    expected: int
    follows: str
    own: bool
    stages: list[list[Asked]]
    rule: str
    versions: list[Version]
    groups: list[DeciderGroup]
    url: str
    zone: str


def places_page(user: Any) -> PlacesPage:
    return PlacesPage(
        [
            ManagedLines(_line(one.facility), [_line(place) for place in one.instruments])
            for one in routes_managed_by(user)
        ]
    )


def _line(place: Place) -> PlaceLine:
    owner, route = place.owner, place.route
    if route is None:
        summary = _("As the facility") if isinstance(owner, Instrument) else _("The facility manager decides")
    else:
        names = [step.name for step in route.steps.all()]
        summary = " → ".join(names) or _("Approves by itself")
    name = f"{owner.code} · {owner.name}" if isinstance(owner, Instrument) else owner.name
    return PlaceLine(reverse("route", args=[owner.slug]), name, summary, route is not None)


def starting_draft(owner: Any) -> tuple[RouteDraft, int]:
    """What the editor starts from, and the number of the place's own version (0: none)."""
    route = current_route(route_chain(owner), SUBJECT)
    if route is None:
        step = StepDraft(1, _("Facility manager"), "facility_manager", within_hours=16)
        return RouteDraft(_("Facility manager decides"), scope_of(owner), (step,)), _latest(owner)
    return draft_of(route, scope_of(owner)), _latest(owner)


def _latest(owner: Any) -> int:
    newest = route_versions(owner, SUBJECT).first()
    return newest.number if newest else 0


def choices_for(owner: Any) -> dict[str, list[Any]]:
    """Who can decide at a place: roles with their holders, and groups with how many belong to them."""
    scope_type, scope_id = scope_of(owner)
    held: dict[str, list[str]] = {}
    rows = roles_now().filter(scope_id=scope_id, user__is_active=True).select_related("user")
    for row in rows.order_by("user__name", "user_id"):
        held.setdefault(row.role, []).append(row.user.name)
    roles = [
        (name, f"{role.label}: {_people(held.get(name, []))}")
        for name, role in ROLES.items()
        if role.container == scope_type
    ]
    groups = [
        (f"{GROUP}{group.pk}", f"{group.name}: {_people([user.name for user in group.members.all()])}")
        for group in groups_of(scope_type, scope_id)
    ]
    return {"deciders": [(_("Roles"), roles), (_("Groups"), groups)] if groups else roles, "roles": roles}


def colleagues_at(owner: Any) -> list[tuple[str, str]]:
    """People who hold a role at a place, by name, as choices of their addresses."""
    held = roles_now().filter(scope_id=scope_of(owner)[1], user__is_active=True).values("user")
    return [(user.email, user.name) for user in User.objects.filter(pk__in=held).order_by("name", "id")]


def group_form(owner: Any, group: DeciderGroup | None, data: Any = None) -> GroupForm:
    """The form of a group, filled with who is in it."""
    people = colleagues_at(owner)
    initial: dict[str, Any] = {}
    if group is not None:
        known = {address for address, _name in people}
        inside = [user.email for user in group.members.all()]
        initial = {
            "name": group.name,
            "members": [address for address in inside if address in known],
            "others": "\n".join(address for address in inside if address not in known),
        }
    return GroupForm(data, initial=initial, people=people)


def _people(names: list[str]) -> str:
    """Up to three by name."""
    if not names:
        return _("nobody at present")
    more = _(" and %(count)s more") % {"count": len(names) - 3} if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def editor_page(owner: Any, editor: RouteEditor, expected: int, refusal: Any = None) -> EditorPage:
    versions = list(route_versions(owner, SUBJECT)[:10])
    own = any(route.is_current for route in versions)
    current = current_route(route_chain(owner), SUBJECT)
    is_instrument = isinstance(owner, Instrument)
    place = f"{owner.code} · {owner.name}" if is_instrument else owner.name
    return EditorPage(
        title=_("Who decides at %(place)s") % {"place": place},
        crumbs=[{"label": _("Approval routes"), "url": reverse("routes")}, {"label": place, "url": ""}],
        editor=editor,
        refusal=refusal,
        expected=expected,
        follows=owner.facility.name if is_instrument and not own else "",
        own=own and is_instrument,
        stages=_stages(current),
        rule=_rule(current),
        versions=_versions(versions),
        groups=list(groups_of(*scope_of(owner))),
        url=reverse("route", args=[owner.slug]),
        zone=owner.facility.zone if is_instrument else owner.zone,
    )


def _stages(route: Route | None) -> list[list[Asked]]:
    """The steps of a version, those of the same position together."""
    stages: dict[int, list[Asked]] = {}
    for step in draft_of(route, ("", UUID(int=0))).steps if route else ():
        group = DeciderGroup.objects.filter(pk=step.group).first() if step.group else None
        who = decider_label(step.role, group)
        if step.quorum > 1:
            who = _("%(count)s of: %(who)s") % {"count": step.quorum, "who": who}
        asked = Asked(step.name, who, _deadline(step), describe(step.condition), _again(step))
        stages.setdefault(step.position, []).append(asked)
    return [stages[position] for position in sorted(stages)]


def _again(step: StepDraft) -> str:
    """After which changes a step is asked once more, in words."""
    if len(step.again_on) == len(Edit):
        return _("asked again after every change")
    if not step.again_on:
        return _("not asked again")
    kinds = ", ".join(str(Edit(each).label).lower() for each in step.again_on)
    return _("asked again when the change is: %(kinds)s") % {"kinds": kinds}


def _deadline(step: StepDraft) -> str:
    if step.within_hours is None:
        return _("No deadline")
    words = _("within %(hours)s working hours") % {"hours": step.within_hours}
    if not step.escalate_to_role:
        return words
    return _("%(deadline)s, then also %(role)s") % {
        "deadline": words,
        "role": str(ROLES[step.escalate_to_role].label).lower(),
    }


def _rule(route: Route | None) -> str:
    """When the route approves by itself, in words; empty: never."""
    if route is None or not route.auto_approve:
        return ""
    return describe(route.auto_approve) or _("always")


def _versions(routes: list[Route]) -> list[Version]:
    running = running_by_route(routes)
    makers = dict(User.objects.filter(pk__in=[route.created_by_id for route in routes]).values_list("pk", "name"))
    return [
        Version(
            route.number,
            route.name,
            route.created_at,
            makers.get(route.created_by_id, "") if route.created_by_id else "",
            running.get(route.pk, 0),
            route.is_current,
        )
        for route in routes
    ]
