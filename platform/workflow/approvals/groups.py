"""Named groups of deciders, for steps where a role is too wide."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.errors import NotFound, RulesRefuse, Violation
from workflow.approvals.handlers import require_editor, scope_of
from workflow.models import DeciderGroup, Step


@transaction.atomic
def save_group(
    owner: Model, name: str, members: Iterable[User], *, by: Any, group: DeciderGroup | None = None
) -> DeciderGroup:
    """A new group on the container of `owner`, or another name and other members for one that is there.

    Raises NotPermitted, and RulesRefuse with every violation: no or a taken name, nobody in it, or fewer people than
    a current route asks of it.
    """
    require_editor(by, owner)
    scope_type, scope_id = scope_of(owner)
    mine = DeciderGroup.objects.select_for_update().filter(scope_type=scope_type, scope_id=scope_id, archived_at=None)
    others = list(mine)
    if group is not None and group not in others:
        raise NotFound()
    people = {user.pk: user for user in members}
    name = name.strip()
    found = _violations(name, len([user for user in people.values() if user.is_active]), group, others)
    if found:
        raise RulesRefuse(_("The group was not saved."), found)
    if group is None:
        group = DeciderGroup.objects.create(name=name, scope_type=scope_type, scope_id=scope_id, created_by=by)
    else:
        group.name, group.version = name, group.version + 1
        group.save(update_fields=["name", "version", "updated_at"])
    group.members.set(people.values())
    audit.record("save-group", group, by=by, members=sorted(str(pk) for pk in people), owner=str(owner.pk))
    return group


def _violations(name: str, people: int, group: DeciderGroup | None, others: Iterable[DeciderGroup]) -> list[Violation]:
    found = []
    if not name:
        found.append(Violation("name_missing", _("Give the group a name."), "name"))
    if any(other.name.casefold() == name.casefold() for other in others if other != group):
        found.append(Violation("name_taken", _("There is a group of this name already."), "name"))
    if not people:
        found.append(Violation("group_empty", _("Choose at least one person."), "members"))
    asking = Step.objects.filter(group=group, route__is_current=True) if group else Step.objects.none()
    for step in asking.filter(quorum__gt=max(people, 1)).select_related("route").order_by("id"):
        message = _("“%(step)s” needs %(needed)s people of this group to agree.")
        found.append(Violation("group_too_small", message % {"step": step.name, "needed": step.quorum}, "members"))
    return found
