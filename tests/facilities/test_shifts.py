"""The record of a run, shift by shift, and the notes that one crew leaves the next."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.errors import Invalid, NotPermitted, WrongState
from facilities.commands import sessions
from facilities.commands.running import leave_note, record_shift
from facilities.queries.running import bookings_of_day, notes_visible_to, shifts_planned
from tests.facilities.asking import approve, ask, berlin, hourly

pytestmark = pytest.mark.django_db


@pytest.fixture
def running(world, at):
    """Two shifts at facility A of which the second has begun."""
    booking = approve(ask(world.instrument_a, berlin(world, 1, 8), 16, by=world.ana), world.bo)
    at(booking.starts_at)
    sessions.check_in(booking, by=world.ana)
    at(booking.starts_at + timedelta(hours=9))
    return booking


def test_the_losses_of_shifts_add_up_to_the_loss_of_the_session(world, running, at):
    first, second = shifts_planned(running)
    record_shift(running, first.lower, by=world.cleo, lost_minutes=120, cause="source", note="Beam dump")
    record_shift(running, second.lower, by=world.cleo, lost_minutes=240, cause="instrument", note="Shutter")
    at(running.ends_at)
    booking = sessions.check_out(running, by=world.ana)
    records = list(booking.shifts.all())
    lost = sum(record.lost_minutes for record in records)
    assert booking.session.lost_units == Decimal(lost) / 480
    assert booking.session.units == Decimal(sum(record.delivered_minutes for record in records)) / 480


def test_a_shift_is_recorded_once_and_only_when_it_has_begun(world, running):
    first, second = shifts_planned(running)
    for _turn in range(2):
        record_shift(running, first.lower, by=world.cleo, lost_minutes=60, cause="safety", note="Alarm")
    assert running.shifts.count() == 1
    running.session.refresh_from_db()
    assert running.session.lost_units == Decimal("0.125")
    with pytest.raises(WrongState):
        record_shift(running, first.lower, by=world.cleo)
    for starts_at in (first.lower + timedelta(hours=1), second.upper):
        with pytest.raises(Invalid):
            record_shift(running, starts_at, by=world.cleo)


@pytest.mark.parametrize(
    "wrong", [{"lost_minutes": 481, "cause": "source"}, {"lost_minutes": 10}, {"lost_minutes": -1}]
)
def test_a_shift_loses_no_more_than_it_has_and_for_a_cause(world, running, wrong):
    with pytest.raises(Invalid):
        record_shift(running, running.starts_at, by=world.cleo, **wrong)
    assert not running.shifts.exists()


def test_only_the_facilitys_staff_record_shifts(world, running):
    for who in (world.ana, world.bob, world.dan):
        with pytest.raises(NotPermitted):
            record_shift(running, running.starts_at, by=who)


def test_shifts_are_of_the_instruments_length_and_hours_are_taken_together(world):
    long = ask(world.instrument_a, berlin(world, 3, 8), 24, by=world.ana)
    assert [span.upper - span.lower for span in shifts_planned(long)] == [timedelta(hours=8)] * 3
    hours = ask(hourly(world), world.at(3, 8), 5, by=world.ana)
    assert len(shifts_planned(hours)) == 1


def test_notes_are_for_staff_and_the_team_that_runs_and_for_nobody_else(world, running):
    leave_note(world.instrument_a, by=world.cleo, text="Shutter 2 sticks")
    leave_note(world.instrument_a, by=world.ana, text="Sample in the hutch", booking=running)
    for who in (world.ana, world.cleo, world.bo):
        assert [note.text for note in notes_visible_to(who)] == ["Sample in the hutch", "Shutter 2 sticks"]
    for who in (world.bob, world.dan):
        assert not notes_visible_to(who).exists()
        with pytest.raises(NotPermitted):
            leave_note(world.instrument_a, by=who, text="I was never here")
    sessions.check_out(running, by=world.ana)
    assert not notes_visible_to(world.ana).exists()
    with pytest.raises(Invalid):
        leave_note(world.instrument_a, by=world.cleo, text="  ")


def test_a_day_holds_what_touches_it_at_one_facility(world, running):
    assert ask(world.instrument_b, world.at(2, 0), 8, by=world.bob).pk
    day = bookings_of_day(world.facility_a, berlin(world, 1, 0), berlin(world, 2, 0))
    assert list(day) == [running]
    assert not bookings_of_day(world.facility_a, berlin(world, 2, 0), berlin(world, 3, 0)).exists()
