"""A database with a given number of bookings on 50 instruments, written by COPY; kept and used again.

The density is that of a busy year (six bookings of three hours a day on each instrument), so a larger size is a longer
history. The time after the last booking is free for what is measured.
"""

import json
import os
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection

INSTRUMENTS = 50
FACILITIES = 5
BOOKED, EVERY = timedelta(hours=3), timedelta(hours=4)
AHEAD = timedelta(days=185)
OPEN_UNTIL = timedelta(days=400)


@dataclass
class Stocked:
    """What the measures need to know of a database."""

    size: int
    start: str
    free_from: str
    instruments: list[str]
    slugs: list[str]
    tokens: list[str]
    teams: list[str]
    manager_token: str
    made_at: str


def facts_path(size: int) -> Path:
    return Path(os.environ["YANQI_HOME"]) / f"facts-{size}.json"


def stocked(size: int) -> Stocked:
    return Stocked(**json.loads(facts_path(size).read_text()))


def is_fresh(size: int) -> bool:
    """Whether the database of a size was filled today, so that its “now” is still now."""
    return facts_path(size).exists() and stocked(size).made_at == f"{datetime.now(UTC):%Y-%m-%d}"


def prepare(size: int) -> None:
    """Migrate, and fill a database that is new."""
    call_command("migrate", verbosity=0, interactive=False)
    if is_fresh(size):
        return
    print(f"  writing {size:,} bookings …", flush=True)
    found = fill(size)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
    facts_path(size).write_text(json.dumps(asdict(found)))


def fill(size: int) -> Stocked:
    """One organisation, five facilities, 50 instruments with an account each, 50 people, and the bookings."""
    from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

    from accounts.commands import create_token, grant_role
    from accounts.models import Organisation, User
    from accounts.queries import system_user
    from facilities.commands.allocations import grant_allocation
    from facilities.commands.calendar import add_block
    from facilities.commands.catalogue import create_facility, create_instrument
    from facilities.commands.teams import add_member, create_team

    system = system_user()
    now = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    each = -(-size // INSTRUMENTS)
    end = now + min(AHEAD, each * EVERY * 0.55)
    start = end - each * EVERY
    organisation = Organisation.objects.create(slug="bench", name="Bench", country="DE")
    facilities, instruments, tokens, teams = [], [], [], []
    for number in range(FACILITIES):
        facility = create_facility(
            by=system, name=f"Facility {number}", acronym=f"F{number}", organisation=organisation, country="DE"
        )
        add_block(facility, None, "user", DateTimeTZRange(start - EVERY, now + OPEN_UNTIL), by=system)
        facilities.append(facility)
    manager = User.objects.create_user("manager@bench.example", name="Manager")
    for facility in facilities:
        grant_role(manager, "facility_manager", facility, by=system)
    for number in range(INSTRUMENTS):
        instrument = create_instrument(
            facilities[number % FACILITIES], by=system, code=f"I{number:02}", name=f"Instrument {number}",
            modes=["onsite", "remote"], unit="hour", unit_minutes=60, granularity_minutes=60, min_minutes=60,
            max_minutes=48 * 60, horizon_days=500,
        )  # fmt: skip
        person = User.objects.create_user(f"person{number}@bench.example", name=f"Person {number}")
        team = create_team("group", f"Team {number}", organisation=organisation, by=system)
        add_member(team, person, by=system)
        grant_allocation(
            team, instrument, Decimal(10_000_000), cycle=None, valid_from=start, valid_until=now + OPEN_UNTIL, by=system
        )
        tokens.append(create_token(person, by=person)[1])
        instruments.append(instrument)
        teams.append((person, team))
    rows = list(islice(bookings(instruments, teams, start, each), size))
    copy_bookings(rows, organisation.pk, now)
    return Stocked(
        size=size,
        start=start.isoformat(),
        free_from=(end + timedelta(days=1)).isoformat(),
        instruments=[str(instrument.pk) for instrument in instruments],
        slugs=[instrument.slug for instrument in instruments],
        tokens=tokens,
        teams=[str(team.pk) for _person, team in teams],
        manager_token=create_token(manager, by=manager)[1],
        made_at=f"{datetime.now(UTC):%Y-%m-%d}",
    )


def bookings(instruments: list[Any], teams: list[Any], start: datetime, each: int) -> Iterator[tuple[Any, ...]]:
    """(instrument, person, team, starts at, ends at) in order of time."""
    for slot in range(each):
        starts_at = start + slot * EVERY
        for number, instrument in enumerate(instruments):
            person, team = teams[(number + slot) % len(teams)]
            yield instrument, person, team, starts_at, starts_at + BOOKED


def copy_bookings(rows: list[tuple[Any, ...]], organisation: Any, now: datetime) -> None:
    """Bookings with their claims, sessions of those that are over, and two lines of history for each."""
    from uuid_utils.compat import uuid7

    ids = [uuid7() for _row in rows]
    numbers = range(1, len(rows) + 1)

    def booking(row: tuple[Any, ...], pk: uuid.UUID, number: int) -> tuple[Any, ...]:
        instrument, person, team, starts_at, ends_at = row
        made = starts_at - timedelta(days=20)
        state = "completed" if ends_at <= now else "approved"
        return (
            pk, made, made, 1, number, instrument.pk, f"[{starts_at},{ends_at})", state, "remote", "Diffraction", "",
            person.pk, team.pk, organisation, "Bench", "DE", "hour", 3, made, made, 0, "[]", "", "", False, person.pk,
        )  # fmt: skip

    copy(
        "facilities_booking (id, created_at, updated_at, version, number, instrument_id, period, state, mode, title,"
        " purpose, requester_id, team_id, organisation_id, organisation_label, country, unit, units, requested_at,"
        " decided_at, sequence, overrides, source, external_id, is_demo, created_by_id)",
        (booking(row, pk, number) for row, pk, number in zip(rows, ids, numbers, strict=True)),
    )
    copy(
        "facilities_claim (resource, lane, period, booking_id)",
        ((row[0].pk, 0, f"[{row[3]},{row[4]})", pk) for row, pk in zip(rows, ids, strict=True)),
    )

    def session(row: tuple[Any, ...], pk: uuid.UUID) -> tuple[Any, ...]:
        instrument, _person, team, starts_at, ends_at = row
        return (
            uuid7(), ends_at, ends_at, instrument.pk, pk, team.pk, "", organisation, "DE", "remote", starts_at, ends_at,
            "hour", 3, 0, "", "", "", "", False,
        )  # fmt: skip

    def history(row: tuple[Any, ...], pk: uuid.UUID) -> Iterator[tuple[Any, ...]]:
        _instrument, person, _team, starts_at, _ends_at = row
        at = starts_at - timedelta(days=20)
        for verb, before, after in (("request", "", "requested"), ("approve", "requested", "approved")):
            yield at, person.pk, person.name, verb, "facilities.booking", pk, before, after, "", "{}", ""

    known = list(zip(rows, ids, strict=True))
    copy(
        "facilities_session (id, created_at, updated_at, instrument_id, booking_id, team_id, person_label,"
        " organisation_id, country, mode, starts_at, ends_at, unit, units, lost_units, lost_cause, note, source,"
        " external_id, is_demo)",
        (session(row, pk) for row, pk in known if row[4] <= now),
    )
    copy(
        "core_auditentry (at, actor_id, actor_name, verb, object_type, object_id, from_state, to_state, note, data,"
        " request_id)",
        chain.from_iterable(history(row, pk) for row, pk in known),
    )
    with connection.cursor() as cursor:
        cursor.execute("select setval('facilities_booking_number', %s)", [len(rows) + 1])


def copy(into: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"copy {into} from stdin") as target:
        for row in rows:
            target.write_row(row)
