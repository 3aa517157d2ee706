"""What calls offered, what was asked of them, what was given, and what it took: K09–K12, from calls and proposals."""

from collections import defaultdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from programs.models import ScoreScale
from programs.queries.merit import reviews_given
from programs.rules.merit import proposal_means
from programs.workflows.proposals import DECIDED, GRANTED, SUBMITTED
from reports import metrics
from reports.datasets.frames import FACILITY, IN_PERIOD, OF_CALL, PLACES, asked, frame, read, records
from reports.parameters import Query

if TYPE_CHECKING:
    from pandas import DataFrame

# A call belongs to the period in which its deadline lies, a proposal of a rolling one to that of its submission.
ASKED_AT = "coalesce(c.closes_at, p.submitted_at) at time zone c.zone"


def demand(query: Query, *, count: bool) -> "DataFrame":
    """K09 and K10 by call and instrument, in its unit: offered, requested, given, and the two ratios.

    Requested is what submitted proposals want at the instrument they named first; given what was announced, at the
    instrument where it was given; K10 divides by what was requested of decided proposals alone. A call of which nothing
    is decided yet has no K10. `parties` are proposals.
    """
    found = frame(
        f"""
        with wanted as (
            select p.call_id, l.preferred_id as instrument_id, sum(l.units) as requested,
                sum(l.units) filter (where p.state = any(%(decided)s::text[])) as of_decided,
                count(distinct p.id) as proposals
            from programs_leg l join programs_proposal p on p.id = l.proposal_id
            join programs_call c on c.id = p.call_id
            where p.state = any(%(submitted)s::text[]) and {IN_PERIOD.format(at=ASKED_AT)}
            group by 1, 2
        ), given as (
            select p.call_id, l.instrument_id, sum(l.granted) as allocated
            from programs_leg l join programs_proposal p on p.id = l.proposal_id
            join programs_call c on c.id = p.call_id
            where p.state = any(%(decided)s::text[]) and {IN_PERIOD.format(at=ASKED_AT)}
            group by 1, 2
        ), offered as (
            select o.call_id, o.instrument_id, o.units
            from programs_offer o join programs_call c on c.id = o.call_id
            where c.state <> 'draft' and {IN_PERIOD.format(at="coalesce(c.closes_at, c.opens_at) at time zone c.zone")}
        )
        select c.id::text as call_id, c.name as call, c.name_zh as call_zh, f.id::text as facility_id,
            {FACILITY} as facility, i.id::text as instrument_id, i.code as instrument, i.unit,
            o.units::float8 as available_units, coalesce(w.requested, 0)::float8 as requested_units,
            w.of_decided::float8 as of_decided,
            case when w.of_decided is not null then coalesce(g.allocated, 0)::float8 end as allocated_units,
            coalesce(w.proposals, 0)::bigint as proposals, coalesce(w.proposals, 0)::bigint as parties
        from (
            select call_id, instrument_id from offered union select call_id, instrument_id from wanted
            union select call_id, instrument_id from given
        ) k
        join programs_call c on c.id = k.call_id join facilities_instrument i on i.id = k.instrument_id
        join facilities_facility f on f.id = i.facility_id
        left join offered o using (call_id, instrument_id) left join wanted w using (call_id, instrument_id)
        left join given g using (call_id, instrument_id)
        where {OF_CALL} {PLACES}
        order by c.opens_at desc, c.id, facility, f.id, i.code, i.id
        """,
        {**asked(query), "submitted": sorted(SUBMITTED | DECIDED), "decided": sorted(DECIDED)},
    )
    rows = found.to_dict("records")
    found["oversubscription"] = [
        metrics.oversubscription(row["requested_units"], row["available_units"]) for row in rows
    ]
    found["allocation_ratio"] = [
        None if row["allocated_units"] is None else metrics.allocation_ratio(row["allocated_units"], row["of_decided"])
        for row in rows
    ]
    return records(found.to_dict("records"), list(found.columns))


GROUPS = {
    "call": ("c.id::text", "c.name", ""),
    "country": (
        "coalesce(m.country, '')",
        "coalesce(m.country, '')",
        "left join programs_proposalmember m on m.proposal_id = p.id and m.role = 'pi'",
    ),
    "kind": ("c.kind", "c.kind", ""),
    "lineage": ("p.lineage", "p.lineage", ""),
    "facility": (
        "f.id::text",
        FACILITY,
        "join facilities_facility f on f.id in (select i.facility_id from programs_leg l"
        " join facilities_instrument i on i.id = l.instrument_id where l.proposal_id = p.id)",
    ),
    "total": ("'all'", "'all'", ""),
}
"""By what proposals are grouped: key, label, and what must be joined; one at two facilities counts at each."""


def success(query: Query, *, count: bool) -> "DataFrame":
    """K11 by call, country of the PI at the time, kind of call, lineage or facility, notified within the period.

    Accepted are those that were given time in full or in part, also where it has expired since; on the reserve list is
    not accepted. `parties` are principal investigators.
    """
    key, label, joined = GROUPS[query["by"]]
    chinese = "max(c.name_zh)" if query["by"] == "call" else "''"
    found = frame(
        f"""
        select {key} as key, {label} as label, {"f.id::text" if query["by"] == "facility" else "null"} as facility_id,
            {chinese} as label_zh, '' as whole, count(*)::bigint as decided, count(distinct p.pi_id)::bigint as parties,
            (count(*) filter (where p.state = any(%(granted)s::text[]) or (p.state = 'expired' and exists (
                select from programs_leg l where l.proposal_id = p.id and l.granted > 0
            ))))::bigint as accepted
        from programs_proposal p join programs_call c on c.id = p.call_id {joined}
        where p.state = any(%(decided)s::text[]) and p.notified_at is not null
            and {IN_PERIOD.format(at="p.notified_at at time zone c.zone")} and {OF_CALL}
            and (%(facility)s::uuid is null or exists (
                select from programs_leg l join facilities_instrument i on i.id = l.instrument_id
                where l.proposal_id = p.id and i.facility_id = %(facility)s::uuid
            ))
        group by 1, 2, 3 order by decided desc, label, key
        """,
        {**asked(query), "granted": sorted(GRANTED), "decided": sorted(DECIDED)},
    )
    rows = found.to_dict("records")
    intervals = [metrics.wilson(row["accepted"], row["decided"]) for row in rows]
    found["success_rate"] = [metrics.success_rate(row["accepted"], row["decided"]) for row in rows]
    found["low"] = [interval and interval.low for interval in intervals]
    found["high"] = [interval and interval.high for interval in intervals]
    return found


CUT = (
    *("call_id", "call", "call_zh", "panel", "panel_zh", "best"),
    *("facility_id", "facility", "instrument_id", "instrument"),
)
"""What a cut-off is of."""


def cut_off(query: Query, *, count: bool) -> "DataFrame":
    """K12 by call, panel and instrument: the worst native score among proposals that were given time there.

    A native score is what the panel set, else the mean of the finished reviews on the panel's own scale. Proposals that
    the reader must not hear about (`query.without`) are not in it. `parties` are proposals.
    """
    places = read(
        f"""
        select a.id, a.final_score, c.id::text, c.name, c.name_zh, n.name, n.name_zh, s.best, f.id::text,
            {FACILITY} as facility, i.id::text, i.code, p.id
        from programs_assessment a join programs_proposal p on p.id = a.proposal_id
        join programs_call c on c.id = p.call_id join programs_panel n on n.id = a.panel_id
        join programs_scorescale s on s.id = n.scale_id
        join programs_leg l on l.proposal_id = p.id and l.granted > 0 and (
            not exists (select from programs_assessment_legs x where x.assessment_id = a.id)
            or exists (select from programs_assessment_legs x where x.assessment_id = a.id and x.leg_id = l.id)
        )
        join facilities_instrument i on i.id = l.instrument_id join facilities_facility f on f.id = i.facility_id
        where p.state = any(%(decided)s::text[]) and p.id <> all(%(without)s::uuid[]) and {OF_CALL} {PLACES}
            and {IN_PERIOD.format(at="p.notified_at at time zone c.zone")}
        order by c.opens_at desc, c.id, facility, f.id, i.code, i.id, n.name, n.id, a.id
        """,
        {**asked(query), "decided": sorted(DECIDED), "without": list(query.without)},
    )
    given = reviews_given([row[0] for row in places])
    means = proposal_means(each for reviews in given.values() for each in reviews)
    lines: dict[tuple[str, ...], dict[UUID, float]] = defaultdict(dict)
    for assessment, fixed, *line, proposal in places:
        scores = lines[tuple(line)]
        if (native := float(fixed) if fixed is not None else means.get(assessment)) is not None:
            scores[proposal] = native
    rows: list[dict[str, Any]] = []
    for place, scores in lines.items():
        row: dict[str, Any] = dict(zip(CUT, place, strict=True))
        best = ScoreScale.Best(row["best"])
        worst = metrics.cut_off(scores.values(), high_is_best=best == ScoreScale.Best.HIGH)
        row |= {"best": str(best.label), "cut_off": worst, "proposals": len(scores), "parties": len(scores)}
        rows.append(row)
    return records(rows, [*CUT, "cut_off", "proposals", "parties"])
