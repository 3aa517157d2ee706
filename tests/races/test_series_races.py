"""Races of series: against single bookings and against each other, one of two has the time, nobody a 500."""

from collections import Counter

import pytest

from facilities.models import Booking, Series
from tests.facilities.asking import hourly
from tests.races.barrier import at_once, caller, slot
from tests.world import make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_series_and_single_bookings_never_share_a_date(world):
    instrument = hourly(world)
    people = [make_user(f"person{number}", world.org_b) for number in range(9)]
    rule = {"rule": "FREQ=WEEKLY;COUNT=6", "mode": "remote"}
    calls = [caller(person, "/series", slot(instrument, world.at(0, 8), 2, **rule)) for person in people[:3]]
    calls += [
        caller(person, "/bookings", slot(instrument, world.at(7 * number, 9), 2, mode="remote"))
        for number, person in enumerate(people[3:])
    ]
    answers = at_once(calls)
    said = Counter(answer.status_code for answer in answers)
    assert set(said) <= {201, 409}
    series = sum(answer.status_code == 201 for answer in answers[:3])
    singles = sum(answer.status_code == 201 for answer in answers[3:])
    assert (series, singles) in {(1, 0), (0, 6)}
    assert Booking.objects.count() == 6
    assert Series.objects.count() == series
    assert all(answer.json()["conflicts"] for answer in answers[:3] if answer.status_code == 409)
