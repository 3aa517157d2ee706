"""Races of campaigns: of two that want the same instruments one gets them all, and decisions at once end well."""

from collections import Counter

import pytest

from facilities.models import Booking, Campaign, Claim
from tests.facilities.asking import hourly
from tests.facilities.campaigning import campaign, states
from tests.races.barrier import at_once, caller, slot
from tests.world import make_user
from workflow.models import Task

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_campaigns_that_want_overlapping_instruments_exactly_one_gets_them(world):
    places = [hourly(world, f"R{number}") for number in range(6)]
    people = [make_user(f"person{number}", world.org_b) for number in range(6)]
    for turn in range(2):
        calls = []
        for number, person in enumerate(people):
            order = [places[0], *places[1:4]] if number % 2 else [*reversed(places[2:]), places[0]]
            legs = [slot(place, world.at(turn, 8), 2, mode="remote") for place in order]
            calls.append(caller(person, "/campaigns", {"title": "Alloys", "legs": legs}))
        answers = at_once(calls)
        assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 5}
        assert all(answer.json()["legs"] for answer in answers if answer.status_code == 409)
    assert Campaign.objects.count() == 2
    assert Claim.objects.count() == Booking.objects.count()


def test_legs_declined_at_once_break_the_campaign_once(world):
    subject = campaign(world, number=4)
    tasks = Task.objects.filter(state="open").select_related("process")
    verdict = {"verdict": "decline", "note": "Full"}
    calls = [
        caller(world.bo if task.scope_id == world.facility_a.pk else world.bob, f"/tasks/{task.pk}/decide", verdict)
        for task in tasks
    ]
    answers = at_once(calls)
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 3}
    assert Counter(states(subject)) == {"broken": 1, "declined": 1, "cancelled": 3}
    assert not Claim.objects.exists()


def test_legs_approved_at_once_confirm_the_campaign_once(world):
    subject = campaign(world, number=4)
    calls = [
        caller(
            world.bo if task.scope_id == world.facility_a.pk else world.bob,
            f"/tasks/{task.pk}/decide",
            {"verdict": "approve"},
        )
        for task in Task.objects.filter(state="open")
    ]
    answers = at_once(calls)
    assert {answer.status_code for answer in answers} == {200}
    assert Counter(states(subject)) == {"confirmed": 1, "approved": 4}


def test_a_campaign_withdrawn_while_a_leg_is_decided_leaves_nothing_claimed(world):
    subject = campaign(world)
    task = Task.objects.filter(state="open", scope_id=world.facility_a.pk).first()
    withdrawn, decided = at_once(
        [
            caller(world.ana, f"/campaigns/{subject.pk}/withdraw", {"note": "Away"}),
            caller(world.bo, f"/tasks/{task.pk}/decide", {"verdict": "approve"}),
        ]
    )
    assert withdrawn.status_code == 200
    assert decided.status_code in (200, 409)
    assert states(subject)[0] == "withdrawn"
    assert not Claim.objects.exists()
