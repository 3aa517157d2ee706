"""The schema for analysts' own tools: its role reads the views and nothing else, and nothing secret is in them."""

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction
from django.db.models.signals import pre_migrate

from core.errors import Invalid
from facilities.models import Booking
from reports.analysis import VIEWS, is_made, let_read
from reports.commands.rollups import refresh_rollups
from tests.reports.history import may_2026

pytestmark = pytest.mark.django_db
ROLE = "analysis_test_reader"


def sql(statement, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


@pytest.fixture
def history(world):
    may_2026(world)
    refresh_rollups()
    call_command("analysis_schema", role=ROLE, verbosity=0)
    return world


def as_reader(statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"set local role {ROLE}")
        try:
            cursor.execute(statement)
            return cursor.fetchall()
        finally:
            transaction.set_rollback(True)


def test_the_role_reads_every_view_and_the_numbers_are_those_of_the_figures(history):
    for name in VIEWS:
        as_reader(f"select * from analysis.{name}")
    assert as_reader("select sum(delivered_hours) from analysis.daily_use") == [(60,)]
    assert as_reader("select sum(delivered_hours) from analysis.daily_shares") == [(60,)]
    assert as_reader("select count(*) from analysis.bookings") == [(8,)]  # one more was only asked for
    assert Booking.objects.count() == 9


def test_the_role_reads_nothing_else_and_writes_nothing(history):
    readable = sql(
        "select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname not in ('pg_catalog', 'information_schema') and c.relkind in ('r', 'v', 'm', 'p')"
        " and n.nspname not like 'pg_%%' and has_table_privilege(%s, c.oid, 'select')",
        ROLE,
    )
    assert {name for (name,) in readable} == {f"analysis.{name}" for name in VIEWS}
    for statement in (
        "select * from public.accounts_user",
        "delete from analysis.bookings",
        "create table public.mine (a int)",
    ):
        with pytest.raises(ProgrammingError):
            as_reader(statement)


def test_nothing_personal_and_nothing_secret_has_a_column(history):
    found = sql("select column_name from information_schema.columns where table_schema = 'analysis'")
    columns = {name for (name,) in found}
    words = ("person", "requester", "user_id", "mail", "abstract", "purpose", "score", "comment", "vote", "label")
    assert not [name for name in columns for word in words if word in name]
    undescribed = sql(
        "select c.relname from pg_class c where c.relnamespace = 'analysis'::regnamespace"
        " and obj_description(c.oid) is null and c.relkind = 'v'"
    )
    assert undescribed == []


def test_a_migration_takes_the_views_away_and_puts_them_back_with_their_readers(history):
    from django.apps import apps

    reports = apps.get_app_config("reports")
    pre_migrate.send(reports, app_config=reports, verbosity=0, interactive=False, using="default", plan=[], apps=apps)
    assert sql("select count(*) from pg_views where schemaname = 'analysis'") == [(0,)]
    reports.put_views_back(sender=reports)
    assert as_reader("select count(*) from analysis.bookings") == [(8,)]
    assert is_made()


def test_a_role_must_have_a_name_of_a_role(history):
    with pytest.raises(Invalid):
        let_read('x"; drop table facilities_booking')
