"""The quotas of a cycle refuse time wherever time is judged, say how much is left, and give way to the manager."""

from decimal import Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from core.errors import RulesRefuse
from facilities.commands.allocations import grant_allocation
from facilities.commands.bookings import (
    check_booking,
    counter_booking,
    override_rules,
    request_time,
    reschedule_booking,
    withdraw_booking,
)
from facilities.commands.calendar import add_block, add_cycle, set_quotas
from facilities.commands.campaigns import CampaignWish, LegWish, request_campaign
from facilities.commands.history import PastBooking, record_past_bookings
from facilities.commands.series import SeriesRequest, request_series
from facilities.commands.teams import add_member, create_team
from facilities.models import Block
from facilities.queries.checks import violations_against
from facilities.queries.planning import cycle_plan, shares_of
from facilities.rules import Override
from tests.facilities.asking import approve, ask, hourly, rules_of, wanted

pytestmark = pytest.mark.django_db
QUOTA = ["cycle_quota"]


@pytest.fixture
def cycle(world):
    """Five days of user time of one instrument, 120 hours; proprietary use gets 10 %, general use at least 50 %."""
    Block.objects.filter(facility=world.facility_a).delete()
    world.instrument_a.archived_at = world.monday
    world.instrument_a.save()
    made = add_cycle(world.facility_a, "2027-1", world.at(0, 0), world.at(5, 0), by=world.bo)
    add_block(world.facility_a, None, "user", DateTimeTZRange(world.at(0, 0), world.at(7, 0)), by=world.bo)
    set_quotas(made, {"general": (50, 100), "proprietary": (0, 10)}, by=world.bo)
    return made


@pytest.fixture
def place(world):
    return hourly(world)


def refused(act, *args, **more):
    with pytest.raises(RulesRefuse) as error:
        act(*args, **more)
    return error.value


def test_a_category_gets_no_more_than_its_share_and_hears_how_much_is_left(world, cycle, place):
    ask(place, world.at(0, 8), 8, by=world.ana, category="proprietary")
    error = refused(ask, place, world.at(1, 8), 6, by=world.dan, category="proprietary")
    [violation] = error.violations
    assert (violation.rule, violation.source, violation.overridable) == ("cycle_quota", "R-17", True)
    assert "10 % of the user time of cycle 2027-1; 4 hours of it are left" in violation.message
    assert "this asks for 6 hours" in violation.message
    assert "manager of FA" in violation.override_by
    assert ask(place, world.at(1, 8), 4, by=world.dan, category="proprietary").state == "requested"
    assert ask(place, world.at(2, 8), 8, by=world.dan).state == "requested"


def test_what_others_are_to_get_at_least_is_kept_for_them(world, cycle, place):
    for day in range(2):
        ask(place, world.at(day, 0), 24, by=world.ana, category="rapid")
    error = refused(ask, place, world.at(2, 0), 13, by=world.ana, category="rapid")
    assert "12 hours are left for “Rapid access”" in error.violations[0].message
    assert ask(place, world.at(2, 0), 12, by=world.ana, category="rapid").state == "requested"
    for day in (3, 4):
        ask(place, world.at(day, 0), 24, by=world.ana)
    assert ask(place, world.at(2, 12), 12, by=world.ana).state == "requested"


def test_once_the_others_have_their_least_the_rest_is_for_everybody(world, cycle, place):
    for day in (2, 3):
        ask(place, world.at(day, 0), 24, by=world.ana)
    ask(place, world.at(4, 0), 12, by=world.ana)
    for day in range(2):
        ask(place, world.at(day, 0), 24, by=world.ana, category="rapid")
    assert ask(place, world.at(4, 12), 12, by=world.ana, category="rapid").state == "requested"


def test_the_alternatives_keep_the_quota_and_lie_after_the_cycle(world, cycle, place):
    ask(place, world.at(0, 8), 12, by=world.ana, category="proprietary")
    check = check_booking(wanted(place, world.at(4, 8), 6, category="proprietary"), by=world.dan)
    assert [each.rule for each in check.violations] == QUOTA
    assert check.alternatives
    assert all(slot["starts_at"] >= world.at(5, 0).isoformat()[:19] for slot in check.alternatives)


def test_only_the_part_within_the_cycle_counts_and_every_place_does(world, cycle):
    wide = hourly(world, "W", capacity=2)
    error = refused(ask, wide, world.at(0, 8), 13, by=world.ana, category="proprietary", places=2)
    assert "this asks for 26 hours" in error.violations[0].message
    assert ask(wide, world.at(4, 12), 24, by=world.ana, category="proprietary", places=2).state == "requested"


def test_the_manager_overrides_it_with_a_reason(world, cycle, place):
    request = wanted(place, world.at(0, 8), 20, category="proprietary", overrides=(Override("cycle_quota", "Paid"),))
    booking = request_time(request, by=world.bo)
    assert [each["rule"] for each in booking.overrides] == QUOTA


def test_what_a_hold_that_was_given_up_took_is_there_again(world, cycle, place):
    booking = ask(place, world.at(0, 8), 12, by=world.ana, category="proprietary")
    withdraw_booking(booking, by=world.ana, note="No")
    assert ask(place, world.at(1, 8), 12, by=world.dan, category="proprietary").state == "requested"


def test_editing_can_do_nothing_that_asking_could_not(world, cycle, place):
    booking = ask(place, world.at(0, 8), 8, by=world.ana, category="proprietary")
    for act, by in ((reschedule_booking, world.ana), (counter_booking, world.bo)):
        error = refused(act, booking, by=by, starts_at=world.at(1, 8), ends_at=world.at(1, 21), note="Longer")
        assert rules_of(error) == QUOTA
    moved = reschedule_booking(booking, by=world.ana, starts_at=world.at(1, 8), ends_at=world.at(1, 20))
    assert moved.units == 12


def test_time_that_a_proposed_change_claims_counts_for_others(world, cycle, place):
    booking = approve(ask(place, world.at(0, 8), 4, by=world.ana, category="proprietary"), world.bo)
    reschedule_booking(booking, by=world.ana, starts_at=world.at(1, 8), ends_at=world.at(1, 16))
    error = refused(ask, place, world.at(2, 8), 1, by=world.dan, category="proprietary")
    assert rules_of(error) == QUOTA


def test_an_approval_judges_the_quota_again_and_gives_way_to_the_manager(world, cycle, place):
    booking = ask(place, world.at(0, 8), 12, by=world.ana, category="proprietary")
    set_quotas(cycle, {"proprietary": (0, 5)}, by=world.bo)
    assert rules_of(refused(approve, booking, world.bo)) == QUOTA
    override_rules(booking, by=world.bo, note="Promised before")
    assert approve(booking, world.bo).state == "approved"


def test_series_and_campaigns_stop_where_the_share_is_used_up(world, cycle, place):
    daily = SeriesRequest(wanted(place, world.at(0, 8), 4, category="proprietary"), "FREQ=DAILY;COUNT=4")
    error = refused(request_series, daily, by=world.ana)
    assert [len(each["violations"]) for each in error.details["conflicts"]] == [1]
    assert set(rules_of(error)) == set(QUOTA)
    legs = [LegWish(wanted(place, world.at(day, 8), 7, category="proprietary")) for day in (0, 1)]
    assert rules_of(refused(request_campaign, CampaignWish("Two", legs), by=world.ana)) == QUOTA


def test_time_on_an_allocation_of_the_cycle_was_given_with_the_allocation(world, cycle, place):
    team = create_team("program", "Joint", organisation=world.org_b, by=world.system)
    add_member(team, world.ana, by=world.system)
    valid = {"valid_from": world.at(0, 0), "valid_until": world.at(7, 0)}
    account = grant_allocation(team, place, Decimal(40), cycle=cycle, by=world.bo, **valid)
    set_quotas(cycle, {"program": (0, 30)}, by=world.bo)
    assert ask(place, world.at(0, 8), 8, by=world.ana, team=team, allocation=account).state == "requested"
    shares = {share.category: share.hours for share in shares_of(cycle_plan(cycle), cycle)}
    assert shares["program"] == 40
    error = refused(ask, place, world.at(1, 8), 1, by=world.dan, category="program")
    assert rules_of(error) == QUOTA


def test_imported_time_is_recorded_beyond_a_quota_counts_in_it_and_is_told(world, cycle, place):
    set_quotas(cycle, {"program": (0, 10)}, by=world.bo)
    team = create_team("program", "Alloys", organisation=world.org_b, by=world.system)
    add_member(team, world.ana, by=world.system)
    row = PastBooking("x1", place, world.at(0, 8), world.at(0, 22), team=team)
    [outcome] = record_past_bookings([row], by=world.bo, source="old system")
    assert [each.rule for each in violations_against(outcome.booking)] == QUOTA
    shares = {share.category: share for share in shares_of(cycle_plan(cycle), cycle)}
    assert (shares["program"].hours, shares["program"].standing) == (Decimal(14), "above")
    assert rules_of(refused(ask, place, world.at(1, 8), 1, by=world.ana, team=team)) == QUOTA
