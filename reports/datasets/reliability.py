"""User time as it was scheduled, backed up and lost to faults: K01–K06, from blocks and downtimes as planned."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings

from core import clock
from reports import metrics, sql
from reports.datasets.frames import FACILITY, PLACES, asked, buckets, read, records
from reports.intervals import Interval, seconds
from reports.models import TAKEN
from reports.parameters import Query
from reports.periods import Period

if TYPE_CHECKING:
    from pandas import DataFrame

COLUMNS = [
    *("facility_id", "facility", "line_id", "instrument", "period", "scheduled_hours", "short_hours", "backup_hours"),
    *("user_hours", "planned_stop_hours", "lost_hours", "outages", "availability", "compensated"),
    *("mtbf", "mtbf_other", "mttr"),
]
HOURS = ("scheduled_hours", "short_hours", "backup_hours")

# Per instrument: its planned open time in the window, split into what was fixed early, late, and reserve that was used.
# Per line (a facility is up while any of its instruments is offered) these are united; then cut by period.
STATEMENT = """
with place as (
    select f.id as facility_id, {name} as facility, i.id as instrument_id, {line} as line_id, {code} as instrument,
        f.zone, tstzrange(
            %(since)s::date::timestamp at time zone f.zone, %(until)s::date::timestamp at time zone f.zone
        ) as span
    from facilities_instrument i join facilities_facility f on f.id = i.facility_id
    where i.archived_at is null and i.unit <> 'node_hour' and exists (
        select from facilities_block b where b.facility_id = f.id and b.kind in ('user', 'reserve')
            and coalesce(b.instrument_id, i.id) = i.id
    ) {places}
), offered as (
    select p.*, tstzmultirange(p.span) * ({open}) as open_time from place p
), blocked as (
    select p.instrument_id,
        coalesce(range_agg(b.period) filter (where b.kind = 'user'), '{{}}') as user_time,
        coalesce(range_agg(b.period) filter (where b.kind = 'user' and not (
            greatest(b.created_at, d.published_at) > lower(b.period) - interval '1 month'
            and greatest(b.created_at, d.published_at) < lower(b.period)
        )), '{{}}') as fixed,
        coalesce(range_agg(b.period) filter (where b.kind = 'reserve'), '{{}}') as reserve
    from place p join facilities_block b on b.facility_id = p.facility_id and b.period && p.span
        and coalesce(b.instrument_id, p.instrument_id) = p.instrument_id and b.kind in ('user', 'reserve')
    left join lateral (
        select max(c.published_at) as published_at from facilities_cycle c
        where c.facility_id = b.facility_id and c.period @> lower(b.period)
    ) d on true
    group by p.instrument_id
), used as (
    select p.instrument_id, range_agg(b.period) as booked
    from place p join facilities_block r on r.facility_id = p.facility_id and r.period && p.span
        and coalesce(r.instrument_id, p.instrument_id) = p.instrument_id and r.kind = 'reserve'
    join facilities_claim c on c.resource = p.instrument_id and c.period && r.period and c.change_id is null
    join facilities_booking b on b.id = c.booking_id and b.state = any(%(taken)s::text[])
    group by p.instrument_id
), line as (
    select o.facility_id, o.facility, o.line_id, o.instrument, o.zone, o.span,
        coalesce(range_agg(o.open_time * b.user_time), '{{}}') as user_time,
        coalesce(range_agg(o.open_time * b.fixed), '{{}}') as fixed,
        coalesce(range_agg(o.open_time * b.reserve * coalesce(u.booked, '{{}}')), '{{}}') as backup
    from offered o join blocked b using (instrument_id) left join used u using (instrument_id)
    group by o.facility_id, o.facility, o.line_id, o.instrument, o.zone, o.span
), down as (
    select l.line_id, coalesce(range_agg(d.period) filter (where d.planned), '{{}}') as planned,
        coalesce(range_agg(d.period) filter (where not d.planned), '{{}}') as faults
    from line l join lateral (
        select tstzrange(lower(d.period), least(upper(d.period), %(now)s::timestamptz)) as period,
            d.planned and not exists (
                select from facilities_correction c where c.downtime_id = d.id and not c.planned
            ) as planned
        from facilities_downtime d
        where d.facility_id = l.facility_id and coalesce(d.instrument_id::text, l.line_id) = l.line_id
            and d.period && l.span and lower(d.period) < %(now)s::timestamptz
    ) d on true
    group by l.line_id
), bucket as ({buckets})
select l.facility_id::text, l.facility, l.line_id, l.instrument, k.period,
    t.scheduled, t.user_time - t.scheduled, t.backup - t.scheduled,
    coalesce(d.planned, '{{}}') * (t.scheduled + t.backup) - coalesce(d.faults, '{{}}'),
    coalesce(d.faults, '{{}}') * (t.scheduled + t.backup),
    exists (select from facilities_downtime x where x.facility_id = l.facility_id and lower(x.period) < upper(k.span))
from line l
cross join lateral ({cut}) k
cross join lateral (
    select l.user_time * tstzmultirange(k.span) as user_time, l.fixed * tstzmultirange(k.span) as scheduled,
        (l.backup - l.user_time) * tstzmultirange(k.span) as backup
) t
left join down d on d.line_id = l.line_id
order by l.facility, l.facility_id, l.instrument, l.line_id, lower(k.span)
"""
BY_DAY = """
    select b.period, b.first::timestamp at time zone l.zone as opens, tstzrange(
        b.first::timestamp at time zone l.zone, b.until::timestamp at time zone l.zone
    ) as span from bucket b
"""
BY_CYCLE = """
    select c.name as period, lower(c.period) as opens, c.period * l.span as span from facilities_cycle c
    where c.facility_id = l.facility_id and c.period && l.span
"""


def reliability(query: Query, *, count: bool) -> "DataFrame":
    """K01–K06 by facility (whose faults are those of the whole facility) or instrument (with its own), and period.

    Hours are elapsed; faults are united, within user time, and an ongoing one counts up to now. Where a facility never
    recorded a downtime, lost hours are a gap and so is what follows from them. `count` is ignored: nobody is in it.
    """
    by_instrument = query["of"] == "instrument"
    statement = STATEMENT.format(
        name=FACILITY,
        line="i.id::text" if by_instrument else "f.id::text",
        code="i.code" if by_instrument else "''",
        places=PLACES,
        open=sql.PLANNED_OPEN.format(i="p", period="p.span"),
        buckets=buckets(query["by"]),
        cut=BY_CYCLE if query["by"] == "cycle" else BY_DAY,
    )
    found = read(statement, {**asked(query), "taken": list(TAKEN), "now": clock.now()})
    return records([_line(row) for row in found], COLUMNS)


PERIODS = """
    select place::text as period, first, until
    from unnest(%(firsts)s::date[], %(untils)s::date[]) with ordinality as p(first, until, place)
"""


def faults_in(periods: Sequence[Period], facility: UUID | None) -> list[tuple[float, float] | None]:
    """User hours and hours lost to faults in each period, of one facility or of all that ever recorded a downtime;
    None where none did. The same hours as K03's."""
    query = Query(min(each.first for each in periods), max(each.until for each in periods), facility=facility)
    statement = STATEMENT.format(
        name=FACILITY, line="f.id::text", code="''", places=PLACES, buckets=PERIODS, cut=BY_DAY,
        open=sql.PLANNED_OPEN.format(i="p", period="p.span"),
    )  # fmt: skip
    days = {"firsts": [each.first for each in periods], "untils": [each.until for each in periods]}
    rows = read(statement, {**asked(query), **days, "taken": list(TAKEN), "now": clock.now()})
    found: dict[int, tuple[float, float]] = {}
    for row in rows:
        line = _line(row)
        if line["lost_hours"] is not None:
            user, lost = found.get(int(line["period"]), (0.0, 0.0))
            found[int(line["period"])] = user + line["user_hours"], lost + line["lost_hours"]
    return [found.get(place) for place in range(1, len(periods) + 1)]


def _line(row: tuple[Any, ...]) -> dict[str, Any]:
    facility_id, facility, line_id, instrument, period, *times, recorded = row
    scheduled, short, backup, stopped, faults = ([(part.lower, part.upper) for part in time] for time in times)
    t_sched, t_backup = _hours(scheduled), _hours(backup)
    user = metrics.user_time(t_sched, t_backup)
    lost = _hours(faults) if recorded else None
    number = metrics.outages(faults, timedelta(minutes=settings.OUTAGES_TOGETHER_MINUTES)) if recorded else None
    known = {"lost_hours": lost, "outages": number}
    if lost is not None and number is not None:
        known |= {
            "availability": metrics.availability(user, lost),
            "compensated": metrics.availability_compensated(user, lost, t_sched),
            "mtbf": metrics.mtbf(user, number),
            "mtbf_other": metrics.mtbf_of_other_houses(user, number),
            "mttr": metrics.mttr(lost, number),
        }
    return {
        "facility_id": facility_id,
        "facility": facility,
        "line_id": line_id,
        "instrument": instrument,
        "period": period,
        "scheduled_hours": t_sched,
        "short_hours": _hours(short),
        "backup_hours": t_backup,
        "user_hours": user,
        "planned_stop_hours": _hours(stopped) if recorded else None,
        **dict.fromkeys(("availability", "compensated", "mtbf", "mtbf_other", "mttr")),
        **known,
    }


def _hours(times: list[Interval]) -> float:
    return seconds(times) / 3600
