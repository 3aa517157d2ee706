"""Things that instruments share: claimed with a booking, offered where they can be used, free again when it ends."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import RulesRefuse, SlotTaken
from facilities.commands.bookings import (
    accept_counter,
    cancel_booking,
    check_booking,
    counter_booking,
    hold_time,
    reschedule_booking,
)
from facilities.lanes import peak
from facilities.models import Booking, Claim, Equipment
from facilities.queries.equipment import equipment_of, usable_at
from facilities.rules import Span
from tests.facilities.asking import approve, ask, hourly, rules_of, wanted
from tests.world import World

pytestmark = pytest.mark.django_db


def cryostat(world: World, code: str = "C1", **fields: Any) -> Equipment:
    return Equipment.objects.create(facility=world.facility_a, code=code, name=f"Cryostat {code}", **fields)


def test_a_cryostat_is_at_one_instrument_at_a_time_and_the_refusal_says_when_it_is_free(world):
    here, there, thing = hourly(world), hourly(world, "H2"), cryostat(world)
    ask(here, world.at(0, 8), 2, by=world.ana, equipment=(thing,))
    with pytest.raises(SlotTaken) as refused:
        ask(there, world.at(0, 9), 2, by=world.dan, equipment=(thing,))
    assert rules_of(refused.value) == ["equipment_free"]
    assert "Cryostat C1 is taken then. It is free for as long from" in refused.value.message
    assert f"{world.at(0, 10).astimezone(ZoneInfo('Europe/Berlin')):%H:%M}" in refused.value.message
    assert ask(there, world.at(0, 9), 2, by=world.dan).state == "requested"


def test_the_nearest_slots_are_those_at_which_the_cryostat_is_free(world):
    here, there, thing = hourly(world), hourly(world, "H2"), cryostat(world)
    ask(here, world.at(0, 8), 4, by=world.ana, equipment=(thing,))
    check = check_booking(wanted(there, world.at(0, 9), 2, equipment=(thing,)), by=world.dan)
    assert not check.ok
    taken = (world.at(0, 8), world.at(0, 12))
    assert len(check.alternatives) == 3
    for slot in check.alternatives:
        assert slot["ends_at"][:19] <= taken[0].isoformat()[:19] or slot["starts_at"][:19] >= taken[1].isoformat()[:19]


def test_what_ends_the_booking_frees_the_cryostat(world):
    here, there, thing = hourly(world), hourly(world, "H2"), cryostat(world)
    booking = approve(ask(here, world.at(0, 8), 2, by=world.ana, equipment=(thing,)), world.bo)
    assert equipment_of(booking) == (thing,)
    cancel_booking(booking, by=world.ana, note="Ill")
    assert ask(there, world.at(0, 8), 2, by=world.dan, equipment=(thing,)).pk


def test_the_cryostat_is_free_again_only_after_its_turnaround(world):
    here, there = hourly(world), hourly(world, "H2")
    thing = cryostat(world, turnaround_minutes=60)
    ask(here, world.at(0, 8), 2, by=world.ana, equipment=(thing,))
    for start in (7, 10):
        with pytest.raises(SlotTaken):
            ask(there, world.at(0, start), 1, by=world.dan, equipment=(thing,))
    for start in (6, 11):
        assert ask(there, world.at(0, start), 1, by=world.dan, equipment=(thing,)).pk


def test_a_laboratory_of_two_places_takes_two_and_packs_them(world):
    instruments = [hourly(world, f"H{number}") for number in range(4)]
    laboratory = cryostat(world, "L", kind="laboratory", capacity=2)
    for instrument, start in zip(instruments, (8, 9, 13, 14), strict=True):
        ask(instrument, world.at(0, start), 2, by=world.ana, equipment=(laboratory,))
    assert ask(hourly(world, "H9"), world.at(0, 10), 4, by=world.ana, equipment=(laboratory,)).pk
    with pytest.raises(SlotTaken):
        ask(hourly(world, "H10"), world.at(0, 9), 2, by=world.ana, equipment=(laboratory,))
    assert set(Claim.objects.filter(resource=laboratory.pk).values_list("lane", flat=True)) == {0, 1}


@settings(
    deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(st.tuples(st.integers(0, 10), st.integers(1, 5)), min_size=4, max_size=9))
def test_what_there_is_of_a_thing_is_given_to_the_last_piece_and_no_further(world, wishes):
    number = Equipment.objects.count()
    instrument = hourly(world, f"P{number}", capacity=12)
    furnaces = cryostat(world, f"F{number}", capacity=2)
    given_to: list[Span] = []
    for start, hours in wishes:
        asked = Span(world.at(0, start), world.at(0, start + hours))
        if peak([*given_to, asked]) <= 2:
            ask(instrument, asked.lower, hours, by=world.ana, equipment=(furnaces,))
            given_to.append(asked)
        else:
            with pytest.raises(SlotTaken):
                ask(instrument, asked.lower, hours, by=world.ana, equipment=(furnaces,))
    lanes = Claim.objects.filter(resource=furnaces.pk).values_list("lane", flat=True)
    assert len(lanes) == len(given_to)
    assert set(lanes) <= {0, 1}


def test_a_local_contact_with_an_account_is_not_in_two_places(world):
    here, there = hourly(world), hourly(world, "H2")
    contact = cryostat(world, "cleo", kind="support_person", person=world.cleo)
    ask(here, world.at(0, 8), 2, by=world.ana, equipment=(contact,))
    with pytest.raises(SlotTaken) as refused:
        ask(there, world.at(0, 9), 1, by=world.cleo, mode="onsite")
    assert rules_of(refused.value) == ["one_place_at_a_time"]
    own = ask(there, world.at(0, 12), 1, by=world.cleo, mode="onsite", equipment=(contact,))
    assert own.claims.filter(resource=world.cleo.pk).count() == 1


@pytest.mark.parametrize("elsewhere", ["other instrument", "other facility", "withdrawn"])
def test_only_what_can_be_used_at_the_instrument_is_given(world, elsewhere):
    instrument, thing = hourly(world), cryostat(world)
    if elsewhere == "other instrument":
        thing.instruments.add(hourly(world, "H2"))
    elif elsewhere == "other facility":
        thing = Equipment.objects.create(facility=world.facility_b, code="C1", name="Cryostat C1")
    else:
        Equipment.objects.update(is_active=False)
    assert thing not in usable_at(instrument)
    if elsewhere == "other instrument":
        thing.instruments.add(instrument, hourly(world, "H3"))
        assert list(usable_at(instrument)) == [thing]
        thing.instruments.remove(instrument)
    with pytest.raises(RulesRefuse) as refused:
        ask(instrument, world.at(0, 8), 2, by=world.ana, equipment=(thing,))
    assert rules_of(refused.value) == ["equipment_offered"]


def test_a_counter_claims_the_cryostat_at_both_times_until_it_is_answered(world):
    here, there, thing = hourly(world), hourly(world, "H2"), cryostat(world)
    booking = ask(here, world.at(0, 8), 2, by=world.ana, equipment=(thing,))
    booking = counter_booking(
        booking, by=world.bo, starts_at=world.at(1, 8), ends_at=world.at(1, 10), note="The magnet is away"
    )
    for day in (0, 1):
        with pytest.raises(SlotTaken):
            ask(there, world.at(day, 8), 2, by=world.dan, equipment=(thing,))
    accept_counter(booking, by=world.ana)
    assert ask(there, world.at(0, 8), 2, by=world.dan, equipment=(thing,)).pk
    with pytest.raises(SlotTaken):
        ask(there, world.at(1, 8), 2, by=world.dan, equipment=(thing,))


def test_a_booking_moves_to_where_its_cryostat_is_free_and_nowhere_else(world):
    here, there, thing = hourly(world), hourly(world, "H2"), cryostat(world)
    ask(there, world.at(1, 8), 2, by=world.dan, equipment=(thing,))
    booking = ask(here, world.at(0, 8), 2, by=world.ana, equipment=(thing,))
    with pytest.raises(SlotTaken):
        reschedule_booking(booking, by=world.ana, starts_at=world.at(1, 9), ends_at=world.at(1, 11))
    moved = reschedule_booking(booking, by=world.ana, starts_at=world.at(0, 9), ends_at=world.at(0, 11))
    assert moved.claims.get(resource=thing.pk).period.lower == world.at(0, 9)


def test_a_hold_whose_time_is_over_leaves_the_cryostat_to_the_next(world, monkeypatch):
    here, there, thing = hourly(world), hourly(world, "H2"), cryostat(world)
    held = hold_time(wanted(here, world.at(0, 8), 2, equipment=(thing,)), by=world.ana)
    Booking.objects.filter(pk=held.pk).update(hold_expires_at=held.created_at - timedelta(minutes=1))
    assert ask(there, world.at(0, 8), 2, by=world.dan, equipment=(thing,)).pk
    held.refresh_from_db()
    assert held.state == "expired"
