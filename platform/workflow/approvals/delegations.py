"""Delegations: a person lends their tasks to another between two instants."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.errors import NotPermitted, RulesRefuse, Violation
from workflow.models import Delegation


@transaction.atomic
def delegate_tasks(
    giver: Any, taker: Any, *, starts_at: datetime, ends_at: datetime, by: Any, note: str = ""
) -> Delegation:
    """Lend the giver's tasks to the taker from `starts_at` until `ends_at`. Only the giver, or the system, may.

    The same loan again is a replay. Raises NotPermitted, and RulesRefuse with every violation.
    """
    same = Delegation.objects.filter(giver=giver, taker=taker, starts_at=starts_at, ends_at=ends_at, archived_at=None)
    if by == giver and (already := same.first()):
        return already
    if by != giver and not by.is_system:
        raise NotPermitted(_("Only you can lend your own tasks."))
    if violations := _violations(giver, taker, starts_at, ends_at):
        raise RulesRefuse(_("Your tasks were not lent."), violations)
    made = Delegation.objects.create(
        giver=giver, taker=taker, starts_at=starts_at, ends_at=ends_at, note=note.strip(), created_by=by
    )
    audit.record(
        "delegate", made, by=by, note=note, taker=str(taker.pk), starts_at=str(starts_at), ends_at=str(ends_at)
    )
    return made


def _violations(giver: Any, taker: Any, starts_at: datetime, ends_at: datetime) -> list[Violation]:
    found = []
    if giver == taker:
        found.append(Violation("to_oneself", _("Choose another person."), "taker"))
    if not taker.is_active or taker.is_system:
        found.append(Violation("taker_inactive", _("This person has no active account."), "taker"))
    if ends_at <= starts_at:
        found.append(Violation("ends_before_start", _("The end must come after the start."), "ends_at"))
    elif ends_at <= clock.now():
        found.append(Violation("over_already", _("The end must lie ahead."), "ends_at"))
    overlapping = Delegation.objects.filter(
        giver=giver, taker=taker, starts_at__lt=ends_at, ends_at__gt=starts_at, archived_at=None
    )
    if overlapping.exists():
        found.append(
            Violation("lent_already", _("Your tasks are lent to this person in that time already."), "starts_at")
        )
    return found


@transaction.atomic
def end_delegation(delegation: Delegation, *, by: Any) -> Delegation:
    """Take the tasks back now. The giver or the taker may; ended ones stay as they are. Raises NotPermitted."""
    delegation = Delegation.objects.select_for_update().get(pk=delegation.pk)
    if by.pk not in (delegation.giver_id, delegation.taker_id) and not by.is_system:
        raise NotPermitted(_("This loan is not yours to end."))
    if delegation.archived_at is None and delegation.ends_at > clock.now():
        delegation.archived_at = clock.now()
        delegation.version += 1
        delegation.save(update_fields=["archived_at", "version", "updated_at"])
        audit.record("end-delegation", delegation, by=by)
    return delegation
