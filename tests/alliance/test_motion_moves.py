"""Every move of a motion, from every state, by every party: what the table does not list is refused."""

from datetime import timedelta

import pytest

from alliance.commands import voting
from alliance.models import Motion
from alliance.permissions.voting import motion_parties
from alliance.workflows.governance import MOTION
from core import clock
from core.errors import DomainError
from tests.alliance.voting import Voting
from tests.moves import outcome

pytestmark = pytest.mark.django_db
BY_PEOPLE = ("edit", "table", "open", "vote", "close", "withdraw")
PARTIES = {
    "chair": {"chair", "secretary"},
    "secretary": {"secretary"},
    "mover": {"mover", "voter"},
    "voter": {"voter"},
    "guest": set(),
}


def in_state(aoc: Voting, state: str) -> Motion:
    draft = voting.Draft("Share more", "We share more.", body=aoc.assembly)
    motion = voting.draft_motion(aoc.alliance, draft, by=aoc.people[0])
    if state == "draft":
        return motion
    if state == "withdrawn":
        return voting.withdraw_motion(motion, by=aoc.people[0], note="No longer.")
    motion = voting.table_motion(motion, by=aoc.people[0])
    if state == "tabled":
        return motion
    ballot = voting.open_vote(motion, by=aoc.chair, closes_at=clock.now() + timedelta(hours=1))
    if state == "open":
        return Motion.objects.get(pk=motion.pk)
    choice = {"carried": "for", "lost": "against"}.get(state)
    for person in aoc.people if choice else []:
        voting.cast_vote(motion, choice, by=person)
    with clock.standing_at(ballot.closes_at):
        voting.close_due()
    return Motion.objects.get(pk=motion.pk)


def perform(motion: Motion, move: str, by):
    return {
        "edit": lambda: voting.change_motion(motion, voting.Draft("Other", "Else.", body=motion.body), by=by),
        "table": lambda: voting.table_motion(motion, by=by),
        "open": lambda: voting.open_vote(motion, by=by, closes_at=clock.now() + timedelta(hours=1)),
        "vote": lambda: voting.cast_vote(motion, "for", by=by),
        "close": lambda: voting.close_vote(motion, by=by),
        "withdraw": lambda: voting.withdraw_motion(motion, by=by, note="because"),
    }[move]()


@pytest.mark.parametrize("state", [state for state in MOTION.states if state != "closed"])
def test_a_motion_moves_as_its_table_says_and_not_otherwise(state):
    aoc = Voting(2)
    motion = in_state(aoc, state)
    people = {
        "chair": aoc.chair, "secretary": aoc.secretary, "mover": aoc.people[0], "voter": aoc.people[1],
        "guest": aoc.guest,
    }  # fmt: skip
    for name, person in people.items():
        assert motion_parties(person, motion) == PARTIES[name]
        for move in BY_PEOPLE:
            results = {outcome(MOTION, move, state, party) for party in PARTIES[name]} or {403}
            done = [result for result in results if isinstance(result, str)]
            if done and (move, state) == ("close", "open"):
                done, results = [], {422}
            if not done and move == "close" and state in {"carried", "lost", "inquorate"} and name == "chair":
                done = [state]
            if done:
                assert after(motion, move, person) == done[0]
            else:
                with pytest.raises(DomainError) as refused:
                    perform(Motion.objects.get(pk=motion.pk), move, person)
                assert refused.value.status == (403 if results == {403} else max(results - {403}))
    assert Motion.objects.get(pk=motion.pk).state == state


def after(motion: Motion, move: str, by) -> str:
    """The state that a permitted move leads to, undone at once."""
    from django.db import transaction

    with transaction.atomic():
        perform(Motion.objects.get(pk=motion.pk), move, by)
        state = Motion.objects.get(pk=motion.pk).state
        transaction.set_rollback(True)
    return state
