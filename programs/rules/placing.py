"""Which panel judges a leg: the one of its facility first, then the one that knows its techniques and themes best."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class PanelFacts:
    """A panel of a call; `facility` is None for a panel of the alliance, which judges legs everywhere."""

    key: UUID
    facility: UUID | None
    techniques: frozenset[UUID]
    themes: frozenset[UUID]


def panel_for(
    facility: UUID, techniques: frozenset[UUID], themes: frozenset[UUID], panels: Sequence[PanelFacts]
) -> UUID:
    """The key of the best of `panels` (at least one, in an order that settles ties). Another facility's own panel is
    taken only where there is no other."""

    def fitness(panel: PanelFacts) -> tuple[int, int]:
        place = 2 if panel.facility == facility else 1 if panel.facility is None else 0
        return place, 2 * len(panel.techniques & techniques) + len(panel.themes & themes)

    return max(panels, key=fitness).key
