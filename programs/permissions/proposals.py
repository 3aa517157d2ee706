"""Who a person is to a proposal, and which proposals they may see."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Organisation, User
from core import permissions
from facilities.models import Facility
from programs.models import Call, Leg, Proposal, ProposalMember
from programs.permissions.calls import DECIDE, RUN, call_parties, calls_of
from programs.workflows.proposals import SUBMITTED
from workflow.approvals.deciders import givers_of

STAFF = {"feasibility": "facilities.review_feasibility", "safety": "facilities.review_safety"}
SIGN = "accounts.sign_for_organisation"
LEADING = (ProposalMember.Role.PI, ProposalMember.Role.CO_PI)


def proposal_parties(user: Any, proposal: Proposal) -> frozenset[str]:
    """The parties of the workflow that a person is. Who is on the team neither checks nor decides it as well."""
    if not user.is_authenticated:
        return frozenset()
    if user.is_system:
        return frozenset({"system"})
    roles = set(proposal.members.filter(person=user, state="joined").values_list("role", flat=True))
    if roles:
        return frozenset({"member", "pi"} if roles & set(LEADING) else {"member"}) | _signing(user, proposal)
    staff = {party for party, right in STAFF.items() if _works_at_a_leg(user, right, proposal)}
    return frozenset(call_parties(user, proposal.call) | staff) | _signing(user, proposal)


def leg_parties(user: Any, leg: Leg) -> frozenset[str]:
    """As `proposal_parties`, but `feasibility` and `safety` only where they hold it for this leg's own facility."""
    parties = proposal_parties(user, leg.proposal)
    own = {
        party for party in parties & STAFF.keys() if permissions.allowed(user, STAFF[party], leg.instrument.facility)
    }
    return (parties - STAFF.keys()) | own


def signs_for(user: Any, proposal: Proposal) -> QuerySet[Organisation]:
    """The organisations on the team for which a person may sign, also while a signatory's tasks are lent to them."""
    partners = Organisation.objects.filter(proposal_memberships__proposal=proposal).distinct()
    return partners.filter(pk__in=signing_ids(user)).order_by("name", "id")


def proposals_visible_to(user: Any) -> QuerySet[Proposal]:
    """The team at any time; once submitted the call's office and management, signatories of its organisations, and
    the staff of the facilities it names. Nobody else: a proposal is never public."""
    if not user.is_authenticated or not user.is_active:
        return Proposal.objects.none()
    own = ProposalMember.objects.filter(proposal=OuterRef("pk"), person=user).exclude(state="declined")
    visible = Q(Exists(own))
    submitted = Q(submitted_at__isnull=False)
    running = Call.objects.filter(calls_of(user, RUN) | calls_of(user, DECIDE))
    visible |= submitted & ~Q(state="draft") & Q(call__in=running.order_by().values("pk"))
    if signing := signing_ids(user):
        asked = ProposalMember.objects.filter(proposal=OuterRef("pk"), organisation__in=signing)
        visible |= submitted & ~Q(state="draft") & Q(Exists(asked))
    if at := {key for right in STAFF.values() for key in permissions.container_ids(user, right, Facility)}:
        legs = Leg.objects.filter(proposal=OuterRef("pk"), instrument__facility__in=at)
        visible |= submitted & Q(state__in=SUBMITTED - {"submitted", "checking"}) & Q(Exists(legs))
    return Proposal.objects.filter(visible).order_by("-created_at", "-id")


def signing_ids(user: Any) -> set[UUID]:
    """Organisations that a person signs for, themselves or while a signatory's tasks are lent to them."""
    if not user.is_authenticated:
        return set()
    people = [user, *User.objects.filter(pk__in=givers_of(user), is_active=True).order_by("id")]
    return {key for person in people for key in permissions.container_ids(person, SIGN, Organisation)}


def _signing(user: Any, proposal: Proposal) -> frozenset[str]:
    return frozenset({"signatory"} if signs_for(user, proposal).exists() else ())


def _works_at_a_leg(user: Any, right: str, proposal: Proposal) -> bool:
    at = permissions.container_ids(user, right, Facility)
    return bool(at) and proposal.legs.filter(instrument__facility__in=at).exists()
