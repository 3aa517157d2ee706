"""`advance` is the only writer of any `state` column of a workflow."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from core import audit
from core.errors import Invalid, NotPermitted, Violation, WrongState
from workflow.machine import Move, Workflow


def permitted_move(workflow: Workflow, name: str, state: str, parties: Iterable[str], note: str = "") -> Move:
    """The move, if one of `parties` may do it from `state`.

    Raises WrongState (409), NotPermitted (403), Invalid (400).
    """
    found = workflow.by_name.get(name)
    if found is None:
        raise WrongState(_("There is no move “%(move)s” here.") % {"move": name})
    if not found.who & frozenset(parties):
        raise NotPermitted(_("“%(move)s” is not yours to do.") % {"move": found.label})
    if state not in found.sources:
        raise WrongState(
            _("“%(move)s” is not possible any more: it is %(state)s now.")
            % {"move": found.label, "state": str(workflow.states[state]).lower()}
        )
    if found.reason and not note.strip():
        message = _("Give a reason: the other side reads it.")
        raise Invalid(message, [Violation("reason_required", message, field="note")], code="reason_required")
    return found


@transaction.atomic
def advance(
    subject: Any,
    workflow: Workflow,
    name: str,
    *,
    by: Any,
    parties: Iterable[str],
    note: str = "",
    also: Iterable[str] = (),
    **data: Any,
) -> Move:
    """Move `subject` (already locked by the caller), save its state and record it. Raises as `permitted_move`.

    `also` names other columns that the caller has set and that are saved in the same statement.
    """
    found = permitted_move(workflow, name, subject.state, parties, note)
    before = subject.state
    subject.state = found.target or before
    subject.save(update_fields=["state", *also, *_touched(subject)])
    audit.record(found.name, subject, by=by, note=note, from_state=before, to_state=subject.state, **data)
    return found


def _touched(subject: Model) -> list[str]:
    if hasattr(subject, "version"):
        subject.version += 1
        return ["version", "updated_at"]
    return ["updated_at"]
