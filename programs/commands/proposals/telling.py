"""Whom a proposal's moves are told to, and with which facts."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import override

from accounts.models import User
from accounts.queries import roles_now
from accounts.roles import ROLES
from notifications.commands import notify, notify_address
from programs.models import Call, Proposal, ProposalMember
from programs.permissions.calls import DECIDE, RUN
from programs.workflows.proposals import PROPOSAL


def team_of(proposal: Proposal) -> QuerySet[User]:
    """Everybody who joined."""
    joined = proposal.members.filter(state="joined").values("person_id")
    return User.objects.filter(pk__in=joined, is_active=True).order_by("id")


def leads_of(proposal: Proposal) -> QuerySet[User]:
    """The principal investigator and those beside them."""
    leading = proposal.members.filter(state="joined", role__in=["pi", "co_pi"]).values("person_id")
    return User.objects.filter(pk__in=leading, is_active=True).order_by("id")


def signatories(organisations: Iterable[UUID | str]) -> QuerySet[User]:
    """Everyone who may sign for one of the organisations."""
    held = roles_now().filter(role="partner_signatory", scope_id__in=list(organisations)).values("user_id")
    return User.objects.filter(pk__in=held, is_active=True).order_by("id")


def office_of(call: Call) -> QuerySet[User]:
    """Everyone who runs a call: of its facility, or of its alliance where it names none."""
    return _holders(call, RUN)


def deciders_of(call: Call) -> QuerySet[User]:
    """Everyone who decides a call, likewise."""
    return _holders(call, DECIDE)


def _holders(call: Call, right: str) -> QuerySet[User]:
    scope, app = (call.facility_id, "facilities") if call.facility_id else (call.alliance_id, "alliance")
    holding = [role.name for role in ROLES.values() if f"{app}.{right}" in role.permissions]
    held = roles_now().filter(role__in=holding, scope_id=scope).values("user_id")
    return User.objects.filter(pk__in=held, is_active=True).order_by("id")


def tell(recipients: Iterable[User], kind: str, proposal: Proposal, *, by: Any, note: str = "", **facts: Any) -> None:
    """One message to each person but the one who did it; it leads to the proposal."""
    tell_about(proposal, recipients, kind, proposal, by=by, facts={"note": note, **facts})


def tell_about(
    subject: Model, recipients: Iterable[User], kind: str, proposal: Proposal, *, by: Any, facts: Mapping[str, Any]
) -> None:
    """The same of something that belongs to a proposal and has a page of its own."""
    people = {person.pk: person for person in recipients if person.pk != by.pk}
    if people:
        notify(list(people.values()), kind, subject=subject, context={**_named(proposal, by), **facts})


def invite_by_mail(member: ProposalMember, token: str, *, by: Any) -> None:
    """The mail with the link, to the account or to the address; who is known by ORCID alone finds it on signing in."""
    with override(None):
        role = str(ProposalMember.Role(member.role).label)
    path = reverse("proposal_invitation", args=[token])
    context = {**_named(member.proposal, by), "role": role, "path": path}
    if member.person is not None:
        notify([member.person], "proposal_invited", subject=member.proposal, context=context)
    elif member.email:
        notify_address(member.email, "proposal_invited", subject=member.proposal, context=context)


def _named(proposal: Proposal, by: Any) -> dict[str, str]:
    with override(None):
        stage = str(PROPOSAL.states[proposal.state])
    return {
        "proposal": proposal.title,
        "reference": proposal.reference,
        "call": proposal.call.name,
        "zone": proposal.call.zone,
        "stage": stage,
        "by": by.name,
    }
