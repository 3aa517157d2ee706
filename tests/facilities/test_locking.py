"""One statement takes the doors to time: instruments with parts, then equipment, then people, each in key order."""

import pytest
from django.db import connection

from facilities import sql
from facilities.commands.locks import time_parameters
from tests.world import make_instrument


@pytest.fixture
def whole(world):
    """An instrument with two parts."""
    whole = make_instrument(world.facility_a, "W")
    return whole, [make_instrument(world.facility_a, code, parent=whole) for code in ("P1", "P2")]


def test_parts_are_locked_with_the_whole_and_kinds_one_after_the_other(world, whole):
    instrument, parts = whole
    people = [world.bo.pk, world.ana.pk]
    locked = [pk for (pk,) in sql.rows(sql.LOCK_TIME, time_parameters([instrument.pk], people, []))]
    assert locked == [*sorted([instrument.pk, *(part.pk for part in parts)]), *sorted(people)]


def test_the_plan_reads_the_kinds_in_the_order_in_which_they_are_written(db):
    statement = sql.LOCK_TIME
    for name in ("instruments", "equipment", "people"):
        statement = statement.replace(f"%({name})s", "'{}'")
    with connection.cursor() as cursor:
        cursor.execute(f"explain (costs off) {statement}")
        lines = [line.strip() for (line,) in cursor.fetchall()]
    assert lines[0] == "Append"
    scans = [line.rpartition(" ")[2] for line in lines if line.startswith("->  CTE Scan on")]
    assert [name for name in scans if not name.startswith("tree")] == ["instruments", "equipment", "people"]
    assert sum("LockRows" in line for line in lines) == 3
