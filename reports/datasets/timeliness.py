"""How long things take and what is in time."""

from typing import TYPE_CHECKING

from django.conf import settings

from core import clock
from programs.workflows.proposals import DECIDED
from programs.workflows.reviews import STANDING
from reports import metrics
from reports.datasets.frames import (
    AT_PLACE,
    FACILITY,
    IN_PERIOD,
    OF_CALL,
    PLACES,
    asked,
    bucket_of,
    buckets,
    during,
    frame,
)
from reports.models import TAKEN
from reports.parameters import Query

if TYPE_CHECKING:
    from pandas import DataFrame

QUARTILES = """
    percentile_cont(0.25) within group (order by days) as q1,
    percentile_cont(0.5) within group (order by days) as median,
    percentile_cont(0.75) within group (order by days) as q3,
    percentile_cont(0.9) within group (order by days) as p90
"""
QUARTILE_TYPES = dict.fromkeys(("q1", "median", "q3", "p90"), "float64")


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
                {QUARTILES}, count(distinct party) as parties
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
        **QUARTILE_TYPES,
    )


def notification_time(query: Query, *, count: bool) -> "DataFrame":
    """K21 of proposals by call: days from the deadline (rolling: from the submission) to the notification, of those
    notified within the period. `parties` are proposals."""
    return frame(
        f"""
        select c.id::text as call_id, c.name as call, c.name_zh as call_zh, c.facility_id::text as facility_id,
            count(*)::bigint as decided, {QUARTILES}, count(*)::bigint as parties
        from (
            select p.call_id,
                extract(epoch from p.notified_at - coalesce(c.closes_at, p.submitted_at))::float8 / 86400 as days
            from programs_proposal p join programs_call c on c.id = p.call_id
            where p.state = any(%(decided)s::text[]) and {IN_PERIOD.format(at="p.notified_at at time zone c.zone")}
        ) d join programs_call c on c.id = d.call_id
        where (%(facility)s::uuid is null or c.facility_id = %(facility)s::uuid) and {OF_CALL}
        group by c.id order by c.opens_at desc, c.id
        """,
        {**asked(query), "decided": sorted(DECIDED)},
        **QUARTILE_TYPES,
    )


def time_to_beam(query: Query, *, count: bool) -> "DataFrame":
    """K22 by facility: days from the notification of a proposal to its first session there, for first sessions within
    the period. `parties` are proposals."""
    return frame(
        f"""
        select f.id::text as facility_id, {FACILITY} as facility, count(*)::bigint as proposals, {QUARTILES},
            count(*)::bigint as parties
        from (
            select i.facility_id, extract(epoch from min(s.starts_at) - p.notified_at)::float8 / 86400 as days,
                min(s.starts_at) as first
            from programs_proposal p join facilities_booking b on b.team_id = p.id
            join facilities_session s on s.booking_id = b.id and s.starts_at >= p.notified_at
            join facilities_instrument i on i.id = b.instrument_id
            where p.notified_at is not null
            group by i.facility_id, p.id
        ) d join facilities_facility f on f.id = d.facility_id
        where {IN_PERIOD.format(at="d.first at time zone f.zone")}
            and (%(facility)s::uuid is null or f.id = %(facility)s::uuid)
        group by f.id order by facility, f.id
        """,
        asked(query),
        **QUARTILE_TYPES,
    )


def review_timeliness(query: Query, *, count: bool) -> "DataFrame":
    """K23 by call: reviews that were due within the period and by now, and how many of them came in time.

    Declined and called-off ones were not the reviewer's to give. Those of proposals that the reader must not hear about
    (`query.without`) are not in it. `parties` are reviewers.
    """
    found = frame(
        f"""
        select c.id::text as call_id, c.name as call, c.name_zh as call_zh, c.facility_id::text as facility_id,
            count(*)::bigint as due,
            (count(*) filter (where r.state = 'submitted' and r.submitted_at <= r.due_at))::bigint as in_time,
            (count(*) filter (where r.state <> 'submitted'))::bigint as outstanding,
            count(distinct r.reviewer_id)::bigint as parties
        from programs_review r join programs_assessment a on a.id = r.assessment_id
        join programs_proposal p on p.id = a.proposal_id join programs_call c on c.id = p.call_id
        where r.state = any(%(standing)s::text[]) and r.due_at < %(now)s::timestamptz
            and p.id <> all(%(without)s::uuid[]) and {IN_PERIOD.format(at="r.due_at at time zone c.zone")}
            and (%(facility)s::uuid is null or c.facility_id = %(facility)s::uuid) and {OF_CALL}
        group by c.id order by c.opens_at desc, c.id
        """,
        {**asked(query), "standing": sorted(STANDING), "without": list(query.without), "now": clock.now()},
    )
    return _in_time(found)


def report_compliance(query: Query, *, count: bool) -> "DataFrame":
    """K24 by facility: experiment reports that were due within the period and by now, and how many came in time.

    Days are those of the facility; a waived report was not owed. `parties` are proposals.
    """
    found = frame(
        f"""
        select f.id::text as facility_id, {FACILITY} as facility, count(*)::bigint as due,
            (count(*) filter (
                where r.submitted_at is not null and (r.submitted_at at time zone f.zone)::date <= r.due_on
            ))::bigint as in_time,
            (count(*) filter (where r.submitted_at is null))::bigint as outstanding,
            count(distinct r.proposal_id)::bigint as parties
        from programs_experimentreport r join facilities_booking b on b.id = r.booking_id
        join facilities_instrument i on i.id = b.instrument_id join facilities_facility f on f.id = i.facility_id
        where r.state <> 'waived' and r.due_on < (%(now)s::timestamptz at time zone f.zone)::date
            and {during("r", "due_on")} {PLACES}
        group by f.id order by facility, f.id
        """,
        {**asked(query), "now": clock.now()},
    )
    return _in_time(found)


def _in_time(found: "DataFrame") -> "DataFrame":
    pairs = zip(found["in_time"].tolist(), found["due"].tolist(), strict=True)
    found["share"] = [metrics.in_time(in_time, due) for in_time, due in pairs]
    return found


def cancellations(query: Query, *, count: bool) -> "DataFrame":
    """K31 by period of the start: bookings that were approved once, those called off late, and those nobody came to.

    Late is less than LATE_CANCELLATION_DAYS before the start. What the facility called off stands apart.
    """
    found = frame(
        f"""
        with bucket as ({buckets(query["by"])}), had as (
            select {bucket_of("lower(b.period) at time zone f.zone", query["by"])} as at,
                coalesce(b.team_id, b.requester_id) as party, count(*) as bookings,
                count(*) filter (where x.is_late and x.caused_by = 'requester') as late,
                count(*) filter (where x.is_late and x.caused_by = 'facility') as by_facility,
                count(*) filter (where b.state = 'no_show') as no_shows
            from facilities_booking b join facilities_instrument i on i.id = b.instrument_id
            join facilities_facility f on f.id = i.facility_id
            left join (
                select booking_id, caused_by, notice_minutes < %(late)s::int as is_late from facilities_cancellation
            ) x on x.booking_id = b.id
            where (x.booking_id is not null or b.state = any(%(states)s::text[])) {PLACES}
                and {AT_PLACE.format(at="lower(b.period)", zone="f.zone")}
            group by 1, 2
        )
        select k.period, '' as whole, sum(h.bookings)::bigint as bookings, sum(h.late)::bigint as late,
            sum(h.by_facility)::bigint as by_facility, sum(h.no_shows)::bigint as no_shows, count(h.party) as parties
        from had h join bucket k using (at) group by k.period, k.first order by k.first
        """,
        {**asked(query), "states": [*TAKEN, "lost", "no_show"], "late": settings.LATE_CANCELLATION_DAYS * 24 * 60},
    )
    rows = found.to_dict("records")
    found["late_share"] = [metrics.late_share(row["late"], row["bookings"]) for row in rows]
    found["no_show_share"] = [metrics.late_share(row["no_shows"], row["bookings"]) for row in rows]
    return found
