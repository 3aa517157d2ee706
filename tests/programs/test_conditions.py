"""What safety staff ask of a leg stands with every booking made from its time, for those who see the booking."""

from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.commands import grant_role, revoke_role
from facilities.commands.allocations import grant_allocation, open_allocation
from facilities.commands.balances import carry_units
from facilities.models import Allocation
from programs.commands import rounds
from programs.commands.feasibility import judge_safety
from tests.facilities.asking import approve, ask, berlin
from tests.frontend.reading import as_, text
from tests.programs.allocating import allocating, proposed, scored

pytestmark = pytest.mark.django_db
GLOVES = "Two people, and gloves."


@pytest.fixture
def booking(world):
    """Six shifts that a call gave Ana at A1 under conditions; one of them is booked and approved."""
    call = allocating(world, offered=6)
    proposal = scored(world, call, 4.5, pi=world.ana, state="review")
    grant_role(world.dan, "safety_officer", world.facility_a, by=world.system)
    judge_safety(proposal.legs.get(), "yellow", by=world.dan, conditions=GLOVES)
    revoke_role(world.dan, "safety_officer", world.facility_a, by=world.system)
    proposed(world, call)
    rounds.announce_results(call, by=world.lea)
    given = Allocation.objects.get()
    assert given.conditions == GLOVES
    start = berlin(world, 1, 8)
    fields = {"team": proposal.team, "allocation": given, "mode": "onsite", "safety": "yellow"}
    return approve(ask(world.instrument_a, start, by=world.ana, **fields), world.bo)


def test_the_conditions_are_read_on_the_booking_and_the_day_sheet(world, booking):
    day = reverse("day_sheet", args=["fa", f"{booking.starts_at:%Y-%m-%d}"])
    for person, address in (
        (world.ana, f"/bookings/{booking.pk}/"),
        (world.cleo, f"/bookings/{booking.pk}/"),
        (world.cleo, day),
        (world.cleo, reverse("booking_prepare", args=[booking.pk])),
    ):
        assert GLOVES in text(as_(person), address)


def test_others_do_not_read_them(world, booking):
    for person in (world.dan, world.bob):
        assert as_(person).get(f"/bookings/{booking.pk}/").status_code == 404
    answer = as_(world.dan).get(f"/api/v1/instruments/{world.instrument_a.slug}/calendar?from=2020-01-01&to=2040-01-01")
    assert GLOVES not in answer.content.decode()


def test_time_given_without_conditions_has_none_and_more_of_it_adds_its_own_once(world, booking):
    assert ask(world.instrument_a, berlin(world, 2, 8), by=world.ana).conditions == ""
    given = booking.allocation
    again = {"cycle": None, "valid_from": given.valid_from, "valid_until": given.valid_until, "by": world.system}
    for said in (GLOVES, "No food.", "No food."):
        given = grant_allocation(given.team, given.instrument, given.granted, **again, conditions=said)
    assert given.conditions == f"{GLOVES}\n\nNo food."


def test_conditions_go_along_when_the_time_moves_to_another_instrument(world, booking):
    given = booking.allocation
    span = {"valid_from": given.valid_from, "valid_until": given.valid_until, "by": world.system}
    other = open_allocation(given.team, world.instrument_b, cycle=None, **span)
    carry_units(given, other, Decimal(1), by=world.system, note="To the other host.")
    other.refresh_from_db()
    assert other.conditions == GLOVES
