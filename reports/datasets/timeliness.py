"""How long things take and what is in time."""

from typing import TYPE_CHECKING

from reports.datasets.frames import FACILITY, PLACES, asked, frame
from reports.parameters import Query

if TYPE_CHECKING:
    from pandas import DataFrame


def decision_time(query: Query, *, count: bool) -> "DataFrame":
    """K21 days from request to decision by facility: median, 90th percentile, how many; decided within the period.

    The percentiles are PostgreSQL's, which are those of metrics.decision_time (a test holds them together).
    """
    return frame(
        f"""
        select f.id::text as facility_id, {FACILITY} as facility, d.decided, d.q1, d.median, d.q3, d.p90,
            d.parties
        from facilities_facility f join (
            select i.facility_id, count(*) as decided,
                percentile_cont(0.25) within group (order by days) as q1,
                percentile_cont(0.5) within group (order by days) as median,
                percentile_cont(0.75) within group (order by days) as q3,
                percentile_cont(0.9) within group (order by days) as p90, count(distinct party) as parties
            from (
                select b.instrument_id, extract(epoch from b.decided_at - b.requested_at)::float8 / 86400 as days,
                    coalesce(b.team_id, b.requester_id) as party
                from facilities_booking b
                where b.decided_at >= coalesce((%(since)s::date)::timestamp at time zone 'UTC', '-infinity')
                    and b.decided_at < coalesce((%(until)s::date)::timestamp at time zone 'UTC', 'infinity')
                    and b.requested_at is not null and b.decided_at >= b.requested_at
            ) b join facilities_instrument i on i.id = b.instrument_id
            join facilities_facility f on f.id = i.facility_id
            where true {PLACES}
            group by i.facility_id
        ) d on d.facility_id = f.id
        order by facility, f.id
        """,
        asked(query),
        q1="float64",
        median="float64",
        q3="float64",
        p90="float64",
    )
