"""Several places of one instrument in one booking: nodes of a cluster, sample slots; lanes, units, free time."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import DomainError, Invalid, RulesRefuse, SlotTaken
from facilities.commands.allocations import grant_allocation
from facilities.commands.bookings import check_booking, reschedule_booking
from facilities.commands.sessions import check_in, check_out
from facilities.commands.teams import create_team
from facilities.lanes import peak
from facilities.models import Booking, Claim
from facilities.queries.availability import free_slots
from facilities.rules.facts import Span
from tests.facilities.asking import ask, hourly, rules_of, wanted

pytestmark = pytest.mark.django_db


def cluster(world, nodes=4, **fields):
    return hourly(world, "K", capacity=nodes, **{"unit": "node_hour", **fields})


def lanes(instrument):
    return sorted(Claim.objects.filter(resource=instrument.pk).values_list("lane", flat=True))


def test_nodes_are_claimed_each_and_node_hours_are_nodes_times_hours(world):
    instrument = cluster(world)
    booking = ask(instrument, world.at(0, 8), 3, by=world.ana, places=3)
    assert (booking.units, booking.places, lanes(instrument)) == (9, 3, [0, 1, 2])
    with pytest.raises(SlotTaken) as taken:
        ask(instrument, world.at(0, 9), 1, by=world.dan, places=2)
    assert "fewer than 2 places" in taken.value.message
    assert taken.value.alternatives[0]["units"] == "2.000"
    assert ask(instrument, world.at(0, 9), 1, by=world.dan).pk
    with pytest.raises(SlotTaken):
        ask(instrument, world.at(0, 9), 1, by=world.ana)


def test_sample_slots_count_places_and_hours_do_not(world):
    changer = hourly(world, "S", capacity=8, unit="sample", unit_minutes=30)
    assert ask(changer, world.at(0, 8), 1, by=world.ana, places=5).units == 10
    shared = hourly(world, "H", capacity=8)
    assert ask(shared, world.at(0, 12), 2, by=world.ana, places=5).units == 2


def test_a_night_is_charged_by_elapsed_time(world):
    telescope = hourly(world, "T", unit="night", unit_minutes=480, granularity_minutes=60)
    assert ask(telescope, world.at(0, 20), 10, by=world.ana).units == Decimal("1.25")


@pytest.mark.parametrize(("places", "error"), [(5, RulesRefuse), (0, Invalid)])
def test_more_places_than_there_are_or_none_are_refused(world, places, error):
    with pytest.raises(error) as refused:
        ask(cluster(world), world.at(0, 8), 1, by=world.ana, places=places)
    assert rules_of(refused.value) == [{5: "places_offered", 0: "places"}[places]]


def test_an_exclusive_instrument_has_one_place(world):
    found = check_booking(wanted(hourly(world), world.at(0, 8), 1, places=2), by=world.ana)
    assert [violation.rule for violation in found.violations] == ["places_offered"]


def test_free_time_is_that_of_so_many_places(world):
    instrument = cluster(world)
    ask(instrument, world.at(0, 8), 2, by=world.ana, places=3)
    day = (world.at(0, 6), world.at(0, 12))
    assert len(free_slots(instrument, *day, 60)) == 1
    found = free_slots(instrument, *day, 60, places=2)
    assert [(slot.starts_at, slot.ends_at) for slot in found] == [
        (world.at(0, 6), world.at(0, 8)),
        (world.at(0, 10), world.at(0, 12)),
    ]


def test_a_move_keeps_the_places_and_the_account_pays_for_each(world):
    instrument = cluster(world)
    team = create_team("group", "Modellers", organisation=world.org_b, by=world.system)
    account = grant_allocation(
        team, instrument, Decimal(20), cycle=None, valid_from=world.at(-1, 0), valid_until=world.at(9, 0), by=world.bo
    )
    team.members.create(user=world.ana, role="lead")
    booking = ask(instrument, world.at(0, 8), 3, by=world.ana, places=3, team=team)
    booking = reschedule_booking(booking, by=world.ana, starts_at=world.at(0, 9), ends_at=world.at(0, 13))
    account.refresh_from_db()
    assert (booking.units, account.held, lanes(instrument)) == (12, 12, [0, 1, 2])
    with pytest.raises(RulesRefuse) as refused:
        reschedule_booking(booking, by=world.ana, starts_at=world.at(0, 9), ends_at=world.at(0, 16))
    assert rules_of(refused.value) == ["allocation_balance"]


def test_what_was_used_counts_the_places_too(world):
    booking = ask(cluster(world), world.at(0, 8), 3, by=world.ana, places=2)
    Booking.objects.filter(pk=booking.pk).update(state="approved")
    with time_machine.travel(world.at(0, 8), tick=False):
        check_in(booking, by=world.bo)
    with time_machine.travel(world.at(0, 10), tick=False):
        check_out(booking, by=world.bo)
    assert booking.session.units == 4


STAY = st.tuples(st.integers(0, 20), st.integers(1, 6), st.integers(1, 3))


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(stays=st.lists(STAY, min_size=3, max_size=9))
def test_a_booking_is_taken_exactly_when_the_true_peak_leaves_its_places(world, stays):
    instrument = cluster(world) if not hasattr(world, "cluster") else world.cluster
    world.cluster = instrument
    instrument.bookings.all().delete()
    held = []
    for start, hours, places in stays:
        span = (world.at(0, start), world.at(0, start) + timedelta(hours=hours))
        inside = [Span(max(span[0], a), min(span[1], b)) for a, b in held if a < span[1] and span[0] < b]
        room = peak(inside) + places <= instrument.capacity
        try:
            ask(instrument, span[0], hours, by=world.ana, places=places)
        except DomainError:
            assert not room
        else:
            assert room
            held += [span] * places
    claims = list(Claim.objects.filter(resource=instrument.pk))
    assert len(claims) == len(held)
    assert max([claim.lane for claim in claims], default=0) < instrument.capacity
