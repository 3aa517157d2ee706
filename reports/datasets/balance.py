"""Whose countries used the time, and how much of it industry paid for: K16, K17, K27."""

from typing import TYPE_CHECKING

from reports import metrics
from reports.datasets.frames import FACILITY, IN_PERIOD, PLACES, asked, during, frame, read, shares_by_party
from reports.datasets.people import ATTENDED, IN_TIME, VISITS
from reports.parameters import Query

if TYPE_CHECKING:
    from pandas import DataFrame


def international(query: Query, *, count: bool) -> "DataFrame":
    """K16 by facility: hours delivered to users at home, from abroad and of unknown home, and the share from abroad."""
    host = "coalesce(nullif(i.country, ''), f.country)"
    keys = f"f.id as facility, h.country as home, {host} as host"
    found = frame(
        f"""
        with had as ({shares_by_party(keys, unit="'hour'", party=count)})
        select f.id::text as facility_id, {FACILITY} as facility,
            coalesce(sum(h.delivered) filter (where h.home = h.host), 0) / 3600 as home_hours,
            coalesce(sum(h.delivered) filter (where h.home <> h.host and h.home <> '' and h.host <> ''), 0) / 3600
                as abroad_hours,
            coalesce(sum(h.delivered) filter (where h.home <> h.host and (h.home = '' or h.host = '')), 0) / 3600
                as unknown_hours,
            count(distinct h.party)::bigint as parties
        from had h join facilities_facility f on f.id = h.facility
        group by f.id having sum(h.delivered) > 0 order by facility, f.id
        """,
        asked(query),
        home_hours="float64",
        abroad_hours="float64",
        unknown_hours="float64",
    )
    pairs = zip(found["home_hours"].tolist(), found["abroad_hours"].tolist(), strict=True)
    found["abroad_share"] = [metrics.ratio(abroad, home + abroad) for home, abroad in pairs]
    return found


def balance(query: Query, *, count: bool) -> "DataFrame":
    """K17 by home country: its share of the delivered hours, its share of the alliance's members as its target, and
    their ratio. `attrs` hold HHI and Gini of the shares, over countries that used something; not where cells are kept
    back, for they would tell of them.
    """
    found = frame(
        f"""
        with had as ({shares_by_party("h.country as home", unit="'hour'", party=count)})
        select h.home, '' as whole, sum(h.delivered) / 3600 as hours, count(distinct h.party)::bigint as parties
        from had h where h.home <> '' group by h.home having sum(h.delivered) > 0
        order by hours desc, h.home
        """,
        asked(query),
        hours="float64",
    )
    members = dict(
        read(
            """
            select o.country, count(distinct o.id) from alliance_membership m
            join accounts_organisation o on o.id = m.organisation_id
            where o.country <> '' and (m.joined_on is null or m.joined_on < %(until)s::date)
                and (m.left_on is null or m.left_on >= %(until)s::date)
            group by o.country
            """,
            asked(query),
        )
    )
    hours, whole = found["hours"].tolist(), sum(members.values())
    found["used_share"] = [metrics.ratio(each, sum(hours)) for each in hours]
    found["target_share"] = [metrics.ratio(members.get(home), whole) for home in found["home"]]
    pairs = zip(found["used_share"].tolist(), found["target_share"].tolist(), strict=True)
    found["balance"] = [metrics.balance(used, target) if target == target else None for used, target in pairs]
    if not count:
        found.attrs = {"hhi": metrics.concentration(hours), "gini": metrics.gini(hours)}
    return found


def industry(query: Query, *, count: bool) -> "DataFrame":
    """K27 by facility: proprietary of delivered hours, and users who came from a company at the time of all users.

    Proprietary is the access category of the booking; its sessions count whole on the day they began. `parties` are
    the teams with proprietary time and the industrial users.
    """
    found = frame(
        f"""
        with {VISITS.format(where=IN_TIME)}, paid as (
            select i.facility_id, sum(s.units * i.unit_minutes / 60)::float8 as hours,
                count(distinct coalesce(b.team_id, b.requester_id)) as teams
            from facilities_booking b join facilities_session s on s.booking_id = b.id
            join facilities_instrument i on i.id = b.instrument_id join facilities_facility f on f.id = i.facility_id
            where b.category = 'proprietary' and i.unit <> 'node_hour'
                and {IN_PERIOD.format(at="s.starts_at at time zone f.zone")} {PLACES}
            group by i.facility_id
        ), used as (
            select i.facility_id, sum(u.delivered_seconds::float8) / 3600 as hours
            from facilities_instrument i join facilities_facility f on f.id = i.facility_id
            join reports_dailyuse u on u.instrument_id = i.id and {during("u")}
            where i.unit <> 'node_hour' {PLACES} group by i.facility_id
        ), person as (
            select v.facility_id, v.person, bool_or(c.user_id is not null) as industrial
            from visit v left join (
                select s.user_id, s.starts_on, coalesce(s.ends_on, 'infinity') as ends_on
                from accounts_affiliation s join accounts_organisation o on o.id = s.organisation_id
                where o.kind = 'company'
            ) c on c.user_id = v.person and c.starts_on <= v.day and c.ends_on > v.day
            group by v.facility_id, v.person
        ), users as (
            select facility_id, count(*) as users, count(*) filter (where industrial) as industrial
            from person group by facility_id
        )
        select f.id::text as facility_id, {FACILITY} as facility, u.hours as delivered_hours,
            coalesce(p.hours, 0) as proprietary_hours, coalesce(n.users, 0)::bigint as users,
            coalesce(n.industrial, 0)::bigint as industrial_users,
            (coalesce(p.teams, 0) + coalesce(n.industrial, 0))::bigint as parties
        from used u join facilities_facility f on f.id = u.facility_id
        left join paid p on p.facility_id = f.id left join users n on n.facility_id = f.id
        where u.hours > 0 order by facility, f.id
        """,
        {**asked(query), "attended": ATTENDED},
        delivered_hours="float64",
        proprietary_hours="float64",
    )
    rows = found.to_dict("records")
    found["proprietary_share"] = [
        metrics.industrial_share(row["proprietary_hours"], row["delivered_hours"]) for row in rows
    ]
    found["user_share"] = [metrics.industrial_share(row["industrial_users"], row["users"]) for row in rows]
    return found


def income(query: Query, *, count: bool) -> "DataFrame":
    """K27 by facility and currency: payments of companies received within the period; currencies never mix."""
    return frame(
        f"""
        select f.id::text as facility_id, coalesce({FACILITY}, '') as facility, q.currency,
            sum(p.amount)::float8 as income, count(distinct p.request_id)::bigint as requests,
            count(distinct p.request_id)::bigint as parties
        from programs_payment p join programs_industrialrequest r on r.id = p.request_id
        join lateral (
            select currency from programs_quotation q where q.request_id = r.id order by number desc limit 1
        ) q on true
        join facilities_facility f on f.id = r.facility_id
        where {during("p", "received_on")} and (%(facility)s::uuid is null or f.id = %(facility)s::uuid)
        group by f.id, q.currency order by facility, f.id, q.currency
        """,
        asked(query),
        income="float64",
    )
