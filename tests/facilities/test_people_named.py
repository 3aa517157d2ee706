"""Whoever is named in a request is claimed for the time, so nobody can be named against their will."""

import pytest

from core.errors import Invalid
from facilities.commands.teams import add_member, create_team
from facilities.models import Booking
from tests.facilities.asking import ask, berlin, rules_of


def test_a_stranger_cannot_be_named(world):
    with pytest.raises(Invalid) as refused:
        ask(world.instrument_a, berlin(world, 1, 8), by=world.ana, people=(world.ana, world.dan))
    assert rules_of(refused.value) == ["people_of_the_team"]
    assert not Booking.objects.exists()


def test_members_of_the_team_can_be_named(world):
    team = create_team("group", "A group", organisation=world.org_b, by=world.system)
    add_member(team, world.ana, by=world.system, role="lead")
    add_member(team, world.cleo, by=world.system)
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana, team=team, people=(world.ana, world.cleo))
    assert {person.user_id for person in booking.people.all()} == {world.ana.pk, world.cleo.pk}
    with pytest.raises(Invalid):
        ask(world.instrument_a, berlin(world, 2, 8), by=world.ana, team=team, people=(world.ana, world.dan))
