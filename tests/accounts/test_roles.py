"""Roles are granted on containers by those who may, and take their permissions away again."""

import pytest

from accounts.commands import affiliate, grant_role, revoke_role
from accounts.queries import affiliation_at, holders, roles_of
from accounts.roles import ROLES
from core.audit import history
from core.errors import Invalid, NotPermitted
from core.permissions import allowed, containers
from facilities.models import Facility


def test_a_facility_manager_may_decide_at_the_own_facility_only(world):
    assert allowed(world.bo, "facilities.decide_bookings", world.facility_a)
    assert not allowed(world.bo, "facilities.decide_bookings", world.facility_b)
    assert list(containers(world.bo, "facilities.decide_bookings", Facility.objects.all())) == [world.facility_a]
    assert not containers(world.dan, "facilities.decide_bookings", Facility.objects.all()).exists()


@pytest.mark.parametrize("role", ROLES.values(), ids=lambda role: role.name)
def test_every_permission_of_a_role_exists_on_its_container(db, role):
    from django.apps import apps
    from django.contrib.auth.models import Permission

    assert role.permissions
    app, model = role.container.split(".")
    known = Permission.objects.filter(content_type__app_label=app, content_type__model=model)
    assert apps.get_model(role.container)
    assert {name.partition(".")[2] for name in role.permissions} <= set(known.values_list("codename", flat=True))


def test_a_role_is_held_once_and_its_grant_is_in_the_trail(world):
    first = grant_role(world.dan, "leadership", world.alliance, by=world.adm)
    again = grant_role(world.dan, "leadership", world.alliance, by=world.adm)
    assert first == again
    assert history(world.dan).filter(verb="grant-role", actor_id=world.adm.pk).count() == 1


def test_revoking_a_role_keeps_what_another_role_gives(world):
    grant_role(world.cleo, "user_office", world.facility_a, by=world.adm)
    revoke_role(world.cleo, "user_office", world.facility_a, by=world.adm)
    cleo = type(world.cleo).objects.get(pk=world.cleo.pk)
    assert allowed(cleo, "facilities.decide_bookings", world.facility_a)
    assert not allowed(cleo, "facilities.manage_calendar", world.facility_a)
    assert [row.role for row in roles_of(cleo)] == ["instrument_scientist"]


def test_a_role_belongs_on_its_own_kind_of_container(world):
    with pytest.raises(Invalid):
        grant_role(world.dan, "facility_manager", world.org_c, by=world.adm)


@pytest.mark.parametrize(
    ("granter", "role", "container"),
    [
        ("dan", "leadership", "alliance"),
        ("sec", "administrator", "alliance"),
        ("bo", "facility_manager", "facility_a"),
        ("bo", "instrument_scientist", "facility_b"),
        ("lea", "secretariat", "alliance"),
    ],
)
def test_nobody_grants_what_is_not_theirs_to_grant(world, granter, role, container):
    with pytest.raises(NotPermitted):
        grant_role(world.dan, role, getattr(world, container), by=getattr(world, granter))
    assert world.dan not in holders(role, getattr(world, container).pk)


def test_a_facility_manager_appoints_the_own_staff(world):
    grant_role(world.dan, "instrument_scientist", world.facility_a, by=world.bo)
    assert world.dan in holders("instrument_scientist", world.facility_a.pk)


def test_affiliation_is_that_of_the_day_asked_for(world):
    from datetime import date

    affiliate(world.ana, world.org_c, by=world.system, starts_on=date(2024, 5, 1))
    assert affiliation_at(world.ana, date(2024, 4, 30)).organisation == world.org_b
    assert affiliation_at(world.ana, date(2024, 5, 1)).organisation == world.org_c
    assert affiliation_at(world.ana, date(2019, 1, 1)) is None
