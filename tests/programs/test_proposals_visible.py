"""A proposal is never public: who sees it, and who does not."""

import pytest

from programs.commands import proposals
from programs.permissions.calls import call_parties, calls_visible_to
from programs.permissions.proposals import leg_parties, proposal_parties, proposals_visible_to
from programs.queries.proposals.waiting import checks_waiting_for, proposals_waiting_for
from tests.programs import proposing
from tests.programs.asking import a_call, a_proposal

PEOPLE = ("ana", "bo", "bob", "cleo", "dan", "sig_a", "sig_b", "lea", "sec", "adm")


def who_sees(world, proposal) -> set[str]:
    return {name for name in PEOPLE if proposals_visible_to(getattr(world, name)).filter(pk=proposal.pk).exists()}


@pytest.mark.parametrize(
    ("state", "seen_by"),
    [
        ("draft", {"ana"}),
        ("submitted", {"ana", "sig_b", "lea", "sec", "adm"}),
        ("feasibility", {"ana", "sig_b", "lea", "sec", "adm", "bo", "cleo"}),
        ("panel", {"ana", "sig_b", "lea", "sec", "adm", "bo", "cleo"}),
    ],
)
def test_a_proposal_is_seen_by_its_team_then_by_those_it_concerns(world, state, seen_by):
    assert who_sees(world, a_proposal(world, a_call(world), state=state)) == seen_by


def test_a_call_of_a_facility_is_run_by_that_facility_alone(world):
    call = a_call(world, facility=world.facility_a, state="draft")
    assert call_parties(world.bo, call) == {"office", "management"}
    assert [call_parties(getattr(world, name), call) for name in ("bob", "sec", "ana", "dan")] == [frozenset()] * 4
    assert [name for name in PEOPLE if calls_visible_to(getattr(world, name)).exists()] == ["bo"]


def test_who_is_on_the_team_neither_checks_nor_decides_it(world):
    proposal = a_proposal(world, a_call(world), state="submitted", pi=world.sec)
    assert proposal_parties(world.sec, proposal) == {"pi", "member"}


def test_staff_judge_legs_of_their_own_facility_only(world):
    proposal = a_proposal(world, a_call(world), state="feasibility", legs=2)
    at_a, at_b = proposal.legs.all()
    assert "feasibility" in leg_parties(world.cleo, at_a)
    assert "feasibility" not in leg_parties(world.cleo, at_b)


def test_what_waits_for_each_is_theirs_alone(world):
    call = a_call(world)
    draft, sent = proposing.draft(world, call), proposing.joint(world, call)

    def waits(person) -> set[tuple[str, str]]:
        return {(row.what, row.proposal.reference) for row in proposals_waiting_for(person)}

    assert waits(world.ana) == {("finish", draft.reference)}
    assert waits(world.sig_a) == waits(world.sig_b) == {("confirm", sent.reference)}
    assert waits(world.dan) == waits(world.sec) == set()
    assert (checks_waiting_for(world.sec), checks_waiting_for(world.bo), checks_waiting_for(world.ana)) == (1, 0, 0)
    proposals.confirm_partner(sent, world.org_a, by=world.sig_a)
    assert (waits(world.sig_a), waits(world.sig_b)) == (set(), {("confirm", sent.reference)})
