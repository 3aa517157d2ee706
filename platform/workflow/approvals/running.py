"""Processes under way: prepare one on a route, decide its tasks, stop it, escalate what is overdue."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.queries import roles_now, system_user
from core import audit, clock
from core.errors import Invalid, NotPermitted, Violation, WrongState
from workflow.approvals import conditions
from workflow.approvals.deciders import Voice, of_organisation, people_asked, voice_of
from workflow.approvals.handlers import Handler, Part, handler_for, load_subject
from workflow.approvals.routes import steps_of
from workflow.hours import WorkingHours, due_after
from workflow.models import DeciderGroup, Decision, Process, Route, Step, Task


@dataclass(frozen=True)
class Prepared:
    """Unsaved rows of a process that is about to start; the caller writes them, with its own where it can."""

    process: Process
    tasks: tuple[Task, ...]


def prepare(
    subject: Model,
    *,
    route: Route,
    title: str,
    facts: Mapping[str, Any],
    working_hours: Mapping[str, Any],
    purpose: str = "request",
    excluded: Iterable[UUID] = (),
    settled: Iterable[UUID] = (),
    latest: datetime | None = None,
) -> Prepared:
    """The unsaved rows that send a subject, locked by the caller, through a version of a route.

    `title` is its line in inboxes, `facts` is what conditions are tested against, `working_hours` those of the place
    that decides (`WorkingHours` as JSON), `excluded` people with a conflict of interest, `settled` steps that need not
    be asked (`still_agreed`), `latest` the instant at which what is decided begins: no step is due after it.
    The process is approved at once where the route approves by itself or no step applies: then nothing is called and
    the caller goes on. A subject has one running process: `stop` the earlier one first. Reads nothing but the route's
    steps, which are kept in memory.
    """
    known = {name: str(value) if isinstance(value, Decimal) else value for name, value in facts.items()}
    process = Process(
        route=route,
        subject_type=audit.label(subject),
        subject_id=subject.pk,
        purpose=purpose,
        facts=known,
        working_hours=dict(working_hours),
        settled=list(settled),
        latest=latest,
    )
    approved = bool(route.auto_approve) and conditions.holds(route.auto_approve, known)
    tasks = [] if approved else _tasks_after(process, 0, title, excluded)
    if not tasks:
        process.state, process.ended_at = Process.State.APPROVED, process.created_at
    return Prepared(process, tuple(tasks))


def _tasks_after(process: Process, position: int, title: str, excluded: Iterable[UUID]) -> list[Task]:
    """Unsaved tasks of the first position after `position` at which some step's condition holds."""
    applying = [
        step
        for step in steps_of(process.route_id)
        if step.position > position
        and step.pk not in process.settled
        and conditions.holds(step.condition, process.facts)
    ]
    return [_task(process, step, title, excluded) for step in applying if step.position == applying[0].position]


def _task(process: Process, step: Step, title: str, excluded: Iterable[UUID], **fields: Any) -> Task:
    place = WorkingHours.from_json(process.working_hours)
    return Task(
        process=process,
        step=step,
        position=step.position,
        name=step.name,
        title=title[:300],
        subject_type=process.subject_type,
        subject_id=process.subject_id,
        role=step.role,
        group_id=step.group_id,
        scope_type=step.scope_type,
        scope_id=step.scope_id,
        quorum=step.quorum,
        due_at=due_after(clock.now(), step.within_hours, place, process.latest) if step.within_hours else None,
        escalate_to_role=step.escalate_to_role,
        excluded=sorted(set(excluded)),
        **fields,
    )


def repeat(task: Task, process: Process) -> Task:
    """Ask a decided step of a running process once more; those it asks count as told."""
    step = Step.objects.get(tasks=task)
    again = _task(process, step, task.title, task.excluded, told_at=clock.now())
    again.save(force_insert=True)
    return again


def record_skips(tasks: Iterable[Task]) -> None:
    """Record whom a conflict of interest keeps out of open tasks, locked by the caller, and ask the next in turn.

    Part of telling deciders and not of `start`, which a request for time waits for. Safe to run twice.
    """
    tasks = list(tasks)
    for task in tasks:
        _keep_apart(task)
    tasks = [task for task in tasks if task.excluded]
    people = {person for task in tasks for person in task.excluded}
    roles = roles_now().filter(user_id__in=people, scope_id__in={task.scope_id for task in tasks})
    asked: set[tuple[Any, ...]] = set(roles.values_list("role", "scope_id", "user_id"))
    members = DeciderGroup.members.through.objects.filter(user_id__in=people)
    grouped: set[tuple[Any, ...]] = set(members.values_list("decidergroup_id", "user_id"))
    skips = [
        _skip(task, person, _("Conflict of interest"))
        for task in tasks
        for person in task.excluded
        if (task.role, task.scope_id, person) in asked or (task.group_id, person) in grouped
    ]
    known = set(Decision.objects.filter(task__in=tasks).values_list("task_id", "by_id"))
    skips = [skip for skip in skips if (skip.task_id, skip.by_id) not in known]
    Decision.objects.bulk_create(skips)
    for skip in skips:
        _tell_history(skip)
    for task in {skip.task for skip in skips}:
        if _escalate_if_too_few(task):
            task.save(update_fields=["escalated_at", "told_at", "updated_at"])


def _keep_apart(task: Task) -> None:
    """Exclude people of the organisation that asks, where the step says so."""
    if task.step is None or not task.step.apart:
        return
    subject = load_subject(task.subject_type, task.subject_id)
    asked = {person.pk for person in people_asked([task])[task.pk]}
    own = of_organisation(handler_for(task.subject_type).organisation(subject), asked)
    if own - set(task.excluded):
        task.excluded = sorted({*task.excluded, *own})
        task.save(update_fields=["excluded", "updated_at"])


def _conflict(handler: Handler, task: Task, person: Any, subject: Model) -> str:
    """Why a person has a conflict of interest with what a task is about; empty when there is none."""
    if task.step is not None and task.step.apart and of_organisation(handler.organisation(subject), [person.pk]):
        return _("You belong to the organisation that asks.")
    return handler.may_decide(person, subject)


def _tell_history(skip: Decision) -> None:
    subject = load_subject(skip.task.subject_type, skip.task.subject_id)
    audit.record("skip", subject, by=skip.by, note=skip.note, step=skip.task.name)


def _skip(task: Task, person: UUID, why: str) -> Decision:
    return Decision(task=task, by_id=person, verdict=Decision.Verdict.SKIP, note=why)


def _escalate_if_too_few(task: Task) -> bool:
    """Ask the next ones at once when, after skips, fewer are left than must agree; whether that was so."""
    if task.escalated_at or not task.escalate_to_role or len(people_asked([task])[task.pk]) >= task.quorum:
        return False
    task.escalated_at, task.told_at = clock.now(), None
    return True


def decide(task: Task, verdict: str, *, by: Any, note: str = "", part: Part | None = None) -> Task:
    """Say `approve` or `decline` on a task, for oneself or for one who lent it.

    The subject is locked first, then the process. What was already said is a replay. A decline needs a note and ends
    the process with all its tasks; the last agreement needed goes on to the next position or approves. Who approves
    only a `part` of the time says why: the subject is made so at once, and those who are asked next see it so. A
    decider found in conflict of interest is skipped, which is recorded although this raises.

    Raises Invalid, NotPermitted, WrongState, and whatever the subject's handler refuses with.
    """
    done, conflict = _decide(task, verdict, by=by, note=note.strip(), part=part)
    if conflict:
        raise NotPermitted(conflict, code="conflict_of_interest")
    return done


@transaction.atomic
def _decide(task: Task, verdict: str, *, by: Any, note: str, part: Part | None) -> tuple[Task, str]:
    handler = handler_for(task.subject_type)
    handler.lock(task.subject_id)
    process = Process.objects.select_for_update().get(pk=task.process_id)
    task = Task.objects.select_related("step").get(pk=task.pk)
    said = list(task.decisions.all())
    if any(one.by_id == by.pk and one.verdict == verdict for one in said):
        return task, ""
    voice = _permitted_voice(task, said, by)
    _check(verdict, note, part)
    subject = load_subject(task.subject_type, task.subject_id)
    if conflict := _conflict(handler, task, by, subject):
        _record_conflict(task, by, conflict)
        return task, conflict
    if part is not None:
        process.facts |= handler.narrow(task.subject_id, part, by=by, note=note, process=process)
        process.save(update_fields=["facts", "updated_at"])
    task.decisions.create(by=by, on_behalf_of_id=voice.on_behalf_of, verdict=verdict, note=note, part=part)
    if verdict == Decision.Verdict.DECLINE:
        _end_task(task, Task.State.DECLINED)
        _end(process, Process.State.DECLINED)
        handler.on_declined(task.subject_id, by=by, note=note, process=process)
    elif 1 + sum(one.verdict == Decision.Verdict.APPROVE for one in said) >= task.quorum:
        _end_task(task, Task.State.APPROVED)
        _go_on(process, task, handler, subject, by=by, note=note)
    else:
        audit.record("agree", subject, by=by, note=note, step=task.name)
    return task, ""


def _permitted_voice(task: Task, said: list[Decision], by: Any) -> Voice:
    """Raises WrongState once it is decided or one was heard, NotPermitted for anybody who is not asked."""
    if any(by.pk in (one.by_id, one.on_behalf_of_id) and one.verdict != Decision.Verdict.SKIP for one in said):
        raise WrongState(_("You have been heard on this already."), code="already_decided")
    if task.state != Task.State.OPEN:
        raise WrongState(
            _("This was decided meanwhile: %(state)s.") % {"state": task.get_state_display().lower()},
            code="already_decided",
        )
    voice = voice_of(by, task)
    if voice is None:
        raise NotPermitted(_("This decision is not yours to make."))
    return voice


def _check(verdict: str, note: str, part: Part | None) -> None:
    if verdict not in (Decision.Verdict.APPROVE, Decision.Verdict.DECLINE):
        message = _("A verdict is “approve” or “decline”.")
        raise Invalid(message, [Violation("verdict", message, field="verdict")])
    if part is not None and verdict == Decision.Verdict.DECLINE:
        message = _("Decline the whole, or approve a part of it.")
        raise Invalid(message, [Violation("verdict", message, field="verdict")])
    if (verdict == Decision.Verdict.DECLINE or part is not None) and not note:
        message = _("Give a reason: the other side reads it.")
        raise Invalid(message, [Violation("reason_required", message, field="note")], code="reason_required")


def _record_conflict(task: Task, person: Any, why: str) -> None:
    skip = _skip(task, person.pk, why)
    skip.save(force_insert=True)
    _tell_history(skip)
    task.excluded = sorted({*task.excluded, person.pk})
    _escalate_if_too_few(task)
    task.save(update_fields=["excluded", "escalated_at", "told_at", "updated_at"])


def _go_on(process: Process, task: Task, handler: Handler, subject: Model, *, by: Any, note: str) -> None:
    """A task was agreed to: wait for the parallel ones, open the next position, or approve the subject."""
    waiting = process.tasks.filter(state=Task.State.OPEN).exists()
    following = [] if waiting else _tasks_after(process, task.position, task.title, task.excluded)
    if waiting or following:
        audit.record("agree", subject, by=by, note=note, step=task.name)
        Task.objects.bulk_create(following)
        return
    _end(process, Process.State.APPROVED)
    handler.on_approved(task.subject_id, by=by, note=note, process=process)


def _end_task(task: Task, state: str) -> None:
    task.state, task.decided_at = state, clock.now()
    task.save(update_fields=["state", "decided_at", "updated_at"])


def _end(process: Process, state: str) -> None:
    process.tasks.filter(state=Task.State.OPEN).update(state=Task.State.STOPPED, decided_at=clock.now())
    process.state, process.ended_at = state, clock.now()
    process.save(update_fields=["state", "ended_at", "updated_at"])


@transaction.atomic
def stop(subject: Model, *, by: Any, note: str = "") -> Process | None:
    """End the running process of a subject, locked by the caller, with all its tasks; None when there is none.

    The caller's own move says in the audit trail who did it and why.
    """
    process = (
        Process.objects.select_for_update()
        .filter(subject_type=audit.label(subject), subject_id=subject.pk, state=Process.State.RUNNING)
        .first()
    )
    if process is not None:
        _end(process, Process.State.STOPPED)
    return process


def escalate_due(now: datetime | None = None) -> int:
    """Escalate every open task that was due before `now` and is not escalated yet; how many. Safe to run twice."""
    moment = now or clock.now()
    due = Task.objects.filter(state=Task.State.OPEN, due_at__lte=moment, escalated_at=None).order_by("due_at", "id")
    return sum(_escalate(pk) for pk in due.values_list("pk", flat=True).iterator(chunk_size=500))


@transaction.atomic
def _escalate(pk: UUID) -> bool:
    task = (
        Task.objects.select_for_update(skip_locked=True).filter(pk=pk, state=Task.State.OPEN, escalated_at=None).first()
    )
    if task is None:
        return False
    task.escalated_at, task.told_at = clock.now(), None
    task.save(update_fields=["escalated_at", "told_at", "updated_at"])
    audit.record(
        "escalate",
        load_subject(task.subject_type, task.subject_id),
        by=system_user(),
        step=task.name,
        due_at=task.due_at.isoformat() if task.due_at else "",
        to=task.escalate_to_role,
    )
    return True
