"""Cooperation between centres: programmes that two of them share, and use of each other's facilities."""

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from core.rows import fetch
from programs.workflows.cooperation import RUNNING
from reports import metrics
from reports.datasets.frames import asked, shares_by_party
from reports.parameters import Query

if TYPE_CHECKING:
    from pandas import DataFrame

PAIRS = [
    *("one_id", "one", "other_id", "other", "programs", "uses"),
    *("hours_there", "hours_back", "together", "salton", "parties"),
]
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
    import pandas

    programs = _programs(query)
    uses = _uses(query)
    wanted = query["count"]
    objects: list[tuple[tuple[str, ...], float]] = []
    if wanted != "use":
        objects += [(tuple(parties), 1.0) for parties in programs.values()]
    if wanted != "programs":
        objects += [((row["home"], row["host"]), float(row["sessions"])) for row in uses]
    found = metrics.cooperation(objects)
    joint = metrics.cooperation((parties, 1.0) for parties in programs.values()).pairs
    directed: dict[tuple[str, str], dict[str, Any]] = {(row["home"], row["host"]): row for row in uses}
    names = _names({party for pair in found.pairs for party in pair})
    rows = []
    for one, other in found.pairs:
        there, back = directed.get((one, other), {}), directed.get((other, one), {})
        parties = len({*there.get("parties", []), *back.get("parties", [])} - {None})
        rows.append(
            {
                "one_id": one,
                "one": names[one],
                "other_id": other,
                "other": names[other],
                "programs": int(joint.get((one, other), 0)) if wanted != "use" else 0,
                "uses": int(there.get("sessions", 0) + back.get("sessions", 0)) if wanted != "programs" else 0,
                "hours_there": float(there.get("hours", 0)),
                "hours_back": float(back.get("hours", 0)),
                "together": found.pairs[one, other],
                "salton": metrics.salton(found.pairs[one, other], found.totals[one], found.totals[other]),
                "parties": parties,
            }
        )
    rows.sort(key=lambda row: (-row["together"], row["one"], row["other"], row["one_id"], row["other_id"]))
    if query.organisation:
        rows = [row for row in rows if str(query.organisation) in (row["one_id"], row["other_id"])]
    answer = pandas.DataFrame.from_records(rows, columns=PAIRS)
    centres = len({party for parties, _weight in objects for party in parties})
    answer.attrs = {"centres": centres, "density": metrics.density(len(found.pairs), centres)}
    return answer


def _programs(query: Query) -> dict[str, list[str]]:
    """Partners of each programme that counts and runs within the period; one without dates counts in all of time."""
    return dict(
        fetch(
            f"""
            select p.program_id::text, array_agg(o.id::text order by o.id)
            from programs_partner p join programs_program g on g.id = p.program_id
            join accounts_organisation o on o.id = p.organisation_id
            where g.state = any(%(running)s::text[])
                and (%(since)s::date is null or coalesce(g.ends_on, 'infinity') >= %(since)s::date)
                and (%(until)s::date is null or coalesce(g.starts_on, g.approved_at::date) < %(until)s::date)
                {MEMBERS}
            group by p.program_id
            """,
            {**asked(query), "running": sorted(RUNNING), "centres": query["centres"]},
        )
    )


def _uses(query: Query) -> list[dict[str, Any]]:
    """Sessions and hours from each centre at the facilities of each other one, with the parties."""
    keys = "h.organisation_id as home, f.organisation_id as host"
    found = fetch(
        f"""
        with had as ({shares_by_party(keys)})
        select o.id::text, h.host::text, sum(h.sessions)::bigint, sum(h.delivered) / 3600, array_agg(h.party::text)
        from had h join accounts_organisation o on o.id = h.home
        where h.home <> h.host and h.unit = 'hour' {MEMBERS}
        group by o.id, h.host having sum(h.sessions) > 0
        """,
        {**asked(query), "centres": query["centres"]},
    )
    return [dict(zip(("home", "host", "sessions", "hours", "parties"), row, strict=True)) for row in found]


def _names(ids: set[str]) -> dict[str, str]:
    """Short names, or full ones where two would read the same."""
    found = fetch(
        "select id::text, coalesce(nullif(acronym, ''), name), name from accounts_organisation"
        " where id = any(%s::uuid[])",
        [list(ids)],
    )
    times: dict[str, int] = defaultdict(int)
    for _id, label, _name in found:
        times[label] += 1
    return {key: label if times[label] == 1 else name for key, label, name in found}
