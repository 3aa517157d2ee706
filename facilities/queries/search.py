"""One box over facilities, instruments, techniques and organisations, in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from core.search import FEW, Asked, as_typed, corrections, words

KINDS = ("facility", "instrument", "technique", "organisation")
"""In the order in which finds of the same rank are shown."""


@dataclass(frozen=True)
class Found:
    """One find. `key` is its slug (a technique's code); `detail` says where it is; `rank` 0 is the whole name."""

    kind: str
    id: UUID
    key: str
    label: str
    label_local: str
    detail: str
    country: str
    rank: int
    size: int


def search(text: str, kinds: Sequence[str] | None = None, limit: int = 20) -> list[Found]:
    """The best finds of each kind, whole names first; at most `limit`, each kind getting its share.

    Withdrawn organisations and archived entries are not offered. Nothing for no text.
    """
    typed = words(text)
    wanted = [kind for kind in KINDS if kinds is None or kind in kinds]
    if not typed or not wanted:
        return []
    found = _finds(text, as_typed(typed), wanted, limit)
    if len(found) < FEW:
        meant = corrections(typed)
        if meant != as_typed(typed):
            found = _finds(text, meant, wanted, limit)
    share = max(limit // len(wanted), 1)
    first = [row for kind in wanted for row in [row for row in found if row.kind == kind][:share]]
    chosen = (first + [row for row in found if row not in first])[:limit]
    return sorted(chosen, key=_order)


def _order(row: Found) -> tuple[Any, ...]:
    return row.rank, KINDS.index(row.kind), row.size, row.label, row.id


def _finds(text: str, alternatives: Sequence[Sequence[str]], kinds: Sequence[str], limit: int) -> list[Found]:
    asked = Asked(text, alternatives)
    parts = [f"({SOURCES[kind](asked)} order by rank, size, id limit %(limit)s)" for kind in kinds]
    with connection.cursor() as cursor:
        cursor.execute(" union all ".join(parts), {**asked.parameters, "limit": limit})
        return sorted((Found(*row) for row in cursor.fetchall()), key=_order)


def _facilities(asked: Asked) -> str:
    return f"""
        select 'facility', f.id, f.slug, f.name, f.name_local, f.city, f.country,
            {asked.rank("f.search")} as rank, length(f.search) as size
        from facilities_facility f where f.archived_at is null and {asked.begins("f.search")}
    """


def _instruments(asked: Asked) -> str:
    """By their own names and their facility's, and by the techniques they offer or narrower ones."""
    return f"""
        select 'instrument', i.id, i.slug, case when i.name = i.code then i.code else i.code || ' · ' || i.name end,
            i.name_zh, f.name, coalesce(nullif(i.country, ''), f.country),
            {asked.rank("i.search")} as rank, length(i.search) as size
        from facilities_instrument i join facilities_facility f on f.id = i.facility_id
        where i.archived_at is null and f.archived_at is null and (({asked.begins("i.search", "f.search")}) or i.id in (
            select offered.instrument_id
            from facilities_instrument_techniques offered
            join facilities_techniqueclosure within on within.descendant_id = offered.technique_id
            join facilities_technique t on t.id = within.ancestor_id
            where {OFFERED} and {asked.begins("t.search")}
        ))
    """


def _techniques(asked: Asked) -> str:
    return f"""
        select 'technique', t.id, t.code, t.label, t.label_zh, t.definition, '',
            {asked.rank("t.search")} as rank, length(t.search) as size
        from facilities_technique t where {OFFERED} and {asked.begins("t.search")}
    """


def _organisations(asked: Asked) -> str:
    return f"""
        select 'organisation', o.id, o.slug, o.name, o.name_local, o.city, o.country,
            {asked.rank("o.search")} as rank, length(o.search) as size
        from accounts_organisation o where o.status <> 'withdrawn' and {asked.begins("o.search")}
    """


OFFERED = "t.code not like 'PaNET1%%' and t.code not like 'PaNET2%%'"
"""As in `techniques_offered`."""

SOURCES = {
    "facility": _facilities,
    "instrument": _instruments,
    "technique": _techniques,
    "organisation": _organisations,
}
"""For each kind the statement whose columns are those of `Found`, in order."""
