"""What the facilities lost, by cause, from the sessions themselves: only few of them lost anything."""

from typing import TYPE_CHECKING, Any

from reports import metrics
from reports.datasets.frames import PLACES, UNIT, asked, frame
from reports.parameters import Query

if TYPE_CHECKING:
    from pandas import DataFrame


def losses(query: Query, *, count: bool) -> "DataFrame":
    """K30 hours lost and given back by cause, the largest first (node-hours apart), with the running share.

    What a session lost is spread evenly over it and clipped to the period in the facility's days.
    """
    found = frame(
        f"""
        with lost as (
            select s.lost_cause as cause, {UNIT} as unit, coalesce(s.team_id, b.requester_id) as party,
                s.lost_units * 60.0
                    * case when s.unit = i.unit then i.unit_minutes when s.unit = 'day' then 1440 else 60 end
                    as seconds,
                60.0 * i.unit_minutes * coalesce(back.units, 0) as seconds_back,
                case when s.ends_at = s.starts_at then 1.0
                    else extract(epoch from upper(part.period) - lower(part.period))
                        / extract(epoch from s.ends_at - s.starts_at) end as share
            from facilities_session s
            join facilities_instrument i on i.id = s.instrument_id join facilities_facility f on f.id = i.facility_id
            left join facilities_booking b on b.id = s.booking_id
            left join lateral (
                select sum(e.units) as units from facilities_ledgerentry e
                where e.booking_id = s.booking_id and e.kind = 'compensated'
            ) back on true
            cross join lateral (
                select tstzrange(s.starts_at, s.ends_at, '[]') * tstzrange(
                    (%(since)s::date)::timestamp at time zone f.zone, (%(until)s::date)::timestamp at time zone f.zone
                ) as period
            ) part
            where s.lost_units > 0 and s.ends_at is not null and not isempty(part.period) {PLACES}
        )
        select cause, unit, sum(seconds * share)::float8 / 3600 as lost_hours,
            sum(least(seconds_back, seconds) * share)::float8 / 3600 as back_hours,
            count(*)::bigint as sessions, count(distinct party)::bigint as parties
        from lost group by cause, unit order by unit, lost_hours desc, cause
        """,
        asked(query),
        lost_hours="float64",
        back_hours="float64",
    )
    shares: list[metrics.Slice] = []
    for unit in dict.fromkeys(found["unit"]):
        shares += metrics.pareto(found.loc[found["unit"] == unit, "lost_hours"].tolist())
    found["share"] = [each.share for each in shares]
    found["running"] = [each.running for each in shares]
    pairs: Any = zip(found["back_hours"].tolist(), found["lost_hours"].tolist(), strict=True)
    found["back_share"] = [metrics.ratio(back, lost) for back, lost in pairs]
    return found if count else found.drop(columns="parties")
