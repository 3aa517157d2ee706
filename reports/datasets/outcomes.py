"""What came of it: publications, milestones, money, exchange and training: K25, K28, K29, K33."""

from typing import TYPE_CHECKING

from core import clock
from programs.workflows.cooperation import RUNNING
from reports import metrics
from reports.datasets.frames import FACILITY, OF_PROGRAM, PLACES, asked, buckets, during, frame, shares_by_party
from reports.parameters import Query

if TYPE_CHECKING:
    from pandas import DataFrame

# A publication counts for the instrument that it is linked to, itself or through a booking.
LINKED = """
linked as (
    select distinct p.id, p.year, p.kind, i.id as instrument_id, i.facility_id
    from programs_publication p join programs_outcomelink l on l.publication_id = p.id
    left join facilities_booking b on b.id = l.booking_id
    left join facilities_instrument i on i.id = coalesce(l.instrument_id, b.instrument_id)
    where p.year >= extract(year from %(since)s::date) and p.year <= extract(year from %(until)s::date - 1)
)"""


def publications(query: Query, *, count: bool) -> "DataFrame":
    """K25 by year, instrument or facility: distinct DOIs that are linked to something, data sets apart, and papers per
    100 shifts of eight hours delivered there in the same time. `parties` are those who had the hours.

    By year everything linked counts; by place only what is linked to an instrument or one of its bookings.
    """
    by = query["by"]
    key = {"year": "extract(year from h.day)::int::text", "instrument": "i.id::text", "facility": "f.id::text"}[by]
    label = {"year": "k.key", "instrument": f"{FACILITY} || ' · ' || i.code", "facility": FACILITY}[by]
    of = {"year": "year::text", "instrument": "instrument_id::text", "facility": "facility_id::text"}[by]
    place = {
        "year": "",
        "instrument": "join facilities_instrument i on i.id::text = k.key"
        " join facilities_facility f on f.id = i.facility_id",
        "facility": "join facilities_facility f on f.id::text = k.key",
    }[by]
    found = frame(
        f"""
        with {LINKED}, paper as (
            select n.{of} as key, count(distinct n.id) filter (where n.kind <> 'dataset') as publications,
                count(distinct n.id) filter (where n.kind = 'dataset') as datasets
            from linked n
            left join facilities_instrument i on i.id = n.instrument_id
            left join facilities_facility f on f.id = i.facility_id
            where n.{of} is not null {PLACES} group by 1
        ), had as ({shares_by_party(f"{key} as key", unit="'hour'", party=count)}), hours as (
            select key, sum(delivered) / 3600 as hours, count(distinct party) as parties
            from had group by key
        )
        select k.key, {label} as label, {"null" if by == "year" else "f.id::text"} as facility_id,
            coalesce(p.publications, 0)::bigint as publications, coalesce(p.datasets, 0)::bigint as datasets,
            h.hours as delivered_hours, coalesce(h.parties, 0)::bigint as parties
        from (select key from paper union select key from hours) k
        left join paper p using (key) left join hours h using (key) {place}
        order by {"k.key" if by == "year" else "publications desc, label, k.key"}
        """,
        asked(query),
        delivered_hours="float64",
    )
    pairs = zip(found["publications"].tolist(), found["delivered_hours"].tolist(), strict=True)
    found["per_hundred"] = [
        metrics.per_hundred_shifts(papers, hours) if hours == hours else None for papers, hours in pairs
    ]
    found["period"] = found["label"]
    return found


def milestones(query: Query, *, count: bool) -> "DataFrame":
    """K28 by approved programme: milestones due within the period and by now, those reached by their day, and the
    weight reached of all its milestones."""
    found = frame(
        f"""
        select g.id::text as program_id, g.number, coalesce(nullif(g.acronym, ''), g.title) as program,
            count(*) filter (where {during("m", "due_on")} and m.due_on < %(today)s::date)::bigint as due,
            count(*) filter (where {during("m", "due_on")} and m.due_on < %(today)s::date
                and m.done_on <= m.due_on)::bigint as in_time,
            coalesce(sum(m.weight) filter (where m.done_on is not null), 0)::bigint as reached,
            sum(m.weight)::bigint as weight, null::bigint as parties
        from programs_program g join programs_milestone m on m.program_id = g.id
        where g.state = any(%(running)s::text[]) and {OF_PROGRAM}
        group by g.id having bool_or({during("m", "due_on")}) order by g.number, g.id
        """,
        {**asked(query), "running": sorted(RUNNING), "today": clock.now().date()},
    )
    rows = found.to_dict("records")
    found["share"] = [metrics.in_time(row["in_time"], row["due"]) for row in rows]
    found["earned"] = [metrics.earned(row["reached"], row["weight"]) for row in rows]
    return found


def plan(query: Query, *, count: bool) -> "DataFrame":
    """Milestones of approved programmes that are due within the period, each with how it stands today: reached in time
    or late, overdue, or still to come; with the days of its programme."""
    return frame(
        f"""
        select g.id::text as program_id, g.number, coalesce(nullif(g.acronym, ''), g.title) as program, g.starts_on,
            g.ends_on, m.id::text as milestone_id, m.title as milestone, m.due_on, m.done_on, m.weight, case
                when m.done_on <= m.due_on then 'in_time' when m.done_on is not null then 'late'
                when m.due_on < %(today)s::date then 'overdue' else 'open'
            end as standing, null::bigint as parties
        from programs_program g join programs_milestone m on m.program_id = g.id
        where g.state = any(%(running)s::text[]) and {during("m", "due_on")} and {OF_PROGRAM}
        order by g.number, g.id, m.due_on, m.id
        """,
        {**asked(query), "running": sorted(RUNNING), "today": clock.now().date()},
    )


def budget(query: Query, *, count: bool) -> "DataFrame":
    """K29 by approved programme in its own currency, at the end of the period: planned in all and to date (evenly over
    its days), spent at the rates that were booked, execution and variance; contributions in money and in kind apart."""
    found = frame(
        f"""
        select g.id::text as program_id, g.number, coalesce(nullif(g.acronym, ''), g.title) as program, g.currency,
            b.planned::float8 as planned, s.spent::float8 as spent, c.cash::float8 as cash, c.kind::float8 as in_kind,
            case when g.ends_on > g.starts_on
                then (%(end)s::date - g.starts_on)::float8 / (g.ends_on - g.starts_on + 1) end as elapsed,
            null::bigint as parties
        from programs_program g
        join (select program_id, sum(planned) as planned from programs_budgetline group by 1) b on b.program_id = g.id
        cross join lateral (
            select coalesce(sum(e.amount * e.rate), 0) as spent
            from programs_expenditure e join programs_budgetline l on l.id = e.line_id
            where l.program_id = g.id and e.booked_on < %(end)s::date
        ) s
        cross join lateral (
            select coalesce(sum(c.amount * c.rate) filter (where not c.in_kind), 0) as cash,
                coalesce(sum(c.amount * c.rate) filter (where c.in_kind), 0) as kind
            from programs_contribution c where c.program_id = g.id and c.booked_on < %(end)s::date
        ) c
        where g.state = any(%(running)s::text[]) and coalesce(g.starts_on, '-infinity') < %(end)s::date
            and coalesce(g.ends_on, 'infinity') >= coalesce(%(since)s::date, '-infinity') and {OF_PROGRAM}
        order by g.number, g.id
        """,
        {**asked(query), "running": sorted(RUNNING), "end": query.until or clock.now().date()},
        planned="float64",
        spent="float64",
        cash="float64",
        in_kind="float64",
    )
    rows = found.to_dict("records")
    due = [metrics.planned_to_date(row["planned"], row["elapsed"]) for row in rows]
    found["planned_to_date"] = due
    found["execution"] = [metrics.execution(row["spent"], to_date) for row, to_date in zip(rows, due, strict=True)]
    found["variance"] = [metrics.variance(to_date, row["spent"]) for row, to_date in zip(rows, due, strict=True)]
    return found.drop(columns="elapsed")


def capacity(query: Query, *, count: bool) -> "DataFrame":
    """K33 by period: trainees of trainings that began in it, each once, their days, countries and passes; months that
    exchange stays lasted within it. `parties` are the trainees and those who stayed."""
    found = frame(
        f"""
        with bucket as ({buckets(query["by"])}), trained as (
            select k.period, e.person_id, upper(t.days) - lower(t.days) as days, e.state = 'passed' as passed, (
                select o.country from accounts_affiliation s join accounts_organisation o on o.id = s.organisation_id
                where s.user_id = e.person_id and s.starts_on <= lower(t.days)
                    and (s.ends_on is null or s.ends_on > lower(t.days))
                order by s.is_primary desc, s.starts_on desc, s.id limit 1
            ) as country
            from programs_enrolment e join programs_training t on t.id = e.training_id
            join bucket k on lower(t.days) >= k.first and lower(t.days) < k.until
            where e.state in ('attended', 'passed')
        ), stayed as (
            select k.period, s.person_id,
                least(upper(s.period), k.until) - greatest(lower(s.period), k.first) as days
            from programs_exchangestay s join bucket k on s.period && daterange(k.first, k.until)
            where s.state in ('confirmed', 'done')
        )
        select k.period, '' as whole, (select count(distinct person_id) from trained t where t.period = k.period)
                as trainees,
            (select coalesce(sum(days), 0)::bigint from trained t where t.period = k.period) as trainee_days,
            (select count(distinct country) filter (where country <> '') from trained t where t.period = k.period)
                as countries,
            (select count(*) filter (where passed) from trained t where t.period = k.period) as passed,
            (select count(*) from trained t where t.period = k.period) as took_part,
            (select count(distinct person_id) from stayed s where s.period = k.period) as guests,
            (select coalesce(sum(days), 0)::bigint from stayed s where s.period = k.period) as stay_days,
            (select count(distinct person_id) from (
                select period, person_id from trained union select period, person_id from stayed
            ) x where x.period = k.period) as parties
        from bucket k order by k.first
        """,
        asked(query),
    )
    rows = found.to_dict("records")
    found["pass_rate"] = [metrics.pass_rate(row["passed"], row["took_part"]) for row in rows]
    found["person_months"] = [metrics.person_months(float(row["stay_days"])) for row in rows]
    return found
