"""K18–K20: who works with whom."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import combinations
from math import sqrt
from typing import Any, NamedTuple

from reports.metrics.shares import ratio


class Cooperation(NamedTuple):
    """`pairs` C_ij by (i, j) with i before j; `totals` C_i, the joint objects that i takes part in."""

    pairs: Mapping[Any, float]
    totals: Mapping[Any, float]


def cooperation(objects: Iterable[tuple[Collection[Any], float]], *, fractional: bool = False) -> Cooperation:
    """K18 C_ij = Σ weights of the joint objects of i and j, counted in full: n parties make n(n−1)/2 pairs.

    Counted in fractions a pair of an object of n parties has 1/(n−1) of its weight, so that each party has the weight
    of the object once, however many take part: Perianes-Rodriguez, Waltman & van Eck 2016 (Journal of Informetrics
    10(4)). `objects` are (parties, weight). An object of one party is not joint; a party named twice counts once.
    """
    pairs: dict[Any, float] = defaultdict(float)
    totals: dict[Any, float] = defaultdict(float)
    for parties, weight in objects:
        present = sorted(set(parties))
        if len(present) < 2:
            continue
        share = weight / (len(present) - 1) if fractional else weight
        for pair in combinations(present, 2):
            pairs[pair] += share
        for party in present:
            totals[party] += weight
    return Cooperation(dict(pairs), dict(totals))


def salton(together: float, total_i: float, total_j: float) -> float | None:
    """K19 S_ij = C_ij / √(C_i · C_j), between 0 and 1. Source: Salton's cosine."""
    return ratio(together, sqrt(total_i * total_j))


def density(edges: int, members: int) -> float | None:
    """K20 2E / (n(n−1)), E the pairs of the n members that have a joint object."""
    return ratio(2 * edges, members * (members - 1))
