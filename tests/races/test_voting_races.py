"""Many vote at once: one vote for a member, none lost; a vote during the close counts or is refused."""

from collections import Counter
from functools import partial

import pytest

from alliance.commands import voting
from alliance.models import Ballot, Motion, Resolution, Vote
from alliance.queries.voting import last_votes, recounted
from core import clock
from core.errors import WrongState
from tests.alliance.voting import Voting
from tests.races.barrier import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_thirty_two_votes_at_once_are_all_kept_and_the_close_counts_what_it_did_not_refuse():
    aoc = Voting(16)
    motion, secret = aoc.opened(), aoc.opened(secret=True)
    acts = [
        partial(voting.cast_vote, one, choice, by=person)
        for person in aoc.people[:8]
        for one in (motion, secret)
        for choice in ("for", "against")
    ]
    assert len(acts) == 32
    assert all(at_once(acts))
    for one in (motion, secret):
        numbers = Vote.objects.filter(voter__ballot=one.ballot).values_list("voter_id", "number")
        assert Counter(number for _voter, number in numbers) == {1: 8, 2: 8}
        assert last_votes(one.ballot).count() == 8

    def close():
        with clock.standing_at(secret.ballot.closes_at):
            return voting.close_due()

    def vote_late(person):
        try:
            return voting.cast_vote(motion, "for", by=person)
        except WrongState:
            return None

    late = [partial(vote_late, person) for person in aoc.people[8:]]
    refused = at_once([*late[:4], close, *late[4:]]).count(None)
    for one in (motion, secret):
        ballot = Ballot.objects.get(motion=one)
        again, agrees = recounted(ballot)
        assert agrees
        assert again["count"]["voted"] == (16 - refused if one == motion else 8)


def test_votes_that_close_at_once_number_their_resolutions_without_gaps():
    aoc = Voting(1)
    motions = [aoc.opened() for _ in range(8)]
    for motion in motions:
        voting.cast_vote(motion, "for", by=aoc.people[0])
    acts = [partial(voting.close_vote, motion, by=aoc.chair) for motion in motions for _twice in range(2)]
    assert all(at_once(acts))
    assert set(Motion.objects.values_list("state", flat=True)) == {"carried"}
    assert list(Resolution.objects.order_by("number").values_list("number", flat=True)) == list(range(1, 9))
