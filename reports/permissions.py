"""Who reads which figures in full: leadership all, a facility's people their own; everyone else without small cells."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from alliance.models import Alliance
from core.permissions import containers
from facilities.models import Facility


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
    """What a person may read, in two queries at most."""
    if containers(user, "alliance.view_figures", Alliance.objects.all()).exists():
        return Reader(user, reads_all=True, facilities=frozenset())
    own = containers(user, "facilities.view_usage", Facility.objects.all())
    return Reader(user, reads_all=False, facilities=frozenset(own.values_list("id", flat=True)))
