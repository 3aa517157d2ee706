"""The facility offers time: it is kept until it is answered, and nobody else's rules are bent."""

from datetime import timedelta

import pytest

from core import clock
from core.errors import NotPermitted, SlotTaken, WrongState
from facilities.commands.bookings import confirm_offer, expire_due, offer_time, pass_on
from facilities.models import Claim
from notifications.models import Message
from tests.facilities.accounts import balance
from tests.facilities.asking import ask, berlin, wanted

pytestmark = pytest.mark.django_db


def offered(world, day=1, by=None, **more):
    request = wanted(world.instrument_a, berlin(world, day, 8), **more)
    return offer_time(request, to=world.ana, by=by or world.bo, note="A gap in our week")


def test_offered_time_is_kept_and_taken_without_asking_the_one_who_offered_it_again(world):
    booking = offered(world)
    with pytest.raises(SlotTaken):
        ask(world.instrument_a, berlin(world, 1, 8), by=world.dan)
    assert Message.objects.filter(recipient=world.ana, kind="booking_offered").count() == 1
    for _turn in range(2):
        assert confirm_offer(booking, by=world.ana).state == "approved"


def test_an_offer_stands_a_week_and_never_past_its_start(world):
    assert offered(world, day=1).hold_expires_at - clock.now() <= timedelta(days=7)
    soon = clock.now() + timedelta(days=2)
    request = wanted(world.instrument_b, soon.replace(hour=16, minute=0, second=0, microsecond=0))
    booking = offer_time(request, to=world.ana, by=world.bob)
    assert booking.hold_expires_at == booking.starts_at


def test_nobody_takes_an_offer_whose_time_is_over_although_the_timer_is_late(world, at, account):
    booking = offered(world, team=account.team)
    assert balance(account) == (1, 0, 2)
    at(booking.hold_expires_at)
    with pytest.raises(WrongState):
        confirm_offer(booking, by=world.ana)
    assert (expire_due(), expire_due()) == (1, 0)
    assert balance(account) == (0, 0, 3)
    assert not Claim.objects.exists()


def test_passing_on_needs_no_reason_and_frees_the_time(world):
    booking = offered(world)
    for _turn in range(2):
        assert pass_on(booking, by=world.ana).state == "withdrawn"
    assert ask(world.instrument_a, berlin(world, 1, 8), by=world.dan).state == "requested"


def test_only_the_facility_offers_its_time_and_only_the_one_asked_answers(world):
    with pytest.raises(NotPermitted):
        offered(world, by=world.bob)
    booking = offered(world)
    with pytest.raises(NotPermitted):
        confirm_offer(booking, by=world.dan)
    with pytest.raises(NotPermitted):
        confirm_offer(booking, by=world.bo)
