"""Two offices offer the same open time at the same moment: together never more than the cycle has."""

from collections import Counter
from decimal import Decimal

import pytest

from core.errors import RulesRefuse
from programs.commands import calls
from programs.models import Offer
from tests.programs import calling
from tests.races.barrier import at_once

pytestmark = pytest.mark.django_db(transaction=True)
OFFICES = 4


def test_offers_made_at_once_do_not_exceed_the_open_time_of_their_cycle(world):
    cycle = calling.cycle_of(world, world.facility_a, days=10)
    changes = calling.sound_changes(world, offers=[calls.OfferedTime(world.instrument_a, Decimal(14), cycle)])

    def offer():
        try:
            calls.draft_call(world.alliance, changes, by=world.sec)
        except RulesRefuse as refused:
            return refused.violations[0].rule
        return "offered"

    assert Counter(at_once([offer] * OFFICES)) == {"offered": 2, "offer_exceeds_open_time": OFFICES - 2}
    assert sum(Offer.objects.values_list("units", flat=True)) == 28
