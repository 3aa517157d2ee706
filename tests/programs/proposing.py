"""Proposals made by the same commands that people use: complete drafts, submitted and checked ones."""

from decimal import Decimal
from typing import Any

from programs.commands import proposals
from programs.models import Call, Proposal
from tests.programs.asking import a_call
from tests.world import World


def sound_changes(world: World, **fields: Any) -> dict[str, Any]:
    """A proposal that may be submitted: time at A1, in another country than the team's."""
    return {
        "title": "Ions on the move",
        "public_title": "Ions on the move",
        "abstract": "How ions move in solids.",
        "peaceful_use": True,
        "legs": [proposals.LegPart(world.instrument_a, Decimal(6), least_units=Decimal(3))],
        **fields,
    }


def draft(world: World, call: Call | None = None, **fields: Any) -> Proposal:
    """Ana's draft for centre B."""
    return proposals.draft_proposal(call or a_call(world), sound_changes(world, **fields), by=world.ana)


def with_member(proposal: Proposal, person: Any, *, by: Any, role: str = "member") -> Proposal:
    """Somebody was asked and joined."""
    member = proposals.invite_member(proposal, by=by, email=person.email, role=role)
    proposals.join_proposal(member, by=person)
    return Proposal.objects.get(pk=proposal.pk)


def submitted(world: World, call: Call | None = None, **fields: Any) -> Proposal:
    return proposals.submit_proposal(draft(world, call, **fields), by=world.ana)


def joint(world: World, call: Call | None = None) -> Proposal:
    """Submitted by Ana of B with bo of A, with legs at A1 and B1: both organisations confirm."""
    legs = [proposals.LegPart(row, Decimal(6)) for row in (world.instrument_a, world.instrument_b)]
    proposal = with_member(draft(world, call, legs=legs), world.bo, by=world.ana)
    return proposals.submit_proposal(proposal, by=world.ana)


def confirmed(world: World, call: Call | None = None) -> Proposal:
    proposal = joint(world, call)
    proposals.confirm_partner(proposal, world.org_a, by=world.sig_a)
    return proposals.confirm_partner(proposal, world.org_b, by=world.sig_b)
