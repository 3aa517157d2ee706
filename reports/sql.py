"""SQL written by hand for the roll-ups, each statement with its reason; `bench/figures.py` measures them.

Everything here is held against plain Python in tests/reports/test_rollups.py and, on a sample, every night.
Parameters are cast, because untyped integers lose index conditions (the trap in performance.md).
"""

# Asked before every report; as a queryset it is a twentieth of a small one.
ANY_DIRTY = "select exists (select from reports_dirtytime)"

# What the log says, as days of each instrument's zone; united, so that a day is made once however often it was touched.
# A row without a period stands for all that the instrument has: its blocks, bookings and sessions.
TAKE_DIRTY = """
with dirty as (
    delete from reports_dirtytime returning instrument_id, facility_id, period
), touched as (
    select i.id, f.zone, d.period
    from dirty d join facilities_instrument i on i.id = d.instrument_id
    join facilities_facility f on f.id = i.facility_id
    union all
    select i.id, f.zone, d.period
    from dirty d join facilities_facility f on f.id = d.facility_id
    join facilities_instrument i on i.facility_id = f.id
), days as (
    select id, daterange(
        (lower(period) at time zone zone)::date,
        ((upper(period) - interval '1 microsecond') at time zone zone)::date, '[]'
    ) as days
    from touched where period is not null
)
select id, lower(span), upper(span) from (select id, unnest(range_agg(days)) as span from days group by id) united
union all
select distinct id, null::date, null::date from touched where period is null
"""

# What was made anew and when: a figure as of an instant works out again only the days that changed since.
NOTE_ROLLED = """
insert into reports_rolled (instrument_id, first, until, at) values (%s::uuid, %s::date, %s::date, clock_timestamp())
"""

ROLLED_SINCE = """
select instrument_id, lower(span), upper(span) from (
    select instrument_id,
        unnest(range_agg(daterange(coalesce(first, '0001-01-01'), coalesce(until, '9999-12-31')))) as span
    from reports_rolled where at > %(at)s::timestamptz group by 1
) united
"""

# From the first to the last day on which an instrument has anything; for a rebuild and for rows without a period.
EXTENT = """
select i.id, (min(e.first) at time zone f.zone)::date, (max(e.last) at time zone f.zone)::date + 1
from facilities_instrument i
join facilities_facility f on f.id = i.facility_id
cross join lateral (
    select min(lower(period)) as first, max(upper(period)) as last
    from facilities_block b where b.instrument_id = i.id or (b.instrument_id is null and b.facility_id = i.facility_id)
    union all
    select min(lower(period)), max(upper(period)) from facilities_booking b where b.instrument_id = i.id
    union all
    select min(starts_at), max(ends_at) from facilities_session s where s.instrument_id = i.id
) e
where %(all)s or i.id = any(%(instruments)s::uuid[])
group by i.id, f.zone having min(e.first) is not null
order by i.id
"""

FORGET_USE = """
delete from reports_dailyuse u
using unnest(%(instruments)s::uuid[], %(firsts)s::date[], %(untils)s::date[]) as s(instrument_id, first, until)
where u.instrument_id = s.instrument_id and u.day >= s.first and u.day < s.until
"""

FORGET_SHARES = """
delete from reports_dailyshare u
using unnest(%(instruments)s::uuid[], %(firsts)s::date[], %(untils)s::date[]) as s(instrument_id, first, until)
where u.instrument_id = s.instrument_id and u.day >= s.first and u.day < s.until
"""

_SPAN = """
span as materialized (
    select s.instrument_id, s.first, s.until, i.facility_id, f.zone, i.capacity, i.unit, i.unit_minutes,
        tstzrange(s.first::timestamp at time zone f.zone, s.until::timestamp at time zone f.zone) as period
    from unnest(%(instruments)s::uuid[], %(firsts)s::date[], %(untils)s::date[]) as s(instrument_id, first, until)
    join facilities_instrument i on i.id = s.instrument_id
    join facilities_facility f on f.id = i.facility_id
)"""

# Bookings are found through their claims: the exclusion index is the only one by time, and every taken booking has one.
_TAKEN = """
taken as materialized (
    select s.instrument_id, s.first, s.zone, c.lane, b.period * s.period as period,
        b.team_id, b.requester_id, b.organisation_id, b.country
    from span s
    join facilities_claim c on c.resource = s.instrument_id and c.period && s.period and c.change_id is null
    join facilities_booking b on b.id = c.booking_id and b.instrument_id = s.instrument_id
    where b.state = any(%(taken)s) and not isempty(b.period * s.period)
)"""

# Midnights of the zone cut a range into days; an empty range lies on the day of its instant.
_DAYS = """
    cross join lateral generate_series(
        (lower({range}) at time zone zone)::date,
        (greatest(upper({range}) - interval '1 microsecond', lower({range})) at time zone zone)::date,
        interval '1 day'
    ) as midnight
    cross join lateral (
        select midnight::date as day,
            greatest(lower({range}), midnight::timestamp at time zone zone) as starts,
            least(upper({range}), (midnight::timestamp + interval '1 day') at time zone zone) as ends
    ) part"""

# Rows are written in the order in which they are read: ten years of an instrument are 40 pages and not a page a day.

# What each party had, by day. Units of a session are spread evenly over its time by cumulative rounding, so that the
# days of a session sum up to it to the second. Long sessions have an index of their own, so that the others are found
# by their start.
MAKE_SHARES = f"""
with {_SPAN}, {_TAKEN}, ran as (
    select s.instrument_id, s.first, s.until, s.zone, r.starts_at, r.ends_at, r.booking_id, r.team_id,
        r.organisation_id, r.country, r.person_label, extract(epoch from r.ends_at - r.starts_at) as length,
        60 * case when r.unit = s.unit then s.unit_minutes when r.unit = 'day' then 1440 else 60 end as unit_seconds,
        r.units, r.lost_units
    from span s cross join lateral (
        select * from facilities_session x
        where x.instrument_id = s.instrument_id and x.ends_at - x.starts_at <= interval '2 days'
            and x.starts_at < upper(s.period) and x.starts_at >= lower(s.period) - interval '2 days'
            and (x.ends_at > lower(s.period) or x.starts_at >= lower(s.period))
        union all
        select * from facilities_session x
        where x.instrument_id = s.instrument_id and x.ends_at - x.starts_at > interval '2 days'
            and x.starts_at < upper(s.period) and x.ends_at > lower(s.period)
    ) r
), had as (
    select t.instrument_id, part.day, t.team_id, t.requester_id as person, t.organisation_id, t.country,
        extract(epoch from part.ends - part.starts) as booked, 0 as delivered, 0 as lost, 0 as sessions
    from taken t {_DAYS.format(range="t.period")}
    union all
    select r.instrument_id, part.day, coalesce(r.team_id, b.team_id),
        coalesce(b.requester_id, case when r.person_label <> '' then md5(r.person_label)::uuid end),
        r.organisation_id, r.country, 0,
        case when r.length = 0 then round(r.units * r.unit_seconds)
            else round(r.units * r.unit_seconds * extract(epoch from part.ends - r.starts_at) / r.length)
                - round(r.units * r.unit_seconds * extract(epoch from part.starts - r.starts_at) / r.length) end,
        case when r.length = 0 then round(r.lost_units * r.unit_seconds)
            else round(r.lost_units * r.unit_seconds * extract(epoch from part.ends - r.starts_at) / r.length)
                - round(r.lost_units * r.unit_seconds * extract(epoch from part.starts - r.starts_at) / r.length) end,
        (part.starts = r.starts_at)::int
    from ran r left join facilities_booking b on b.id = r.booking_id
    {_DAYS.format(range="tstzrange(r.starts_at, r.ends_at, '[]')")}
    where part.day >= r.first and part.day < r.until
)
insert into reports_dailyshare (instrument_id, day, team_id, person, organisation_id, country,
    booked_seconds, delivered_seconds, lost_seconds, sessions)
select instrument_id, day, team_id, person, organisation_id, country,
    sum(booked)::bigint, sum(delivered)::bigint, sum(lost)::bigint, sum(sessions)::int
from had group by instrument_id, day, team_id, person, organisation_id, country order by instrument_id, day
"""

# The open time of an instrument as it was planned: the stored open calendar with what downtimes took from it put back,
# for a fault that shrank the user time would improve the figures (ADR 62). `{i}` has instrument_id and facility_id;
# only downtimes that touch `{period}` are put back.
PLANNED_OPEN = """
coalesce((select o.periods from facilities_opentime o where o.instrument_id = {i}.instrument_id), '{{}}') + coalesce((
    select down.times * facilities_opening_hours({i}.instrument_id, range_merge(down.times)) * (
        coalesce(range_agg(b.period) filter (where b.kind in ('user', 'reserve')), '{{}}')
        - coalesce(range_agg(b.period) filter (where b.kind not in ('user', 'reserve')), '{{}}')
        - coalesce((
            select range_agg(draft.period) from facilities_cycle draft
            where draft.facility_id = {i}.facility_id and draft.published_at is null
        ), '{{}}')
    )
    from (
        select range_agg(d.period) as times from facilities_downtime d
        where d.facility_id = {i}.facility_id and coalesce(d.instrument_id, {i}.instrument_id) = {i}.instrument_id
            and d.period && {period}
    ) down
    join facilities_block b on b.facility_id = {i}.facility_id and b.period && range_merge(down.times)
        and coalesce(b.instrument_id, {i}.instrument_id) = {i}.instrument_id
    group by down.times
), '{{}}')"""

# What an instrument was there for, and what was booked of it, as multiranges per span: united and intersected at once,
# then cut into days. The stored open calendar knows blocks, drafts and opening hours; a part of it is user time.
# Delivered time comes from the shares just made.
MAKE_USE = f"""
with {_SPAN}, {_TAKEN}, calendar as materialized (
    select s.*,
        coalesce(b.user_time, '{{}}') * o.periods as user_time,
        tstzmultirange(s.period) * o.periods as open_time
    from span s
    cross join lateral (select {PLANNED_OPEN.format(i="s", period="s.period")} as periods) o
    cross join lateral (
        select range_agg(b.period * s.period) as user_time
        from (
            select period from facilities_block
            where kind = 'user' and instrument_id = s.instrument_id and period && s.period
            union all
            select period from facilities_block
            where kind = 'user' and instrument_id is null and facility_id = s.facility_id and period && s.period
        ) b
    ) b
), lanes as (
    select t.instrument_id, t.first, t.lane, range_agg(t.period) as booked from taken t group by 1, 2, 3
), piece as (
    select 'user' as kind, instrument_id, zone, capacity as times, unnest(user_time) as period from calendar
    union all
    select 'open', instrument_id, zone, capacity, unnest(open_time) from calendar
    union all
    select 'booked', l.instrument_id, c.zone, 1, unnest(l.booked)
    from lanes l join calendar c on c.instrument_id = l.instrument_id and c.first = l.first
    union all
    select 'booked_user', l.instrument_id, c.zone, 1, unnest(l.booked * c.user_time)
    from lanes l join calendar c on c.instrument_id = l.instrument_id and c.first = l.first
), measured as (
    select p.kind, p.instrument_id, part.day, p.times * extract(epoch from part.ends - part.starts) as seconds
    from piece p {_DAYS.format(range="p.period")}
), found as (
    select instrument_id, day,
        coalesce(sum(seconds) filter (where kind = 'user'), 0) as user_seconds,
        coalesce(sum(seconds) filter (where kind = 'open'), 0) as open_seconds,
        coalesce(sum(seconds) filter (where kind = 'booked'), 0) as booked,
        coalesce(sum(seconds) filter (where kind = 'booked_user'), 0) as booked_user,
        0 as delivered, 0 as lost, 0 as sessions
    from measured group by instrument_id, day
    union all
    select h.instrument_id, h.day, 0, 0, 0, 0, sum(h.delivered_seconds), sum(h.lost_seconds), sum(h.sessions)
    from span s join reports_dailyshare h on h.instrument_id = s.instrument_id and h.day >= s.first and h.day < s.until
    group by h.instrument_id, h.day
)
insert into reports_dailyuse (instrument_id, day, user_seconds, open_seconds, booked_seconds, booked_user_seconds,
    delivered_seconds, lost_seconds, sessions)
select instrument_id, day, sum(user_seconds)::bigint, sum(open_seconds)::bigint, sum(booked)::bigint,
    sum(booked_user)::bigint, sum(delivered)::bigint, sum(lost)::bigint, sum(sessions)::int
from found group by instrument_id, day order by instrument_id, day
"""

# Months are made anew, whole, from their days. In one statement, for both parts see the table as it was before.
MAKE_MONTHS = """
with touched as materialized (
    select distinct s.instrument_id, month::date as month
    from unnest(%(instruments)s::uuid[], %(firsts)s::date[], %(untils)s::date[]) as s(instrument_id, first, until)
    cross join generate_series(date_trunc('month', s.first::timestamp), s.until - 1, interval '1 month') month
), gone as (
    delete from reports_monthlyshare old using touched t
    where old.instrument_id = t.instrument_id and old.month = t.month
)
insert into reports_monthlyshare (instrument_id, month, team_id, person, organisation_id, country,
    booked_seconds, delivered_seconds, lost_seconds, sessions)
select t.instrument_id, t.month, h.team_id, h.person, h.organisation_id, h.country,
    sum(h.booked_seconds), sum(h.delivered_seconds), sum(h.lost_seconds), sum(h.sessions)
from touched t join reports_dailyshare h on h.instrument_id = t.instrument_id
    and h.day >= t.month and h.day < t.month + interval '1 month'
group by 1, 2, 3, 4, 5, 6 order by 1, 2
"""

# Months that are not the sum of their days, among those of some days.
STRAYED = """
select t.instrument_id, t.month, of_days.sums, of_month.sums
from (
    select distinct instrument_id, date_trunc('month', day)::date as month
    from reports_dailyuse where id = any(%(days)s::bigint[])
) t
cross join lateral (
    select array[sum(booked_seconds), sum(delivered_seconds), sum(lost_seconds), sum(sessions)]::bigint[] as sums
    from reports_dailyshare h
    where h.instrument_id = t.instrument_id and h.day >= t.month and h.day < t.month + interval '1 month'
) of_days
cross join lateral (
    select array[sum(booked_seconds), sum(delivered_seconds), sum(lost_seconds), sum(sessions)]::bigint[] as sums
    from reports_monthlyshare h where h.instrument_id = t.instrument_id and h.month = t.month
) of_month
where of_days.sums is distinct from of_month.sums
order by 1, 2
"""


def shares(since: str, until: str) -> str:
    """The shares of the days from `since` up to `until` (dates in SQL, null for none), as a table to join.

    Whole months come from their sums and stand on their first day, what is left at both ends comes from the days.
    """
    first, last = f"coalesce({since}, '-infinity')", f"coalesce({until}, 'infinity')"
    whole = f"date_trunc('month', {first} + interval '1 month' - interval '1 day')::date"
    rest = f"date_trunc('month', {last}::timestamp)::date"
    rows = "team_id, person, organisation_id, country, booked_seconds, delivered_seconds, lost_seconds, sessions"
    return f"""(
        select instrument_id, month as day, {rows} from reports_monthlyshare where month >= {whole} and month < {rest}
        union all
        select instrument_id, day, {rows} from reports_dailyshare
        where day >= {first} and day < least({whole}, {last})
        union all
        select instrument_id, day, {rows} from reports_dailyshare
        where day >= greatest({whole}, {rest}) and day < {last}
    )"""


# What a reader may read, asked by every figure: guardian's two querysets cost more to compile than a year's usage to
# read. The same as core.permissions.containers says (tests/reports/test_api.py).
READS = """
with own as (
    select p.content_object_id as id from alliance_alliancepermission p join auth_permission a on a.id = p.permission_id
    where p.user_id = %(user)s::uuid and a.codename = 'view_figures'
), others as (
    select f.id from facilities_facility f
    join alliance_membership m on m.organisation_id = f.organisation_id and m.left_on is null
    group by f.id having not bool_or(m.alliance_id in (select id from own))
)
select
    exists (select from own) and not exists (select from others),
    array(
        select p.content_object_id from facilities_facilitypermission p join auth_permission a on a.id = p.permission_id
        where p.user_id = %(user)s::uuid and a.codename = 'view_usage'
        union
        select id from facilities_facility where exists (select from own) and id not in (select id from others)
    )
"""
