"""The planning view of a cycle: hours by kind of block, and what each access category was given of the user time."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from facilities.commands.allocations import grant_allocation
from facilities.commands.calendar import Stretch, add_block, add_cycle, set_opening_hours, set_quotas
from facilities.commands.teams import create_team
from facilities.models import Block
from facilities.queries.planning import cycle_plan, shares_of
from facilities.shifts import shift_at, shift_label, shifts_of
from tests.facilities.asking import ask, hourly

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def cycle(world):
    """Ten days: seven of user time, one of reserve, one of maintenance within user time, two of nothing."""
    Block.objects.all().delete()
    made = add_cycle(world.facility_a, "2027-1", world.at(0, 0), world.at(10, 0), by=world.bo, draft=True)
    for kind, first, last in (("user", 0, 7), ("reserve", 7, 8), ("maintenance", 3, 4)):
        add_block(world.facility_a, None, kind, DateTimeTZRange(world.at(first, 0), world.at(last, 0)), by=world.bo)
    return made


def plan_of(cycle, instrument):
    return next(plan for plan in cycle_plan(cycle) if plan.instrument == instrument)


def test_a_draft_is_planned_in_hours_by_kind_and_in_units(world, cycle):
    plan = plan_of(cycle, world.instrument_a)
    assert plan.hours == {"user": 144, "reserve": 24, "maintenance": 24}
    assert (plan.cycle_hours, plan.user_hours, plan.other_hours, plan.user_units) == (240, 168, 48, 21)


def test_a_block_of_one_instrument_counts_there_only_and_opening_hours_cut_user_time(world, cycle):
    own, other = hourly(world, "O"), hourly(world, "P")
    add_block(world.facility_a, own, "in_house", DateTimeTZRange(world.at(0, 0), world.at(1, 0)), by=world.bo)
    week = [Stretch(day, time(8), time(18)) for day in range(1, 8)]
    set_opening_hours(world.facility_a, other, week, by=world.bo)
    assert plan_of(cycle, own).hours == {"user": 120, "reserve": 24, "maintenance": 24, "in_house": 24}
    assert plan_of(cycle, other).hours == {"user": 60, "reserve": 10, "maintenance": 24}


def shares_at(instrument, cycle):
    return shares_of([plan for plan in cycle_plan(cycle) if plan.instrument == instrument], cycle)


def test_shares_count_allocations_whole_and_bookings_that_none_of_them_pays(world, cycle):
    cycle.published_at = world.at(0, 0)
    cycle.save()
    set_quotas(cycle, {"general": (10, 100), "program": (0, 35)}, by=world.bo)
    team = create_team("program", "Joint", organisation=world.org_b, by=world.system)
    valid = {"valid_from": world.at(0, 0), "valid_until": world.at(10, 0)}
    grant_allocation(team, world.instrument_a, Decimal(9), cycle=cycle, by=world.bo, **valid)
    ask(world.instrument_a, cet(world, 1, 8), by=world.ana)
    shares = {share.category: share for share in shares_at(world.instrument_a, cycle)}
    assert shares["program"].hours == 72
    assert shares["program"].share == Decimal(72) / 168
    assert shares["program"].standing == "above"
    assert shares["general"].hours == 8
    assert shares["general"].standing == "below"
    assert shares["rapid"].standing == ""
    assert {share.hours for share in shares_at(world.instrument_b, cycle)} == {Decimal(0)}


def test_bookings_that_cross_the_end_count_within_the_cycle_only(world, cycle):
    Block.objects.create(
        facility=world.facility_a, kind="user", period=DateTimeTZRange(world.at(8, 0), world.at(12, 0))
    )
    instrument = hourly(world)
    cycle.published_at = world.at(0, 0)
    cycle.save()
    ask(instrument, world.at(9, 20), 8, by=world.ana)
    assert shares_at(instrument, cycle)[0].hours == 4


def cet(world, day, hour):
    local = (world.monday + timedelta(days=day)).replace(tzinfo=BERLIN)
    return local.replace(hour=hour)


def test_a_night_shift_has_seven_eight_or_nine_hours():
    lengths = {}
    for day in (date(2027, 3, 27), date(2027, 6, 1), date(2027, 10, 30)):
        night = shifts_of(day, "Europe/Berlin", [time(6), time(14), time(22)])[-1]
        assert str(night.label) == "Night shift"
        lengths[day.month] = (night.ends_at - night.starts_at) / timedelta(hours=1)
    assert lengths == {3: 7, 6: 8, 10: 9}


def test_a_facility_that_says_nothing_has_three_shifts_from_midnight():
    shifts = shifts_of(date(2027, 6, 1), "Europe/Berlin")
    assert [str(shift.label) for shift in shifts] == ["Night shift", "Day shift", "Evening shift"]
    assert [f"{shift.starts_at.astimezone(BERLIN):%H}" for shift in shifts] == ["00", "08", "16"]


def test_the_shift_of_an_instant_before_the_first_of_the_day_is_last_nights():
    at = datetime(2027, 6, 2, 3, tzinfo=BERLIN)
    shift = shift_at(at, "Europe/Berlin", [time(6), time(14), time(22)])
    assert shift.starts_at == datetime(2027, 6, 1, 20, tzinfo=UTC)
    assert str(shift_label(shift.starts_at, shift.ends_at, "Europe/Berlin", [time(6), time(14), time(22)]))
    assert shift_label(at, shift.ends_at, "Europe/Berlin") == ""
    day = shifts_of(shift.starts_at.date(), "Europe/Berlin")
    assert shift_label(day[0].starts_at, day[2].ends_at, "Europe/Berlin") == "Night shift to Evening shift"
