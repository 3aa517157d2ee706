"""Writes what was promised: at a point of an agenda or in a plan, by whom until when, done with evidence or dropped."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.queries import system_user
from alliance.commands.keeping import keep
from alliance.models import ActionItem, AgendaItem, Alliance, Document
from alliance.permissions.governance import actions_owned_by, governance_parties
from alliance.queries.membership import active_memberships, representatives_of
from alliance.rules.days import today_in
from core.errors import Invalid, NotPermitted, Violation, WrongState
from notifications.commands import notify

State, Reminder = ActionItem.State, ActionItem.Reminder


@transaction.atomic
def promise_action(
    alliance: Alliance,
    *,
    by: Any,
    title: str,
    due_on: date,
    owner: User | None = None,
    owner_organisation: Organisation | None = None,
    agenda_item: AgendaItem | None = None,
    plan: Document | None = None,
    weight: int = 1,
) -> ActionItem:
    """Somebody will do something by a day; they are told. Raises NotPermitted, Invalid."""
    _require_secretary(alliance, by)
    violations = []
    if owner is None and owner_organisation is None:
        violations.append(
            Violation("owner_missing", _("Name who does it: a person, an organisation or both."), "owner")
        )
    if agenda_item is not None and agenda_item.meeting.body.alliance_id != alliance.pk:
        violations.append(Violation("other_alliance", _("This meeting is of another alliance."), "agenda_item"))
    if plan is not None and plan.alliance_id != alliance.pk:
        violations.append(Violation("other_alliance", _("This document belongs to another alliance."), "plan"))
    if weight < 1:
        violations.append(Violation("weight", _("A weight is at least 1."), "weight"))
    if violations:
        raise Invalid(_("Please correct what is marked."), violations)
    action = ActionItem(
        alliance=alliance, title=title, due_on=due_on, owner=owner, owner_organisation=owner_organisation,
        agenda_item=agenda_item, plan=plan, weight=weight, created_by=None if by.is_system else by,
    )  # fmt: skip
    keep(action, "promise", by=by)
    _tell(action, "action_promised", by=by)
    return action


@transaction.atomic
def finish_action(action: ActionItem, *, by: Any, evidence: str, on: date | None = None) -> ActionItem:
    """It is done, and here is how one can see it; by its owner or the secretariat. Raises as `drop_action`."""
    action = _open(action, by, owners=True)
    today = today_in(action.alliance)
    violations = []
    if not evidence.strip():
        violations.append(Violation("evidence_missing", _("Say how one can see that it is done."), "evidence"))
    if on is not None and on > today:
        message = _("This day lies ahead. Record it when it has happened.")
        violations.append(Violation("in_the_future", message, "on"))
    if violations:
        raise Invalid(_("Please correct what is marked."), violations)
    action.state, action.done_on, action.evidence = State.DONE, on or today, evidence.strip()
    action.version += 1
    return keep(action, "finish", by=by, note=action.evidence)


@transaction.atomic
def drop_action(action: ActionItem, *, by: Any, note: str) -> ActionItem:
    """It will not be done, and why; it weighs no more. Raises NotPermitted, WrongState, Invalid."""
    action = _open(action, by, owners=False)
    if not note.strip():
        message = _("Give a reason: the other side reads it.")
        raise Invalid(message, [Violation("reason_required", message, field="note")], code="reason_required")
    action.state = State.DROPPED
    action.version += 1
    return keep(action, "drop", by=by, note=note)


@transaction.atomic
def move_action(action: ActionItem, *, by: Any, due_on: date, note: str) -> ActionItem:
    """Another day, and why; the owner is reminded anew. Raises NotPermitted, WrongState, Invalid."""
    action = _open(action, by, owners=False)
    if not note.strip():
        message = _("Give a reason: the other side reads it.")
        raise Invalid(message, [Violation("reason_required", message, field="note")], code="reason_required")
    before = action.due_on
    action.due_on, action.reminded = due_on, ""
    action.version += 1
    return keep(action, "move", by=by, note=note, before=before.isoformat(), after=due_on.isoformat())


def remind_owners() -> int:
    """Remind the owners of what is due soon, and once more of what is overdue; how many. Safe to run twice or late."""
    told = 0
    for alliance in Alliance.objects.order_by("id"):
        today = today_in(alliance)
        soon = today + timedelta(days=settings.ACTION_REMINDER_DAYS)
        due = alliance.actions.filter(state=State.OPEN, due_on__lte=soon).exclude(reminded=Reminder.OVERDUE)
        for action in due.order_by("due_on", "id"):
            told += _remind(action, today)
    return told


@transaction.atomic
def _remind(action: ActionItem, today: date) -> int:
    action = _locked(action)
    kind = Reminder.OVERDUE if action.due_on < today else Reminder.SOON
    if action.state != State.OPEN or action.reminded == kind:
        return 0
    action.reminded = kind
    action.save(update_fields=["reminded", "updated_at"])
    _tell(action, "action_overdue" if kind == Reminder.OVERDUE else "action_due", by=system_user())
    return 1


def owners_of(action: ActionItem) -> list[User]:
    """The owner, and who speaks for the owning organisation in this alliance."""
    people = {action.owner.pk: action.owner} if action.owner and action.owner.is_active else {}
    if action.owner_organisation_id and not people:
        today = today_in(action.alliance)
        for member in active_memberships(action.alliance, today).filter(organisation=action.owner_organisation):
            people |= {row.person.pk: row.person for row in representatives_of(member, today) if row.person}
    return list(people.values())


def _tell(action: ActionItem, kind: str, *, by: Any) -> None:
    context = {
        "action": action.title,
        "due_on": action.due_on.isoformat(),
        "alliance": str(action.alliance),
        "by": by.name,
    }
    people = [person for person in owners_of(action) if person.pk != by.pk]
    notify(people, kind, subject=action, context=context)


def _open(action: ActionItem, by: Any, *, owners: bool) -> ActionItem:
    action = _locked(action)
    owns = owners and ActionItem.objects.filter(actions_owned_by(by), pk=action.pk).exists()
    if not owns:
        _require_secretary(action.alliance, by)
    if action.state != State.OPEN:
        raise WrongState(_("This action is not open any more."))
    return action


def _locked(action: ActionItem) -> ActionItem:
    rows = ActionItem.objects.select_for_update(of=("self",)).select_related("alliance", "owner", "owner_organisation")
    return rows.get(pk=action.pk)


def _require_secretary(alliance: Alliance, by: Any) -> None:
    if not governance_parties(by, alliance) & {"secretary", "chair"}:
        raise NotPermitted(
            _("Actions are written by the secretariat of the alliance; their owner says that one is done.")
        )
