"""What the datasets share: typed frames of statements, the places and days asked for, shares summed by party."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection
from psycopg import ClientCursor

from core.rows import Parameters
from reports import sql
from reports.parameters import Query

if TYPE_CHECKING:
    from pandas import DataFrame

# Facilities that are expected to report: they once did, or belong to a member. The others are not even a gap.
EXPECTED = """(
    exists (select 1 from reports_dailyuse x where x.instrument_id = i.id)
    or exists (select 1 from alliance_membership m where m.organisation_id = f.organisation_id and m.left_on is null)
)"""
FACILITY = "coalesce(nullif(f.acronym, ''), f.name)"
UNIT = "case when i.unit = 'node_hour' then 'node_hour' else 'hour' end"
OF_UNIT = "(i.unit = 'node_hour') = ({unit} = 'node_hour')"
"""That an instrument is of a unit. Not as a condition on UNIT: PostgreSQL expects one row in 200 of that, and sorts
what it could hash (flows of ten years: 330 ms instead of 148)."""
PARTY = "coalesce(h.team_id, h.person)"
SHARES = sql.shares("%(since)s::date", "%(until)s::date")
PLACES = """
    and (%(facility)s::uuid is null or (f.id = %(facility)s::uuid) <> (%(outside)s = 'facility'))
    and (%(instrument)s::uuid is null or (i.id = %(instrument)s::uuid) <> (%(outside)s = 'instrument'))
    and (%(house)s::uuid is null or (f.organisation_id = %(house)s::uuid) <> (%(outside)s = 'house'))
    and (%(country)s::text = ''
        or (coalesce(nullif(i.country, ''), f.country) = %(country)s::text) <> (%(outside)s = 'country'))
"""
FROM_HOME = "(%(home)s::text = '' or (h.country = %(home)s::text) <> (%(outside)s = 'home'))"
OF_CALL = "(%(call)s::uuid is null or c.id = %(call)s::uuid)"
OF_PROGRAM = "(%(program)s::uuid is null or g.id = %(program)s::uuid)"
BUCKETS = {
    "month": ("month", "YYYY-MM"),
    "quarter": ("quarter", 'YYYY-"Q"Q'),
    "year": ("year", "YYYY"),
}
"""Calendar periods: PostgreSQL's step and how each is named."""
PERIOD = "{day} >= coalesce(%(since)s::date, '-infinity') and {day} < coalesce(%(until)s::date, 'infinity')"
IN_PERIOD = """
    {at} >= coalesce(%(since)s::date, '-infinity')::timestamp
    and {at} < coalesce(%(until)s::date, 'infinity')::timestamp
"""
"""That an instant, already turned into the wall clock of its place, lies between the days asked for."""

AT_PLACE = """
    {at} >= coalesce(%(since)s::date, '-infinity')::timestamp at time zone {zone}
    and {at} < coalesce(%(until)s::date, 'infinity')::timestamp at time zone {zone}
"""
"""The same of an instant as it is stored, which an index knows: of bookings their start or end at an instrument."""


def read(statement: str, parameters: Parameters) -> list[tuple[Any, ...]]:
    """The rows of a statement in which the values stand, so that it is planned for them: one plan for all questions
    read 100 times the rows of a year (1.2 s instead of 0.07 over 100,000 usage rows)."""
    return _opened(statement, parameters)[0]


def frame(statement: str, parameters: dict[str, Any], **types: str) -> "DataFrame":
    """The same with these column types; columns without one hold what the database gives."""
    import pandas

    rows, names = _opened(statement, parameters)
    found = pandas.DataFrame(rows, columns=names, dtype=object)
    for name, kind in types.items():  # astype of the whole frame takes apart and joins all of its columns
        found[name] = found[name].astype(pandas.api.types.pandas_dtype(kind))
    return found


def _opened(statement: str, parameters: Parameters) -> tuple[list[tuple[Any, ...]], list[str]]:
    connection.ensure_connection()
    with connection.wrap_database_errors, ClientCursor(connection.connection) as opened:
        rows = opened.execute(statement, parameters).fetchall()
        return rows, [column.name for column in opened.description or ()]


ASKED = ("since", "until", "facility", "instrument", "house", "call", "program", "country", "home", "outside")


def asked(query: Query) -> dict[str, Any]:
    return {name: getattr(query, name) for name in ASKED}


def records(rows: Sequence[Mapping[Any, Any]], columns: Sequence[str]) -> "DataFrame":
    """Rows worked out in Python as a frame with these columns, also where there are none; fractions are floats."""
    import pandas

    found = pandas.DataFrame.from_records(rows, columns=list(columns)).astype(object)
    for name in columns:
        if any(isinstance(value, float) for value in found[name]):
            found[name] = found[name].astype("float64")
    return found


def during(alias: str, day: str = "day") -> str:
    """That the day of a row lies between the days asked for."""
    return PERIOD.format(day=f"{alias}.{day}")


def shares_by_party(keys: str, joined: str = "", *, unit: str = "", party: bool = True) -> str:
    """Shares of the period and places, summed per party first: counting parties is then no sort of all rows.

    `keys` are columns, each with its ` as name`; they are grouped by place, for some names are columns as well. `unit`
    is hour or node_hour, in SQL; without one both are there, apart. Without `party` all parties are one, for readers
    from whom nothing is kept: 210 instead of 780 ms for what was exchanged in each of ten years.
    """
    places = ", ".join(str(place) for place in range(1, keys.count(" as ") + 3))
    of_unit = f"and {OF_UNIT.format(unit=unit)}" if unit else ""
    return f"""
        select {keys}, {UNIT} as unit, {PARTY if party else "null::uuid"} as party,
            sum(h.booked_seconds::float8) as booked, sum(h.delivered_seconds::float8) as delivered,
            sum(h.lost_seconds::float8) as lost, sum(h.sessions) as sessions
        from facilities_instrument i join facilities_facility f on f.id = i.facility_id
        join {SHARES} h on h.instrument_id = i.id {joined}
        where {FROM_HOME} {PLACES} {of_unit}
        group by {places}
    """


def buckets(by: str) -> str:
    """The periods between the days asked for as rows `period` (its name), `first` and `until`, cut at both ends, and
    `at`, the uncut beginning, which `bucket_of` finds."""
    if by not in BUCKETS:
        return f"""
            select '' as period, %(since)s::date as first, %(until)s::date as until, {bucket_of("", by)} as at
        """
    step, name = BUCKETS[by]
    return f"""
        select to_char(at, '{name}') as period, greatest(at::date, %(since)s::date) as first,
            least((at + interval '{"3 months" if step == "quarter" else "1 " + step}')::date, %(until)s::date) as until,
            at
        from generate_series(
            date_trunc('{step}', %(since)s::date::timestamp), %(until)s::date::timestamp - interval '1 day',
            interval '{"3 months" if step == "quarter" else "1 " + step}'
        ) at
    """


def bucket_of(day: str, by: str) -> str:
    """What `at` of a day's bucket is. Rows find it by hash: held against both ends of each of 120 months, the
    91,200 bookings of ten years took 3 s."""
    return f"date_trunc('{BUCKETS[by][0]}', ({day})::timestamp)" if by in BUCKETS else "timestamp '-infinity'"


def parties_by(key: str, query: Query) -> dict[Any, int]:
    """How many parties had a share, by `key`."""
    return dict(
        read(
            f"""
            select {key}, count(distinct {PARTY})
            from facilities_instrument i join facilities_facility f on f.id = i.facility_id
            join {SHARES} h on h.instrument_id = i.id
            where true {PLACES} group by 1
            """,
            asked(query),
        )
    )
