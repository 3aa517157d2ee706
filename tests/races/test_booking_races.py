"""Real threads at a barrier: one of many gets a slot, the others a 409 with alternatives, nobody a 500."""

from collections import Counter
from decimal import Decimal
from itertools import pairwise

import pytest

from accounts.commands import grant_role
from facilities.commands.allocations import grant_allocation
from facilities.commands.teams import add_member, create_team
from facilities.models import Booking, Claim, Equipment, LedgerEntry
from tests.facilities.asking import approve, ask, hourly
from tests.races.barrier import at_once, caller, slot
from tests.world import make_user

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 32


def test_one_of_many_gets_each_slot(world):
    instrument = hourly(world)
    people = [make_user(f"person{number}", world.org_b) for number in range(PEOPLE)]
    for turn in range(2):
        answers = at_once(
            [caller(person, "/bookings", slot(instrument, world.at(turn, 8), mode="onsite")) for person in people]
        )
        assert Counter(answer.status_code for answer in answers) == {201: 1, 409: PEOPLE - 1}
        losers = [answer.json() for answer in answers if answer.status_code == 409]
        assert all(loser["code"] == "slot_taken" and len(loser["alternatives"]) == 3 for loser in losers)
    assert Booking.objects.count() == 2


def test_overlapping_wishes_for_parent_and_parts_never_meet(world):
    parent = hourly(world, "P", capacity=1)
    parts = [hourly(world, f"C{number}", parent=parent) for number in range(3)]
    people = [make_user(f"person{number}", world.org_b) for number in range(16)]
    calls = [
        caller(person, "/bookings", slot([parent, *parts][number % 4], world.at(0, 8 + number % 3), 2, mode="remote"))
        for number, person in enumerate(people)
    ]
    assert {answer.status_code for answer in at_once(calls)} == {201, 409}
    claims = list(Claim.objects.order_by("resource", "period"))
    for one, other in pairwise(claims):
        assert one.resource != other.resource or one.period.upper <= other.period.lower


def test_one_person_is_never_in_two_places(world):
    instruments = [hourly(world, f"I{number}") for number in range(12)]
    calls = [caller(world.ana, "/bookings", slot(one, world.at(0, 8), mode="onsite")) for one in instruments]
    assert Counter(answer.status_code for answer in at_once(calls)) == {201: 1, 409: 11}


def test_capacity_is_filled_to_the_last_place_and_no_further(world):
    instrument = hourly(world, capacity=5)
    people = [make_user(f"person{number}", world.org_b) for number in range(16)]
    calls = [caller(person, "/bookings", slot(instrument, world.at(0, 8), mode="remote")) for person in people]
    assert Counter(answer.status_code for answer in at_once(calls)) == {201: 5, 409: 11}
    assert set(Claim.objects.values_list("lane", flat=True)) == set(range(5))


def test_one_of_many_gets_a_cryostat_that_two_instruments_share(world):
    here, there = hourly(world), hourly(world, "H2", capacity=32)
    thing = Equipment.objects.create(facility=world.facility_a, code="C1", name="Cryostat")
    people = [make_user(f"person{number}", world.org_b) for number in range(PEOPLE)]
    calls = [
        caller(
            person,
            "/bookings",
            slot([here, there][number % 2], world.at(0, 8), mode="remote", equipment=[str(thing.pk)]),
        )
        for number, person in enumerate(people)
    ]
    answers = at_once(calls)
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: PEOPLE - 1}
    assert Claim.objects.filter(resource=thing.pk).count() == 1


@pytest.mark.parametrize("move", ["reschedule", "counter"])
def test_one_of_many_moves_to_the_same_slot(world, move):
    instrument = hourly(world)
    asked = [ask(instrument, world.at(1 + turn // 16, turn % 16), 1, by=world.ana) for turn in range(PEOPLE)]
    if move == "reschedule":
        asked = [approve(booking, world.bo) for booking in asked]
    by = world.ana if move == "reschedule" else world.bo
    target = {**slot(instrument, world.at(0, 8)), "note": "Better"}
    answers = at_once([caller(by, f"/bookings/{booking.pk}/{move}", target) for booking in asked])
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: PEOPLE - 1}
    losers = [answer.json() for answer in answers if answer.status_code == 409]
    assert all(loser["code"] == "slot_taken" and len(loser["alternatives"]) == 3 for loser in losers)


def test_an_account_is_never_overdrawn(world):
    instruments = [hourly(world, f"I{number}") for number in range(2)]
    team = create_team("group", "Alloys", organisation=world.org_b, by=world.system)
    add_member(team, world.ana, by=world.system)
    account = grant_allocation(
        team,
        instruments[0],
        Decimal(5),
        cycle=None,
        valid_from=world.at(-1, 0),
        valid_until=world.at(60, 0),
        by=world.bo,
    )
    more = {"mode": "remote", "program": str(team.pk)}
    answers = at_once(
        [caller(world.ana, "/bookings", slot(instruments[0], world.at(day, 8), **more)) for day in range(16)]
    )
    assert Counter(answer.status_code for answer in answers) == {201: 5, 422: 11}
    account.refresh_from_db()
    assert (account.held, account.left) == (5, 0)
    assert LedgerEntry.objects.filter(allocation=account, kind="held").count() == 5


def test_of_many_deciders_at_once_one_decides(world):
    from workflow.models import Task

    booking = ask(hourly(world), world.at(0, 8), 1, by=world.ana)
    task = Task.objects.get(subject_id=booking.pk)
    managers = [make_user(f"manager{number}", world.org_a) for number in range(PEOPLE)]
    for person in managers:
        grant_role(person, "facility_manager", world.facility_a, by=world.system)
    verdicts = [{"verdict": "approve"}, {"verdict": "decline", "note": "No"}] * (PEOPLE // 2)
    path = f"/tasks/{task.pk}/decide"
    answers = at_once([caller(person, path, verdict) for person, verdict in zip(managers, verdicts, strict=True)])
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: PEOPLE - 1}
    booking.refresh_from_db()
    assert booking.state in ("approved", "declined")
    assert Claim.objects.count() == (1 if booking.state == "approved" else 0)
