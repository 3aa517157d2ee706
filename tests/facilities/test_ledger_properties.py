"""Whatever is done to accounts in whatever order: sums are those of the ledger, and nothing is ever below zero."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import DomainError
from facilities.commands.allocations import grant_allocation
from facilities.commands.balances import add_units, expire_unused, give_units_back, transfer_units
from facilities.commands.bookings import cancel_booking, request_time, reschedule_booking, withdraw_booking
from facilities.commands.teams import add_member, create_team
from facilities.models import Allocation, Booking, LedgerEntry
from tests.facilities.asking import approve, hourly, wanted
from workflow.approvals import decide
from workflow.models import Task

pytestmark = pytest.mark.django_db

units = st.integers(1, 9)
which = st.integers(0, 1)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("request"), which, st.integers(0, 6), units),
        st.tuples(st.just("approve"), which, st.integers(0, 3), units),
        st.tuples(st.just("part"), which, st.integers(0, 3), units),
        st.tuples(st.just("end"), which, st.integers(0, 3), units),
        st.tuples(st.just("move"), which, st.integers(0, 6), units),
        st.tuples(st.just("transfer"), which, st.integers(0, 3), units),
        st.tuples(st.just("give_back"), which, st.integers(0, 3), units),
        st.tuples(st.just("add"), which, st.integers(0, 3), units),
        st.tuples(st.just("expire"), which, st.integers(0, 3), units),
    ),
    min_size=3,
    max_size=14,
)


class Play:
    """One act on two accounts of one team, by name; what the rules refuse changes nothing."""

    def __init__(self, world):
        self.world = world
        team = create_team("group", "Alloys", organisation=world.org_b, by=world.system)
        add_member(team, world.ana, by=world.system, role="lead")
        validity = {"cycle": None, "valid_from": world.at(-1, 0), "valid_until": world.at(60, 0)}
        self.accounts = [
            grant_allocation(
                team, hourly(world, f"L{n}", unit_minutes=60 + 60 * n), Decimal(20), by=world.bo, **validity
            )
            for n in range(2)
        ]
        self.team = team

    def act(self, name, account, number, amount):
        try:
            with transaction.atomic():
                getattr(self, name)(account, number, amount)
        except DomainError:
            pass

    def booking(self, number, *states):
        rows = list(Booking.objects.filter(state__in=states).order_by("number"))
        return rows[number % len(rows)] if rows else None

    def request(self, account, number, amount):
        instrument = account.instrument
        request_time(wanted(instrument, self.world.at(number, 8), amount, team=self.team), by=self.world.ana)

    def approve(self, _account, number, _amount):
        if booking := self.booking(number, "requested"):
            approve(booking, self.world.bo)

    def part(self, _account, number, amount):
        if booking := self.booking(number, "requested"):
            end = booking.starts_at + timedelta(hours=amount)
            task = Task.objects.get(subject_id=booking.pk, state="open")
            decide(task, "approve", by=self.world.bo, note="x", part=(booking.starts_at, end))

    def end(self, _account, number, _amount):
        if booking := self.booking(number, "requested", "approved"):
            act = withdraw_booking if booking.state == "requested" else cancel_booking
            act(booking, by=self.world.ana, note="x")

    def move(self, account, number, amount):
        if booking := self.booking(number, "requested", "approved"):
            start = self.world.at(7 + number, 8)
            end = start + timedelta(hours=amount)
            reschedule_booking(booking, by=self.world.ana, starts_at=start, ends_at=end, instrument=account.instrument)

    def transfer(self, account, _number, amount):
        [other] = [each for each in self.accounts if each.pk != account.pk]
        transfer_units(account, other, Decimal(amount) / 2, by=self.world.bo, note="x")

    def give_back(self, account, _number, amount):
        give_units_back(account, Decimal(amount), by=self.world.ana, note="x")

    def add(self, account, _number, amount):
        add_units(account, Decimal(amount), by=self.world.bo, note="x")

    def expire(self, _account, number, _amount):
        if number == 0:
            expire_unused(self.world.at(61, 0))


def totals(account):
    """Sums up the entries of an account, of the kinds named."""
    entries = LedgerEntry.objects.filter(allocation=account).order_by()
    of = dict(entries.values_list("kind").annotate(total=Sum("units")))
    return lambda *kinds: sum(of.get(kind, Decimal(0)) for kind in kinds)


@settings(
    deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps)
def test_the_sums_follow_the_entries_and_never_fall_below_zero(world, played):
    point = transaction.savepoint()
    play = Play(world)
    for name, account, number, amount in played:
        play.act(name, play.accounts[account], number, amount)
        for row in Allocation.objects.all():
            total = totals(row)
            assert row.granted == total("granted", "compensated", "received") - total("returned", "expired", "sent")
            assert row.held == total("held") - total("released")
            assert row.used == total("used")
            assert row.left >= 0
            booked = Booking.objects.filter(allocation=row, state__in=["requested", "approved"])
            assert row.held >= sum(booking.units for booking in booked)
    transaction.savepoint_rollback(point)
