"""Lists of proposals and one proposal, each from what the reader may see."""

from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, OuterRef, Prefetch, Q, QuerySet, Value, When

from core import audit
from core.lookup import find
from core.models import AuditEntry
from programs.models import Call, Leg, Proposal, ProposalMember
from programs.permissions.proposals import proposal_parties, proposals_visible_to
from programs.workflows.proposals import DECIDED, PROPOSAL, SUBMITTED
from workflow.machine import Move

STAGES = {"submitted": SUBMITTED, "decided": DECIDED}
"""Filters that stand for several states."""

TOLD = frozenset(
    {
        *PROPOSAL.by_name,
        *("draft", "edit", "answer", "attach", "detach", "invite", "join", "decline-invitation", "change-role"),
        *("remove-member", "open-again", "remind-partners", "waive", "mend", "unmend", "promote"),
    }
) - {"decide"}
"""What the history of a proposal tells: nothing that a round keeps sealed."""


def with_details(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """The rows with what a line of a list shows, in a constant number of queries."""
    legs = Leg.objects.select_related("instrument__facility").order_by("position", "id")
    return rows.select_related("call", "pi", "organisation").prefetch_related(Prefetch("legs", legs), "themes")


def members_of(proposal: Proposal) -> QuerySet[ProposalMember]:
    """The team and those who were asked: who leads first, then in the order they were asked."""
    leads = Case(When(role="pi", then=Value(0)), When(role="co_pi", then=Value(1)), default=Value(2))
    rows = proposal.members.select_related("person", "organisation").annotate(place=leads)
    return rows.order_by("place", "created_at", "id")


def proposals_listed(
    user: Any,
    *,
    state: str = "",
    call: str = "",
    facility: str = "",
    instrument: str = "",
    country: str = "",
    search: str = "",
    mine: bool = False,
) -> QuerySet[Proposal]:
    """Proposals that a person may see, newest first.

    `state` may be `submitted` for all on their way or `decided`; `call`, `facility` and `instrument` are slugs;
    `country` is that of the leading organisation; `mine` are those one is on the team of.
    """
    rows = proposals_visible_to(user)
    if state:
        rows = rows.filter(state__in=STAGES.get(state, frozenset({state})))
    if call:
        rows = rows.filter(call__slug=call)
    if facility:
        rows = rows.filter(_with_leg(instrument__facility__slug=facility))
    if instrument:
        rows = rows.filter(_with_leg(instrument__slug=instrument))
    if country:
        rows = rows.filter(organisation__country=country)
    for word in search.split():
        bare = word.upper().removeprefix("R-")
        numbered = Q(number=int(bare)) if bare.isascii() and bare.isdigit() and len(bare) < 18 else Q()
        named = Q(title__icontains=word) | Q(pi__name__icontains=word) | Q(organisation__name__icontains=word)
        rows = rows.filter(named | numbered if numbered else named)
    if mine:
        rows = rows.filter(Exists(ProposalMember.objects.filter(proposal=OuterRef("pk"), person=user)))
    return with_details(rows)


def find_proposal(user: Any, key: str | UUID) -> Proposal:
    """By identifier or reference (`R-00042`). Raises NotFound for one that is not there or not to be seen."""
    return find(with_details(proposals_visible_to(user)), key, numbered="R-")


def moves_open_to(user: Any, proposal: Proposal) -> list[Move]:
    """What a person may do with a proposal now."""
    return PROPOSAL.open_moves(proposal.state, proposal_parties(user, proposal))


def history_of(proposal: Proposal) -> QuerySet[AuditEntry]:
    """Who did what, when and why, oldest first."""
    return audit.history(proposal).filter(verb__in=TOLD)


def sees_team_side(user: Any, proposal: Proposal) -> bool:
    """Whether excluded reviewers, checks and history are theirs to read: the team, the office and the management."""
    return bool(proposal_parties(user, proposal) & {"member", "office", "management", "system"})


def calls_of_proposals(user: Any) -> QuerySet[Call]:
    """Calls of which a person sees proposals, newest first."""
    seen = proposals_visible_to(user).filter(call=OuterRef("pk")).order_by()
    return Call.objects.filter(Exists(seen)).order_by("-opens_at", "-id")


def invitations_of(user: Any) -> QuerySet[ProposalMember]:
    """Proposals that a person was asked to join, by account or by ORCID, the newest first."""
    mine = Q(person=user)
    if user.orcid:
        mine |= Q(person=None, orcid=user.orcid)
    rows = ProposalMember.objects.filter(mine, state="invited", proposal__state__in=["draft", "returned"])
    return rows.select_related("proposal__call", "proposal__pi").order_by("-created_at", "-id")


def _with_leg(**condition: Any) -> Exists:
    return Exists(Leg.objects.filter(proposal=OuterRef("pk"), **condition))
