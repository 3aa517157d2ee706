"""Set-up before and cooling after a booking: they may overlap each other, never a booking, and differ by mode."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import SlotTaken
from facilities.queries.availability import free_slots
from tests.facilities.asking import ask, hourly, rules_of
from tests.world import open_time

pytestmark = pytest.mark.django_db


def test_cooling_and_set_up_overlap_so_that_the_longer_of_them_is_the_gap(world):
    instrument = hourly(world, setup_minutes=30, cooling_minutes=60)
    ask(instrument, world.at(0, 8), 2, by=world.ana)
    with pytest.raises(SlotTaken) as refused:
        ask(instrument, world.at(0, 10.5), 1, by=world.ana)
    assert rules_of(refused.value) == ["cooling_time"]
    assert "1 h to cool after the booking before" in refused.value.message
    assert ask(instrument, world.at(0, 11), 1, by=world.ana).pk


def test_the_next_booking_waits_until_this_one_has_cooled(world):
    instrument = hourly(world, cooling_minutes=60)
    ask(instrument, world.at(0, 10), 2, by=world.ana)
    with pytest.raises(SlotTaken) as refused:
        ask(instrument, world.at(0, 7.5), 2, by=world.ana)
    assert "1 h to cool after this booking" in refused.value.message
    assert ask(instrument, world.at(0, 7), 2, by=world.ana).pk


def test_buffers_of_a_minute_refuse_neighbours_that_touch_and_name_themselves_but_not_maintenance(world):
    instrument = hourly(world, setup_minutes=1, cooling_minutes=1, granularity_minutes=1)
    ask(instrument, world.at(0, 8), 2, by=world.ana)
    for start in (6, 10):
        with pytest.raises(SlotTaken) as refused:
            ask(instrument, world.at(0, start), 2, by=world.ana)
        assert set(rules_of(refused.value)) == {"setup_time", "cooling_time"}
    for start, end in ((12, 13), (15, 16)):
        open_time(world.facility_a, world.at(0, start), world.at(0, end), kind="maintenance", instrument=instrument)
    assert ask(instrument, world.at(0, 13), 2, by=world.ana).pk


def test_each_mode_has_its_own_set_up_and_cooling(world):
    instrument = hourly(
        world, setup_minutes=60, cooling_minutes=60, mode_minutes={"remote": {"setup": 0, "cooling": 30}}
    )
    ask(instrument, world.at(0, 8), 2, by=world.ana, mode="remote")
    assert ask(instrument, world.at(0, 10.5), 1, by=world.ana, mode="remote").pk
    with pytest.raises(SlotTaken):
        ask(instrument, world.at(0, 12), 1, by=world.ana, mode="onsite")
    assert ask(instrument, world.at(0, 12.5), 1, by=world.ana, mode="onsite").pk
    with pytest.raises(SlotTaken):
        ask(instrument, world.at(0, 14), 1, by=world.ana, mode="remote")
    assert ask(instrument, world.at(0, 14.5), 1, by=world.ana, mode="remote").pk


def test_a_place_among_several_is_given_on_when_it_has_cooled(world):
    instrument = hourly(world, capacity=2, cooling_minutes=60)
    for _place in range(2):
        ask(instrument, world.at(0, 8), 2, by=world.ana)
    with pytest.raises(SlotTaken):
        ask(instrument, world.at(0, 10.5), 1, by=world.ana)
    assert ask(instrument, world.at(0, 11), 1, by=world.ana).pk


@settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(setup=st.sampled_from([0, 30, 90]), cooling=st.sampled_from([0, 30, 120]), start=st.integers(4, 30))
def test_free_time_is_what_may_be_booked_beside_a_booking(world, setup, cooling, start):
    instrument = hourly(world, f"F{setup}-{cooling}-{start}", setup_minutes=setup, cooling_minutes=cooling)
    ask(instrument, world.at(0, start / 2), 3, by=world.ana)
    slots = free_slots(instrument, world.at(0, 0), world.at(1, 0), 60)
    gap = max(setup, cooling) / 60
    assert slots[-1].starts_at == world.at(0, start / 2 + 3 + gap)
    if len(slots) > 1:
        assert slots[0].ends_at == world.at(0, start / 2 - gap)
        assert ask(instrument, world.at(0, start / 2 - gap - 1), 1, by=world.ana).pk
    assert ask(instrument, slots[-1].starts_at, 1, by=world.ana).pk
