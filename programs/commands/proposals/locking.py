"""The row that owns a proposal's state, versions, team, legs and answers, locked; also only while it is edited."""

from typing import Any

from django.utils.translation import gettext as _

from core.errors import NotPermitted, WrongState
from programs.models import Proposal
from programs.permissions.proposals import proposal_parties
from programs.workflows.proposals import EDITABLE, PROPOSAL


def locked(proposal: Proposal) -> Proposal:
    """The proposal with its row locked."""
    rows = Proposal.objects.select_for_update(of=["self"])
    return rows.select_related("team", "call", "pi", "organisation", "questionnaire", "program").get(pk=proposal.pk)


def being_edited(proposal: Proposal, *, by: Any) -> Proposal:
    """The same while `by` may edit it. Raises NotPermitted, WrongState."""
    proposal = locked(proposal)
    if not proposal_parties(by, proposal) & {"member", "system"}:
        raise NotPermitted(_("A proposal is edited by its team."))
    if proposal.state not in EDITABLE:
        raise WrongState(
            _("It is %(state)s now and cannot be edited.") % {"state": str(PROPOSAL.states[proposal.state]).lower()}
        )
    return proposal
