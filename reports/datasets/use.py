"""Use of instruments from the roll-ups, each as one typed frame."""

from typing import TYPE_CHECKING

from reports import metrics
from reports.datasets.frames import EXPECTED, FACILITY, PLACES, UNIT, asked, during, frame, parties_by, shares_by_party
from reports.parameters import Query

if TYPE_CHECKING:
    from pandas import DataFrame


def utilisation(query: Query, *, count: bool) -> "DataFrame":
    """K08 by instrument (or facility) and week (or month, or in all): user, open and booked hours, and the share.

    A line that reported nothing in the period has one row without hours: a gap.
    """
    step = {"week": "u.day - (u.day - date '2001-01-01') %% 7", "month": "date_trunc('month', u.day::timestamp)::date"}
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
            from reports_dailyuse u where u.instrument_id = i.id and {during("u")}
            group by 1
        ) u on true
        where i.archived_at is null and i.unit <> 'node_hour' and {EXPECTED} {PLACES}
        group by f.id, line_id, instrument, u.period
        order by facility, f.id, instrument, line_id, u.period
        """,
        asked(query),
        user_hours="float64",
        open_hours="float64",
        booked_hours="float64",
        booked_user_hours="float64",
    )
    pairs = zip(found["booked_user_hours"].tolist(), found["user_hours"].tolist(), strict=True)
    found["utilisation"] = [metrics.utilisation(booked, user) if user == user else None for booked, user in pairs]
    if count:
        sizes = parties_by(line[0], query)
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
            from reports_dailyuse u where u.instrument_id = i.id and {during("u")}
        ) u on true
        left join (
            select i.facility_id, {UNIT} as unit, sum(
                (a.granted + coalesce(e.expired, 0)) * i.unit_minutes / 60 * extract(epoch from
                    least(a.valid_until, coalesce(%(until)s::date, 'infinity')::timestamptz)
                    - greatest(a.valid_from, coalesce(%(since)s::date, '-infinity')::timestamptz)
                ) / extract(epoch from a.valid_until - a.valid_from)
            )::float8 as hours
            from facilities_allocation a join facilities_instrument i on i.id = a.instrument_id
            left join (
                select allocation_id, sum(units) as expired from facilities_ledgerentry
                where kind = 'expired' group by 1
            ) e on e.allocation_id = a.id
            where a.valid_until > coalesce(%(since)s::date, '-infinity')
                and a.valid_from < coalesce(%(until)s::date, 'infinity')
                and (%(instrument)s::uuid is null or i.id = %(instrument)s::uuid)
            group by 1, 2
        ) a on a.facility_id = f.id and a.unit = {UNIT}
        where i.archived_at is null and {EXPECTED} {PLACES}
        group by f.id, {UNIT}
        order by facility, f.id, unit
        """,
        asked(query),
        open_hours="float64",
        allocated_hours="float64",
        booked_hours="float64",
        delivered_hours="float64",
        lost_hours="float64",
    )
    found["delivered_share"] = _shares(found, "delivered_hours", "open_hours")
    found["booked_share"] = _shares(found, "booked_hours", "open_hours")
    if count:
        sizes = parties_by(f"f.id || {UNIT}", query)
        keys = [f"{one}{unit}" for one, unit in zip(found["facility_id"], found["unit"], strict=True)]
        found["parties"] = [sizes.get(key, 0) for key in keys]
    return found


def flows(query: Query, *, count: bool) -> "DataFrame":
    """Delivered hours (or node-hours) from the home country of the users to the host facility."""
    keys = "h.country as home, coalesce(nullif(i.country, ''), f.country) as host, f.id as facility"
    return frame(
        f"""
        with had as ({shares_by_party(keys, unit="%(unit)s::text")})
        select h.home, f.id::text as facility_id, {FACILITY} as facility, h.host,
            sum(h.delivered) / 3600 as hours, sum(h.sessions)::bigint as sessions, count(h.party)::bigint as parties
        from had h join facilities_facility f on f.id = h.facility
        group by h.home, f.id, h.host having sum(h.sessions) > 0 or sum(h.delivered) > 0
        order by hours desc, h.home, facility, f.id, h.host
        """,
        {**asked(query), "unit": query["unit"]},
        hours="float64",
    )


GROUPS = {
    "instrument": ("i.id::text", f"{FACILITY} || ' · ' || i.code", ""),
    "facility": ("f.id::text", FACILITY, ""),
    "team": ("t.id::text", "t.title", "left join facilities_team t on t.id = h.team_id"),
    "organisation": ("o.id::text", "o.name", "left join accounts_organisation o on o.id = h.organisation_id"),
    "country": ("h.country", "h.country", ""),
    "host": ("coalesce(nullif(i.country, ''), f.country)", "coalesce(nullif(i.country, ''), f.country)", ""),
}
"""By what use is grouped: key, label, and what must be joined for them. A share without the key is left out."""


def usage(query: Query, *, count: bool) -> "DataFrame":
    """Booked and delivered hours and sessions by month, instrument, facility, team, organisation, home or host."""
    if query["by"] == "month" and not count and not query.home:
        return _usage_by_month(query)
    period = "date_trunc('month', h.day::timestamp)::date" if query["by"] == "month" else "null::date"
    key, label, joined = GROUPS.get(query["by"], ("''", "''", ""))
    place = "f.id::text" if query["by"] in ("instrument", "facility") else "null::text"
    return frame(
        f"""
        with had as ({shares_by_party(f"{period} as period, {key} as key, {label} as label, {place} as place", joined)})
        select period, key, label, unit, place as facility_id, sum(booked) / 3600 as booked_hours,
            sum(delivered) / 3600 as delivered_hours, sum(lost) / 3600 as lost_hours,
            sum(sessions)::bigint as sessions, count(party)::bigint as parties
        from had where key is not null
        group by period, key, label, unit, place
        order by period, delivered_hours desc, label, key, unit
        """,
        asked(query),
        booked_hours="float64",
        delivered_hours="float64",
        lost_hours="float64",
    )


def _usage_by_month(query: Query) -> "DataFrame":
    """The same from the roll-up of instruments, for readers from whom nothing is kept: no party is looked at."""
    return frame(
        f"""
        select date_trunc('month', u.day::timestamp)::date as period, '' as key, '' as label, {UNIT} as unit,
            null::text as facility_id,
            sum(u.booked_seconds::float8) / 3600 as booked_hours,
            sum(u.delivered_seconds::float8) / 3600 as delivered_hours,
            sum(u.lost_seconds::float8) / 3600 as lost_hours, sum(u.sessions)::bigint as sessions,
            null::bigint as parties
        from facilities_instrument i join facilities_facility f on f.id = i.facility_id
        join reports_dailyuse u on u.instrument_id = i.id and {during("u")}
        where true {PLACES}
        group by 1, 4 having sum(u.booked_seconds) + sum(u.delivered_seconds) + sum(u.sessions) > 0
        order by 1, 4
        """,
        asked(query),
        booked_hours="float64",
        delivered_hours="float64",
    )


def _shares(found: "DataFrame", part: str, whole: str) -> list[float | None]:
    """metrics.ratio by row; NaN is a gap."""
    pairs = zip(found[part].tolist(), found[whole].tolist(), strict=True)
    return [metrics.ratio(one, all_) if one == one and all_ == all_ else None for one, all_ in pairs]


def shift_delivery(query: Query, *, count: bool) -> "DataFrame":
    """K07 by facility (node-hours apart): planned and delivered time of bookings that ended in the period.

    Lost bookings and those nobody came to were planned as well. One without a recorded session is not in it: a gap.
    """
    found = frame(
        f"""
        select f.id::text as facility_id, {FACILITY} as facility, {UNIT} as unit,
            sum(b.units * i.unit_minutes / 60)::float8 as planned_hours,
            sum(coalesce(s.units, 0) * i.unit_minutes / 60)::float8 as delivered_hours,
            count(*)::bigint as bookings, count(distinct coalesce(b.team_id, b.requester_id))::bigint as parties
        from facilities_instrument i join facilities_facility f on f.id = i.facility_id
        join facilities_booking b on b.instrument_id = i.id and b.state = any(%(over)s::text[])
            and upper(b.period) > %(since)s::date::timestamp at time zone f.zone
            and upper(b.period) <= %(until)s::date::timestamp at time zone f.zone
        left join facilities_session s on s.booking_id = b.id
        where (s.id is not null or b.state = 'no_show') {PLACES}
        group by f.id, {UNIT} order by facility, f.id, unit
        """,
        {**asked(query), "over": ["completed", "closed", "lost", "no_show"]},
        planned_hours="float64",
        delivered_hours="float64",
    )
    pairs = zip(found["delivered_hours"].tolist(), found["planned_hours"].tolist(), strict=True)
    found["delivery"] = [metrics.shift_delivery(delivered, planned) for delivered, planned in pairs]
    return found
