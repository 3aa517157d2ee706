"""Who sees a programme: approved ones are public, the others are for their own people and the offices."""

import pytest
from django.contrib.auth.models import AnonymousUser

from programs.commands import cooperation
from programs.models import Program
from programs.permissions.cooperation import PUBLIC, programs_visible_to, sees_inside
from programs.workflows.cooperation import PROGRAM
from tests.programs import cast

pytestmark = pytest.mark.django_db

EVERYONE = ("ana", "sig_a", "sig_b", "sec", "lea", "adm", "bo", "bob", "cleo", "dan")
OFFICES = {"sec", "lea", "adm"}


def seen_by(world, program: Program) -> set[str]:
    return {name for name in EVERYONE if programs_visible_to(getattr(world, name)).filter(pk=program.pk).exists()}


@pytest.mark.parametrize("state", PROGRAM.states)
def test_who_sees_a_programme_in_each_state(world, state):
    program = cast.in_state(world, state)
    if state in PUBLIC:
        assert seen_by(world, program) == set(EVERYONE)
    elif state == "draft":
        assert seen_by(world, program) == {"ana"} | OFFICES
    else:
        assert seen_by(world, program) == {"ana", "sig_a", "sig_b"} | OFFICES
    assert programs_visible_to(AnonymousUser()).exists() is (state in PUBLIC)


def test_a_returned_draft_is_not_shown_to_partners_while_it_is_edited(world):
    program = cooperation.return_program(cast.confirmed(world), by=world.sec, note="Dates.")
    assert seen_by(world, program) == {"ana"} | OFFICES


def test_nothing_of_a_draft_shows_in_a_count(world):
    cast.draft(world)
    for name in ("dan", "bo", "bob", "cleo", "sig_a", "sig_b"):
        assert programs_visible_to(getattr(world, name)).count() == 0


def test_the_public_part_of_an_approved_programme_is_not_its_inside(world):
    program = cast.approved(world)
    insiders = {name for name in EVERYONE if sees_inside(getattr(world, name), program)}
    assert insiders == {"ana", "sig_a", "sig_b"} | OFFICES
    assert not sees_inside(AnonymousUser(), program)


def test_a_team_member_sees_the_draft_but_does_not_lead_it(world):
    program = cast.draft(world)
    cooperation.add_participant(program, world.dan, by=world.ana)
    assert "dan" in seen_by(world, program)
    assert sees_inside(world.dan, program)


def test_an_inactive_account_sees_only_what_is_public(world):
    program = cast.draft(world)
    world.ana.is_active = False
    world.ana.save()
    assert not programs_visible_to(world.ana).filter(pk=program.pk).exists()
