"""A leg moves to another host once, however many agree to it at the same instant."""

from collections import Counter
from decimal import Decimal

import pytest
from django.db.models import Sum

from facilities.models import Allocation
from programs.commands import afterwards, rounds
from programs.models import Transfer
from tests.programs.allocating import allocating, proposed, scored
from tests.races.barrier import at_once, caller
from tests.world import make_instrument

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_facilities_that_agree_at_once_move_the_units_exactly_once(world):
    call = allocating(world, offered=6)
    proposal = scored(world, call, 4.5, pi=world.ana)
    proposed(world, call)
    rounds.announce_results(call, by=world.lea)
    leg = proposal.legs.get()
    target = make_instrument(world.facility_b, "B2")
    transfer = afterwards.ask_transfer(leg, target, by=world.ana, reason="A1 is shut until May.")
    agreeing = [caller(person, f"/transfers/{transfer.pk}/agree", {}) for person in (world.bo, world.bob) * 3]
    answers = at_once(agreeing)
    assert Counter(answer.status_code for answer in answers) == {200: 6}
    leg.refresh_from_db()
    assert (leg.instrument, leg.allocation.instrument) == (target, target)
    assert Transfer.objects.get().ended_at is not None
    total = Allocation.objects.filter(team=leg.allocation.team).aggregate(total=Sum("granted"))["total"]
    assert (total, leg.allocation.granted) == (Decimal(6), Decimal(6))
