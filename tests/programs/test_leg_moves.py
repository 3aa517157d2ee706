"""Every move of a leg that a person makes, from every state, by everyone: what the table does not list is refused."""

from contextlib import suppress
from decimal import Decimal

import pytest
from django.db import transaction

from core.errors import DomainError
from programs.commands import afterwards
from programs.commands.feasibility import Judgement, accept_alternate, judge_feasibility
from programs.models import Leg
from programs.permissions.proposals import leg_parties
from programs.workflows.proposals import LEG
from tests.programs.asking import a_call, a_leg, a_member, a_proposal

pytestmark = pytest.mark.django_db
PEOPLE = {
    "ana": {"pi", "member"},
    "adm": {"member"},
    "sec": {"office"},
    "lea": {"management"},
    "cleo": {"feasibility"},
    "bob": set(),
    "dan": set(),
    "system": {"system"},
}
ACTS = {
    "find-feasible": lambda leg, by: judge_feasibility(leg, Judgement("feasible", Decimal(1)), by=by),
    "find-infeasible": lambda leg, by: judge_feasibility(leg, Judgement("not_feasible", note="No."), by=by),
    "ask-again": lambda leg, by: accept_alternate(leg, leg.alternates.get(), by=by, note="There."),
    "confirm": lambda leg, by: afterwards.confirm_leg(leg, by=by),
    "extend": lambda leg, by: afterwards.extend_leg(leg, by=by, note="Ill."),
    "resume": lambda leg, by: afterwards.resume_leg(leg, by=by),
    "cancel": lambda leg, by: afterwards.cancel_leg(leg, by=by, note="Enough."),
}
"""Moves for which somebody presses a button; the others are the system's, after a decision or a booking."""
BY_THE_SYSTEM = {
    "recommend", "allocate", "reserve", "refuse", "schedule", "unschedule", "fall-back", "transfer", "put-on-hold",
    "finish", "lose",
}  # fmt: skip
REPLAYED = {
    ("find-feasible", "feasible"), ("find-infeasible", "infeasible"), ("ask-again", "requested"),
    ("cancel", "cancelled"),
}  # fmt: skip
"""Said once more: it stays so, or is said to be so already."""


class Undone(Exception):
    """Rolls back what a move did."""


def outcome(leg, move, by):
    """What came of a move, and nothing of it is left: the state afterwards, or the class of the refusal."""
    found = ""
    with suppress(Undone), transaction.atomic():
        try:
            ACTS[move](leg, by)
        except DomainError as error:
            found = type(error).__name__
        else:
            found = Leg.objects.get(pk=leg.pk).state
        raise Undone
    return found


def test_every_move_is_somebodys():
    assert set(ACTS) | BY_THE_SYSTEM == {move.name for move in LEG.moves}


@pytest.mark.parametrize("state", LEG.states)
def test_what_the_table_does_not_list_is_refused_and_what_it_lists_is_done(world, state):
    judged = state in ("requested", "feasible", "infeasible", "recommended")
    proposal = a_proposal(world, a_call(world), state="feasibility" if judged else "accepted")
    a_member(proposal, world.adm, role="member")
    leg = a_leg(proposal, world.instrument_a, position=9, state=state)
    leg.alternates.set([world.instrument_b])
    for name, parties in PEOPLE.items():
        person = getattr(world, name)
        assert leg_parties(person, leg) == parties, name
        for move in LEG.moves:
            if move.name not in ACTS:
                continue
            found = outcome(leg, move.name, person)
            told = (name, move.name, state, found)
            if not move.who & parties:
                assert found == "NotPermitted", told
            elif state in move.sources:
                assert found in {move.target or state, "RulesRefuse", "Invalid"}, told
            elif (move.name, state) in REPLAYED:
                assert found in {state, "WrongState"}, told
            else:
                assert found == "WrongState", told
