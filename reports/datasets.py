"""One typed DataFrame per report, from the roll-ups (use) and the rows themselves (decisions, programmes).

Each takes the Query and whether parties must be counted (they decide what the public may see, and cost a second look at
the shares). Hours are elapsed hours; a figure divides only what has the same unit, so node-hours stand apart.
pandas is imported when first used: it costs a third of a second.
"""

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db import connection

from programs.workflows import RUNNING
from reports import metrics
from reports.parameters import Query

if TYPE_CHECKING:
    from pandas import DataFrame

HOURS = ["user_hours", "open_hours", "booked_hours", "delivered_hours", "lost_hours"]

# Facilities that are expected to report: they once did, or belong to a member. The others are not even a gap.
EXPECTED = """(
    exists (select 1 from reports_dailyuse x where x.instrument_id = i.id)
    or exists (select 1 from alliance_membership m where m.organisation_id = f.organisation_id and m.left_on is null)
)"""
FACILITY = "coalesce(nullif(f.acronym, ''), f.name)"
UNIT = "case when i.unit = 'node_hour' then 'node_hour' else 'hour' end"
PARTY = "coalesce(h.team_id, h.person)"
PLACES = """
    and (%(facility)s::uuid is null or f.id = %(facility)s::uuid)
    and (%(instrument)s::uuid is null or i.id = %(instrument)s::uuid)
    and (%(country)s::text = '' or coalesce(nullif(i.country, ''), f.country) = %(country)s::text)
"""
PERIOD = "{alias}.day >= coalesce(%(since)s::date, '-infinity') and {alias}.day < coalesce(%(until)s::date, 'infinity')"


def frame(statement: str, parameters: dict[str, Any], **types: str) -> "DataFrame":
    """The rows of a statement with these column types; columns without one hold what the database gives."""
    import pandas

    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        names = [column.name for column in cursor.description]
        found = pandas.DataFrame(cursor.fetchall(), columns=names, dtype=object)
    return found.astype(types)


def _asked(query: Query) -> dict[str, Any]:
    return {name: getattr(query, name) for name in ("since", "until", "facility", "instrument", "country", "home")}


def _during(alias: str) -> str:
    return PERIOD.format(alias=alias)


def utilisation(query: Query, *, count: bool) -> "DataFrame":
    """K08 by instrument (or facility) and week (or month, or in all): user, open and booked hours, and the share.

    A line that reported nothing in the period has one row without hours: a gap.
    """
    step = {"week": "u.day - (u.day - date '2001-01-01') %% 7", "month": "date_trunc('month', u.day)::date"}
    period = step.get(query["by"], "null::date")
    line = ("i.id::text", "i.code") if query["of"] == "instrument" else ("f.id::text", "''")
    found = frame(
        f"""
        select f.id::text as facility_id, {FACILITY} as facility, {line[0]} as line_id, {line[1]} as instrument,
            u.period, sum(u.user_hours) as user_hours, sum(u.open_hours) as open_hours,
            sum(u.booked_hours) as booked_hours, sum(u.booked_user_hours) as booked_user_hours
        from facilities_instrument i join facilities_facility f on f.id = i.facility_id
        left join lateral (
            select {period} as period,
                sum(u.user_seconds::float8) / 3600 as user_hours, sum(u.open_seconds::float8) / 3600 as open_hours,
                sum(u.booked_seconds::float8) / 3600 as booked_hours,
                sum(u.booked_user_seconds::float8) / 3600 as booked_user_hours
            from reports_dailyuse u where u.instrument_id = i.id and {_during("u")}
            group by 1
        ) u on true
        where i.archived_at is null and i.unit <> 'node_hour' and {EXPECTED} {PLACES}
        group by f.id, line_id, instrument, u.period
        order by facility, f.id, instrument, line_id, u.period
        """,
        _asked(query),
        user_hours="float64",
        open_hours="float64",
        booked_hours="float64",
        booked_user_hours="float64",
    )
    pairs = zip(found["booked_user_hours"].tolist(), found["user_hours"].tolist(), strict=True)
    found["utilisation"] = [metrics.utilisation(booked, user) if user == user else None for booked, user in pairs]
    if count:
        sizes = _parties(line[0], query)
        found["parties"] = found["line_id"].map(sizes).fillna(0).astype("int64")
    return found


def delivered_time(query: Query, *, count: bool) -> "DataFrame":
    """Open, allocated, booked, delivered and lost hours by facility (node-hours apart); a gap where none reported."""
    found = frame(
        f"""
        select f.id::text as facility_id, {FACILITY} as facility, coalesce(f.country, '') as country, {UNIT} as unit,
            case when sum(u.open_seconds) > 0 then sum(u.open_seconds::float8) / 3600 end as open_hours,
            max(a.hours) as allocated_hours,
            case when sum(u.open_seconds) + sum(u.booked_seconds) > 0
                then sum(u.booked_seconds::float8) / 3600 end as booked_hours,
            case when sum(u.sessions) > 0 or sum(u.delivered_seconds) > 0
                then sum(u.delivered_seconds::float8) / 3600 end as delivered_hours,
            case when sum(u.sessions) > 0 or sum(u.lost_seconds) > 0
                then sum(u.lost_seconds::float8) / 3600 end as lost_hours,
            coalesce(sum(u.sessions), 0)::bigint as sessions
        from facilities_instrument i join facilities_facility f on f.id = i.facility_id
        left join lateral (
            select sum(open_seconds) as open_seconds, sum(booked_seconds) as booked_seconds,
                sum(delivered_seconds) as delivered_seconds, sum(lost_seconds) as lost_seconds,
                sum(sessions) as sessions
            from reports_dailyuse u where u.instrument_id = i.id and {_during("u")}
        ) u on true
        left join (
            select i.facility_id, {UNIT} as unit, sum(
                a.granted * i.unit_minutes / 60 * extract(epoch from
                    least(a.valid_until, coalesce(%(until)s::date, 'infinity')::timestamptz)
                    - greatest(a.valid_from, coalesce(%(since)s::date, '-infinity')::timestamptz)
                ) / extract(epoch from a.valid_until - a.valid_from)
            )::float8 as hours
            from facilities_allocation a join facilities_instrument i on i.id = a.instrument_id
            where a.valid_until > coalesce(%(since)s::date, '-infinity')
                and a.valid_from < coalesce(%(until)s::date, 'infinity')
                and (%(instrument)s::uuid is null or i.id = %(instrument)s::uuid)
            group by 1, 2
        ) a on a.facility_id = f.id and a.unit = {UNIT}
        where i.archived_at is null and {EXPECTED} {PLACES}
        group by f.id, {UNIT}
        order by facility, f.id, unit
        """,
        _asked(query),
        open_hours="float64",
        allocated_hours="float64",
        booked_hours="float64",
        delivered_hours="float64",
        lost_hours="float64",
    )
    found["delivered_share"] = _shares(found, "delivered_hours", "open_hours")
    found["booked_share"] = _shares(found, "booked_hours", "open_hours")
    if count:
        sizes = _parties(f"f.id || {UNIT}", query)
        keys = [f"{one}{unit}" for one, unit in zip(found["facility_id"], found["unit"], strict=True)]
        found["parties"] = [sizes.get(key, 0) for key in keys]
    return found


def flows(query: Query, *, count: bool) -> "DataFrame":
    """Delivered hours (or node-hours) from the home country of the users to the host facility."""
    return frame(
        f"""
        select h.country as home, f.id::text as facility_id, {FACILITY} as facility,
            coalesce(nullif(i.country, ''), f.country) as host,
            sum(h.delivered_seconds::float8) / 3600 as hours, sum(h.sessions)::bigint as sessions,
            count(distinct {PARTY})::bigint as parties
        from facilities_instrument i join facilities_facility f on f.id = i.facility_id
        join reports_dailyshare h on h.instrument_id = i.id and {_during("h")}
        where {UNIT} = %(unit)s {PLACES} and (%(home)s = '' or h.country = %(home)s)
        group by h.country, f.id, host having sum(h.sessions) > 0 or sum(h.delivered_seconds) > 0
        order by hours desc, home, facility, f.id, host
        """,
        {**_asked(query), "unit": query["unit"]},
        hours="float64",
    )


GROUPS = {
    "instrument": ("i.id::text", f"{FACILITY} || ' · ' || i.code", "true"),
    "facility": ("f.id::text", FACILITY, "true"),
    "team": ("h.team_id::text", "t.title", "h.team_id is not null"),
    "organisation": ("h.organisation_id::text", "o.name", "h.organisation_id is not null"),
    "country": ("h.country", "h.country", "true"),
    "host": ("coalesce(nullif(i.country, ''), f.country)", "coalesce(nullif(i.country, ''), f.country)", "true"),
}


def usage(query: Query, *, count: bool) -> "DataFrame":
    """Booked and delivered hours and sessions by month, instrument, facility, team, organisation, home or host."""
    if query["by"] == "month" and not count and not query.home:
        return _usage_by_month(query)
    by_month = query["by"] == "month"
    period = "date_trunc('month', h.day)::date" if by_month else "null::date"
    key, label, known = GROUPS.get(query["by"], ("''", "''", "true"))
    joined = {
        "team": "left join facilities_team t on t.id = h.team_id",
        "organisation": "left join accounts_organisation o on o.id = h.organisation_id",
    }.get(query["by"], "")
    place = "f.id::text" if query["by"] in ("instrument", "facility") else "null::text"
    return frame(
        f"""
        select {period} as period, {key} as key, {label} as label, {UNIT} as unit, {place} as facility_id,
            sum(h.booked_seconds::float8) / 3600 as booked_hours,
            sum(h.delivered_seconds::float8) / 3600 as delivered_hours,
            sum(h.lost_seconds::float8) / 3600 as lost_hours, sum(h.sessions)::bigint as sessions,
            count(distinct {PARTY})::bigint as parties, count(distinct h.person)::bigint as people
        from facilities_instrument i join facilities_facility f on f.id = i.facility_id
        join reports_dailyshare h on h.instrument_id = i.id and {_during("h")} {joined}
        where {known} {PLACES} and (%(home)s = '' or h.country = %(home)s)
        group by 1, 2, 3, 4, 5 order by period, delivered_hours desc, label, key, unit
        """,
        _asked(query),
        booked_hours="float64",
        delivered_hours="float64",
    )


def _usage_by_month(query: Query) -> "DataFrame":
    """The same from the roll-up of instruments, for readers from whom nothing is kept: no party is looked at."""
    return frame(
        f"""
        select date_trunc('month', u.day)::date as period, '' as key, '' as label, {UNIT} as unit,
            null::text as facility_id,
            sum(u.booked_seconds::float8) / 3600 as booked_hours,
            sum(u.delivered_seconds::float8) / 3600 as delivered_hours,
            sum(u.lost_seconds::float8) / 3600 as lost_hours, sum(u.sessions)::bigint as sessions,
            null::bigint as parties, null::bigint as people
        from facilities_instrument i join facilities_facility f on f.id = i.facility_id
        join reports_dailyuse u on u.instrument_id = i.id and {_during("u")}
        where true {PLACES}
        group by 1, 4 having sum(u.booked_seconds) + sum(u.delivered_seconds) + sum(u.sessions) > 0
        order by 1, 4
        """,
        _asked(query),
        booked_hours="float64",
        delivered_hours="float64",
    )


def decision_time(query: Query, *, count: bool) -> "DataFrame":
    """K21 days from request to decision by facility: median, 90th percentile, how many; decided within the period."""
    import pandas

    decided = frame(
        f"""
        select f.id::text as facility_id, {FACILITY} as facility,
            extract(epoch from b.decided_at - b.requested_at)::float8 / 86400 as days,
            coalesce(b.team_id, b.requester_id) as party
        from facilities_booking b join facilities_instrument i on i.id = b.instrument_id
        join facilities_facility f on f.id = i.facility_id
        where b.decided_at >= coalesce((%(since)s::date)::timestamp at time zone 'UTC', '-infinity')
            and b.decided_at < coalesce((%(until)s::date)::timestamp at time zone 'UTC', 'infinity')
            and b.requested_at is not null and b.decided_at >= b.requested_at {PLACES}
        order by facility, f.id, b.decided_at, b.id
        """,
        _asked(query),
        days="float64",
    )
    rows = []
    for (facility_id, facility), group in decided.groupby(["facility_id", "facility"], sort=False):
        found = metrics.decision_time(group["days"].tolist())
        parties = int(group["party"].nunique())
        rows.append((facility_id, facility, found.decided, found.median, found.p90, parties))
    columns = ["facility_id", "facility", "decided", "median", "p90", "parties"]
    return pandas.DataFrame.from_records(rows, columns=columns)


def cooperation(query: Query, *, count: bool) -> "DataFrame":
    """K18 and K19 by pair of centres: joint programmes, uses of each other's facilities, hours both ways, Salton.

    A use is a session of somebody of one centre at a facility of another. `parties` counts who used; a pair with
    programmes only has none. The frame's `attrs` hold `centres`, `density` (K20).
    """
    import pandas

    programs = _programs(query)
    uses = _uses(query)
    wanted = query["count"]
    objects: list[tuple[tuple[str, ...], float]] = []
    if wanted != "use":
        objects += [(tuple(parties), 1.0) for parties in programs.values()]
    if wanted != "programs":
        objects += [((row["home"], row["host"]), float(row["sessions"])) for row in uses]
    found = metrics.cooperation(objects)
    joint = metrics.cooperation((parties, 1.0) for parties in programs.values()).pairs
    directed: dict[tuple[str, str], dict[str, Any]] = {(row["home"], row["host"]): row for row in uses}
    names = _names({party for pair in found.pairs for party in pair})
    rows = []
    for one, other in found.pairs:
        there, back = directed.get((one, other), {}), directed.get((other, one), {})
        parties = len(set(there.get("parties") or []) | set(back.get("parties") or []))
        rows.append(
            {
                "one_id": one,
                "one": names[one],
                "other_id": other,
                "other": names[other],
                "programs": int(joint.get((one, other), 0)) if wanted != "use" else 0,
                "uses": int(there.get("sessions", 0) + back.get("sessions", 0)) if wanted != "programs" else 0,
                "hours_there": float(there.get("hours", 0)),
                "hours_back": float(back.get("hours", 0)),
                "together": found.pairs[one, other],
                "salton": metrics.salton(found.pairs[one, other], found.totals[one], found.totals[other]),
                "parties": parties,
            }
        )
    rows.sort(key=lambda row: (-row["together"], row["one"], row["other"], row["one_id"], row["other_id"]))
    if query.organisation:
        rows = [row for row in rows if str(query.organisation) in (row["one_id"], row["other_id"])]
    answer = pandas.DataFrame.from_records(rows, columns=PAIRS)
    centres = len({party for parties, _weight in objects for party in parties})
    answer.attrs = {"centres": centres, "density": metrics.density(len(found.pairs), centres)}
    return answer


PAIRS = [
    *("one_id", "one", "other_id", "other", "programs", "uses"),
    *("hours_there", "hours_back", "together", "salton", "parties"),
]
MEMBERS = """
    and (%(centres)s = 'all' or exists (
        select 1 from alliance_membership m where m.organisation_id = o.id and m.left_on is null
    ))
"""


def _programs(query: Query) -> dict[str, list[str]]:
    """Partners of each programme that counts and runs within the period; one without dates counts in all of time."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select p.program_id::text, array_agg(o.id::text order by o.id)
            from programs_partner p join programs_program g on g.id = p.program_id
            join accounts_organisation o on o.id = p.organisation_id
            where g.state = any(%(running)s)
                and (%(since)s::date is null or coalesce(g.ends_on, 'infinity') >= %(since)s::date)
                and (%(until)s::date is null or coalesce(g.starts_on, g.approved_at::date) < %(until)s::date)
                and (%(country)s::text = '' or o.country = %(country)s::text) {MEMBERS}
            group by p.program_id
            """,
            {**_asked(query), "running": sorted(RUNNING), "centres": query["centres"]},
        )
        return dict(cursor.fetchall())


def _uses(query: Query) -> list[dict[str, Any]]:
    """Sessions and hours from each centre at the facilities of each other one, with the parties."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select o.id::text, f.organisation_id::text, sum(h.sessions)::bigint,
                sum(h.delivered_seconds::float8) / 3600, array_agg(distinct {PARTY}::text)
            from facilities_instrument i join facilities_facility f on f.id = i.facility_id
            join reports_dailyshare h on h.instrument_id = i.id and {_during("h")}
            join accounts_organisation o on o.id = h.organisation_id
            where h.organisation_id <> f.organisation_id and {UNIT} = 'hour'
                and (%(country)s::text = '' or o.country = %(country)s::text) {MEMBERS}
            group by 1, 2 having sum(h.sessions) > 0
            """,
            {**_asked(query), "centres": query["centres"]},
        )
        return [
            dict(zip(("home", "host", "sessions", "hours", "parties"), row, strict=True)) for row in cursor.fetchall()
        ]


def _names(ids: set[str]) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select id::text, coalesce(nullif(acronym, ''), name), name from accounts_organisation"
            " where id = any(%s::uuid[])",
            [list(ids)],
        )
        found = cursor.fetchall()
    short: dict[str, int] = defaultdict(int)
    for _id, label, _name in found:
        short[label] += 1
    return {key: label if short[label] == 1 else name for key, label, name in found}


def _parties(key: str, query: Query) -> dict[Any, int]:
    """How many parties had a share, by `key`."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select {key}, count(distinct {PARTY})
            from facilities_instrument i join facilities_facility f on f.id = i.facility_id
            join reports_dailyshare h on h.instrument_id = i.id and {_during("h")}
            where true {PLACES} group by 1
            """,
            _asked(query),
        )
        return dict(cursor.fetchall())


def _shares(found: "DataFrame", part: str, whole: str) -> list[float | None]:
    """metrics.ratio by row; NaN is a gap."""
    pairs = zip(found[part].tolist(), found[whole].tolist(), strict=True)
    return [metrics.ratio(one, all_) if one == one and all_ == all_ else None for one, all_ in pairs]
