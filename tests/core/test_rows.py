"""Rows written by hand are the rows that Django would write, in one statement or in many."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from core import audit, clock
from core.models import AuditEntry
from core.rows import MERGED, columns, fetch, insert, load
from facilities.commands.allocations import grant_allocation
from facilities.models import LedgerEntry, Team, TeamMember
from notifications.models import Message
from tests.facilities.asking import berlin

pytestmark = pytest.mark.django_db


def fields_of(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def made(world, allocation, number):
    """Unsaved rows of several models that hang together, with every kind of column."""
    team = Team(title=f"Team {number}", kind=Team.Kind.GROUP, created_by=world.ana)
    return [
        team,
        TeamMember(team=team, user=world.ana, role=TeamMember.Role.LEAD),
        TeamMember(team=team, user=world.dan),
        LedgerEntry(allocation=allocation, kind=LedgerEntry.Kind.HELD, units=Decimal("1.250"), by=world.bo, note="“”"),
        Message(recipient=world.ana, kind="booking_requested", subject_id=uuid4(), context={"a": [1]}),
    ]


@pytest.mark.parametrize("copies", [1, MERGED])
def test_rows_read_back_as_they_were_made(world, copies):
    start = berlin(world, 0, 0)
    allocation = grant_allocation(
        Team.objects.create(title="Payers"), world.instrument_a, Decimal(10), cycle=None, valid_from=start,
        valid_until=start + timedelta(days=300), by=world.bo,
    )  # fmt: skip
    rows = [row for number in range(copies) for row in made(world, allocation, number)]
    charge = ("update facilities_allocation set held = 1.25 where id = %(id)s::uuid", {"id": allocation.pk})
    insert(rows, also=[charge])
    for row in rows:
        assert fields_of(type(row).objects.get(pk=row.pk)) == fields_of(row)
        assert not row._state.adding
    allocation.refresh_from_db()
    assert allocation.held == Decimal("1.25")


def test_what_the_database_fills_in_is_left_to_it(world):
    entry = audit.entry("look", world.facility_a, by=world.ana, data_of="a test")
    insert([entry])
    [stored] = AuditEntry.objects.filter(object_id=world.facility_a.pk, verb="look")
    assert stored.pk is not None
    assert stored.data == {"data_of": "a test"}
    assert stored.at <= clock.now()


def test_no_row_is_written_when_one_is_refused(world):
    team = Team(title="Never", kind=Team.Kind.GROUP)
    twice = [TeamMember(team=team, user=world.ana), TeamMember(team=team, user=world.ana)]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert([team, *twice])
    assert not Team.objects.filter(title="Never").exists()


def test_loaded_rows_are_those_a_queryset_gives(world):
    message = Message(recipient=world.ana, kind="booking_requested", subject_id=uuid4(), context={"a": 1})
    insert([message])
    statement = f"select {columns(Message, 'message')} from notifications_message message where id = %(id)s::uuid"
    [row] = fetch(statement, {"id": message.pk})
    assert fields_of(load(Message, row)) == fields_of(Message.objects.get(pk=message.pk))
    assert load(Message, [None] * len(row)) is None
