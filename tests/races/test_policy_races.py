"""A quota holds when people ask at once: whoever is later counts what the other took, at another instrument too."""

from collections import Counter

import pytest

from tests.facilities.asking import hourly
from tests.facilities.policy import hold
from tests.races.test_booking_races import at_once, caller, slot

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
