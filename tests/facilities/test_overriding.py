"""A manager sets rules aside when moving time as when giving it; a route that asks nobody still lets no rule slip."""

import pytest

from core.errors import Invalid, NotPermitted, RulesRefuse
from facilities.commands.bookings import (
    accept_counter,
    confirm_offer,
    counter_booking,
    hold_time,
    offer_time,
    request_held,
    reschedule_booking,
)
from facilities.models import Block
from facilities.queries.bookings import booking_history
from facilities.rules import Override
from tests.facilities.asking import approve, ask, hourly, rules_of, wanted
from tests.workflow.routes import set_route, step
from tests.world import open_time

pytestmark = pytest.mark.django_db
LONG = (Override("short_enough", "The sample needs it"),)


def other(world, start=8, end=20):
    return {"starts_at": world.at(1, start), "ends_at": world.at(1, end), "note": "A quieter day"}


@pytest.fixture
def place(world):
    """Five hours at most."""
    return hourly(world, max_minutes=300)


def test_a_counter_and_a_reschedule_take_overrides_with_a_reason_like_asking_does(world, place):
    booking = ask(place, world.at(0, 8), 4, by=world.ana)
    for act in (reschedule_booking, counter_booking):
        with pytest.raises(RulesRefuse) as refused:
            act(booking, by=world.bo, **other(world))
        assert rules_of(refused.value) == ["short_enough"]
        with pytest.raises(Invalid):
            act(booking, by=world.bo, overrides=(Override("short_enough", " "),), **other(world))
    with pytest.raises(NotPermitted):
        reschedule_booking(booking, by=world.ana, overrides=LONG, **other(world))
    countered = counter_booking(booking, by=world.bo, overrides=LONG, **other(world))
    assert [(each["rule"], each["reason"], each["name"]) for each in countered.overrides] == [
        ("short_enough", "The sample needs it", "Bo")
    ]
    assert booking_history(countered).last().data["rules"] == ["short_enough"]
    assert accept_counter(countered, by=world.ana).state == "approved"


def test_an_approved_booking_moves_to_time_that_its_manager_made_an_exception_for(world, place):
    booking = approve(ask(place, world.at(0, 8), 4, by=world.ana), world.bo)
    moved = approve(reschedule_booking(booking, by=world.bo, overrides=LONG, **other(world)), world.bo)
    assert (moved.starts_at, [each["rule"] for each in moved.overrides]) == (world.at(1, 8), ["short_enough"])


def test_the_api_takes_overrides_with_a_move(world, api, place):
    booking = ask(place, world.at(0, 8), 4, by=world.ana)
    body = {name: str(value) for name, value in other(world).items()}
    path = f"/bookings/{booking.pk}/counter"
    assert api(world.bo, "post", path, body).json()["violations"][0]["rule"] == "short_enough"
    body["overrides"] = [{"rule": "short_enough", "reason": "The sample needs it"}]
    answer = api(world.bo, "post", path, body).json()
    assert (answer["state"], answer["overrides"][0]["rule"]) == ("countered", "short_enough")


@pytest.fixture
def asks_nobody(world, place):
    set_route(place, step(1, "Manager", "facility_manager"), by=world.bo, auto_approve={"units_up_to": 8})
    return place


def close(world, day):
    open_time(world.facility_a, world.at(day, 0), world.at(day + 1, 0), kind="maintenance")


def test_a_hold_is_not_approved_by_itself_when_a_rule_has_come_to_stand_against_it(world, asks_nobody):
    booking = hold_time(wanted(asks_nobody, world.at(0, 8), 2), by=world.ana)
    close(world, 0)
    with pytest.raises(RulesRefuse) as refused:
        request_held(booking, by=world.ana)
    assert rules_of(refused.value) == ["no_closure"]
    assert refused.value.alternatives
    booking.refresh_from_db()
    assert booking.state == "held"
    Block.objects.filter(kind="maintenance").delete()
    assert request_held(booking, by=world.ana).state == "approved"


def test_neither_is_an_accepted_counter_nor_time_that_was_offered(world, asks_nobody):
    set_route(asks_nobody, step(1, "Manager", "facility_manager"), by=world.bo)
    countered = counter_booking(ask(asks_nobody, world.at(0, 8), 2, by=world.ana), by=world.bo, **other(world, 8, 10))
    offered = offer_time(wanted(asks_nobody, world.at(1, 12), 2), to=world.ana, by=world.system)
    set_route(asks_nobody, step(1, "Manager", "facility_manager"), by=world.bo, auto_approve={"units_up_to": 8})
    close(world, 1)
    for act, booking, state in ((accept_counter, countered, "countered"), (confirm_offer, offered, "offered")):
        with pytest.raises(RulesRefuse):
            act(booking, by=world.ana)
        booking.refresh_from_db()
        assert booking.state == state
