"""A database with a given number of bookings on 50 or 300 instruments, written by COPY; kept and used again.

The density is that of a busy year (six bookings of three hours a day on each instrument, and a free day in forty), so a
larger size is a longer history. The time after the last booking is free for what is measured.
"""

import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import chain, count, islice
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.models import Model
from uuid_utils.compat import uuid7

from bench.stock import Filling, Stocked, schema
from core.models import AuditEntry
from facilities.models import Booking, Claim, Session, Technique

FACILITIES = 5
BOOKED, EVERY = timedelta(hours=3), timedelta(hours=4)
CYCLE, FREE = 240, 6
"""Of so many slots of an instrument, so many are free."""
AHEAD = timedelta(days=185)
OPEN_UNTIL = timedelta(days=400)


@dataclass(frozen=True)
class Booked:
    """A booking to be written."""

    id: uuid.UUID
    instrument: Any
    person: Any
    team: Any
    starts_at: datetime
    ends_at: datetime

    @property
    def made(self) -> datetime:
        return self.starts_at - timedelta(days=20)

    @property
    def period(self) -> str:
        return f"[{self.starts_at},{self.ends_at})"


def prepare(filling: Filling) -> None:
    """Migrate, and fill a database that is new."""
    call_command("migrate", verbosity=0, interactive=False)
    if filling.is_fresh():
        return
    print(f"  writing {filling.size:,} bookings on {filling.instruments} instruments …", flush=True)
    found = fill(filling)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
    filling.path.write_text(json.dumps(asdict(found)))


def fill(filling: Filling) -> Stocked:
    """One organisation, five facilities, instruments that offer one technique, each with a person and an account, and
    the bookings."""
    from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

    from accounts.commands import create_token, grant_role
    from accounts.models import Organisation, User
    from accounts.queries import system_user
    from facilities.commands.allocations import grant_allocation
    from facilities.commands.calendar import add_block
    from facilities.commands.catalogue import create_facility, create_instrument, rebuild_closure
    from facilities.commands.teams import add_member, create_team

    system = system_user()
    now = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    each = -(-filling.size * CYCLE // (filling.instruments * (CYCLE - FREE)))
    end = now + min(AHEAD, each * 55 // 100 * EVERY)
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
    broad = Technique.objects.create(code="BENCH", label="Diffraction")
    narrow = Technique.objects.create(code="BENCH-1", label="Powder diffraction")
    narrow.broader.add(broad)
    rebuild_closure()
    for number in range(filling.instruments):
        instrument = create_instrument(
            facilities[number % FACILITIES], by=system, code=f"I{number:03}", name=f"Instrument {number}",
            modes=["onsite", "remote"], unit="hour", unit_minutes=60, granularity_minutes=60, min_minutes=60,
            max_minutes=48 * 60, horizon_days=500,
        )  # fmt: skip
        instrument.techniques.add(narrow)
        person = User.objects.create_user(f"person{number}@bench.example", name=f"Person {number}")
        team = create_team("group", f"Team {number}", organisation=organisation, by=system)
        add_member(team, person, by=system)
        grant_allocation(
            team, instrument, Decimal(10_000_000), cycle=None, valid_from=start, valid_until=now + OPEN_UNTIL, by=system
        )
        tokens.append(create_token(person, by=person)[1])
        instruments.append(instrument)
        teams.append((person, team))
    rows = list(islice(bookings(instruments, teams, start), filling.size))
    copy_bookings(rows, organisation.pk, now)
    return Stocked(
        size=filling.size,
        start=start.isoformat(),
        free_from=(end + timedelta(days=1)).isoformat(),
        instruments=[str(instrument.pk) for instrument in instruments],
        slugs=[instrument.slug for instrument in instruments],
        tokens=tokens,
        teams=[str(team.pk) for _person, team in teams],
        manager_token=create_token(manager, by=manager)[1],
        made_at=f"{datetime.now(UTC):%Y-%m-%d}",
        schema=schema(),
    )


def bookings(instruments: list[Any], teams: list[Any], start: datetime) -> Iterator[Booked]:
    """Without end, in order of time; every instrument has a free day in forty, each at another time."""
    for slot in count():
        starts_at = start + slot * EVERY
        for number, instrument in enumerate(instruments):
            if (slot + number * CYCLE // len(instruments)) % CYCLE >= FREE:
                person, team = teams[(number + slot) % len(teams)]
                yield Booked(uuid7(), instrument, person, team, starts_at, starts_at + BOOKED)


def copy_bookings(rows: list[Booked], organisation: Any, now: datetime) -> None:
    """Bookings with their claims, sessions of those that are over, and two lines of history for each."""
    here = {"organisation_id": organisation, "country": "DE", "unit": "hour", "units": 3}
    copy(
        Booking,
        (
            {
                "id": row.id, "created_at": row.made, "updated_at": row.made, "number": number,
                "instrument_id": row.instrument.pk, "period": row.period, "mode": "remote", "title": "Diffraction",
                "state": "completed" if row.ends_at <= now else "approved", "requester_id": row.person.pk,
                "team_id": row.team.pk, "organisation_label": "Bench", "requested_at": row.made,
                "decided_at": row.made, "created_by_id": row.person.pk, **here,
            }
            for number, row in enumerate(rows, 1)
        ),
    )  # fmt: skip
    copy(Claim, ({"resource": row.instrument.pk, "period": row.period, "booking_id": row.id} for row in rows))
    copy(
        Session,
        (
            {
                "id": uuid7(), "created_at": row.ends_at, "updated_at": row.ends_at, "booking_id": row.id,
                "instrument_id": row.instrument.pk, "team_id": row.team.pk, "mode": "remote",
                "starts_at": row.starts_at, "ends_at": row.ends_at, **here,
            }
            for row in rows
            if row.ends_at <= now
        ),
    )  # fmt: skip
    copy(
        AuditEntry,
        (
            {
                "at": row.made, "actor_id": row.person.pk, "actor_name": row.person.name, "verb": verb,
                "object_type": "facilities.booking", "object_id": row.id, "from_state": before, "to_state": after,
            }
            for row in rows
            for verb, before, after in (("request", "", "requested"), ("approve", "requested", "approved"))
        ),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("select setval('facilities_booking_number', %s)", [len(rows) + 1])


def copy(model: type[Model], rows: Iterable[dict[str, Any]]) -> None:
    """Write rows by COPY; a column that they do not name gets the model's default."""
    rows = iter(rows)
    first = next(rows, {})
    defaults = {
        field.column: field.get_db_prep_save(field.get_default(), connection)
        for field in model._meta.concrete_fields
        if field.has_default() and field.column not in first and not field.primary_key
    }
    names = ", ".join([*first, *defaults])
    with connection.cursor() as cursor, cursor.copy(f"copy {model._meta.db_table} ({names}) from stdin") as target:
        for row in chain([first], rows) if first else ():
            target.write_row([*row.values(), *defaults.values()])
