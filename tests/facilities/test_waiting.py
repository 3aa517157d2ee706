"""The waiting list: freed time goes to whom it fits, in the published order, each with a time to answer."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from core import clock
from core.errors import Invalid, NotPermitted, RulesRefuse, WrongState
from facilities.commands.bookings import (
    cancel_booking,
    confirm_offer,
    expire_due,
    freeing,
    pass_on,
    reschedule_booking,
    withdraw_booking,
)
from facilities.commands.waiting import join_waiting, leave_waiting, offer_free_time, rank_waiting, strike_waiting
from facilities.models import Booking, Claim, Equipment, Offer, Technique, TechniqueClosure, Terms
from facilities.queries.waiting import queue_of, standings, waiting_visible_to
from notifications.models import Message
from tests.facilities.accounts import team_with_account
from tests.facilities.asking import approve, ask, berlin, hourly, rules_of
from tests.facilities.listing import wish
from tests.world import make_instrument, make_user, open_time
from workflow.approvals import decide
from workflow.models import Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(world):
    """The whole day is Dan's."""
    return approve(ask(world.instrument_a, berlin(world, 1, 0), 24, by=world.dan), world.bo)


def offered_to(person):
    return Booking.objects.filter(requester=person, state="offered").first()


def test_a_freed_slot_is_offered_to_the_first_who_asked_and_then_to_the_next(world, full, at):
    other = make_user("eve", world.org_b)
    first = join_waiting(wish(world), by=world.ana)
    join_waiting(wish(world), by=other)
    assert offer_free_time() == 0
    cancel_booking(full, by=world.dan, note="Ill")
    assert offer_free_time() == 2
    mine, hers = offered_to(world.ana), offered_to(other)
    assert (mine.starts_at, mine.units) == (berlin(world, 1, 0), 2)
    assert (hers.starts_at, hers.units) == (berlin(world, 1, 16), 1)
    assert Message.objects.filter(kind="booking_offered", recipient=world.ana).count() == 1
    at(hers.hold_expires_at)
    assert expire_due() == 2
    first.refresh_from_db()
    assert first.state == "waiting"
    assert offer_free_time() == 2
    assert offered_to(world.ana).starts_at == berlin(world, 1, 16)
    assert offered_to(other).starts_at == berlin(world, 1, 0)
    at(clock.now() + timedelta(hours=24, minutes=1))
    assert expire_due() == 2
    assert offer_free_time() == 0


def test_the_database_itself_offers_nobody_the_same_time_twice(world):
    row = join_waiting(wish(world), by=world.ana)
    offer_free_time()
    offer = Offer.objects.get(waiting=row)
    later = ask(world.instrument_a, berlin(world, 3, 0), by=world.ana)
    with pytest.raises(IntegrityError), transaction.atomic():
        Offer.objects.create(
            waiting=row,
            booking=later,
            instrument=offer.instrument,
            period=offer.period,
            by=world.system,
            expires_at=clock.now(),
        )


def test_taking_the_offer_asks_the_route_and_ends_the_wait(world):
    row = join_waiting(wish(world), by=world.ana)
    offer_free_time()
    booking = confirm_offer(offered_to(world.ana), by=world.ana)
    row.refresh_from_db()
    assert (booking.state, row.state) == ("requested", "served")
    assert approve(booking, world.bo).state == "approved"


def test_an_answer_that_comes_too_late_is_refused_whether_the_timer_ran_or_not(world, at):
    Terms.objects.create(facility=world.facility_a, answer_hours=2)
    join_waiting(wish(world), by=world.ana)
    offer_free_time()
    booking = offered_to(world.ana)
    assert booking.hold_expires_at - booking.created_at <= timedelta(hours=2)
    at(booking.hold_expires_at)
    with pytest.raises(WrongState):
        confirm_offer(booking, by=world.ana)


def test_passing_on_gives_the_time_to_the_next_and_keeps_the_place(world):
    other = make_user("eve", world.org_b)
    row = join_waiting(wish(world, min_minutes=1440, max_minutes=1440), by=world.ana)
    join_waiting(wish(world, min_minutes=1440, max_minutes=1440), by=other)
    assert offer_free_time() == 1
    pass_on(offered_to(world.ana), by=world.ana)
    assert offer_free_time() == 1
    row.refresh_from_db()
    assert row.state == "waiting"
    assert offered_to(other) is not None
    assert offered_to(world.ana) is None


def test_the_order_is_by_category_then_rank_then_time_of_asking(world, full):
    people = [make_user(name, world.org_b) for name in ("eve", "fay", "gil", "hal")]
    general = join_waiting(wish(world), by=people[0])
    urgent = join_waiting(wish(world, category="rapid"), by=world.bo, person=people[1])
    second = join_waiting(wish(world), by=world.bo, person=people[2], kind="reserve", rank=2)
    first = join_waiting(wish(world), by=world.bo, person=people[3], kind="reserve", rank=1)
    assert queue_of(world.instrument_a) == [urgent, first, second, general]
    assert [(each.rank, each.among) for each in standings(general)] == [(4, 4)]
    Terms.objects.create(facility=world.facility_a, precedence=["general", "rapid"])
    assert queue_of(world.instrument_a) == [first, second, general, urgent]


def test_the_reserve_list_is_asked_only_some_days_ahead(world):
    join_waiting(wish(world), by=world.bo, person=world.ana, kind="reserve", rank=1)
    assert offer_free_time() == 0
    Terms.objects.create(facility=world.facility_a, contact_days=7)
    assert offer_free_time() == 1


def test_waiting_for_a_technique_is_served_by_any_instrument_that_offers_it(world, full):
    technique = Technique.objects.create(code="xas", label="X-ray absorption")
    TechniqueClosure.objects.create(ancestor=technique, descendant=technique)
    other = make_instrument(world.facility_a, "A2")
    for instrument in (world.instrument_a, other):
        instrument.techniques.add(technique)
    row = join_waiting(wish(world, instrument=None, technique=technique), by=world.ana)
    assert {each.instrument for each in standings(row)} == {world.instrument_a, other}
    assert offer_free_time() == 1
    assert offered_to(world.ana).instrument == other
    assert offer_free_time() == 0


def test_what_the_rules_refuse_somebody_goes_to_the_next(world):
    instrument = make_instrument(world.facility_a, "A3", requires_allocation=True)
    join_waiting(wish(world, instrument=instrument), by=world.ana)
    assert offer_free_time() == 0
    assert not Offer.objects.exists()


def test_compensation_comes_from_reserve_blocks_alone(world, full):
    row = join_waiting(
        wish(world, ends_at=berlin(world, 6, 0)),
        by=world.bo,
        person=world.dan,
        kind="compensation",
        makes_up_for=full,
    )
    assert offer_free_time() == 0
    open_time(world.facility_a, berlin(world, 4, 8), berlin(world, 4, 16), kind="reserve")
    assert offer_free_time() == 1
    assert offered_to(world.dan).period.lower == berlin(world, 4, 8)
    row.refresh_from_db()
    assert row.state == "offered"


def test_one_place_for_one_person_and_time(world):
    join_waiting(wish(world), by=world.ana)
    with pytest.raises(RulesRefuse) as refused:
        join_waiting(wish(world), by=world.ana)
    assert rules_of(refused.value) == ["waits_already"]


def test_everything_wrong_with_a_wish_is_said_at_once(world):
    with pytest.raises(Invalid) as refused:
        join_waiting(
            wish(world, min_minutes=960, max_minutes=480, mode="mail_in", ends_at=clock.now() - timedelta(days=1)),
            by=world.ana,
        )
    assert rules_of(refused.value) == ["ends_before_start", "length", "mode_offered"]


def test_nobody_waits_on_the_account_of_another_team_or_another_instrument(world):
    theirs = team_with_account(world, "Others")
    theirs.team.members.all().delete()
    mine = team_with_account(world, "Mine")
    elsewhere = make_instrument(world.facility_a, "A2")
    with pytest.raises(Invalid) as refused:
        join_waiting(wish(world, team=mine.team, allocation=theirs, instrument=elsewhere), by=world.ana)
    assert rules_of(refused.value) == ["allocation_of_the_team", "allocation_for_the_instrument"]
    with pytest.raises(NotPermitted):
        join_waiting(wish(world, allocation=theirs), by=world.ana)
    with pytest.raises(Invalid) as refused:
        join_waiting(wish(world, allocation=mine, category="proprietary"), by=world.bo, person=world.ana)
    assert rules_of(refused.value) == ["proprietary_apart"]
    assert join_waiting(wish(world, allocation=mine), by=world.ana).category == mine.category


@pytest.mark.parametrize("more", [{"kind": "reserve", "rank": 1}, {"category": "rapid"}, {"person": "dan"}])
def test_nobody_moves_up_the_list_by_themselves(world, more):
    category = more.pop("category", "")
    person = getattr(world, more.pop("person", "ana"))
    with pytest.raises(NotPermitted):
        join_waiting(wish(world, category=category), by=world.ana, person=person, **more)


def test_leaving_is_for_the_one_who_waits_and_striking_for_the_facility(world):
    row = join_waiting(wish(world), by=world.ana)
    with pytest.raises(NotPermitted):
        leave_waiting(row, by=world.dan)
    with pytest.raises(NotPermitted):
        strike_waiting(row, by=world.bob, note="x")
    with pytest.raises(Invalid):
        strike_waiting(row, by=world.bo, note=" ")
    for _turn in range(2):
        assert leave_waiting(row, by=world.ana).state == "left"
    assert offer_free_time() == 0


def test_others_see_no_place_of_mine(world):
    join_waiting(wish(world), by=world.ana)
    assert waiting_visible_to(world.ana).count() == waiting_visible_to(world.cleo).count() == 1
    assert not waiting_visible_to(world.dan).exists()
    assert not waiting_visible_to(world.bob).exists()


def test_a_wait_for_time_that_is_over_lapses(world, full, at):
    row = join_waiting(wish(world), by=world.ana)
    at(row.window.upper)
    assert offer_free_time() == 0
    row.refresh_from_db()
    assert row.state == "lapsed"


def test_a_request_that_the_team_withdraws_wakes_those_who_wait(world, django_capture_on_commit_callbacks, monkeypatch):
    booking = ask(world.instrument_a, berlin(world, 1, 0), 24, by=world.dan)
    sent = []
    monkeypatch.setattr("core.jobs._send", lambda task, ids: sent.append(task))
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_booking(booking, by=world.dan, note="No sample")
    assert sent == []
    join_waiting(wish(world), by=world.ana)
    booking = ask(world.instrument_a, berlin(world, 2, 0), by=world.dan)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_booking(booking, by=world.dan, note="No sample")
    assert "facilities.offer_free_time" in sent


def test_places_and_equipment_that_are_waited_for_are_free_and_claimed_with_the_offer(world):
    wide = hourly(world, "W", capacity=3)
    thing = Equipment.objects.create(facility=world.facility_a, code="C1", name="Cryostat")
    one = {"mode": "remote", "min_minutes": 480, "max_minutes": 480, "instrument": wide}
    ask(wide, berlin(world, 1, 0), 8, by=world.dan, places=2)
    ask(hourly(world), berlin(world, 1, 8), 8, by=world.dan, equipment=(thing,))
    join_waiting(wish(world, **one, places=2, equipment=(thing,)), by=world.ana)
    assert offer_free_time() == 1
    offered = offered_to(world.ana)
    assert (offered.starts_at, offered.places) == (berlin(world, 1, 16), 2)
    assert [use.equipment for use in offered.uses.all()] == [thing]
    assert Claim.objects.filter(booking=offered, resource=wide.pk).count() == 2


def test_a_place_on_the_list_asks_for_nothing_that_the_instrument_never_has(world):
    there = Equipment.objects.create(facility=world.facility_b, code="C2", name="Furnace")
    with pytest.raises(Invalid) as refused:
        join_waiting(wish(world, places=2, equipment=(there,)), by=world.ana)
    assert rules_of(refused.value) == ["places", "equipment_offered"]
    technique = Technique.objects.create(code="xas", label="X-ray absorption")
    with pytest.raises(Invalid) as refused:
        join_waiting(wish(world, instrument=None, technique=technique, equipment=(there,)), by=world.ana)
    assert rules_of(refused.value) == ["equipment"]


def test_another_rank_changes_the_order_and_only_places_on_the_reserve_list_have_one(world, full):
    first, second = (
        join_waiting(wish(world), by=world.bo, person=person, kind="reserve", rank=rank)
        for rank, person in enumerate((world.ana, world.sec), 1)
    )
    rank_waiting(first, 3, by=world.cleo)
    assert [row.pk for row in queue_of(world.instrument_a)] == [second.pk, first.pk]
    plain = join_waiting(wish(world), by=world.dan)
    for row, rank, error in ((plain, 1, Invalid), (first, 0, Invalid)):
        with pytest.raises(error):
            rank_waiting(row, rank, by=world.bo)
    with pytest.raises(NotPermitted):
        rank_waiting(first, 1, by=world.bob)
    leave_waiting(first, by=world.ana)
    with pytest.raises(WrongState):
        rank_waiting(first, 1, by=world.bo)


def test_whatever_frees_time_looks_at_once_at_those_who_wait(world, monkeypatch):
    woken = []
    monkeypatch.setattr(freeing, "enqueue", woken.append)
    booking = ask(world.instrument_a, berlin(world, 1, 0), 24, by=world.dan)
    join_waiting(wish(world), by=world.ana)
    woken.clear()
    by_task = Task.objects.get(subject_id=booking.pk)
    decide(by_task, "approve", by=world.bo, note="The rest is kept", part=(booking.starts_at, berlin(world, 1, 16)))
    assert woken == ["facilities.offer_free_time"]
    assert offer_free_time() == 1
    booking.refresh_from_db()
    other = {"starts_at": berlin(world, 2, 0), "ends_at": berlin(world, 2, 16)}
    woken.clear()
    approve(reschedule_booking(booking, by=world.dan, **other), world.bo)
    assert woken == []
    join_waiting(wish(world, starts_at=other["starts_at"], ends_at=other["ends_at"]), by=world.cleo)
    woken.clear()
    again = {"starts_at": berlin(world, 3, 0), "ends_at": berlin(world, 3, 16)}
    approve(reschedule_booking(booking, by=world.dan, **again), world.bo)
    assert woken == ["facilities.offer_free_time"]
