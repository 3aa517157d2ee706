"""Free time and the calendar, which PostgreSQL works out, against plain Python; nearest and earliest slots."""

import random
from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from core.errors import DomainError, NotPermitted, RulesRefuse
from facilities.commands.calendar import add_block, add_cycle, affected_by_block, remove_block
from facilities.commands.catalogue import rebuild_closure
from facilities.models import Block, Claim, OpenTime, Technique
from facilities.queries.availability import earliest_slots, gaps, requestable
from facilities.queries.calendar import calendar_events
from facilities.queries.nearest import nearest_slots
from tests.facilities.asking import ask, berlin, hourly, rules_of, wanted

pytestmark = pytest.mark.django_db
HOURS = 6 * 24


def scatter(world, instrument, seed, hours=(1, 2, 3, 4)):
    """Blocks and bookings here and there over six days."""
    dice = random.Random(seed)
    Block.objects.all().delete()
    for kind, number in (("user", 5), ("reserve", 2), ("maintenance", 3)):
        for _turn in range(number):
            start = dice.randrange(HOURS - 24)
            period = DateTimeTZRange(world.at(0, start), world.at(0, start + dice.randrange(4, 40)))
            try:
                add_block(world.facility_a, dice.choice([None, instrument]), kind, period, by=world.bo)
            except RulesRefuse:
                continue
    for _turn in range(40):
        try:
            ask(instrument, world.at(0, dice.randrange(HOURS)), dice.choice(hours), by=world.ana)
        except DomainError:
            continue


def free_by_hand(world, instrument):
    """By the half hour: open, and fewer claims than places from the set-up before on."""
    blocks = [block for block in Block.objects.all() if block.instrument_id in (None, instrument.pk)]
    claims = [(claim.period.lower, claim.period.upper) for claim in Claim.objects.filter(resource=instrument.pk)]
    setup = timedelta(minutes=instrument.setup_minutes)
    half = timedelta(minutes=30)

    def full(at):
        return sum(lower <= at < upper for lower, upper in claims) >= instrument.capacity

    def open_at(at):
        kinds = {block.kind for block in blocks if block.period.lower <= at < block.period.upper}
        return bool(kinds & {"user", "reserve"}) and not kinds - {"user", "reserve"}

    free = set()
    for step in range(HOURS * 2):
        at = world.at(0, step / 2)
        before = at - setup
        while before < at and not full(before):
            before += half
        if open_at(at) and not full(at) and before >= at:
            free.add(at)
    return free


@pytest.mark.parametrize(("capacity", "setup", "seed"), [(1, 0, 1), (1, 60, 2), (2, 0, 3), (3, 30, 4)])
def test_gaps_are_what_plain_python_finds(world, capacity, setup, seed):
    instrument = hourly(world, capacity=capacity, setup_minutes=setup)
    scatter(world, instrument, seed)
    found = gaps([instrument.pk], world.at(0, 0), world.at(0, HOURS), 1)
    half_hours = {
        lower + step * timedelta(minutes=30)
        for _pk, lower, upper in found
        for step in range(int((upper - lower) / timedelta(minutes=30)))
    }
    assert half_hours == free_by_hand(world, instrument)


def test_parts_keep_their_parent_busy_and_the_other_way_round(world):
    parent = hourly(world, "P")
    part = hourly(world, "C", parent=parent)
    ask(part, world.at(0, 8), 2, by=world.ana)
    ask(parent, world.at(0, 12), 2, by=world.ana)
    period = (world.at(0, 8), world.at(0, 16), 60)
    assert [(lower, upper) for _pk, lower, upper in gaps([parent.pk], *period)] == [
        (world.at(0, 10), world.at(0, 12)),
        (world.at(0, 14), world.at(0, 16)),
    ]
    assert [(lower, upper) for _pk, lower, upper in gaps([part.pk], *period)] == [
        (world.at(0, 10), world.at(0, 12)),
        (world.at(0, 14), world.at(0, 16)),
    ]


def test_what_began_long_before_is_still_in_the_way(world):
    instrument = hourly(world)
    ask(instrument, world.at(0, 2), 20, by=world.ana)
    ask(instrument, world.at(0, 0), 1, by=world.ana)
    [(_pk, lower, _upper)] = gaps([instrument.pk], world.at(0, 20), world.at(0, 30), 60)
    assert lower == world.at(0, 22)


def test_claims_in_lanes_that_an_instrument_no_longer_has_are_still_in_the_way(world):
    instrument = hourly(world, capacity=2)
    for _turn in range(2):
        ask(instrument, world.at(0, 2), 4, by=world.ana)
    Claim.objects.filter(resource=instrument.pk, lane=0).delete()
    type(instrument).objects.filter(pk=instrument.pk).update(capacity=1)
    [(_pk, lower, _upper)] = gaps([instrument.pk], world.at(0, 2), world.at(0, 12), 60)
    assert lower == world.at(0, 6)


def test_open_time_follows_every_change_of_the_blocks(world):
    instrument = hourly(world)

    def open_time():
        return str(OpenTime.objects.get(instrument=instrument).periods)

    before = open_time()
    outage = DateTimeTZRange(world.at(0, 0), world.at(1, 0))
    block = add_block(world.facility_a, instrument, "maintenance", outage, "Pump", by=world.bo)
    assert open_time() != before
    remove_block(block, by=world.bo)
    assert open_time() == before


def test_the_nearest_slots_are_on_the_same_instrument_then_on_others_alike(world):
    technique = Technique.objects.create(code="PaNET1", label="Diffraction")
    mine, alike, other = hourly(world, "M"), hourly(world, "L"), hourly(world, "O")
    mine.techniques.add(technique)
    alike.techniques.add(technique)

    rebuild_closure()
    Block.objects.all().delete()
    day = DateTimeTZRange(world.at(0, 8), world.at(0, 14))
    for instrument in (mine, alike, other):
        add_block(world.facility_a, instrument, "user", day, by=world.bo)
    ask(mine, world.at(0, 10), 2, by=world.dan)
    found = nearest_slots(wanted(mine, world.at(0, 10), 2, people=(world.ana,)))
    assert [slot["instrument_slug"] for slot in found] == ["fa-m", "fa-m", "fa-l"]


def test_the_earliest_slots_skip_what_cannot_be_requested(world):
    closed = hourly(world, "X", is_bookable=False)
    found = earliest_slots(requestable(), 480, world.at(0, 0), world.at(3, 0), limit=50)
    assert closed.pk not in {slot.instrument.pk for slot in found}
    assert {slot.instrument.pk for slot in found} == {world.instrument_a.pk, world.instrument_b.pk}


def test_the_calendar_made_by_the_database_shows_what_the_rows_say(world):
    instrument = hourly(world)
    scatter(world, instrument, 7)
    events = calendar_events([instrument.pk], world.at(0, 0), world.at(0, HOURS), world.bo)
    bookings = [event for event in events if event["kind"] == "booking"]
    assert {event["id"] for event in bookings} == {str(pk) for pk in instrument.bookings.values_list("pk", flat=True)}
    blocks = Block.objects.filter(period__overlap=DateTimeTZRange(world.at(0, 0), world.at(0, HOURS)))
    assert len(events) - len(bookings) == blocks.count()
    assert events == sorted(events, key=lambda event: event["starts_at"])
    assert all(event["starts_at"].endswith("Z") for event in events)


def test_only_the_office_changes_the_calendar_and_people_affected_are_found(world):
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    period = DateTimeTZRange(booking.starts_at, booking.ends_at)
    for stranger in (world.ana, world.cleo, world.bob):
        with pytest.raises(NotPermitted):
            add_block(world.facility_a, None, "shutdown", period, by=stranger)
    assert affected_by_block(world.facility_a, None, period) == [booking]
    assert affected_by_block(world.facility_b, None, period) == []


def test_cycles_of_a_facility_do_not_overlap_and_the_same_twice_is_one(world):
    first = add_cycle(world.facility_a, "2027-1", world.at(0, 0), world.at(60, 0), by=world.bo)
    assert add_cycle(world.facility_a, "2027-1", world.at(0, 0), world.at(60, 0), by=world.bo) == first
    with pytest.raises(RulesRefuse) as refused:
        add_cycle(world.facility_a, "2027-2", world.at(59, 0), world.at(90, 0), by=world.bo)
    assert rules_of(refused.value) == ["cycles_apart"]
    assert add_cycle(world.facility_a, "2027-2", world.at(60, 0), world.at(90, 0), by=world.bo).pk


def test_what_is_asked_for_longer_than_an_instrument_allows_is_found_elsewhere(world):
    short, long = hourly(world, "S", max_minutes=60), hourly(world, "L", max_minutes=240)
    wide = requestable().filter(pk__in=[short.pk, long.pk])
    found = earliest_slots(wide, 120, world.at(0, 0), world.at(3, 0), limit=5)
    assert {slot.instrument.pk for slot in found} == {long.pk}
