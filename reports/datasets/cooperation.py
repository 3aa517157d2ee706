"""Cooperation between centres: programmes that two of them share, and use of each other's facilities."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from programs.workflows.cooperation import RUNNING
from reports import metrics
from reports.datasets.frames import FROM_HOME, PLACES, SHARES, asked, frame, read, shares_by_party
from reports.parameters import Query

if TYPE_CHECKING:
    from pandas import DataFrame

PAIRS = [
    *("one_id", "one", "other_id", "other", "programs", "uses"),
    *("hours_there", "hours_back", "together", "salton", "parties"),
]
ENDS = ("home", "host")
RUNNING_THEN = """g.state = any(%(running)s::text[])
    and (%(since)s::date is null or coalesce(g.ends_on, 'infinity') >= %(since)s::date)
    and (%(until)s::date is null or coalesce(g.starts_on, g.approved_at::date) < %(until)s::date)
"""
"""A programme that counts and runs within the period; one without dates counts in all of time."""
MEMBERS = """
    and (%(centres)s::text = 'all' or exists (
        select 1 from alliance_membership m where m.organisation_id = o.id and m.left_on is null
    ))
"""


def cooperation(query: Query, *, count: bool) -> "DataFrame":
    """K18 and K19 by pair of centres: joint programmes, uses of each other's facilities, hours both ways, Salton.

    A use is a session of somebody of one centre at a facility of another. `parties` counts who used; a pair with
    programmes only has none. The frame's `attrs` hold `centres`, `density` (K20).
    """
    programs, uses = joint_programs(query), joint_uses(query)
    names = names_of({party for parties in programs for party in parties} | {row[end] for row in uses for end in ENDS})
    return _pairs(query, programs, uses, names)


def country_cooperation(query: Query, *, count: bool) -> "DataFrame":
    """The same by pair of countries, where the centres are: an object within one country joins no two."""
    homes = dict(read("select id::text, country from accounts_organisation where country <> ''", {}))
    programs = [sorted({homes[each] for each in parties if each in homes}) for parties in joint_programs(query)]
    uses = [
        {**row, "home": homes[row["home"]], "host": homes[row["host"]]}
        for row in joint_uses(query)
        if row["home"] in homes and row["host"] in homes and homes[row["home"]] != homes[row["host"]]
    ]
    codes = {each for parties in programs for each in parties} | {row[end] for row in uses for end in ENDS}
    return _pairs(query, programs, uses, {code: code for code in codes})


def objects_by_year(query: Query, years: Sequence[Query]) -> Iterator[list[tuple[tuple[str, ...], float]]]:
    """(parties, weight) of what `count` asks for in each of these years, the parts of the query's period: programmes of
    several centres, uses of one by another. Uses are read for all years at once."""
    wanted = query["count"]
    uses = _uses_by_year(query) if wanted != "programs" else {}
    for part in years:
        programs = joint_programs(part) if wanted != "use" else []
        yield _objects(wanted, programs, uses.get(part.since.year if part.since else 0, []))


def _uses_by_year(query: Query) -> dict[int, list[dict[str, Any]]]:
    found = read(
        f"""
        select u.year, u.home::text, u.host::text, u.sessions from (
            select extract(year from h.day)::int as year, h.organisation_id as home, f.organisation_id as host,
                sum(h.sessions)::bigint as sessions
            from facilities_instrument i join facilities_facility f on f.id = i.facility_id
            join {SHARES} h on h.instrument_id = i.id
            where h.organisation_id <> f.organisation_id and i.unit <> 'node_hour' and {FROM_HOME} {PLACES}
            group by 1, 2, 3
        ) u join accounts_organisation o on o.id = u.home
        where u.sessions > 0 {MEMBERS} order by 1, 2, 3
        """,
        {**asked(query), "centres": query["centres"]},
    )
    years: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for year, *use in found:
        years[year].append(dict(zip((*ENDS, "sessions"), use, strict=True)))
    return years


def _objects(wanted: str, programs: list[list[str]], uses: list[dict[str, Any]]) -> list[tuple[tuple[str, ...], float]]:
    objects: list[tuple[tuple[str, ...], float]] = []
    if wanted != "use":
        objects += [(tuple(parties), 1.0) for parties in programs]
    if wanted != "programs":
        objects += [((row["home"], row["host"]), float(row["sessions"])) for row in uses]
    return objects


def _pairs(query: Query, programs: list[list[str]], uses: list[dict[str, Any]], names: dict[str, str]) -> "DataFrame":
    import pandas

    wanted = query["count"]
    objects = _objects(wanted, programs, uses)
    found = metrics.cooperation(objects, fractional=query["counting"] == "fractional")
    joint = metrics.cooperation((parties, 1.0) for parties in programs).pairs
    directed: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in uses:
        directed[row["home"], row["host"]].append(row)
    rows = []
    for one, other in found.pairs:
        there, back = directed[one, other], directed[other, one]
        rows.append(
            {
                "one_id": one,
                "one": names[one],
                "other_id": other,
                "other": names[other],
                "programs": int(joint.get((one, other), 0)) if wanted != "use" else 0,
                "uses": sum(row["sessions"] for row in (*there, *back)) if wanted != "programs" else 0,
                "hours_there": float(sum(row["hours"] for row in there)),
                "hours_back": float(sum(row["hours"] for row in back)),
                "together": found.pairs[one, other],
                "salton": metrics.salton(found.pairs[one, other], found.totals[one], found.totals[other]),
                "parties": len({party for row in (*there, *back) for party in row["parties"]} - {None}),
            }
        )
    rows.sort(key=lambda row: (-row["together"], row["one"], row["other"], row["one_id"], row["other_id"]))
    if query.organisation:
        rows = [row for row in rows if str(query.organisation) in (row["one_id"], row["other_id"])]
    answer = pandas.DataFrame.from_records(rows, columns=PAIRS)
    centres = len({party for parties, _weight in objects for party in parties})
    answer.attrs = {"centres": centres, "density": metrics.density(len(found.pairs), centres)}
    return answer


def themes(query: Query, *, count: bool) -> "DataFrame":
    """Joint programmes of the centre (without one: of all) by theme, and how many other centres take part in them. A
    programme with two themes counts under each; one without stands under no name."""
    return frame(
        f"""
        with joint as (
            select g.id from programs_program g join programs_partner p on p.program_id = g.id
            where {RUNNING_THEN} group by g.id
            having count(distinct p.organisation_id) > 1 and (
                %(organisation)s::uuid is null or bool_or(p.organisation_id = %(organisation)s::uuid)
            )
        )
        select coalesce(t.name, '') as theme, coalesce(t.name_zh, '') as theme_zh,
            count(distinct j.id)::bigint as programs,
            (count(distinct p.organisation_id) - (%(organisation)s::uuid is not null)::int)::bigint as partners
        from joint j join programs_partner p on p.program_id = j.id
        left join programs_program_themes l on l.program_id = j.id left join programs_theme t on t.id = l.theme_id
        group by t.id order by programs desc, theme
        """,
        {**asked(query), "organisation": query.organisation, "running": sorted(RUNNING)},
    )


def joint_programs(query: Query) -> list[list[str]]:
    """Partners of each programme that counts and runs within the period."""
    found = read(
        f"""
            select array_agg(o.id::text order by o.id)
            from programs_partner p join programs_program g on g.id = p.program_id
            join accounts_organisation o on o.id = p.organisation_id
            where {RUNNING_THEN}
                {MEMBERS}
            group by p.program_id order by p.program_id
            """,
        {**asked(query), "running": sorted(RUNNING), "centres": query["centres"]},
    )
    return [parties for (parties,) in found]


def joint_uses(query: Query) -> list[dict[str, Any]]:
    """Sessions and hours from each centre at the facilities of each other one, with the parties."""
    keys = "h.organisation_id as home, f.organisation_id as host"
    found = read(
        f"""
        with had as ({shares_by_party(keys, unit="'hour'")})
        select o.id::text, h.host::text, sum(h.sessions)::bigint, sum(h.delivered) / 3600, array_agg(h.party::text)
        from had h join accounts_organisation o on o.id = h.home
        where h.home <> h.host {MEMBERS}
        group by o.id, h.host having sum(h.sessions) > 0
        """,
        {**asked(query), "centres": query["centres"]},
    )
    return [dict(zip(("home", "host", "sessions", "hours", "parties"), row, strict=True)) for row in found]


def names_of(ids: set[str]) -> dict[str, str]:
    """Short names, or full ones where two would read the same."""
    found = read(
        "select id::text, coalesce(nullif(acronym, ''), name), name from accounts_organisation"
        " where id = any(%s::uuid[])",
        [list(ids)],
    )
    times: dict[str, int] = defaultdict(int)
    for _id, label, _name in found:
        times[label] += 1
    return {key: label if times[label] == 1 else name for key, label, name in found}
