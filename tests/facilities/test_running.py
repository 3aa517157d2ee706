"""Accounts and sessions: what is held, released, used and lost, and what the clock does."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import ProgrammingError, transaction

from core import clock
from core.errors import Invalid, RulesRefuse, SlotTaken, WrongState
from core.models import AuditEntry
from facilities.commands import sessions
from facilities.commands.allocations import return_units
from facilities.commands.bookings import (
    cancel_booking,
    counter_booking,
    expire_due,
    hold_time,
    mark_no_shows_due,
    refuse_counter,
    request_held,
    request_time,
    reschedule_booking,
    withdraw_booking,
)
from facilities.models import Claim, LedgerEntry
from facilities.rules import Override
from notifications.models import Message
from tests.facilities.accounts import balance
from tests.facilities.asking import approve, ask, berlin, hourly, rules_of, wanted
from workflow.models import Process

pytestmark = pytest.mark.django_db


def on_account(world, account, day=1, hours=8, **fields):
    return ask(world.instrument_a, berlin(world, day, 8), hours, by=world.ana, team=account.team, **fields)


def kinds(booking):
    return [entry.kind for entry in LedgerEntry.objects.filter(booking_id=booking.pk).order_by("created_at", "id")]


def test_a_request_holds_units_and_every_end_releases_them(world, account):
    first = on_account(world, account)
    assert balance(account) == (1, 0, 2)
    withdraw_booking(first, by=world.ana, note="Samples broke")
    assert balance(account) == (0, 0, 3)
    assert kinds(first) == ["held", "released"]
    second = approve(on_account(world, account, hours=16), world.bo)
    assert balance(account) == (2, 0, 1)
    cancel_booking(second, by=world.ana, note="Ill")
    assert balance(account) == (0, 0, 3)
    assert not Claim.objects.exists()


def test_more_than_is_left_is_refused_and_says_by_how_much(world, account):
    on_account(world, account, hours=16)
    with pytest.raises(RulesRefuse) as refused:
        on_account(world, account, day=3, hours=16)
    assert rules_of(refused.value) == ["allocation_balance"]
    assert "1 too few" in refused.value.message


def test_the_run_charges_what_was_used_and_gives_the_rest_back(world, account, at):
    booking = approve(on_account(world, account, hours=16), world.bo)
    at(booking.starts_at)
    sessions.check_in(booking, by=world.ana)
    at(booking.starts_at + timedelta(hours=12))
    booking = sessions.check_out(booking, by=world.ana)
    assert booking.state == "completed"
    assert balance(account) == (0, 1.5, 1.5)
    assert kinds(booking) == ["held", "released", "used"]
    assert (booking.session.units, booking.session.ends_at) == (Decimal("1.5000"), clock.now())
    assert sessions.check_out(booking, by=world.ana).pk == booking.pk
    assert balance(account) == (0, 1.5, 1.5)


def test_an_overrun_is_charged_as_far_as_the_account_goes_and_noted(world, account, at):
    booking = approve(on_account(world, account, hours=24), world.bo)
    at(booking.starts_at)
    sessions.check_in(booking, by=world.cleo)
    booking = sessions.check_out(booking, by=world.cleo, used_minutes=4 * 480)
    assert balance(account) == (0, 3, 0)
    assert "1 more were used" in LedgerEntry.objects.get(booking_id=booking.pk, kind="used").note


def test_time_that_the_facility_lost_is_not_charged(world, account, at):
    booking = approve(on_account(world, account), world.bo)
    at(booking.starts_at)
    sessions.check_in(booking, by=world.cleo)
    sessions.report_loss(booking, by=world.cleo, units=Decimal("0.25"), cause="source", note="No beam")
    sessions.check_out(booking, by=world.cleo, used_minutes=480)
    assert balance(account) == (0, 0.75, 2.25)
    booking = sessions.report_loss(booking, by=world.cleo, units=Decimal("0.25"), cause="source", note="Found later")
    assert balance(account) == (0, 0.75, 2.5)
    assert (booking.session.units, booking.session.lost_units) == (Decimal("0.5"), Decimal("0.5"))


def test_a_booking_that_the_facility_cannot_give_is_lost_and_costs_nothing(world, account):
    booking = approve(on_account(world, account), world.bo)
    booking = sessions.lose_booking(booking, by=world.cleo, cause="instrument", note="Cryostat")
    assert (booking.state, booking.session.lost_units) == ("lost", 1)
    assert balance(account) == (0, 0, 3)


def test_a_counter_holds_what_it_costs_more_until_it_is_answered(world, account):
    booking = on_account(world, account)
    counter_booking(
        booking, by=world.bo, starts_at=berlin(world, 4, 0), ends_at=berlin(world, 4, 16), note="Longer is better"
    )
    assert balance(account) == (2, 0, 1)
    booking = refuse_counter(booking, by=world.ana, note="No, thanks")
    assert (booking.state, balance(account)) == ("requested", (1, 0, 2))
    booking = reschedule_booking(booking, by=world.ana, starts_at=berlin(world, 4, 0), ends_at=berlin(world, 5, 0))
    assert balance(account) == (3, 0, 0)
    assert Process.objects.filter(subject_id=booking.pk, state="running").count() == 1


def test_the_ledger_cannot_be_rewritten(world, account):
    entry = LedgerEntry.objects.get(allocation=account)
    entry.units = 99
    with pytest.raises(ProgrammingError), transaction.atomic():
        entry.save()
    with pytest.raises(ProgrammingError), transaction.atomic():
        entry.delete()


def test_the_sums_of_an_account_are_those_of_its_entries(world, account):
    booking = approve(on_account(world, account, hours=16), world.bo)
    reschedule_booking(booking, by=world.ana, starts_at=berlin(world, 4, 8), ends_at=berlin(world, 5, 8))
    approve(booking, world.bo)
    entries = LedgerEntry.objects.filter(allocation=account)
    sums = {kind: sum(entry.units for entry in entries if entry.kind == kind) for kind in LedgerEntry.Kind.values}
    account.refresh_from_db()
    assert account.granted == sums["granted"] + sums["compensated"] - sums["returned"] - sums["expired"]
    assert account.held == sums["held"] - sums["released"] == 3
    assert account.used == sums["used"]


def test_a_hold_expires_and_frees_its_time_whether_the_timer_ran_or_not(world, at):
    held = hold_time(wanted(world.instrument_a, berlin(world, 1, 8)), by=world.ana)
    with pytest.raises(SlotTaken):
        ask(world.instrument_a, berlin(world, 1, 8), by=world.dan)
    at(held.hold_expires_at)
    with pytest.raises(WrongState):
        request_held(held, by=world.ana)
    assert ask(world.instrument_a, berlin(world, 1, 8), by=world.dan).state == "requested"
    held.refresh_from_db()
    assert held.state == "expired"
    assert expire_due() == 0


def test_a_hold_becomes_a_request_and_asking_twice_is_once(world):
    held = hold_time(wanted(world.instrument_a, berlin(world, 1, 8)), by=world.ana)
    for _turn in range(2):
        assert request_held(held, by=world.ana).state == "requested"
    assert Process.objects.filter(subject_id=held.pk).count() == 1


def test_a_request_that_nobody_decided_expires_at_its_start(world, account, at):
    booking = on_account(world, account)
    at(booking.starts_at)
    assert (expire_due(), expire_due()) == (1, 0)
    booking.refresh_from_db()
    assert (booking.state, balance(account)) == ("expired", (0, 0, 3))
    assert not Process.objects.filter(state="running").exists()


def test_an_offer_that_nobody_answered_expires_after_a_week(world, at):
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    counter_booking(booking, by=world.bo, starts_at=berlin(world, 2, 8), ends_at=berlin(world, 2, 16), note="Rather")
    at(clock.now() + timedelta(days=7))
    assert expire_due() == 1
    assert not Claim.objects.exists()


@pytest.mark.parametrize("runs", [[120], [120, 120], [300], [60, 119, 180, 240]])
def test_a_no_show_timer_that_runs_late_or_twice_gives_the_same_result(world, account, at, runs):
    booking = approve(on_account(world, account), world.bo)
    for minutes in runs:
        at(booking.starts_at + timedelta(minutes=minutes))
        mark_no_shows_due()
    booking.refresh_from_db()
    assert (booking.state, balance(account), kinds(booking)) == ("no_show", (0, 0, 3), ["held", "released"])
    assert AuditEntry.objects.filter(object_id=booking.pk, verb="no-show").count() == 1


def test_nobody_checks_in_after_the_no_show_time_although_the_timer_is_late(world, at):
    booking = approve(ask(world.instrument_a, berlin(world, 1, 8), by=world.ana), world.bo)
    due = booking.starts_at + timedelta(minutes=booking.instrument.no_show_minutes)
    at(due)
    with pytest.raises(WrongState):
        sessions.check_in(booking, by=world.ana)
    running = sessions.check_in(booking, by=world.cleo, at=due - timedelta(minutes=1))
    assert running.state == "running"
    assert mark_no_shows_due() == 0


def test_a_requester_checks_in_only_shortly_before_the_start_and_staff_at_any_time(world, at):
    booking = approve(ask(world.instrument_a, berlin(world, 1, 8), by=world.ana), world.bo)
    with pytest.raises(RulesRefuse) as refused:
        sessions.check_in(booking, by=world.ana)
    assert rules_of(refused.value) == ["check_in_opens"]
    assert sessions.check_in(booking, by=world.cleo).state == "running"


def test_a_manager_overrides_a_rule_with_a_reason_and_it_is_kept(world):
    instrument = hourly(world, notice_hours=24 * 60)
    request = wanted(instrument, world.at(0, 8), 2, overrides=(Override("notice", "Visit of the minister"),))
    booking = request_time(request, by=world.bo)
    assert [(one["rule"], one["reason"], one["name"]) for one in booking.overrides] == [
        ("notice", "Visit of the minister", "Bo")
    ]
    assert AuditEntry.objects.get(object_id=booking.pk, verb="request").data["overrides"] == booking.overrides


def test_people_concerned_are_told_with_a_rising_sequence(world, account):
    booking = approve(on_account(world, account), world.bo)
    cancel_booking(booking, by=world.ana, note="Ill")
    mine = Message.objects.filter(recipient=world.ana).order_by("created_at", "id")
    assert [(one.kind, one.calendar["sequence"], one.calendar["method"]) for one in mine] == [
        ("booking_requested", 0, "REQUEST"),
        ("booking_approved", 1, "REQUEST"),
        ("booking_cancelled", 2, "CANCEL"),
    ]
    assert Message.objects.filter(recipient=world.bo, kind="booking_cancelled").count() == 1
    assert not Message.objects.filter(recipient=world.dan).exists()


def test_a_team_gives_back_what_it_does_not_need_and_no_more(world, account):
    on_account(world, account)
    with pytest.raises(Invalid):
        return_units(account, Decimal("2.5"), by=world.ana)
    account = return_units(account, Decimal(2), by=world.ana, note="Done early")
    assert (account.granted, account.held, account.left) == (1, 1, 0)
