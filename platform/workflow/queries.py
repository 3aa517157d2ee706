"""Reads inboxes: which tasks a person sees, which wait for them, and who decides a subject by when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Model, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import roles_now
from accounts.roles import ROLES
from core import audit, clock
from core.errors import Invalid, Violation
from core.rows import fetch
from workflow.approvals import conditions
from workflow.approvals.deciders import asking, awaits, givers_of, people_asked
from workflow.approvals.routes import steps_of
from workflow.hours import WorkingHours, due_after
from workflow.models import DeciderGroup, Decision, Delegation, Process, Route, Task

INBOX = ("due_at", "created_at", "id")


def tasks_visible_to(user: Any) -> QuerySet[Task]:
    """Tasks that ask a person, directly or for one who lent theirs, and those they were heard on; due first."""
    if not user.is_authenticated or not user.is_active:
        return Task.objects.none()
    heard = Decision.objects.filter(by=user).order_by().values("task_id")
    ids = asking(user.pk).union(heard, *(asking(giver) for giver in givers_of(user)))
    return Task.objects.filter(pk__in=ids).order_by(*INBOX)


def open_tasks_for(user: Any) -> QuerySet[Task]:
    """What waits for a person's word now: no conflict of interest, not heard yet, lent tasks included; due first."""
    if not user.is_authenticated or not user.is_active:
        return Task.objects.none()
    mine = awaits(user.pk)
    for giver in givers_of(user):
        mine |= awaits(giver)
    return (
        Task.objects.filter(mine, state=Task.State.OPEN)
        .exclude(excluded__contains=[user.pk])
        .exclude(decisions__by=user)
        .order_by(*INBOX)
    )


# By hand, for every list of bookings asks it first: 0.2 ms where the two querysets take 2.
STANDS_IN = """
    select exists (
        select from workflow_delegation where taker_id = %(user)s::uuid and archived_at is null
            and starts_at <= %(now)s::timestamptz and ends_at > %(now)s::timestamptz
    ) or exists (
        select from workflow_decidergroup_members where user_id = %(user)s::uuid
    )
"""


def subjects_lent_to(user: Any, subject_type: str) -> list[UUID]:
    """Subjects that wait for a person as a stand-in or member of a group, who may hold no role that shows them.

    One small statement for everybody else.
    """
    [(asked,)] = fetch(STANDS_IN, {"user": user.pk, "now": clock.now()})
    if not asked:
        return []
    waiting = open_tasks_for(user).filter(subject_type=subject_type)
    return list(waiting.order_by().values_list("subject_id", flat=True))


def who_decides(subject: Model) -> list[dict[str, Any]]:
    """The open steps of a subject: `step`, `who` (names), `due_at`, `escalated`; due first. Empty: nobody is asked."""
    return who_decides_each(audit.label(subject), [subject.pk]).get(subject.pk, [])


def who_decides_each(subject_type: str, subject_ids: Iterable[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """`who_decides` for many subjects of a type, in three statements."""
    tasks = list(
        Task.objects.filter(
            subject_type=subject_type, subject_id__in=list(subject_ids), state=Task.State.OPEN
        ).order_by(*INBOX)
    )
    asked = people_asked(tasks)
    found: dict[UUID, list[dict[str, Any]]] = {}
    for task in tasks:
        found.setdefault(task.subject_id, []).append(
            {
                "step": task.name,
                "who": [str(person) for person in asked[task.pk]],
                "due_at": task.due_at,
                "escalated": task.escalated_at is not None,
            }
        )
    return found


@dataclass(frozen=True)
class Expected:
    """A step a request would go through: what a person reads before asking."""

    position: int
    step: str
    who: str
    due_at: datetime | None


def who_would_decide(
    route: Route | None,
    facts: Mapping[str, Any],
    working_hours: Mapping[str, Any],
    *,
    latest: datetime | None = None,
) -> list[Expected]:
    """The steps that apply to these facts; empty where the route approves by itself.

    `due_at` counts each step's working hours from the end of those before it, and is never after `latest`, when what
    they decide begins.
    """
    if route is None or (route.auto_approve and conditions.holds(route.auto_approve, facts)):
        return []
    place = WorkingHours.from_json(dict(working_hours))
    begins = ends = clock.now()
    position, expected = 0, []
    for step in steps_of(route.pk):
        if not conditions.holds(step.condition, facts):
            continue
        if step.position != position:
            position, begins = step.position, ends
        due = due_after(begins, step.within_hours, place, latest) if step.within_hours else None
        ends = max(ends, due or begins)
        expected.append(Expected(step.position, step.name, decider_label(step.role, step.group), due))
    return expected


def decider_label(role: str, group: Any) -> str:
    """How the decider of a step is called: the group's name, or the role."""
    if group is not None:
        return str(group)
    return str(ROLES[role].label) if role in ROLES else _("Nobody")


def delegations_of(user: Any) -> QuerySet[Delegation]:
    """What a person has lent and was lent, running or to come, by start."""
    return (
        Delegation.objects.filter(Q(giver=user) | Q(taker=user), archived_at=None, ends_at__gt=clock.now())
        .select_related("giver", "taker")
        .order_by("starts_at", "id")
    )


def route_versions(owner: Model, subject_type: str) -> QuerySet[Route]:
    """All versions of an owner's route with their steps, newest first."""
    return (
        Route.objects.filter(owner_type=audit.label(owner), owner_id=owner.pk, subject_type=subject_type)
        .prefetch_related("steps")
        .order_by("-number")
    )


def colleagues_of(user: Any) -> QuerySet[User]:
    """Active people who hold a role on a container on which the person does, by name: whom to ask to stand in."""
    scopes = roles_now().filter(user=user).values("scope_id")
    nearby = roles_now().filter(scope_id__in=scopes).values("user_id")
    return User.objects.filter(pk__in=nearby, is_active=True).exclude(pk=user.pk).order_by("name", "id")


def running_by_route(routes: Iterable[Route]) -> dict[UUID, int]:
    """How many requests are still on each version."""
    running = Process.objects.filter(route__in=[route.pk for route in routes], state=Process.State.RUNNING)
    return dict(running.order_by().values_list("route").annotate(count=Count("pk")))


def groups_of(scope_type: str, scope_id: UUID) -> QuerySet[DeciderGroup]:
    """The named groups on a container, with their members, by name."""
    groups = DeciderGroup.objects.filter(scope_type=scope_type, scope_id=scope_id, archived_at=None)
    return groups.prefetch_related("members").order_by("name", "id")


def people_at(addresses: Iterable[str]) -> list[User]:
    """The active people with these e-mail addresses. Raises Invalid naming every address that nobody has."""
    wanted = {address.strip().lower() for address in addresses if address.strip()}
    found = {
        user.email.lower(): user for user in User.objects.filter(email__in=wanted, is_active=True, is_system=False)
    }
    if strange := sorted(wanted - found.keys()):
        message = _("Nobody here has this address: %(address)s.")
        raise Invalid(
            _("Please correct what is marked."),
            [Violation("person_unknown", message % {"address": address}, "members") for address in strange],
        )
    return sorted(found.values(), key=lambda user: (user.name, user.pk))
