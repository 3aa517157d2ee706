"""People: who came and in what way, whose trainings held, what they thought of it: K13–K15, K34, K36."""

from typing import TYPE_CHECKING

from reports import metrics
from reports.datasets.frames import AT_PLACE, FACILITY, PLACES, asked, bucket_of, buckets, frame, records
from reports.parameters import Query

if TYPE_CHECKING:
    from pandas import DataFrame

ATTENDED = ["running", "completed", "closed"]
"""States of a booking that somebody came to."""

# Who came to bookings of these states, one row for each: those who are named, else the requester.
CAME = """
    facilities_booking b left join facilities_person p on p.booking_id = b.id
    join lateral (select coalesce(p.user_id, b.requester_id) as person) who on who.person is not null
"""

# A booking counts on the day on which it begins, in the facility's days; `{where}` says which count. Whoever was
# affiliated with the facility's own organisation on that day is not its user.
VISITS = f"""
came as (
    select b.id, b.team_id, f.id as facility_id, f.organisation_id as host, who.person,
        (lower(b.period) at time zone f.zone)::date as day,
        case when p.id is null then b.mode when p.on_site then 'onsite' when b.mode = 'onsite' then 'remote'
            else b.mode end as way
    from {CAME} join facilities_instrument i on i.id = b.instrument_id
    join facilities_facility f on f.id = i.facility_id
    where b.state = any(%(attended)s::text[]) {{where}}
), visit as (
    select c.*, case c.way when 'onsite' then 1 when 'remote' then 2 else 3 end as place from came c
    where not exists (
        select from accounts_affiliation s
        where s.user_id = c.person and s.organisation_id = c.host
            and s.starts_on <= c.day and (s.ends_on is null or s.ends_on > c.day)
    )
)"""
IN_TIME = f"and {AT_PLACE.format(at='lower(b.period)', zone='f.zone')} {PLACES}"
"""The visits of the period and places asked for."""


def _persons(query: Query) -> str:
    """Persons by period, each once, on site before remote before mail-in, with their visits."""
    return f"""
        with bucket as ({buckets(query["by"])}), {VISITS.format(where=IN_TIME)}, person as (
            select {bucket_of("day", query["by"])} as at, person, min(place) as place,
                count(*) filter (where place = 1) as onsite_visits,
                count(*) filter (where place = 2) as remote_visits, count(*) filter (where place = 3) as mail_in_visits
            from visit group by 1, 2
        )
    """


def visits(query: Query, *, count: bool) -> "DataFrame":
    """K13 by period: visits by the way of coming. `parties` are the persons."""
    return frame(
        f"""
        {_persons(query)}
        select k.period, '' as whole, sum(p.onsite_visits)::bigint as onsite_visits,
            sum(p.remote_visits)::bigint as remote_visits, sum(p.mail_in_visits)::bigint as mail_in_visits,
            count(*) as parties
        from person p join bucket k using (at) group by k.period, k.first order by k.first
        """,
        {**asked(query), "attended": ATTENDED},
    )


def users(query: Query, *, count: bool) -> "DataFrame":
    """K14 and K15 by period: persons by their way of coming, and how many were never there before.

    A person counts once, on site before remote before mail-in. New is who came to no booking that began before the
    period, wherever.
    """
    found = frame(
        f"""
        {_persons(query)}, earliest as (
            select who.person, min(lower(b.period)) as starts_at
            from {CAME} where b.state = any(%(attended)s::text[]) group by 1
        )
        select k.period, '' as whole, count(*) filter (where p.place = 1) as onsite_users,
            count(*) filter (where p.place = 2) as remote_users, count(*) filter (where p.place = 3) as mail_in_users,
            count(*) as users,
            count(*) filter (where e.starts_at >= k.first::timestamp at time zone 'UTC') as new_users,
            count(*) as parties
        from person p join bucket k using (at) join earliest e using (person)
        group by k.period, k.first order by k.first
        """,
        {**asked(query), "attended": ATTENDED},
    )
    pairs = zip(found["new_users"].tolist(), found["users"].tolist(), strict=True)
    found["new_share"] = [metrics.new_user_share(new, users) for new, users in pairs]
    return found


def training(query: Query, *, count: bool) -> "DataFrame":
    """K34 by facility: persons on site in bookings that began within the period at instruments that require trainings,
    and how many had each of them valid on every day of the stay. `parties` are persons."""
    found = frame(
        f"""
        with stay as (
            select f.id as facility_id, {FACILITY} as facility, p.user_id, i.id as instrument_id, daterange(
                (lower(b.period) at time zone f.zone)::date,
                ((upper(b.period) - interval '1 microsecond') at time zone f.zone)::date, '[]'
            ) as days
            from facilities_booking b join facilities_instrument i on i.id = b.instrument_id
            join facilities_facility f on f.id = i.facility_id
            join facilities_person p on p.booking_id = b.id and p.on_site
            where b.state = any(%(attended)s::text[])
                and {AT_PLACE.format(at="lower(b.period)", zone="f.zone")}
                and exists (
                    select from facilities_instrument_required_trainings r where r.instrument_id = i.id
                ) {PLACES}
        )
        select facility_id::text, facility, count(*)::bigint as persons, (count(*) filter (where not exists (
            select from facilities_instrument_required_trainings r
            where r.instrument_id = s.instrument_id and not coalesce((
                select range_agg(daterange(t.passed_on, t.valid_until, '[]')) @> s.days
                from facilities_trainingrecord t where t.user_id = s.user_id and t.course_id = r.course_id
            ), false)
        )))::bigint as trained, count(distinct user_id)::bigint as parties
        from stay s group by facility_id, facility order by facility, facility_id
        """,
        {**asked(query), "attended": ATTENDED},
    )
    pairs = zip(found["trained"].tolist(), found["persons"].tolist(), strict=True)
    found["share"] = [metrics.trained_share(trained, persons) for trained, persons in pairs]
    return found


RATINGS = ("r1", "r2", "r3", "r4", "r5")


def satisfaction(query: Query, *, count: bool) -> "DataFrame":
    """K36 by facility: what users rated runs that ended within the period, from 1 to 5; rated ÷ all such runs.

    `parties` are those who rated; where nobody did, the row says how many runs there were.
    """
    found = frame(
        f"""
        select f.id::text as facility_id, {FACILITY} as facility, count(distinct b.id)::bigint as runs,
            count(distinct b.id) filter (where x.id is not null)::bigint as rated,
            {", ".join(f"count(*) filter (where x.rating = {n})::bigint as r{n}" for n in range(1, 6))},
            count(distinct x.by_id)::bigint as parties
        from facilities_booking b join facilities_instrument i on i.id = b.instrument_id
        join facilities_facility f on f.id = i.facility_id
        left join programs_feedback x on x.booking_id = b.id and x.side = 'user'
        where b.state in ('completed', 'closed')
            and {AT_PLACE.format(at="upper(b.period)", zone="f.zone")} {PLACES}
        group by f.id order by facility, f.id
        """,
        asked(query),
    )
    rows = []
    for row in found.to_dict("records"):
        given = [n for n, name in enumerate(RATINGS, start=1) for _each in range(row[name])]
        told = metrics.satisfaction(given, row["rated"], row["runs"])
        rows.append({**row, "ratings": told.number, "mean": told.mean, "response": told.response})
    return records(rows, [*found.columns, "ratings", "mean", "response"])
