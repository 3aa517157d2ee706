"""Races of series: against single bookings and against each other, one of two has the time, nobody a 500."""

from collections import Counter

import pytest
from django.db import connection, transaction

from facilities.commands.locks import lock_time
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


def test_of_many_who_ask_for_the_same_series_one_gets_it_and_all_others_hear_what_is_free(world):
    instrument = hourly(world)
    people = [make_user(f"person{number}", world.org_b) for number in range(32)]
    body = slot(instrument, world.at(0, 8), 2, rule="FREQ=WEEKLY;COUNT=2", mode="remote")
    answers = at_once([caller(person, "/series", body) for person in people])
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 31}
    conflicts = [each for answer in answers if answer.status_code == 409 for each in answer.json()["conflicts"]]
    assert len(conflicts) == 62
    assert all(each["alternatives"] for each in conflicts)


def test_a_check_answers_while_somebody_else_holds_the_instrument(world):
    instrument = hourly(world)
    series = slot(instrument, world.at(0, 8), 2, mode="remote", rule="FREQ=WEEKLY;COUNT=3")
    legs = [slot(instrument, world.at(day, 12), 2, mode="remote") for day in range(2)]
    calls = [
        caller(world.ana, "/series/check", series),
        caller(world.ana, "/campaigns/check", {"title": "Alloys", "legs": legs}),
    ]
    with transaction.atomic():
        lock_time([instrument.pk], [world.ana.pk])
        answers = at_once([impatient(call) for call in calls])
    assert [(answer.status_code, answer.json()["ok"]) for answer in answers] == [(200, True)] * 2
    assert not Booking.objects.exists()


def impatient(call):
    """The call, which fails where it would have to wait for a lock."""

    def act():
        with connection.cursor() as cursor:
            cursor.execute("set lock_timeout = '1s'")
        return call()

    return act
