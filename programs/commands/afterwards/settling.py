"""What every change after the results shares: rows locked in order, and the state that legs give their proposal."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.queries import system_user
from programs.commands.rounds.applying import MOVES, RESULTS, SYSTEM, open_account, tell_result
from programs.models import Leg, Line, Proposal
from programs.queries.standing import HOLDING
from programs.rules.verdicts import outcome_of
from programs.workflows.proposals import GRANTED, PROPOSAL
from workflow.commands import advance


def settle(proposal: Proposal, *, by: Any) -> None:
    """The state that its legs give the proposal now (R-12), told to the team where it changed."""
    legs = list(legs_of(proposal))
    verdicts = {leg.pk: _verdict(leg) for leg in legs}
    result = outcome_of([(leg.required, verdicts[leg.pk]) for leg in legs])
    if result == proposal.state or result == "rejected":
        return
    advance(proposal, PROPOSAL, RESULTS[result], by=system_user(), parties=SYSTEM)
    if result in GRANTED:
        open_account(proposal)
    lines = [
        Line(
            leg=leg,
            instrument=leg.instrument,
            verdict=verdicts[leg.pk],
            units=leg.granted or Decimal(0),
            priority=leg.priority,
            place=leg.rank,
        )
        for leg in legs
    ]
    tell_result(proposal, lines, by=by)


def _verdict(leg: Leg) -> str:
    if leg.state in HOLDING:
        return "allocated"
    return leg.state if leg.state in MOVES else "refused"


def locked_proposal(pk: UUID) -> Proposal:
    rows = Proposal.objects.select_for_update(of=("self",))
    return rows.select_related("team", "call__alliance", "call__facility", "pi", "program").get(pk=pk)


def locked_leg(pk: UUID) -> Leg:
    """The leg, locked after its proposal."""
    proposal = locked_proposal(Leg.objects.values_list("proposal_id", flat=True).get(pk=pk))
    leg = Leg.objects.select_for_update(of=("self",)).select_related("instrument__facility", "allocation").get(pk=pk)
    leg.proposal = proposal
    return leg


def legs_of(proposal: Proposal) -> QuerySet[Leg]:
    rows = proposal.legs.select_for_update(of=("self",)).exclude(state="cancelled")
    return rows.select_related("instrument__facility", "proposal__team", "proposal__call").order_by("position")
