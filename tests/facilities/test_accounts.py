"""Who sees an account, who overrides a rule, and that sums follow entries whatever happens."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import Invalid, NotPermitted, RulesRefuse
from facilities.commands import ledger
from facilities.commands.allocations import grant_allocation
from facilities.commands.bookings import check_booking, request_time
from facilities.commands.teams import add_member, create_team
from facilities.models import Allocation, LedgerEntry
from facilities.queries.allocations import allocations_visible_to
from facilities.rules import Override
from tests.facilities.asking import ask, berlin, hourly, rules_of, wanted

Kind = LedgerEntry.Kind


def make_account(world, title="Alloys", units=3):
    team = create_team("group", title, organisation=world.org_b, by=world.system)
    add_member(team, world.ana, by=world.system)
    period = {"valid_from": world.at(-30, 0), "valid_until": world.at(60, 0)}
    return grant_allocation(team, world.instrument_a, Decimal(units), cycle=None, by=world.bo, **period)


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(list(Kind)), st.decimals(0, 50, places=3)), max_size=40))
def test_sums_are_those_of_the_entries_and_what_the_rules_let_through_is_never_negative(steps):
    account = Allocation(granted=Decimal(10))
    entries = []
    for kind, units in steps:
        column, sign = ledger.EFFECTS[kind]
        room = {"held": account.held, "granted": account.left}[column] if sign < 0 else account.left
        if units <= room or (sign > 0 and column == "granted"):
            entries.append(ledger.enter(account, kind, units, by=None))
    for column in ("granted", "held", "used"):
        moved = sum(
            sign * entry.units for entry in entries for name, sign in [ledger.EFFECTS[entry.kind]] if name == column
        )
        assert getattr(account, column) == moved + (10 if column == "granted" else 0)
    assert min(account.left, account.held, account.used) >= 0


@pytest.mark.django_db
def test_the_database_refuses_a_negative_balance_however_it_comes_about(world):
    account = make_account(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.post(account, Kind.HELD, Decimal("3.001"), by=world.ana)


@pytest.mark.django_db
def test_an_account_is_seen_by_its_team_and_the_facility_that_gave_it_alone(world):
    account = make_account(world)
    seen = {
        name: account in allocations_visible_to(getattr(world, name)) for name in ("ana", "bo", "cleo", "bob", "dan")
    }
    assert seen == {"ana": True, "bo": True, "cleo": True, "bob": False, "dan": False}


@pytest.mark.django_db
def test_a_list_of_accounts_costs_the_same_for_one_and_for_three(world):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            for account in allocations_visible_to(world.ana):
                assert account.team.title
                assert account.instrument.facility.name
        return len(queries)

    make_account(world)
    one = cost()
    make_account(world, "Glasses")
    make_account(world, "Salts")
    assert cost() == one


@pytest.mark.django_db
def test_nobody_books_on_the_account_of_a_team_they_are_not_on(world):
    account = make_account(world)
    for more in ({"allocation": account}, {"team": account.team}):
        with pytest.raises(NotPermitted):
            ask(world.instrument_a, berlin(world, 1, 8), by=world.dan, **more)
        with pytest.raises(NotPermitted):
            check_booking(wanted(world.instrument_a, berlin(world, 1, 8), **more), by=world.dan)


@pytest.mark.django_db
def test_only_the_manager_of_that_facility_overrides_and_only_with_a_reason(world):
    instrument = hourly(world, notice_hours=24 * 60)

    def override(rule, reason, by):
        return request_time(wanted(instrument, world.at(0, 8), 2, overrides=(Override(rule, reason),)), by=by)

    for stranger in (world.ana, world.cleo, world.bob):
        with pytest.raises(NotPermitted):
            override("notice", "Urgent", stranger)
    with pytest.raises(Invalid):
        override("notice", " ", world.bo)
    with pytest.raises(RulesRefuse) as refused:
        override("slot_free", "Urgent", world.bo)
    assert rules_of(refused.value) == ["notice"]
