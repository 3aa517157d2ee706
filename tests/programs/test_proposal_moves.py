"""Every move of a proposal, from every state, by everyone: what the table does not list is refused."""

from contextlib import suppress

import pytest
from django.db import transaction

from core.errors import DomainError
from programs.api.proposals.moves import do_move
from programs.frozen import sha256_of
from programs.frozen.proposals import content_of
from programs.models import Proposal, ProposalVersion
from programs.permissions.proposals import proposal_parties
from programs.workflows.proposals import PROPOSAL
from tests.programs.asking import a_call, a_member, a_proposal

pytestmark = pytest.mark.django_db

PEOPLE = {
    "ana": {"pi", "member"},
    "bob": {"member"},
    "sig_b": {"signatory"},
    "sec": {"office"},
    "lea": {"management"},
    "adm": {"office", "management"},
    "cleo": {"feasibility"},
    "dan": set(),
    "system": {"system"},
}
OURS = ("submit", "revise", "withdraw", "check", "forward", "return", "confirm-partner", "refuse-partner")


class Undone(Exception):
    """Rolls back what a move did."""


def outcome(proposal: Proposal, move: str, by) -> str:
    """What came of a move, and nothing of it is left: the state afterwards, or the class of the refusal."""
    found = ""
    given = {"note": "because", "sha256": ""}
    with suppress(Undone), transaction.atomic():
        try:
            do_move(proposal, move, by=by, given=given)
        except DomainError as error:
            found = type(error).__name__
        else:
            found = Proposal.objects.get(pk=proposal.pk).state
        raise Undone
    return found


@pytest.mark.parametrize("state", PROPOSAL.states)
def test_what_the_table_does_not_list_is_refused_and_what_it_lists_is_done(world, state):
    proposal = a_proposal(world, a_call(world, needs_consent=False), state=state)
    a_member(proposal, world.bob, role="member")
    content = content_of(proposal)
    ProposalVersion.objects.create(
        proposal=proposal, number=1, content=content, sha256=sha256_of(content), by=world.ana
    )
    for name, parties in PEOPLE.items():
        person = getattr(world, name)
        assert proposal_parties(person, proposal) == parties, name
        for move in PROPOSAL.moves:
            found = (name, move.name, outcome(proposal, move.name, person))
            if not move.who & parties:
                assert found == (name, move.name, "NotPermitted")
            elif state not in move.sources:
                assert found == (name, move.name, "WrongState")
            elif move.name in OURS:
                assert found == (name, move.name, move.target or state)
