"""The acceptance scenarios of booking, in the numbering of the design."""

from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from core.errors import RulesRefuse, SlotTaken, WrongState
from facilities.commands.bookings import (
    accept_counter,
    counter_booking,
    hold_time,
    reschedule_booking,
)
from facilities.commands.calendar import add_block
from facilities.models import Block, Claim
from facilities.queries.availability import free_slots
from tests.facilities.asking import approve, ask, berlin, hourly, rules_of, wanted
from tests.world import make_instrument
from workflow.approvals import decide
from workflow.models import Task

pytestmark = pytest.mark.django_db


def test_a_neighbour_inside_the_buffer_is_refused_and_the_buffer_is_named(world):
    instrument = hourly(world, setup_minutes=1, granularity_minutes=1)
    ask(instrument, world.at(0, 8), 2, by=world.ana)
    with pytest.raises(SlotTaken) as refused:
        ask(instrument, world.at(0, 10), 2, by=world.ana)
    assert rules_of(refused.value) == ["setup_time"]
    assert "1 min of set-up" in refused.value.message


def test_the_set_up_of_the_booking_after_is_kept_free_too(world):
    instrument = hourly(world, setup_minutes=30)
    ask(instrument, world.at(0, 10), 2, by=world.ana)
    with pytest.raises(SlotTaken) as refused:
        ask(instrument, world.at(0, 8), 2, by=world.ana)
    assert rules_of(refused.value) == ["setup_time"]
    assert ask(instrument, world.at(0, 8), 1.5, by=world.ana).state == "requested"


def test_maintenance_needs_no_buffer(world):
    instrument = hourly(world, setup_minutes=30)
    period = DateTimeTZRange(world.at(0, 8), world.at(0, 10))
    add_block(world.facility_a, instrument, "maintenance", period, "Filters", by=world.bo)
    assert ask(instrument, world.at(0, 10), 2, by=world.ana).state == "requested"


def test_a_parent_that_is_booked_takes_its_parts(world):
    parent = hourly(world, "P")
    child = hourly(world, "C", parent=parent)
    grandchild = hourly(world, "G", parent=child, capacity=3)
    ask(parent, world.at(0, 8), 2, by=world.ana)
    for part in (child, grandchild):
        with pytest.raises(SlotTaken):
            ask(part, world.at(0, 9), 2, by=world.ana)
        assert ask(part, world.at(0, 10) if part is child else world.at(0, 12), 2, by=world.ana).pk


def test_a_part_that_is_booked_refuses_its_parent_and_leaves_its_sibling_free(world):
    parent = hourly(world, "P")
    child, sibling = hourly(world, "C", parent=parent), hourly(world, "S", parent=parent)
    grandchild = hourly(world, "G", parent=child)
    ask(grandchild, world.at(0, 8), 2, by=world.ana)
    for above in (child, parent):
        with pytest.raises(SlotTaken):
            ask(above, world.at(0, 9), 2, by=world.ana)
    assert ask(sibling, world.at(0, 8), 2, by=world.ana).pk


@pytest.mark.parametrize(
    ("start", "hours", "free"), [(1, 61 / 60, False), (2 + 59 / 60, 61 / 60, False), (1, 1, True), (3, 1, True)]
)
def test_maintenance_from_two_to_three_refuses_what_touches_it_by_a_minute(world, start, hours, free):
    instrument = hourly(world, granularity_minutes=1)
    add_block(world.facility_a, instrument, "maintenance", DateTimeTZRange(world.at(0, 2), world.at(0, 3)), by=world.bo)
    if free:
        assert ask(instrument, world.at(0, start), hours, by=world.ana).pk
    else:
        with pytest.raises(RulesRefuse) as refused:
            ask(instrument, world.at(0, start), hours, by=world.ana)
        assert rules_of(refused.value) == ["no_closure"]


def test_capacity_three_takes_a_long_booking_over_a_peak_of_two(world):
    instrument = hourly(world, capacity=3)
    for start, hours in ((10, 1), (11, 1), (9.5, 1.5)):
        ask(instrument, world.at(0, start), hours, by=world.ana)
    assert ask(instrument, world.at(0, 9), 3, by=world.ana).pk


def test_capacity_two_is_full_where_two_bookings_follow_each_other_beside_a_long_one(world):
    instrument = hourly(world, capacity=2)
    for start, hours in ((10, 2), (10, 1), (11, 1)):
        ask(instrument, world.at(0, start), hours, by=world.ana)
    for start, hours in ((9, 3), (10.5, 1)):
        with pytest.raises(SlotTaken):
            ask(instrument, world.at(0, start), hours, by=world.ana)


def test_scattered_lanes_are_packed_anew_so_that_capacity_equals_the_peak(world):
    instrument = hourly(world, capacity=2)
    ask(instrument, world.at(0, 8), 2, by=world.ana)
    ask(instrument, world.at(0, 9), 2, by=world.ana)
    ask(instrument, world.at(0, 14), 2, by=world.ana)
    ask(instrument, world.at(0, 13), 2, by=world.ana)
    lanes = [claim.lane for claim in Claim.objects.filter(resource=instrument.pk).order_by("period")]
    assert lanes == [0, 1, 1, 0]
    between = ask(instrument, world.at(0, 10), 4, by=world.ana)
    assert between.claims.get().lane in (0, 1)


def test_an_approved_booking_that_moves_keeps_its_old_time_until_the_new_one_is_approved(world):
    instrument = hourly(world)
    booking = approve(ask(instrument, world.at(0, 8), 2, by=world.ana), world.bo)
    booking = reschedule_booking(
        booking, by=world.ana, starts_at=world.at(1, 8), ends_at=world.at(1, 10), note="Samples late"
    )
    assert booking.state == "approved"
    for day in (0, 1):
        with pytest.raises(SlotTaken):
            ask(instrument, world.at(day, 8), 2, by=world.dan)
    approve(booking, world.bo)
    assert booking.state == "approved"
    assert booking.starts_at == world.at(1, 8)
    assert ask(instrument, world.at(0, 8), 2, by=world.dan).pk


def test_a_move_that_is_declined_leaves_the_booking_where_it_was(world):
    instrument = hourly(world)
    booking = approve(ask(instrument, world.at(0, 8), 2, by=world.ana), world.bo)
    reschedule_booking(booking, by=world.ana, starts_at=world.at(0, 9), ends_at=world.at(0, 11))
    decide(Task.objects.get(subject_id=booking.pk, state="open"), "decline", by=world.bo, note="No")
    booking.refresh_from_db()
    assert (booking.state, booking.starts_at) == ("approved", world.at(0, 8))
    assert ask(instrument, world.at(0, 10), 2, by=world.dan).pk


def test_editing_obeys_the_limits_of_creating(world):
    instrument = hourly(world, max_minutes=300)
    booking = ask(instrument, world.at(0, 8), 5, by=world.ana)
    with pytest.raises(RulesRefuse) as refused:
        reschedule_booking(booking, by=world.ana, starts_at=world.at(0, 8), ends_at=world.at(0, 13.5))
    assert rules_of(refused.value) == ["short_enough"]
    booking.refresh_from_db()
    assert booking.ends_at == world.at(0, 13)


def test_three_gaps_hold_an_hour_and_none_holds_three(world):
    instrument = hourly(world)
    Block.objects.all().delete()
    day = DateTimeTZRange(world.at(0, 8), world.at(0, 16))
    add_block(world.facility_a, instrument, "user", day, by=world.bo)
    ask(instrument, world.at(0, 9), 1.5, by=world.ana)
    ask(instrument, world.at(0, 13), 1, by=world.ana)
    hour = free_slots(instrument, world.at(0, 0), world.at(1, 0), 60)
    assert [(slot.starts_at, slot.ends_at) for slot in hour] == [
        (world.at(0, 8), world.at(0, 9)),
        (world.at(0, 10.5), world.at(0, 13)),
        (world.at(0, 14), world.at(0, 16)),
    ]
    assert free_slots(instrument, world.at(0, 0), world.at(1, 0), 180) == []


def test_the_requester_accepts_a_counter_in_one_click_and_a_third_person_loses(world):
    instrument = make_instrument(world.facility_a, "S1")
    booking = ask(instrument, berlin(world, 0, 8), 8, by=world.ana)
    tuesday = berlin(world, 1, 8)
    booking = counter_booking(
        booking, by=world.bo, starts_at=tuesday, ends_at=tuesday + timedelta(hours=8), note="The detector is away"
    )
    assert booking.state == "countered"
    with pytest.raises(SlotTaken) as lost:
        ask(instrument, tuesday, 8, by=world.dan)
    assert len(lost.value.alternatives) == 3
    booking = accept_counter(booking, by=world.ana)
    assert booking.starts_at == tuesday
    assert booking.state == "approved"
    assert ask(instrument, berlin(world, 0, 8), 8, by=world.dan).pk


def test_a_hold_blocks_others_and_nothing_else_happens(world):
    held = hold_time(wanted(world.instrument_a, berlin(world, 0, 8), mode="onsite"), by=world.ana)
    assert held.state == "held"
    assert not Task.objects.filter(subject_id=held.pk).exists()
    with pytest.raises(WrongState):
        accept_counter(held, by=world.ana)
