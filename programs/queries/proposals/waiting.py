"""Proposals that wait for a person: to finish or mend a draft, to confirm for an organisation, to check for a call."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Subquery

from programs.models import Call, Consent, Proposal, ProposalMember, ProposalVersion
from programs.permissions.calls import RUN, calls_of
from programs.permissions.proposals import LEADING, signing_ids
from programs.queries.proposals.consent import consent_deadline
from programs.queries.proposals.deadline import deadline_of

SHOWN = 20


@dataclass(frozen=True)
class Waiting:
    """A proposal and what it waits for: `finish`, `mend` or `confirm`, until when on the clock of its call."""

    proposal: Proposal
    what: str
    until: datetime | None


def proposals_waiting_for(user: Any) -> list[Waiting]:
    """Drafts that a person leads and confirmations that their organisation owes, newest first."""
    led = ProposalMember.objects.filter(proposal=OuterRef("pk"), person=user, state="joined", role__in=LEADING)
    drafts = Proposal.objects.filter(Exists(led), state__in=["draft", "returned"]).select_related("call")
    found = [
        Waiting(row, "finish" if row.state == "draft" else "mend", deadline_of(row))
        for row in drafts.order_by("-created_at", "-id")[:SHOWN]
    ]
    return found + [Waiting(row, "confirm", consent_deadline(row.call)) for row in _to_confirm(user)[:SHOWN]]


def checks_waiting_for(user: Any) -> int:
    """How many submitted proposals of calls that a person runs nobody has begun to check."""
    running = Call.objects.filter(calls_of(user, RUN)).order_by().values("pk")
    own = ProposalMember.objects.filter(proposal=OuterRef("pk"), person=user, state="joined")
    return Proposal.objects.filter(~Exists(own), state="submitted", call__in=running).count()


def _to_confirm(user: Any) -> Any:
    """Proposals of whose current version an organisation that a person signs for has said nothing."""
    latest = ProposalVersion.objects.filter(proposal=OuterRef("proposal")).order_by("-number").values("pk")[:1]
    answered = Consent.objects.filter(version=OuterRef("latest"), organisation=OuterRef("organisation"))
    asked = (
        ProposalMember.objects.filter(proposal=OuterRef("pk"), state="joined", organisation__in=signing_ids(user))
        .annotate(latest=Subquery(latest))
        .exclude(Exists(answered))
    )
    rows = Proposal.objects.filter(Exists(asked), state__in=["submitted", "checking"], call__needs_consent=True)
    return rows.select_related("call").order_by("-submitted_at", "-id")
