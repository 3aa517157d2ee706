"""Writes messages into the outbox, in the transaction of the change they tell of."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from accounts.models import User
from core import audit, clock
from notifications.kinds import KINDS
from notifications.models import Message
from workflow import approvals
from workflow.approvals.deciders import people_asked, stand_ins
from workflow.models import Task

BATCH = 200


def notify(
    recipients: Iterable[User],
    kind: str,
    *,
    subject: Model,
    context: dict[str, Any],
    calendar: dict[str, Any] | None = None,
) -> None:
    """One message of a kind to each person, in the caller's transaction; one insert. The sweep delivers it.

    `context` is plain (texts, identifiers, ISO instants with `zone`), for the words are made in the reader's language
    at delivery. `calendar` (uid, sequence, method, starts_at, ends_at, zone, summary, location) adds an invitation,
    `{"entries": [...]}` of them one for each.
    Raises KeyError for a kind that is not in `notifications.kinds`.
    """
    people = [person.pk for person in recipients]
    Message.objects.bulk_create(messages(people, kind, subject=subject, context=context, calendar=calendar))


def notify_address(
    address: str,
    kind: str,
    *,
    subject: Model,
    context: dict[str, Any],
    calendar: dict[str, Any] | None = None,
) -> None:
    """The same to somebody who has no account here. Raises KeyError for an unknown kind."""
    KINDS[kind]
    Message.objects.create(
        address=address,
        kind=kind,
        subject_type=audit.label(subject),
        subject_id=subject.pk,
        context=context,
        calendar=calendar or {},
    )


def messages(
    recipients: Iterable[UUID],
    kind: str,
    *,
    subject: Model,
    context: dict[str, Any],
    calendar: dict[str, Any] | None = None,
) -> list[Message]:
    """The unsaved messages that `notify` writes, for those who insert several kinds of rows at once."""
    KINDS[kind]
    return [
        Message(
            recipient_id=person,
            kind=kind,
            subject_type=audit.label(subject),
            subject_id=subject.pk,
            context=context,
            calendar=calendar or {},
        )
        for person in recipients
    ]


def tell_deciders() -> int:
    """Write a message to everybody whom a new or newly escalated task asks, stand-ins included; how many tasks.

    A request for time only opens a task; this finds those nobody was told of, so nothing is lost by a crash between.
    """
    told = 0
    while batch := _tell_batch():
        told += batch
    return told


@transaction.atomic
def _tell_batch() -> int:
    tasks = list(
        Task.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(state=Task.State.OPEN, told_at=None)
        .select_related("process")
        .order_by("id")[:BATCH]
    )
    approvals.record_skips(tasks)
    asked = people_asked(tasks)
    lent = stand_ins({person.pk: person for people in asked.values() for person in people}.values())
    for task in tasks:
        people = {person.pk: person for person in asked[task.pk]}
        for giver in list(people):
            people.update({taker.pk: taker for taker in lent.get(giver, ()) if taker.pk not in task.excluded})
        notify(
            people.values(),
            "task_escalated" if _overdue(task) else "task_open",
            subject=task,
            context={
                "title": task.title,
                "step": task.name,
                "due_at": task.due_at.isoformat() if task.due_at else "",
                "zone": task.process.working_hours.get("zone") or "UTC",
            },
        )
    Task.objects.filter(pk__in=[task.pk for task in tasks]).update(told_at=clock.now())
    return len(tasks)


def _overdue(task: Task) -> bool:
    """Whether it escalated for its deadline, and not for a conflict of interest."""
    return bool(task.escalated_at and task.due_at and task.escalated_at >= task.due_at)


def mark_read(messages: Iterable[Message], *, by: Any) -> int:
    """Note that a person has read these of their own messages; not audited, for reading is nobody's business."""
    ids = [message.pk for message in messages]
    return Message.objects.filter(pk__in=ids, recipient=by, read_at=None).update(read_at=clock.now())


def recall(subject: Model, kind: str) -> set[UUID]:
    """Take back the messages of a kind about a subject that wait to be sent; whom they would have reached."""
    waiting = Message.objects.select_for_update(skip_locked=True).filter(
        subject_type=audit.label(subject), subject_id=subject.pk, kind=kind, state=Message.State.WAITING
    )
    unsent = dict(waiting.values_list("pk", "recipient_id"))
    Message.objects.filter(pk__in=unsent).delete()
    return set(unsent.values())


def drop_waiting(before: datetime) -> int:
    """Take back what was never sent and is older than `before`: old news of a history that was brought in; how many."""
    dropped, _by_model = Message.objects.filter(state=Message.State.WAITING, created_at__lt=before).delete()
    return dropped
