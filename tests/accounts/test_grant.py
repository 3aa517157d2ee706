"""`manage.py grant`: a role from the command line."""

import io

import pytest
from django.core.management import CommandError, call_command

from accounts.queries import roles_of
from core.models import AuditEntry


def test_a_role_is_granted_once_and_audited(world):
    out = io.StringIO()
    for _ in range(2):
        call_command("grant", "DAN@test.example", "facility_manager", "fa", stdout=out)
    assert roles_of(world.dan).filter(role="facility_manager", scope_id=world.facility_a.pk).count() == 1
    assert out.getvalue().startswith("Dan is facility manager of FA")
    assert AuditEntry.objects.filter(verb="grant-role", object_id=world.dan.pk, actor_id=world.system.pk).count() == 2


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("nobody@test.example", "scientist", "org-a"), "Nobody has an account"),
        (("dan@test.example", "scientist", "fa"), "no organisation “fa”"),
        (("dan@test.example", "king", "fa"), "invalid choice"),
        (("system@yanqi.invalid", "scientist", "org-a"), "Nobody has an account"),
    ],
)
def test_what_is_not_there_is_said(world, words, why):
    with pytest.raises(CommandError, match=why):
        call_command("grant", *words)
