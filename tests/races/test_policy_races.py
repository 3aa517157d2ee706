"""Quotas, of a policy and of a cycle, hold when people ask at once: whoever is later counts what the other took."""

from collections import Counter

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from facilities.commands.calendar import add_block, add_cycle, set_quotas
from facilities.models import Block
from tests.facilities.asking import hourly
from tests.facilities.policy import hold
from tests.races.barrier import at_once, caller, slot

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_quota_is_never_exceeded_by_requests_at_different_instruments_at_once(world):
    instruments = [hourly(world, f"H{number}") for number in range(6)]
    hold(world, "quota", {"most": 2, "measure": "bookings", "over": "week"})
    answers = at_once(
        [caller(world.ana, "/bookings", slot(each, world.at(1, 8), mode="remote")) for each in instruments]
    )
    assert Counter(answer.status_code for answer in answers) == {201: 2, 422: 4}
    refused = [answer.json() for answer in answers if answer.status_code == 422]
    assert all([each["rule"] for each in one["violations"]] == ["quota"] for one in refused)


def test_the_share_of_a_category_is_never_exceeded_by_requests_at_different_instruments_at_once(world):
    instruments = [hourly(world, f"H{number}") for number in range(6)]
    Block.objects.filter(facility=world.facility_a).delete()
    cycle = add_cycle(world.facility_a, "2027-1", world.at(0, 0), world.at(1, 0), by=world.bo)
    add_block(world.facility_a, None, "user", DateTimeTZRange(world.at(0, 0), world.at(1, 0)), by=world.bo)
    set_quotas(cycle, {"rapid": (0, 10)}, by=world.bo)
    asked = [slot(each, world.at(0, 8), 8, mode="remote", category="rapid") for each in instruments]
    answers = at_once([caller(world.ana, "/bookings", one) for one in asked])
    assert Counter(answer.status_code for answer in answers) == {201: 2, 422: 4}
    refused = [answer.json() for answer in answers if answer.status_code == 422]
    assert all([each["rule"] for each in one["violations"]] == ["cycle_quota"] for one in refused)
