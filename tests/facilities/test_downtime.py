"""Downtime: one entry, people told once, what was lost recorded by cause, made up for from reserve by decision."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from core import clock
from core.errors import Invalid, NotPermitted, RulesRefuse, WrongState
from facilities.commands import sessions
from facilities.commands.bookings import mark_no_shows_due
from facilities.commands.downtime import (
    compensate,
    correct_downtime,
    end_downtime,
    extend_downtime,
    report_downtime,
)
from facilities.models import Downtime, Loss, Waiting
from facilities.queries.availability import free_slots
from facilities.queries.downtime import counts_as_planned, downtimes_visible_to, touched_by
from facilities.stretches import minus
from notifications.models import Message
from tests.facilities.accounts import balance
from tests.facilities.asking import approve, ask, berlin, hourly, rules_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def booking(world, account):
    """Ana's approved shift from 08:00 on the first day."""
    return approve(ask(world.instrument_a, berlin(world, 1, 8), by=world.ana, team=account.team), world.bo)


def fault(world, start, end, instrument=None, **more):
    fields = {"cause": "source", "title": "Beam lost"} | more
    return report_downtime(world.facility_a, instrument or world.instrument_a, start, end, by=world.cleo, **fields)


def test_a_fault_tells_each_person_once_however_many_bookings_they_have(world, booking):
    second = ask(world.instrument_a, berlin(world, 1, 16), by=world.ana)
    for _turn in range(2):
        fault(world, berlin(world, 1, 6), berlin(world, 2, 0))
    told = Message.objects.filter(recipient=world.ana, kind="downtime_reported")
    assert [message.context["all"] for message in told] == [f"{booking}, {second}"]
    booking.refresh_from_db()
    assert booking.state == "approved"


def test_nobody_books_time_that_is_out_of_order_and_it_is_not_offered_as_free(world):
    start, end = berlin(world, 1, 0), berlin(world, 2, 0)
    downtime = fault(world, start, end)
    with pytest.raises(RulesRefuse) as refused:
        ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    assert "no_closure" in rules_of(refused.value)
    assert free_slots(world.instrument_a, start, end, 480) == []
    assert len(free_slots(world.instrument_b, start, end, 480)) == 1
    Downtime.objects.filter(pk=downtime.pk).update(period=(start, start + timedelta(hours=8)))
    assert free_slots(world.instrument_a, start, end, 480) != []


def test_a_booking_that_was_lost_whole_ends_as_lost_and_costs_nothing(world, booking, account, at):
    downtime = fault(world, berlin(world, 1, 6), berlin(world, 1, 20))
    at(berlin(world, 1, 18))
    end_downtime(downtime, by=world.cleo)
    booking.refresh_from_db()
    assert (booking.state, balance(account)) == ("lost", (0, 0, 3))
    assert (booking.session.lost_units, booking.session.lost_cause) == (1, "source")
    assert Loss.objects.get(booking=booking).units == 1


def test_a_fault_before_the_check_in_gives_longer_to_come_and_is_not_charged(world, booking, account, at):
    downtime = fault(world, berlin(world, 1, 6), berlin(world, 1, 12))
    at(berlin(world, 1, 11))
    assert mark_no_shows_due() == 0
    end_downtime(downtime, by=world.cleo, at=berlin(world, 1, 10))
    assert mark_no_shows_due() == 0
    sessions.check_in(booking, by=world.ana)
    at(berlin(world, 1, 16))
    done = sessions.check_out(booking, by=world.ana)
    assert (done.session.units, done.session.lost_units) == (Decimal("0.625"), Decimal("0.25"))
    assert balance(account) == (0, 0.625, 2.375)


def test_a_fault_within_the_run_is_taken_off_what_was_used(world, booking, account, at):
    at(booking.starts_at)
    sessions.check_in(booking, by=world.ana)
    at(berlin(world, 1, 12))
    end_downtime(fault(world, berlin(world, 1, 10), berlin(world, 1, 14)), by=world.cleo)
    at(booking.ends_at)
    done = sessions.check_out(booking, by=world.ana)
    assert (done.session.units, done.session.lost_units) == (Decimal("0.75"), Decimal("0.25"))
    assert done.session.lost_cause == "source"


def test_a_fault_that_is_entered_after_the_run_gives_units_back(world, booking, account, at):
    at(booking.starts_at)
    sessions.check_in(booking, by=world.ana)
    at(booking.ends_at)
    sessions.check_out(booking, by=world.ana)
    assert balance(account) == (0, 1, 2)
    end_downtime(fault(world, berlin(world, 1, 10), berlin(world, 1, 14)), by=world.cleo, at=berlin(world, 1, 14))
    account.refresh_from_db()
    assert (account.granted, account.left) == (Decimal("3.5"), Decimal("2.5"))


def test_two_faults_at_once_take_no_instant_twice(world, booking, at):
    first = fault(world, berlin(world, 1, 9), berlin(world, 1, 12))
    second = fault(world, berlin(world, 1, 10), berlin(world, 1, 13), title="Cryostat", cause="sample_environment")
    at(berlin(world, 1, 13))
    end_downtime(first, by=world.cleo, at=berlin(world, 1, 12))
    end_downtime(second, by=world.cleo)
    assert [(loss.cause, loss.units) for loss in Loss.objects.filter(booking=booking)] == [
        ("source", Decimal("0.375")),
        ("sample_environment", Decimal("0.125")),
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        Loss.objects.create(booking=booking, downtime=second, period=booking.period, units=1, cause="other")


@given(st.lists(st.tuples(st.integers(0, 47), st.integers(1, 24)), max_size=6))
@settings(max_examples=60)
def test_what_is_left_and_what_was_taken_add_up(others):
    start = clock.now().replace(minute=0, second=0, microsecond=0)
    taken = [(start + timedelta(hours=at), start + timedelta(hours=at + length)) for at, length in others]
    end = start + timedelta(hours=48)
    left = minus(start, end, taken)
    hours = {hour for at, length in others for hour in range(at, min(at + length, 48))}
    assert sum((upper - lower for lower, upper in left), timedelta(0)) == timedelta(hours=48 - len(hours))
    assert minus(start, end, [*taken, *left]) == []


def test_an_expectation_is_extended_and_only_those_newly_affected_are_told(world, booking):
    later = ask(world.instrument_a, berlin(world, 2, 8), by=world.dan)
    downtime = fault(world, berlin(world, 1, 6), berlin(world, 1, 20))
    with pytest.raises(Invalid):
        extend_downtime(downtime, by=world.cleo, until=berlin(world, 1, 12))
    extend_downtime(downtime, by=world.cleo, until=berlin(world, 2, 12))
    told = Message.objects.filter(kind="downtime_reported").order_by("created_at", "id")
    assert [(message.recipient, message.context["all"]) for message in told] == [
        (world.ana, str(booking)),
        (world.dan, str(later)),
    ]


def test_ending_twice_records_a_loss_once_and_nothing_is_changed_after(world, booking, at):
    downtime = fault(world, berlin(world, 1, 9), berlin(world, 1, 12))
    at(berlin(world, 1, 11))
    for _turn in range(2):
        assert end_downtime(downtime, by=world.cleo).period.upper == berlin(world, 1, 11)
    assert Loss.objects.count() == 1
    with pytest.raises(WrongState):
        extend_downtime(downtime, by=world.cleo, until=berlin(world, 3, 0))


def test_a_part_that_fails_touches_bookings_of_the_whole(world):
    whole = hourly(world, "W")
    part = hourly(world, "P", parent=whole)
    booked = ask(whole, world.at(1, 8), 2, by=world.ana)
    period = (world.at(1, 9), world.at(1, 12))
    assert touched_by(world.facility_a, part, period) == touched_by(world.facility_a, None, period) == [booked]


def test_labels_of_the_first_report_stay_whatever_is_said_later(world, booking, at):
    downtime = fault(world, berlin(world, 1, 9), berlin(world, 1, 12))
    correct_downtime(downtime, by=world.bo, cause="other", planned=True, reason="It was announced by mail")
    assert not counts_as_planned(downtime)
    at(berlin(world, 1, 12))
    end_downtime(downtime, by=world.cleo)
    assert Loss.objects.get().cause == "source"
    for changed in ({"planned": True}, {"cause": "other"}):
        with pytest.raises(ProgrammingError), transaction.atomic():
            Downtime.objects.filter(pk=downtime.pk).update(**changed)
    with pytest.raises(ProgrammingError), transaction.atomic():
        fault(world, berlin(world, 3, 9), berlin(world, 3, 12)).delete()


def test_a_plan_that_was_none_counts_as_unplanned(world):
    downtime = fault(world, berlin(world, 1, 9), berlin(world, 1, 12), planned=True)
    assert counts_as_planned(downtime)
    correct_downtime(downtime, by=world.bo, cause="source", planned=False, reason="Nobody had been told")
    assert not counts_as_planned(downtime)


def test_compensation_is_the_facilitys_decision_and_once(world, booking, at):
    with pytest.raises(RulesRefuse):
        compensate(booking, by=world.bo)
    downtime = fault(world, berlin(world, 1, 6), berlin(world, 1, 20))
    at(berlin(world, 1, 18))
    end_downtime(downtime, by=world.cleo)
    with pytest.raises(NotPermitted):
        compensate(booking, by=world.ana)
    assert compensate(booking, by=world.bo) == compensate(booking, by=world.bo)
    row = Waiting.objects.get()
    assert (row.kind, row.person, row.max_minutes, row.makes_up_for) == ("compensation", world.ana, 480, booking)


def test_sixty_then_twenty_five_then_all_of_a_shift_lost_never_give_back_more_than_it_cost(world, booking, account, at):
    """Scenario 8 of calls, proposals, review: in shifts, for here nothing is paid."""
    begins = berlin(world, 1, 8)
    spans = [(0 * HOUR, 4.8 * HOUR), (4 * HOUR, 6 * HOUR), (-2 * HOUR, 12 * HOUR)]
    faults = [fault(world, begins + start, begins + end) for start, end in spans]
    at(berlin(world, 1, 21))
    for downtime in faults:
        end_downtime(downtime, by=world.cleo)
        assert sum(loss.units for loss in booking.losses.all()) <= booking.units
    assert sum(loss.units for loss in booking.losses.all()) == booking.units
    assert compensate(booking, by=world.bo).max_minutes == 480
    assert balance(account) == (0, 0, 3), "the whole shift is back, once"


def test_only_staff_of_the_facility_report_and_others_see_nothing(world, booking):
    for person in (world.ana, world.bob):
        with pytest.raises(NotPermitted):
            report_downtime(
                world.facility_a,
                None,
                berlin(world, 1, 0),
                berlin(world, 2, 0),
                by=person,
                cause="source",
                title="x",
            )
    fault(world, berlin(world, 1, 6), berlin(world, 1, 20))
    assert downtimes_visible_to(world.bo).count() == 1
    assert not downtimes_visible_to(world.dan).exists()
    assert not downtimes_visible_to(world.bob).exists()
