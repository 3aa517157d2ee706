"""The floor: the same rows by plain psycopg, without HTTP, Django, rules or locks, one statement for each row."""

import os
import random
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from psycopg.types.json import Jsonb
from psycopg.types.range import TimestamptzRange
from uuid_utils.compat import uuid7

from bench.client import together

FAR = datetime(2100, 1, 1, tzinfo=UTC)
JSONB = 3802
KEYS = {
    "facilities_booking": "id",
    "facilities_person": "booking_id",
    "facilities_claim": "booking_id",
    "facilities_ledgerentry": "booking_id",
    "core_auditentry": "object_id",
    "workflow_process": "subject_id",
    "workflow_task": "subject_id",
    "notifications_message": "subject_id",
}
"""The tables that a booking writes to, and how its rows are found there."""

NUMBERED = ("facilities_claim", "core_auditentry")
CHARGE = "update facilities_allocation set held = held + 0 where id = %s"
Rows = dict[str, list[list[tuple[str, Any]]]]


def insert_bookings(times: int) -> list[float]:
    """Milliseconds for the rows of one booking, committed, `times` over, at a time that nothing else uses."""
    start = FAR + timedelta(days=60 * random.randrange(40_000))
    taken = []
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        rows = sample(connection)
        for number in range(times):
            began = time.perf_counter()
            write(connection, rows, start + timedelta(hours=number))
            connection.commit()
            taken.append((time.perf_counter() - began) * 1000)
    return taken


def throughput(clients: int, each: int) -> float:
    """The same by several clients at once, per second."""
    return clients * each / together([lambda: insert_bookings(each)] * clients)


def sample(connection: psycopg.Connection[Any]) -> Rows:
    """Rows of the newest measured booking, to be written again with new keys."""
    newest = connection.execute(
        "select id from facilities_booking where purpose = 'Measured' order by created_at desc limit 1"
    ).fetchone()
    if newest is None:
        raise RuntimeError("measure `create` before its floor")
    return rows_of(connection, newest[0])


def rows_of(connection: psycopg.Connection[Any], booking: UUID) -> Rows:
    """The rows of a booking, table by table."""
    found: Rows = {}
    for table, column in KEYS.items():
        cursor = connection.execute(f"select * from {table} where {column} = %s", [booking])
        columns = cursor.description or ()
        found[table] = [
            [
                (each.name, Jsonb(value) if each.type_code == JSONB else value)
                for each, value in zip(columns, row, strict=True)
            ]
            for row in cursor.fetchall()
        ]
    return found


def write(connection: psycopg.Connection[Any], rows: Rows, starts_at: datetime) -> None:
    """The same rows for a time far ahead: a dozen prepared inserts, and the update of the account."""
    booking, process = uuid7(), uuid7()
    period = TimestamptzRange(starts_at, starts_at + timedelta(minutes=30))
    fresh = {"period": period, "booking_id": booking, "subject_id": booking, "object_id": booking}
    keys = {"facilities_booking": booking, "workflow_process": process}
    for table, lines in rows.items():
        for line in lines:
            row = {name: fresh.get(name, value) for name, value in line if name != "number"}
            if table in NUMBERED:
                del row["id"]
            else:
                row["id"] = keys.get(table) or uuid7()
            if "process_id" in row:
                row["process_id"] = process
            names = ", ".join(f'"{name}"' for name in row)
            marks = ", ".join(["%s"] * len(row))
            statement = f"insert into {table} ({names}) values ({marks})"
            connection.execute(statement, list(row.values()), prepare=True)
            if table == "facilities_ledgerentry":
                connection.execute(CHARGE, [row["allocation_id"]], prepare=True)


def availability(stage: Any, now: datetime, times: int = 30, days: int = 183) -> list[float]:
    """The statement behind the search for free time, over everything at once."""
    from facilities.queries.availability import gaps

    taken = []
    for _turn in range(times):
        began = time.perf_counter()
        gaps(stage.facts.instruments, now, now + timedelta(days=days), 480)
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def plain(column: Any, value: Any) -> Any:
    """A value as it goes back into its column."""
    return Jsonb(value) if column.type_code == JSONB else value


def crowded(bookings: int) -> tuple[Any, DateTimeTZRange, int]:
    """A facility and the stretch from now on in which so many of its bookings lie, or all where there are fewer."""
    from facilities.models import Booking, Facility

    facility = Facility.objects.order_by("acronym", "pk").first()
    coming = Booking.objects.filter(instrument__facility=facility, state="approved").order_by("period")
    periods = list(coming.values_list("period", flat=True)[:bookings])
    return facility, DateTimeTZRange(periods[0].lower, max(each.upper for each in periods)), len(periods)


def recompute(facility: Any, period: DateTimeTZRange, times: int) -> list[float]:
    """Milliseconds to write the open calendar of a facility's instruments without the stretch, and to read the
    bookings in it, in two plain statements that are taken back."""
    taken = []
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        for _turn in range(times):
            began = time.perf_counter()
            connection.execute(
                "update facilities_opentime set periods = periods - tstzmultirange(tstzrange(%s, %s)) from"
                " facilities_instrument i where i.id = instrument_id and i.facility_id = %s",
                [period.lower, period.upper, facility.pk],
            )
            connection.execute(
                "select b.* from facilities_instrument i"
                " join facilities_claim c on c.resource = i.id and c.period && tstzrange(%s, %s)"
                " join facilities_booking b on b.id = c.booking_id and b.state = 'approved'"
                " where i.facility_id = %s",
                [period.lower, period.upper, facility.pk],
            ).fetchall()
            connection.rollback()
            taken.append((time.perf_counter() - began) * 1000)
    return taken
