"""Ten years of an alliance with a given number of usage rows: 100 instruments of 20 facilities, 600 visiting teams of
two people each."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from uuid_utils.compat import uuid7

from bench.synthetic import copy
from facilities.models import Booking, Claim, Person, Team

FACILITIES, INSTRUMENTS, ORGANISATIONS, TEAMS, A_TEAM = 20, 100, 100, 600, 2
COUNTRIES = ("DE", "CN", "FR", "GB", "CH", "SE", "IT", "JP", "KR", "AU", "US", "BR", "ZA", "IN", "CZ")
DAYS = 3650
VISIT = timedelta(days=4)
STAY = timedelta(days=3)

# Usage rows as another system's accounting would bring them, spread evenly: each is of the team that visits then. An
# instrument has two visitors at a time. Triggers and foreign keys rest meanwhile, for this is not what is measured.
SESSIONS = """
insert into facilities_session (id, created_at, updated_at, instrument_id, team_id, person_label, organisation_id,
    country, mode, starts_at, ends_at, unit, units, lost_units, lost_cause, note, source, external_id, is_demo)
select uuidv7(), now(), now(), ran.instrument, ran.team, '', visitor.organisation, visitor.country, 'remote',
    ran.starts_at, ran.starts_at + interval '45 minutes', 'hour', 0.75, 0, '', '', 'bench', '', true
from (
    select (%(instruments)s::uuid[])[1 + n %% %(many)s::int] as instrument,
        (%(teams)s::uuid[])[1 + (
            n %% %(many)s::int * 7 + extract(epoch from at - %(start)s::timestamptz)::bigint / %(visit)s::int * 31
            + n / %(many)s::int %% 2 * 17
        ) %% cardinality(%(teams)s::uuid[])] as team, at as starts_at
    from generate_series(%(first)s::bigint, %(last)s::bigint - 1) n
    cross join lateral (
        select %(start)s::timestamptz + n / %(many)s::int * (%(days)s::int * interval '1 day')
            / (%(size)s::bigint / %(many)s::int) as at
    ) place
) ran
join (select id, organisation_id as organisation, country from bench_visitor) visitor on visitor.id = ran.team
"""
AT_ONCE = 500_000
# Made anew after the rows: kept current meanwhile, they are most of what ten million rows cost.
INDEXES = """
select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index
where indrelid = 'facilities_session'::regclass and not indisunique
"""


def fill(size: int) -> None:
    """The alliance, its visits as bookings with claims, and `size` usage rows."""
    from accounts.models import Organisation
    from accounts.queries import system_user
    from alliance.models import Alliance

    system = system_user()
    start = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS)
    Alliance.objects.get_or_create(slug="bench", defaults={"name": "Bench", "acronym": "B"})
    centres = Organisation.objects.bulk_create(
        Organisation(slug=f"centre-{n}", name=f"Centre {n}", country=COUNTRIES[n % len(COUNTRIES)])
        for n in range(ORGANISATIONS)
    )
    instruments = _instruments(centres, start, system)
    teams = Team.objects.bulk_create(
        Team(kind=Team.Kind.GROUP, title=f"Team {n}", organisation=centres[n % ORGANISATIONS]) for n in range(TEAMS)
    )
    people = _people(teams, start)
    _visits(instruments, teams, people, start)
    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        cursor.execute(
            "create temporary table bench_visitor as select t.id, t.organisation_id, o.country"
            " from facilities_team t join accounts_organisation o on o.id = t.organisation_id"
        )
        asked: dict[str, Any] = {
            "instruments": [each.pk for each in instruments],
            "teams": [team.pk for team in teams],
            "many": INSTRUMENTS,
            "visit": int(VISIT.total_seconds()),
            "start": start,
            "days": DAYS,
            "size": size,
        }
        cursor.execute(INDEXES)
        indexes = cursor.fetchall()
        for name, _made in indexes:
            cursor.execute(f"drop index {name}")
        for first in range(0, size, AT_ONCE):
            last = min(size, first + AT_ONCE)
            cursor.execute(SESSIONS, {**asked, "first": first, "last": last})
            print(f"    {last:,} of {size:,}", flush=True)
        for _name, made in indexes:
            cursor.execute(made)
        cursor.execute("set session_replication_role = origin")
        cursor.execute("vacuum analyze")


def _instruments(centres: list[Any], start: datetime, system: Any) -> list[Any]:
    from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

    from facilities.commands.calendar import add_block
    from facilities.commands.catalogue import create_facility, create_instrument

    found = []
    for n in range(FACILITIES):
        facility = create_facility(
            by=system, name=f"Facility {n}", acronym=f"F{n}", organisation=centres[n], country=centres[n].country
        )
        add_block(facility, None, "user", DateTimeTZRange(start, start + timedelta(days=DAYS + 100)), by=system)
        found += [
            create_instrument(facility, by=system, code=f"I{n}-{line}", name="Line", modes=["remote"], unit="hour")
            for line in range(INSTRUMENTS // FACILITIES)
        ]
    return found


def _people(teams: list[Any], start: datetime) -> list[Any]:
    """Two users for each team, next to each other, affiliated with its organisation."""
    from accounts.models import Affiliation, User

    people = User.objects.bulk_create(
        User(email=f"user{n}@bench.example", name=f"User {n}") for n in range(TEAMS * A_TEAM)
    )
    Affiliation.objects.bulk_create(
        Affiliation(user=person, organisation_id=teams[n // A_TEAM].organisation_id, starts_on=start.date())
        for n, person in enumerate(people)
    )
    return people


def _visits(instruments: list[Any], teams: list[Any], people: list[Any], start: datetime) -> None:
    """One booking for each visit, of a team and its people: the same whatever the number of usage rows."""
    visits: list[tuple[UUID, Any, int, datetime]] = [
        (uuid7(), instrument, (line * 7 + n * 31) % TEAMS, start + n * VISIT)
        for line, instrument in enumerate(instruments)
        for n in range(DAYS // VISIT.days)
    ]
    copy(
        Booking,
        (
            {
                "id": pk, "created_at": begin - VISIT * 9, "updated_at": begin, "number": number, "title": "Visit",
                "instrument_id": instrument.pk, "period": f"[{begin},{begin + STAY})", "mode": "remote",
                "state": "completed", "requester_id": people[team * A_TEAM].pk, "team_id": teams[team].pk,
                "organisation_id": teams[team].organisation_id, "country": teams[team].organisation.country,
                "unit": "hour", "units": 72,
                "requested_at": begin - VISIT * 9, "decided_at": begin - VISIT * 9 + timedelta(hours=number % 900),
            }
            for number, (pk, instrument, team, begin) in enumerate(visits, 1)
        ),
    )  # fmt: skip
    copy(
        Claim,
        (
            {"resource": instrument.pk, "period": f"[{begin},{begin + STAY})", "booking_id": pk}
            for pk, instrument, _team, begin in visits
        ),
    )
    copy(
        Person,
        (
            {
                "id": uuid7(), "created_at": begin, "updated_at": begin, "booking_id": pk,
                "user_id": people[team * A_TEAM + n].pk, "on_site": n == 0 or team % 3 > 0,
            }
            for pk, _instrument, team, begin in visits
            for n in range(A_TEAM)
        ),
    )  # fmt: skip
