"""Teams: the people who book together on one account, and whether they may."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation
from core import audit
from core.errors import Invalid
from core.models import new_id
from facilities.models import Team, TeamMember


@transaction.atomic
def create_team(
    kind: str,
    title: str,
    *,
    organisation: Organisation | None,
    by: Any,
    pk: UUID | None = None,
    reference: str = "",
    source: str = "",
    active: bool = True,
) -> Team:
    """A new team without members. A programme gives its own identifier as `pk`. The caller has permitted it."""
    team = Team.objects.create(
        pk=pk or new_id(),
        kind=kind,
        title=title,
        organisation=organisation,
        reference=reference,
        source=source,
        is_active=active,
        created_by=None if by.is_system else by,
    )
    audit.record("create", team, by=by, kind=kind)
    return team


@transaction.atomic
def add_member(team: Team, person: Any, *, by: Any, role: str = TeamMember.Role.MEMBER) -> TeamMember:
    """A person joins, or changes role; doing it again changes nothing. Raises Invalid for an account out of use."""
    team = Team.objects.select_for_update().get(pk=team.pk)
    if not person.is_active or person.is_system:
        raise Invalid(_("This account is not in use."), code="inactive_account")
    member, joined = TeamMember.objects.get_or_create(team=team, user=person, defaults={"role": role})
    if joined or member.role != role:
        member.role = role
        member.save(update_fields=["role", "updated_at"])
        audit.record("add-member", team, by=by, person=person.name, person_id=str(person.pk), role=role)
    return member


@transaction.atomic
def remove_member(team: Team, person: Any, *, by: Any) -> None:
    """A person leaves; absent already is fine."""
    team = Team.objects.select_for_update().get(pk=team.pk)
    gone, _by_model = TeamMember.objects.filter(team=team, user=person).delete()
    if gone:
        audit.record("remove-member", team, by=by, person=person.name, person_id=str(person.pk))


@transaction.atomic
def set_team_active(team: Team, active: bool, *, by: Any) -> Team:
    """Only an active team asks for time on its account; what is booked stays booked."""
    team = Team.objects.select_for_update().get(pk=team.pk)
    if team.is_active != active:
        team.is_active = active
        team.save(update_fields=["is_active", "updated_at"])
        audit.record("activate" if active else "deactivate", team, by=by)
    return team
