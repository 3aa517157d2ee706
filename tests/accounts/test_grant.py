"""`manage.py grant` and `token`: a role and a token from the command line, also on a machine without any data yet."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from accounts.queries import roles_of
from core import console
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


def test_a_token_is_printed_alone_and_may_be_told_only_to_read(world):
    for words, status in (((), 200), (("--read-only", "--days", "1"), 403)):
        out = io.StringIO()
        call_command("token", "ANA@test.example", *words, stdout=out)
        headers = {"Authorization": f"Bearer {out.getvalue().strip()}"}
        assert Client().get("/api/v1/me", headers=headers).json()["email"] == "ana@test.example"
        patched = Client().patch("/api/v1/me", {"name": "Ana"}, "application/json", headers=headers)
        assert patched.status_code == status


@pytest.mark.parametrize(
    ("words", "why"),
    [(("nobody@test.example",), "Nobody has an account"), (("ana@test.example", "--days", "0"), "1 to 365 days")],
)
def test_a_token_that_cannot_be_made_is_said(world, words, why):
    with pytest.raises(CommandError, match=why):
        call_command("token", *words)


def test_a_database_without_any_table_is_brought_up_to_date_first(world, monkeypatch):
    done = []
    monkeypatch.setattr(console, "call_command", lambda name, **options: done.append(name))
    call_command("grant", "dan@test.example", "facility_manager", "fa", stdout=io.StringIO())
    assert done == []
    with connection.cursor() as cursor:
        cursor.execute("set local search_path to nowhere")
        console.DataCommand(stderr=io.StringIO()).check_migrations()
        cursor.execute("set local search_path to default")
    assert done == ["migrate"]
