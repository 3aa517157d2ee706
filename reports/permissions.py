"""Who reads which figures in full: leadership those of its alliance, a facility's people their own.

Everyone else reads them without small cells.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.rows import fetch
from reports import sql


@dataclass(frozen=True)
class Reader:
    """`user` may be anonymous. `facilities` are those whose figures are read with their rows."""

    user: Any
    reads_all: bool
    facilities: frozenset[UUID]

    def reads(self, facility_id: UUID | None) -> bool:
        """Whether cells about a facility (or, for None, about all of them) are shown however small."""
        return self.reads_all or (facility_id is not None and facility_id in self.facilities)


def reader_of(user: Any) -> Reader:
    """What a person may read: `view_figures` on an alliance, `view_usage` on facilities; one statement.

    An alliance reads the facilities of its members, and those of nobody's members; never those that belong to members
    of other alliances alone.
    """
    if not user.is_authenticated or not user.is_active:
        return Reader(user, reads_all=False, facilities=frozenset())
    if user.is_system or user.is_superuser:
        return Reader(user, reads_all=True, facilities=frozenset())
    ((reads_all, facilities),) = fetch(sql.READS, {"user": user.pk})
    return Reader(user, reads_all, frozenset() if reads_all else frozenset(facilities))
