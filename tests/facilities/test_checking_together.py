"""A check of several requests finds what asking for them finds, and waits for nobody who is asking."""

from decimal import Decimal

import pytest
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from facilities.commands.allocations import grant_allocation
from facilities.commands.bookings.requesting import settled
from facilities.commands.bookings.together import check_together, place_together
from facilities.commands.calendar import add_block, add_cycle, set_quotas
from facilities.commands.teams import add_member, create_team
from facilities.models import Block, Claim, Equipment
from tests.facilities.asking import HOURLY, hourly, wanted
from tests.facilities.policy import hold
from tests.world import make_instrument

pytestmark = pytest.mark.django_db


def verdicts(requests, by):
    """The rules that refuse each request when it is checked with the others, which is what asking finds."""
    requests = [settled(each, by) for each in requests]
    checked = check_together(requests, by=by)
    assert not Claim.objects.exists()
    with transaction.atomic():
        placed = place_together(requests, by=by)
        transaction.set_rollback(True)
    assert [(each.units, each.violations) for each in checked] == [(each.units, each.violations) for each in placed]
    return [[violation.rule for violation in each.violations] for each in checked]


def team_with_units(world, instrument, units, cycle=None):
    team = create_team("group", "Lattices", organisation=world.org_b, by=world.system)
    add_member(team, world.ana, by=world.system)
    times = {"valid_from": world.at(-1, 0), "valid_until": world.at(60, 0)}
    grant_allocation(team, instrument, Decimal(units), cycle=cycle, **times, by=world.system)
    return team


def test_instruments_parts_and_the_time_between_bookings_are_supposed_taken(world):
    exclusive = hourly(world, "X", setup_minutes=60, cooling_minutes=60)
    wide = hourly(world, "W", capacity=3)
    parent = hourly(world, "P")
    part = hourly(world, "P1", parent=parent)
    at = world.at
    assert verdicts([wanted(exclusive, at(0, hour), 2) for hour in (8, 9, 10, 12)], world.ana) == [
        [], ["slot_free"], ["setup_time", "cooling_time"], [],
    ]  # fmt: skip
    assert verdicts([wanted(wide, at(0, 8), 4, places=2), wanted(wide, at(0, 9), 1, places=2)], world.ana) == [
        [], ["slot_free"],
    ]  # fmt: skip
    assert verdicts([wanted(parent, at(0, 8)), wanted(part, at(0, 9), 1)], world.ana) == [[], ["slot_free"]]
    assert verdicts([wanted(part, at(0, 8)), wanted(parent, at(0, 9), 1)], world.ana) == [[], ["slot_free"]]


def test_people_and_equipment_are_supposed_taken_wherever_they_are(world):
    here, there = hourly(world, "H"), make_instrument(world.facility_b, "T", **HOURLY)
    cryostat = Equipment.objects.create(
        facility=world.facility_a, code="C", name="Cryostat", turnaround_minutes=120, kind="sample_environment"
    )
    contact = Equipment.objects.create(
        facility=world.facility_a, code="S", name="Cleo", kind="support_person", person=world.ana
    )
    at = world.at
    assert verdicts([wanted(each, at(0, 8), mode="onsite") for each in (here, there)], world.ana) == [
        [], ["one_place_at_a_time"],
    ]  # fmt: skip
    with_it = [
        wanted(hourly(world, code), at(0, hour), 2, equipment=(cryostat,)) for code, hour in (("E", 8), ("F", 11))
    ]
    assert verdicts(with_it, world.ana) == [[], ["equipment_free"]]
    busy = [wanted(hourly(world, "G"), at(0, 8), equipment=(contact,)), wanted(there, at(0, 9), 1, mode="onsite")]
    assert verdicts(busy, world.ana) == [[], ["one_place_at_a_time"]]


def test_units_of_an_account_are_supposed_held(world):
    instrument = hourly(world)
    team = team_with_units(world, instrument, 5)
    dates = [wanted(instrument, world.at(day, 8), 2, team=team) for day in range(3)]
    assert verdicts(dates, world.ana) == [[], [], ["allocation_balance"]]


POLICIES = [
    ("quota", {"most": 3, "measure": "hours", "per": "person", "over": "week"}, "remote"),
    ("quota", {"most": 3, "measure": "units", "per": "organisation", "over": "rolling", "days": 5}, "remote"),
    ("quota", {"most": 1, "measure": "bookings", "per": "everybody", "categories": ["general"]}, "remote"),
    ("open_requests", {"most": 1}, "remote"),
    ("head_count", {"most": 1}, "onsite"),
    ("gap_of_a_team", {"hours": 6}, "remote"),
    ("travel_time", {"hours": 6, "hours_abroad": 24}, "onsite"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "parameters", "mode"), POLICIES)
def test_policies_count_the_requests_that_come_before(world, rule, parameters, mode):
    hold(world, rule, parameters)
    team = create_team("group", "Lattices", organisation=world.org_b, by=world.system)
    for person in (world.ana, world.dan):
        add_member(team, person, by=world.system)
    elsewhere, others = rule == "travel_time", rule == "head_count"
    first = make_instrument(world.facility_b, "T", **HOURLY) if elsewhere else hourly(world, "H1")
    people = (world.dan,) if others else ()
    two = [
        wanted(first, world.at(0, 10), 2, mode=mode, team=team, people=people),
        wanted(hourly(world, "H2"), world.at(0, 10 if others else 14), 2, mode=mode, team=team),
    ]
    assert verdicts(two, world.ana) == [[], [rule]]


def test_the_shares_of_a_cycle_count_them_save_what_its_own_allocations_pay(world):
    instrument = hourly(world)
    Block.objects.filter(facility=world.facility_a).delete()
    cycle = add_cycle(world.facility_a, "2027-1", world.at(0, 0), world.at(5, 0), by=world.bo)
    add_block(world.facility_a, instrument, "user", DateTimeTZRange(world.at(0, 0), world.at(7, 0)), by=world.bo)
    set_quotas(cycle, {"general": (0, 4)}, by=world.bo)
    paid = team_with_units(world, instrument, 2, cycle)
    dates = [
        wanted(instrument, world.at(day, 8), 2, category="general", team=team)
        for day, team in enumerate((paid, None, None, None))
    ]
    assert verdicts(dates, world.ana) == [[], [], [], ["cycle_quota"]]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 8), st.integers(1, 6), st.booleans(), st.booleans(), st.booleans()),
        min_size=2,
        max_size=5,
    )
)
def test_whatever_is_asked_for_together_a_check_says_what_asking_would(world, asked):
    with transaction.atomic():
        _check_and_ask(world, asked)
        transaction.set_rollback(True)


def _check_and_ask(world, asked):
    parent = hourly(world, "P", setup_minutes=60)
    places = [parent, hourly(world, "Q", parent=parent), hourly(world, "W", capacity=2, cooling_minutes=60)]
    places.append(make_instrument(world.facility_b, "T", **HOURLY))
    thing = Equipment.objects.create(facility=world.facility_a, code="C", name="Cryostat", capacity=1)
    team = team_with_units(world, places[0], 6)
    hold(world, "quota", {"most": 9, "measure": "hours", "per": "person", "over": "day"})
    verdicts(
        [
            wanted(
                places[n],
                world.at(0, 6 + hour),
                hours,
                mode="onsite" if there else "remote",
                equipment=(thing,) if with_it else (),
                team=team if paid else None,
            )
            for n, hour, hours, there, with_it, paid in asked
        ],
        world.ana,
    )
