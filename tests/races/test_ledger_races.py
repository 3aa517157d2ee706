"""Accounts at a barrier: units are spent once, whoever moves or asks for them first, and nobody waits for ever."""

from collections import Counter
from decimal import Decimal

import pytest

from facilities.commands.allocations import grant_allocation
from facilities.commands.teams import add_member, create_team
from facilities.models import Allocation
from tests.facilities.asking import ask, hourly
from tests.races.barrier import at_once, caller, slot
from tests.world import make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def accounts(world):
    """Two of Ana's team, with six hours each; bo gives the time of both."""
    team = create_team("group", "Alloys", organisation=world.org_b, by=world.system)
    add_member(team, world.ana, by=world.system, role="lead")
    validity = {"cycle": None, "valid_from": world.at(-1, 0), "valid_until": world.at(60, 0)}
    return [grant_allocation(team, hourly(world, f"L{n}"), Decimal(6), by=world.bo, **validity) for n in range(2)]


def transfer(by, source, target, units):
    body = {"to": str(target.pk), "units": str(units), "note": "The other leg is longer"}
    return caller(by, f"/allocations/{source.pk}/transfer", body)


def test_units_that_are_moved_away_and_asked_for_at_once_are_spent_once(world, accounts):
    source, target = accounts
    more = {"mode": "remote", "program": str(source.team_id)}
    asking = [caller(world.ana, "/bookings", slot(source.instrument, world.at(day, 8), 2, **more)) for day in range(4)]
    moving = [transfer(world.bo, source, target, 2) for _ in range(4)]
    answers = at_once([*asking, *moving])
    codes = Counter(answer.status_code for answer in answers)
    assert codes.keys() <= {200, 201, 400, 422}
    assert codes[200] + codes[201] == 3
    source.refresh_from_db()
    target.refresh_from_db()
    assert (source.left, source.held) == (0, 2 * codes[201])
    assert target.granted == 6 + 2 * codes[200]


def test_two_accounts_that_give_to_each_other_at_once_wait_for_no_one(world, accounts):
    one, other = accounts
    calls = [transfer(world.bo, *pair, 1) for pair in ((one, other), (other, one)) * 4]
    assert Counter(answer.status_code for answer in at_once(calls)) == {200: 8}
    assert {row.granted for row in Allocation.objects.all()} == {6}


def test_a_counter_and_a_request_for_the_same_day_leave_one_holder(world):
    instrument = hourly(world)
    booking = ask(instrument, world.at(0, 8), 2, by=world.ana)
    third = make_user("third", world.org_b)
    other_day = slot(instrument, world.at(1, 8), 2)
    counter = caller(world.bo, f"/bookings/{booking.pk}/counter", {**other_day, "note": "The beam is off"})
    request = caller(third, "/bookings", {**other_day, "mode": "remote"})
    countered, asked = (answer.status_code for answer in at_once([counter, request]))
    assert (countered, asked) in ((200, 409), (409, 201))
    booking.refresh_from_db()
    assert booking.state == ("countered" if countered == 200 else "requested")


def test_a_part_that_is_granted_and_the_whole_that_is_withdrawn_at_once_leave_one_end(world):
    from workflow.models import Task

    booking = ask(hourly(world), world.at(0, 8), 4, by=world.ana)
    part = {**slot(booking.instrument, world.at(0, 8), 2), "verdict": "approve", "note": "The evening is taken"}
    decide = caller(world.bo, f"/tasks/{Task.objects.get().pk}/decide", part)
    withdraw = caller(world.ana, f"/bookings/{booking.pk}/withdraw", {"note": "No sample"})
    codes = tuple(answer.status_code for answer in at_once([decide, withdraw]))
    booking.refresh_from_db()
    assert (codes, booking.state) in (((200, 409), "approved"), ((409, 200), "withdrawn"))
    assert booking.claims.count() == (1 if booking.state == "approved" else 0)
