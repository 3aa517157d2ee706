"""Where the answers to own questions come from: per source its rows as SQL and what each dimension is in them."""

from dataclasses import dataclass, field

from programs.workflows.cooperation import RUNNING
from programs.workflows.proposals import DECIDED, GRANTED, SUBMITTED
from reports.datasets.demand import ASKED_AT
from reports.datasets.frames import FACILITY, PARTY
from reports.datasets.people import ATTENDED, VISITS

Key = tuple[str, str]
"""What a dimension is grouped by and how it reads, in columns of the source's rows `r`."""


@dataclass(frozen=True)
class Source:
    """`rows` is a select with a column `day` in the place's own calendar and, where people stand behind it, `party`;
    `{shares}` in it are the shares of the period (sql.shares). No dimension is shorter than a month.

    `keys` say what each dimension is; `filters` which parameters of a question it knows, as columns of its rows.
    """

    rows: str
    keys: dict[str, Key]
    filters: dict[str, str]
    before: str = ""
    values: dict[str, list[str]] = field(default_factory=dict)


HOST = "coalesce(nullif(i.country, ''), f.country)"
AT = f"""i.id as instrument_id, i.code as instrument, f.id as facility_id, {FACILITY} as facility, f.kind as type,
    {HOST} as host"""
CALENDAR: dict[str, Key] = {
    "month": ("to_char(r.day, 'YYYY-MM')",) * 2,
    "quarter": ("""to_char(r.day, 'YYYY-"Q"Q')""",) * 2,
    "year": ("to_char(r.day, 'YYYY')",) * 2,
}
PLACES: dict[str, Key] = {
    "facility": ("r.facility_id::text", "r.facility"),
    "instrument": ("r.instrument_id::text", "r.facility || ' · ' || r.instrument"),
    "type": ("r.type", "r.type"),
    "host": ("r.host", "r.host"),
}
AT_PLACES = {"facility": "r.facility_id", "instrument": "r.instrument_id", "country": "r.host"}
USERS: dict[str, Key] = {
    "home": ("r.home", "r.home"),
    "centre": (
        "r.organisation_id::text",
        "(select coalesce(nullif(o.acronym, ''), o.name) from accounts_organisation o where o.id = r.organisation_id)",
    ),
}
OF_USERS = {"home": "r.home", "organisation": "r.organisation_id"}
TEAM: Key = ("r.team_id::text", "(select t.title from facilities_team t where t.id = r.team_id)")

SOURCES = {
    "use": Source(
        f"""select h.day, {AT}, i.unit = 'node_hour' as of_nodes, h.country as home, h.organisation_id,
            h.team_id, {PARTY} as party, h.booked_seconds::float8 / 3600 as booked,
            h.delivered_seconds::float8 / 3600 as delivered, h.lost_seconds::float8 / 3600 as lost, h.sessions
        from facilities_instrument i join facilities_facility f on f.id = i.facility_id
        join {{shares}} h on h.instrument_id = i.id""",
        CALENDAR | PLACES | USERS | {"team": TEAM},
        AT_PLACES | OF_USERS | {"unit": "r.of_nodes"},
    ),
    "offer": Source(
        f"""select u.day, {AT}, u.open_seconds::float8 / 3600 as open, u.user_seconds::float8 / 3600 as user_hours,
            u.booked_user_seconds::float8 / 3600 as booked, null::uuid as party
        from facilities_instrument i join facilities_facility f on f.id = i.facility_id
        join reports_dailyuse u on u.instrument_id = i.id where i.unit <> 'node_hour'
        union all
        select h.day, {AT}, 0, 0, 0, {PARTY}
        from facilities_instrument i join facilities_facility f on f.id = i.facility_id
        join {{shares}} h on h.instrument_id = i.id and h.booked_seconds > 0 where i.unit <> 'node_hour'""",
        CALENDAR | PLACES,
        AT_PLACES,
    ),
    "bookings": Source(
        f"""select (lower(b.period) at time zone f.zone)::date as day, {AT}, b.country as home, b.organisation_id,
            b.team_id, coalesce(b.team_id, b.requester_id) as party, b.state, b.mode, b.category
        from facilities_booking b join facilities_instrument i on i.id = b.instrument_id
        join facilities_facility f on f.id = i.facility_id""",
        CALENDAR
        | PLACES
        | USERS
        | {"team": TEAM, "way": ("r.mode",) * 2, "category": ("r.category",) * 2, "state": ("r.state",) * 2},
        AT_PLACES | OF_USERS,
    ),
    "visits": Source(
        f"""select v.day, {AT}, b.country as home, b.organisation_id, v.person as party, v.way, b.category
        from visit v join facilities_booking b on b.id = v.id join facilities_instrument i on i.id = b.instrument_id
        join facilities_facility f on f.id = i.facility_id""",
        CALENDAR | PLACES | USERS | {"way": ("r.way",) * 2, "category": ("r.category",) * 2},
        AT_PLACES | OF_USERS,
        before=f"with {VISITS.format(where='')}",
        values={"attended": ATTENDED},
    ),
    "proposals": Source(
        f"""select ({ASKED_AT})::date as day, c.id as call_id, c.name as call, c.kind, p.lineage,
            coalesce(m.country, '') as home, p.pi_id as party
        from programs_proposal p join programs_call c on c.id = p.call_id
        left join programs_proposalmember m on m.proposal_id = p.id and m.role = 'pi'
        where p.state = any(%(submitted)s::text[])""",
        CALENDAR
        | {"call": ("r.call_id::text", "r.call"), "kind": ("r.kind",) * 2, "lineage": ("r.lineage",) * 2}
        | {"home": USERS["home"]},
        {"home": "r.home"},
        values={"submitted": sorted(SUBMITTED | DECIDED)},
    ),
    "decided": Source(
        """select (p.notified_at at time zone c.zone)::date as day, c.id as call_id, c.name as call, c.kind, p.lineage,
            coalesce(m.country, '') as home, p.pi_id as party,
            p.state = any(%(granted)s::text[]) or (p.state = 'expired' and exists (
                select from programs_leg l where l.proposal_id = p.id and l.granted > 0
            )) as accepted
        from programs_proposal p join programs_call c on c.id = p.call_id
        left join programs_proposalmember m on m.proposal_id = p.id and m.role = 'pi'
        where p.state = any(%(decided)s::text[]) and p.notified_at is not null""",
        CALENDAR
        | {"call": ("r.call_id::text", "r.call"), "kind": ("r.kind",) * 2, "lineage": ("r.lineage",) * 2}
        | {"home": USERS["home"]},
        {"home": "r.home"},
        values={"granted": sorted(GRANTED), "decided": sorted(DECIDED)},
    ),
    "programs": Source(
        """select p.starts_on as day, p.kind as programme, p.lead_organisation_id as organisation_id,
            coalesce(o.country, '') as home, p.id
        from programs_program p left join accounts_organisation o on o.id = p.lead_organisation_id
        where p.state = any(%(running)s::text[])""",
        {"year": CALENDAR["year"], "programme": ("r.programme",) * 2} | USERS,
        OF_USERS,
        values={"running": sorted(RUNNING)},
    ),
}
