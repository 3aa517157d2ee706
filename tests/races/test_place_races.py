"""The last place is offered to several at once: one gets it, the others are refused, nothing breaks."""

from collections import Counter
from functools import partial

import pytest

from core.errors import DomainError
from programs.commands.opportunities import offer_place
from programs.models import Candidacy
from tests.programs.offering import in_state, published
from tests.races.barrier import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_last_place_offered_to_three_at_once_is_given_once(world):
    offer = published(world)
    rows = [in_state(world, "ranked", offer, person) for person in (world.dan, world.bob, world.cleo)]

    def offered(row):
        try:
            return offer_place(row, by=world.sec).state
        except DomainError as refusal:
            return refusal.code

    assert Counter(at_once([partial(offered, row) for row in rows])) == {"offered": 1, "no_place_left": 2}
    assert list(Candidacy.objects.exclude(place=None).values_list("place", flat=True)) == [1]
