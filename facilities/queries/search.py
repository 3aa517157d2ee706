"""One box over facilities, instruments, techniques and organisations."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.functions import Concat

from accounts.models import Organisation
from accounts.queries import organisations_listed
from core.search import FEW, as_typed, corrections, having, ranked, words
from facilities.models import Facility, Instrument, Technique
from facilities.queries.catalogue import tagged_within, techniques_offered

_INSTRUMENT = Case(When(name=F("code"), then=F("code")), default=Concat("code", Value(" · "), "name"))

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
    found = []
    for kind in kinds:
        rows, columns = SOURCES[kind]
        best = ranked(rows(alternatives), text).values_list("id", *columns, "rank", "size")[:limit]
        found += [Found(kind, *row) for row in best]
    return sorted(found, key=_order)


def _instruments(alternatives: Sequence[Sequence[str]]) -> QuerySet[Instrument]:
    rows = Instrument.objects.filter(archived_at=None, facility__archived_at=None).order_by()
    named = having(rows, alternatives, ("search", "facility__search"))
    offered = tagged_within(_techniques(alternatives))
    return rows.filter(pk__in=named.values("pk").union(offered.values("pk")))


def _organisations(alternatives: Sequence[Sequence[str]]) -> QuerySet[Organisation]:
    return having(organisations_listed(), alternatives)


def _facilities(alternatives: Sequence[Sequence[str]]) -> QuerySet[Facility]:
    return having(Facility.objects.filter(archived_at=None), alternatives)


def _techniques(alternatives: Sequence[Sequence[str]]) -> QuerySet[Technique]:
    return having(techniques_offered(), alternatives)


SOURCES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "facility": (_facilities, ("slug", "name", "name_local", "city", "country")),
    "instrument": (_instruments, ("slug", _INSTRUMENT, "name_zh", "facility__name", "facility__country")),
    "technique": (_techniques, ("code", "label", "label_zh", "definition", Value(""))),
    "organisation": (_organisations, ("slug", "name", "name_local", "city", "country")),
}
"""For each kind its rows, and the columns that become key, label, label_local, detail and country."""
