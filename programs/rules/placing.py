"""Which panel judges a leg: the one of its facility first, then the one that knows its techniques and themes best."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class PanelFacts:
    """A panel of a call; `facility` is None for a panel of the alliance, which judges legs everywhere."""

    key: Hashable
    facility: Hashable | None
    techniques: frozenset[Hashable]
    themes: frozenset[Hashable]


def panel_for(
    facility: Hashable, techniques: frozenset[Hashable], themes: frozenset[Hashable], panels: Sequence[PanelFacts]
) -> Hashable:
    """The key of the best of `panels` (at least one, in an order that settles ties). Another facility's own panel is
    taken only where there is no other."""

    def fitness(panel: PanelFacts) -> tuple[int, int]:
        place = 2 if panel.facility == facility else 1 if panel.facility is None else 0
        return place, 2 * len(panel.techniques & techniques) + len(panel.themes & themes)

    return max(panels, key=fitness).key
