"""The team of a proposal: invited by e-mail or ORCID, joining with the organisation they work at on that day."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.identifiers import normal_orcid, validate_orcid
from accounts.models import User
from accounts.queries import affiliation_at
from core import audit, clock
from core.errors import Invalid, NotFound, NotPermitted, RulesRefuse, Violation, WrongState
from facilities.commands import teams
from facilities.models import TeamMember
from programs.commands.proposals.locking import being_edited
from programs.commands.proposals.telling import invite_by_mail, tell
from programs.models import Proposal, ProposalMember
from programs.permissions.proposals import LEADING, proposal_parties

Role = ProposalMember.Role
State = ProposalMember.State
SALT = "proposal invitation"


@dataclass(frozen=True)
class Invitee:
    """A person to ask, by e-mail or ORCID."""

    email: str = ""
    orcid: str = ""
    role: str = Role.MEMBER


@transaction.atomic
def invite_member(
    proposal: Proposal, *, by: Any, email: str = "", orcid: str = "", role: str = Role.MEMBER
) -> ProposalMember:
    """Ask a person to join, known here or not; they get a mail with a link that only they have.

    Who was asked already is asked again with the role given now. Raises Invalid with every violation.
    """
    proposal = being_edited(proposal, by=by)
    _require_lead(proposal, by)
    email, orcid = email.strip().lower(), _orcid(orcid)
    if violations := [*_unreachable(email, orcid), *_unfit(role)]:
        raise Invalid(_("Please correct what is marked."), violations)
    person = (User.objects.filter(email__iexact=email) if email else User.objects.filter(orcid=orcid)).first()
    if person is not None and (person.is_system or not person.is_active):
        raise Invalid(_("This account is not in use."), code="inactive_account")
    same = {"person": person} if person else {"email": email} if email else {"orcid": orcid}
    member = proposal.members.filter(**same).first()
    if member is not None and member.state == State.JOINED:
        message = _("%(name)s is on the team already.") % {"name": name_of(member)}
        raise RulesRefuse(message, [Violation("member_already", message, "email" if email else "orcid")])
    member = member or ProposalMember(proposal=proposal, person=person, email=email, orcid=orcid)
    member.role, member.state = role, State.INVITED
    member.save()
    audit.record("invite", proposal, by=by, person=name_of(member), role=role)
    invite_by_mail(member, token_of(member), by=by)
    return member


@transaction.atomic
def join_proposal(member: ProposalMember, *, by: Any, token: str = "") -> ProposalMember:
    """Join: the person who was asked, or whoever holds the link of the mail. Twice is once.

    The organisation and country they have today are kept with the proposal (R-13). Raises NotPermitted,
    RulesRefuse without an affiliation or when they are on the team in another role, WrongState.
    """
    member = _asked(member, by=by, token=token)
    if member.state == State.JOINED:
        return member
    proposal = being_joined(member.proposal)
    if proposal.members.filter(person=by).exclude(pk=member.pk).exists():
        message = _("You are on this team already, or were asked under another address.")
        raise RulesRefuse(message, [Violation("member_already", message, "person")])
    affiliation = affiliation_at(by, clock.now().date())
    if affiliation is None:
        message = _("Where you work is not recorded yet. Ask the secretariat to add it, then come back.")
        raise RulesRefuse(message, [Violation("no_affiliation", message, "organisation")])
    member.person, member.state = by, State.JOINED
    member.organisation, member.country = affiliation.organisation, affiliation.organisation.country
    member.save()
    lead = member.role in LEADING
    teams.add_member(proposal.team, by, role=TeamMember.Role.LEAD if lead else TeamMember.Role.MEMBER, by=by)
    audit.record("join", proposal, by=by, role=member.role, organisation=affiliation.organisation.name)
    tell([proposal.pi], "proposal_member_answered", proposal, by=by, answer="joined")
    return member


@transaction.atomic
def decline_invitation(member: ProposalMember, *, by: Any, token: str = "") -> ProposalMember:
    """Say no to an invitation; the team sees it and takes the person off."""
    member = _asked(member, by=by, token=token)
    if member.state == State.JOINED:
        raise WrongState(_("You joined already. Ask the principal investigator to take you off the team."))
    if member.state == State.DECLINED:
        return member
    member.state = State.DECLINED
    member.save(update_fields=["state", "updated_at"])
    audit.record("decline-invitation", member.proposal, by=by, person=name_of(member))
    tell([member.proposal.pi], "proposal_member_answered", member.proposal, by=by, answer="declined")
    return member


@transaction.atomic
def change_role(member: ProposalMember, role: str, *, by: Any) -> ProposalMember:
    """Give a member another role; the principal investigator stays who began the proposal."""
    proposal = being_edited(member.proposal, by=by)
    _require_lead(proposal, by)
    member = proposal.members.get(pk=member.pk)
    if violations := [*_unfit(role, member)]:
        raise Invalid(_("Please correct what is marked."), violations)
    if member.role != role:
        member.role = role
        member.save(update_fields=["role", "updated_at"])
        if member.person is not None and member.state == State.JOINED:
            lead = TeamMember.Role.LEAD if role in LEADING else TeamMember.Role.MEMBER
            teams.add_member(proposal.team, member.person, role=lead, by=by)
        audit.record("change-role", proposal, by=by, person=name_of(member), role=role)
    return member


@transaction.atomic
def remove_member(member: ProposalMember, *, by: Any) -> None:
    """Take a person off the team, or leave it oneself. The principal investigator stays."""
    proposal = being_edited(member.proposal, by=by)
    member = proposal.members.get(pk=member.pk)
    if member.person_id != by.pk:
        _require_lead(proposal, by)
    if member.role == Role.PI:
        message = _("The principal investigator stays on the team. Withdraw the proposal instead.")
        raise RulesRefuse(message, [Violation("pi_stays", message, "role")])
    if member.person is not None:
        teams.remove_member(proposal.team, member.person, by=by)
    audit.record("remove-member", proposal, by=by, person=name_of(member))
    member.delete()


def token_of(member: ProposalMember) -> str:
    """What the link of an invitation carries: signed, so that nobody can make one up, and nothing is to be kept."""
    return signing.dumps(str(member.pk), salt=SALT)


def member_invited(token: str) -> ProposalMember:
    """The invitation of a link. Raises NotFound for one that is forged, older than INVITATION_DAYS or taken back."""
    try:
        pk = signing.loads(token, salt=SALT, max_age=settings.INVITATION_DAYS * 86_400)
    except signing.BadSignature:
        raise NotFound(_("This invitation does not hold any more. Ask for a new one.")) from None
    member = ProposalMember.objects.filter(pk=pk).select_related("proposal__call", "proposal__pi").first()
    if member is None:
        raise NotFound(_("This invitation does not hold any more. Ask for a new one."))
    return member


def name_of(member: ProposalMember) -> str:
    """A member as the team knows them."""
    return member.person.name if member.person else member.email or member.orcid


def being_joined(proposal: Proposal) -> Proposal:
    """The proposal, locked, while its team may still grow. Raises WrongState."""
    proposal = Proposal.objects.select_for_update(of=["self"]).select_related("team", "pi").get(pk=proposal.pk)
    if proposal.state not in {"draft", "returned"}:
        raise WrongState(_("This proposal was submitted; its team stays as it is."))
    return proposal


def _asked(member: ProposalMember, *, by: Any, token: str) -> ProposalMember:
    held = bool(token) and member_invited(token).pk == member.pk
    rows = ProposalMember.objects.select_for_update(of=["self"]).select_related("proposal__pi", "person")
    member = rows.get(pk=member.pk)
    mine = member.person_id == by.pk or (member.person is None and member.orcid and member.orcid == by.orcid)
    if not mine and not (held and member.person is None):
        raise NotPermitted(_("This invitation is for somebody else."))
    return member


def _require_lead(proposal: Proposal, by: Any) -> None:
    if not proposal_parties(by, proposal) & {"pi", "system"}:
        raise NotPermitted(_("The team is put together by the principal investigator."))


def _orcid(value: str) -> str:
    try:
        return normal_orcid(value) if value.strip() else ""
    except ValueError:
        return value.strip()


def _unreachable(email: str, orcid: str) -> list[Violation]:
    found = []
    if not email and not orcid:
        found.append(Violation("member_unreachable", _("Give an e-mail address or an ORCID iD."), "email"))
    for value, validate, field in ((email, validate_email, "email"), (orcid, validate_orcid, "orcid")):
        try:
            if value:
                validate(value)
        except ValidationError as error:
            found.append(Violation("invalid", " ".join(error.messages), field))
    return found


def _unfit(role: str, member: ProposalMember | None = None) -> list[Violation]:
    if role not in Role.values:
        return [Violation("unknown_role", _("Choose a role."), "role")]
    if (role == Role.PI) != (member is not None and member.role == Role.PI):
        return [Violation("one_pi", _("A proposal has one principal investigator, who began it."), "role")]
    return []
