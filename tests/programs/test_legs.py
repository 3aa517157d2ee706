"""What instrument and safety staff say of legs, every move by everyone, and what keeps a proposal from the panel."""

from decimal import Decimal

import pytest

from accounts.commands import grant_role
from core.errors import Invalid, NotPermitted, RulesRefuse, WrongState
from programs.commands import reviews
from programs.commands.feasibility import Judgement, accept_alternate, judge_feasibility, judge_safety
from programs.models import Assessment, Leg
from programs.permissions.proposals import leg_parties
from programs.queries.conflicts import conflicts
from programs.workflows.proposals import LEG
from tests.programs.asking import a_call, a_leg, a_proposal
from tests.programs.reviewing import a_panel

pytestmark = pytest.mark.django_db
YES, NO = Judgement("feasible", Decimal(4)), Judgement("not_feasible", note="The cryostat is away.")


@pytest.fixture
def proposal(world):
    call = a_call(world)
    a_panel(world, call)
    return a_proposal(world, call, state="feasibility", legs=2)


def test_a_required_leg_that_is_not_feasible_keeps_the_proposal_from_the_panel(world, proposal):
    """Scenario 11."""
    a_leg(proposal, world.instrument_a, position=3)
    at_a, at_b, again = proposal.legs.order_by("position")
    judge_feasibility(at_a, YES, by=world.cleo)
    judge_feasibility(again, NO, by=world.cleo)
    with pytest.raises(RulesRefuse) as refused:
        reviews.forward_to_review(proposal, by=world.sec)
    assert [(row.rule, row.field) for row in refused.value.violations] == [
        ("feasibility_open", "legs.2"),
        ("not_feasible", "legs.3"),
    ]
    judge_feasibility(at_b, YES, by=world.bob)
    Leg.objects.filter(pk=again.pk).update(required=False)
    assert reviews.forward_to_review(proposal, by=world.sec).state == "review"
    [row] = Assessment.objects.all()
    assert set(row.legs.all()) == {at_a, at_b}


def test_the_office_forwards_what_is_ready_and_reads_why_the_rest_stays(world, proposal):
    waiting = a_proposal(world, proposal.call, state="feasibility")
    for leg, by in zip(proposal.legs.order_by("position"), (world.cleo, world.bob), strict=True):
        judge_feasibility(leg, YES, by=by)
    found = reviews.forward_all(proposal.call, "review", by=world.sec)
    assert [row.pk for row in found.moved] == [proposal.pk]
    [(held, why)] = found.held
    assert (held.pk, [row.rule for row in why]) == (waiting.pk, ["feasibility_open"])
    assert reviews.forward_all(proposal.call, "review", by=world.sec).moved == ()
    with pytest.raises(NotPermitted):
        reviews.forward_all(proposal.call, "review", by=world.cleo)


def test_each_leg_goes_to_the_panel_of_its_facility(world, proposal):
    own = a_panel(world, proposal.call, name="Of B", facility=world.facility_b)
    for leg, by in zip(proposal.legs.order_by("position"), (world.cleo, world.bob), strict=True):
        judge_feasibility(leg, YES, by=by)
    reviews.forward_to_review(proposal, by=world.sec)
    assert Assessment.objects.get(panel=own).legs.get().instrument == world.instrument_b
    assert Assessment.objects.exclude(panel=own).get().legs.get().instrument == world.instrument_a


def test_what_safety_refuses_stands_in_the_way_and_conditions_stay_with_the_leg(world, proposal):
    grant_role(world.dan, "safety_officer", world.facility_a, by=world.system)
    leg = proposal.legs.get(position=1)
    for given in ({"result": "red"}, {"result": "refused"}, {"result": "blue"}):
        with pytest.raises(Invalid):
            judge_safety(leg, by=world.dan, **given)
    judge_safety(leg, "yellow", by=world.dan, conditions="Gloves.")
    leg.refresh_from_db()
    assert (leg.safety, leg.conditions) == ("yellow", "Gloves.")
    judge_safety(leg, "refused", by=world.dan, note="Explosive.")
    for each, by in zip(proposal.legs.order_by("position"), (world.cleo, world.bob), strict=True):
        judge_feasibility(each, YES, by=by)
    with pytest.raises(RulesRefuse) as refused:
        reviews.forward_to_review(proposal, by=world.sec)
    assert [row.rule for row in refused.value.violations] == ["unsafe"]
    with pytest.raises(NotPermitted):
        judge_safety(leg, "green", by=world.cleo)


def test_an_alternate_is_taken_once_and_only_when_offered(world, proposal):
    leg = proposal.legs.get(position=1)
    with pytest.raises(RulesRefuse):
        accept_alternate(leg, world.instrument_b, by=world.ana)
    offered = Judgement("not_feasible", note="No.", offers=[world.instrument_b])
    judge_feasibility(leg, offered, by=world.cleo)
    assert accept_alternate(leg, world.instrument_b, by=world.ana).state == "requested"
    assert accept_alternate(leg, world.instrument_b, by=world.ana).instrument == world.instrument_b
    with pytest.raises(NotPermitted):
        judge_feasibility(leg, YES, by=world.cleo)
    judge_feasibility(leg, YES, by=world.bob)


def test_what_cannot_be_is_named_at_once(world, proposal):
    leg = proposal.legs.get(position=1)
    wrong = Judgement("feasible", Decimal(99), offers=[world.instrument_a])
    with pytest.raises(Invalid) as refused:
        judge_feasibility(leg, wrong, by=world.cleo)
    assert {row.field for row in refused.value.violations} == {"units", "offers"}
    with pytest.raises(Invalid) as refused:
        judge_feasibility(leg, Judgement("feasible_with_changes"), by=world.cleo)
    assert [row.rule for row in refused.value.violations] == ["changes_unsaid"]
    judge_feasibility(leg, YES, by=world.cleo)
    assert {row.kind for row in conflicts([world.cleo.pk], [proposal.pk])} == {"feasibility"}


PEOPLE = {"ana": {"pi", "member"}, "cleo": {"feasibility"}, "bob": set(), "sec": {"office"}, "dan": set()}


@pytest.mark.parametrize("state", LEG.states)
def test_who_may_judge_a_leg_in_which_state(world, state):
    proposal = a_proposal(world, a_call(world), state="feasibility", legs=0)
    moves = {"feasible": LEG.find("find-feasible"), "not_feasible": LEG.find("find-infeasible")}
    position = 0
    for result, move in moves.items():
        for name, parties in PEOPLE.items():
            position += 1
            leg = a_leg(proposal, world.instrument_a, state=state, position=position)
            person, given = getattr(world, name), Judgement(result, note="because")
            assert leg_parties(person, leg) - {"signatory"} == parties
            if "feasibility" in parties and state in {*move.sources, move.target}:
                judge_feasibility(leg, given, by=person)
                leg.refresh_from_db()
                assert leg.state == move.target
            else:
                with pytest.raises(WrongState if "feasibility" in parties else NotPermitted):
                    judge_feasibility(leg, given, by=person)
                leg.refresh_from_db()
                assert leg.state == state
