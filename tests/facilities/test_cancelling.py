"""Cancelling an approved booking: what it costs and whose it was, shown before it is done; substitutes; counting."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.errors import Invalid, NotPermitted
from facilities.commands.bookings import Substitute, cancel_booking, decline_booking, withdraw_booking
from facilities.commands.teams import create_team
from facilities.models import Booking, Cancellation, Claim, LedgerEntry, Terms
from facilities.permissions import booking_parties
from facilities.queries.terms import cost_for
from tests.facilities.accounts import balance, team_with_account
from tests.facilities.asking import approve, ask, berlin

pytestmark = pytest.mark.django_db


@pytest.fixture
def day_before(world):
    """Free to cancel until a day before the start."""
    return Terms.objects.create(facility=world.facility_a, notice_hours=24)


def approved(world, account, hours=8):
    return approve(ask(world.instrument_a, berlin(world, 1, 8), hours, by=world.ana, team=account.team), world.bo)


def test_cancelling_twelve_hours_before_where_the_rule_says_twenty_four_is_deducted_and_said_before(
    world, account, day_before, at
):
    booking = approved(world, account)
    at(booking.starts_at - timedelta(hours=12))
    shown = cost_for(booking, booking_parties(world.ana, booking))
    assert (shown.due, shown.is_late) == (1, True)
    assert "1 shift" in shown.reason
    cancel_booking(booking, by=world.ana, note="Ill")
    assert balance(account) == (0, 1, 2)
    charged = LedgerEntry.objects.get(booking_id=booking.pk, kind="used")
    assert charged.note == shown.reason
    kept = Cancellation.objects.get(booking=booking)
    assert (kept.is_late, kept.deducted, kept.notice_minutes, kept.caused_by) == (True, 1, 12 * 60, "requester")
    assert not Claim.objects.filter(booking=booking).exists()


def test_the_facility_cancels_for_nothing_however_late(world, account, day_before, at):
    booking = approved(world, account)
    at(booking.starts_at - timedelta(minutes=5))
    assert cost_for(booking, booking_parties(world.bo, booking)).due == 0
    cancel_booking(booking, by=world.bo, note="Vacuum leak")
    assert balance(account) == (0, 0, 3)
    assert Cancellation.objects.get(booking=booking).caused_by == "facility"


def test_the_facility_enters_a_cancellation_that_the_requester_telephoned(world, account, day_before, at):
    booking = approved(world, account)
    at(booking.starts_at - timedelta(hours=1))
    cancel_booking(booking, by=world.bo, note="Ana telephoned", caused_by="requester")
    assert balance(account) == (0, 1, 2)


def test_a_requester_cannot_call_it_the_facilitys(world, account, day_before, at):
    booking = approved(world, account)
    with pytest.raises(NotPermitted):
        cancel_booking(booking, by=world.ana, note="Ill", caused_by="facility")
    booking.refresh_from_db()
    assert booking.state == "approved"


@pytest.mark.parametrize(("before", "late"), [(timedelta(days=14), False), (timedelta(days=14, seconds=-1), True)])
def test_the_last_free_instant_is_fourteen_days_before_where_nobody_set_terms(world, account, at, before, late):
    booking = approved(world, account)
    at(booking.starts_at - before)
    assert cost_for(booking, frozenset({"requester"})).is_late is late


def test_an_instruments_own_terms_go_before_those_of_its_facility(world, account, day_before, at):
    Terms.objects.create(
        facility=world.facility_a,
        instrument=world.instrument_a,
        notice_hours=48,
        deducted_percent=50,
        fee=Decimal(200),
        currency="EUR",
    )
    booking = approved(world, account)
    at(booking.starts_at - timedelta(hours=30))
    shown = cost_for(booking, frozenset({"requester"}))
    assert (shown.due, shown.fee, shown.currency) == (Decimal("0.5"), 200, "EUR")
    assert "200.00 EUR" in shown.reason or "200 EUR" in shown.reason


def test_a_booking_on_no_account_is_counted_as_late_and_costs_no_units(world, day_before, at):
    booking = approve(ask(world.instrument_a, berlin(world, 1, 8), by=world.ana), world.bo)
    at(booking.starts_at - timedelta(hours=1))
    cancel_booking(booking, by=world.ana, note="Ill")
    kept = Cancellation.objects.get(booking=booking)
    assert (kept.is_late, kept.due) == (True, 0)


def test_cancelling_twice_charges_once(world, account, day_before, at):
    booking = approved(world, account)
    at(booking.starts_at - timedelta(hours=1))
    for _turn in range(2):
        assert cancel_booking(booking, by=world.ana, note="Ill").state == "cancelled"
    assert balance(account) == (0, 1, 2)


def substituted(world, account, at):
    """A late cancellation whose time another account of Ana's takes over."""
    other = team_with_account(world, "Batteries", units=1)
    booking = approved(world, account)
    at(booking.starts_at - timedelta(hours=12))
    cancel_booking(booking, by=world.ana, note="Sample broke", substitute=Substitute(other.team, other))
    return booking, other, Booking.objects.get(team=other.team)


def test_a_substitute_takes_the_time_over_and_nothing_is_deducted(world, account, day_before, at):
    booking, other, substitute = substituted(world, account, at)
    assert (substitute.period, substitute.state) == (booking.period, "requested")
    assert (balance(account), balance(other)) == ((0, 0, 3), (1, 0, 0))
    kept = Cancellation.objects.get(booking=booking)
    assert (kept.substitute, kept.due, kept.deducted) == (substitute, 1, 0)


@pytest.mark.parametrize("end", [withdraw_booking, decline_booking])
def test_a_substitute_that_ends_before_its_approval_saves_nobody_the_deduction(world, account, day_before, at, end):
    _booking, _other, substitute = substituted(world, account, at)
    end(substitute, by=world.ana if end is withdraw_booking else world.bo, note="Not needed after all")
    assert balance(account) == (0, 1, 2)


def test_an_approved_substitute_is_cancelled_on_its_own_account(world, account, day_before, at):
    _booking, other, substitute = substituted(world, account, at)
    cancel_booking(approve(substitute, world.bo), by=world.ana, note="Ill")
    assert (balance(account), balance(other)) == ((0, 0, 3), (0, 1, 0))


def test_the_same_account_is_no_substitute(world, account, day_before):
    booking = approved(world, account)
    with pytest.raises(Invalid):
        cancel_booking(booking, by=world.ana, note="x", substitute=Substitute(account.team))


def test_nobody_passes_time_on_to_a_team_they_are_not_on(world, account, day_before):
    booking = approved(world, account)
    foreign = create_team("group", "Elsewhere", organisation=world.org_c, by=world.system)
    with pytest.raises(NotPermitted):
        cancel_booking(booking, by=world.ana, note="x", substitute=Substitute(foreign))
    booking.refresh_from_db()
    assert booking.state == "approved"
