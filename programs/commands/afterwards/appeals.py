"""A decision is appealed by the PI and answered by the management."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.errors import Invalid, Violation, WrongState
from programs.commands.afterwards.settling import locked_proposal
from programs.commands.proposals.telling import deciders_of, team_of, tell
from programs.models import Appeal, Proposal
from programs.permissions.proposals import proposal_parties
from programs.workflows.proposals import PROPOSAL
from workflow.commands import advance


@transaction.atomic
def appeal_decision(proposal: Proposal, *, by: Any, reason: str) -> Appeal:
    """The PI asks for another look, within APPEAL_DAYS and once at a time. Raises NotPermitted, WrongState, Invalid."""
    proposal = locked_proposal(proposal.pk)
    advance(proposal, PROPOSAL, "appeal", by=by, parties=proposal_parties(by, proposal), note=reason)
    until = (proposal.notified_at or clock.now()) + timedelta(days=settings.APPEAL_DAYS)
    if clock.now() > until:
        raise WrongState(_("The time for an appeal is over."))
    if proposal.appeals.filter(answered_at=None).exists():
        raise WrongState(_("An appeal is open already: it is answered first."))
    appeal = Appeal.objects.create(proposal=proposal, reason=reason.strip(), by=by)
    tell(deciders_of(proposal.call), "proposal_appealed", proposal, by=by, note=appeal.reason)
    return appeal


@transaction.atomic
def answer_appeal(appeal: Appeal, *, upheld: bool, answer: str, by: Any) -> Appeal:
    """The management keeps the decision, or opens the proposal to decide it again; either way it says why.

    A rejected proposal goes back to the panel; one on the reserve list or accepted in part is moved up from there.
    Raises NotPermitted, WrongState, Invalid.
    """
    proposal = locked_proposal(appeal.proposal_id)
    appeal = Appeal.objects.select_for_update().get(pk=appeal.pk)
    if appeal.answered_at is not None:
        raise WrongState(_("This appeal is answered already."))
    if not answer.strip():
        message = _("Give a reason: the other side reads it.")
        raise Invalid(message, [Violation("reason_required", message, "answer")])
    move = "reopen" if upheld and proposal.state == "rejected" else "dismiss-appeal"
    advance(proposal, PROPOSAL, move, by=by, parties=proposal_parties(by, proposal), note=answer, upheld=upheld)
    appeal.answer, appeal.upheld, appeal.answered_by, appeal.answered_at = answer.strip(), upheld, by, clock.now()
    appeal.save()
    tell(team_of(proposal), "proposal_appeal_answered", proposal, by=by, note=appeal.answer, upheld=upheld)
    return appeal
