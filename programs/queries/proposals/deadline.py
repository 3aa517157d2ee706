"""Until when a proposal may be submitted, and whether a call takes proposals at an instant (R-01)."""

from datetime import datetime, timedelta

from django.conf import settings

from core import audit
from programs.models import Call, Proposal


def deadline_of(proposal: Proposal) -> datetime | None:
    """The last instant at which this proposal may be submitted, inclusive; None where the call has no deadline.

    The earliest of the call's and its leading organisation's own; an office that opens it again moves it.
    """
    own = proposal.call.partner_deadlines.filter(organisation=proposal.organisation_id).first()
    known = [each for each in (proposal.call.closes_at, own.closes_at if own else None) if each is not None]
    if known and proposal.reopened_until is not None:
        return max(min(known), proposal.reopened_until)
    return min(known, default=None)


def time_to_mend(proposal: Proposal, at: datetime) -> datetime | None:
    """Until when a returned proposal is let in although its deadline is earlier: PROPOSAL_RETURN_DAYS from now on.

    None where the deadline gives that time anyway.
    """
    until = at + timedelta(days=settings.PROPOSAL_RETURN_DAYS)
    deadline = deadline_of(proposal)
    return None if deadline is None or deadline >= until else until


def takes_proposals(call: Call, at: datetime) -> bool:
    """Whether a call is open at an instant; a call that was closed since is still open to who was there in time."""
    if at < call.opens_at or (call.closes_at is not None and at > call.closes_at):
        return False
    return call.state == "open" or at <= (_closed_at(call) or datetime.min.replace(tzinfo=at.tzinfo))


def was_open(proposal: Proposal, at: datetime) -> bool:
    """The same for one proposal: the office may have opened the call again for it alone."""
    if proposal.reopened_until is not None and at <= proposal.reopened_until:
        return proposal.call.state != "archived"
    return takes_proposals(proposal.call, at)


def _closed_at(call: Call) -> datetime | None:
    """When a call stopped being open, by hand or at its deadline."""
    entry = audit.history(call).filter(from_state="open").last()
    return entry.at if entry else None
