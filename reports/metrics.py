"""The figures of the catalogue as pure functions: one per KPI, with its formula, unit and source.

Everywhere the same rule holds: where nothing is below the line the answer is None, shown as "n/a", never 0.
Shares are fractions (0.83 is 83 %). K numbers are those of the alliance's catalogue of figures.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from itertools import accumulate, combinations
from math import sqrt
from typing import Any, NamedTuple, TypeVar

Key = TypeVar("Key", bound=Hashable)


def ratio(part: float | None, whole: float | None) -> float | None:
    """part / whole; None where either is not known or nothing is below the line."""
    if part is None or not whole:
        return None
    return float(part) / float(whole)


def availability(user: float, without_beam: float) -> float | None:
    """K03 (T_user − Σ no beam) / T_user, T_user = scheduled + used backup hours. Source: Common Operation Metrics."""
    return ratio(user - without_beam, user)


def availability_compensated(user: float, without_beam: float, scheduled: float) -> float | None:
    """K04 (T_user − Σ no beam) / T_sched; may exceed 1. Source: Common Operation Metrics."""
    return ratio(user - without_beam, scheduled)


def utilisation(booked_in_user_time: float | None, user_time: float | None) -> float | None:
    """K08 booked time inside user blocks / user time, both elapsed; bookings united and clipped, pending ones out."""
    return ratio(booked_in_user_time, user_time)


def allocation_ratio(allocated: float, requested: float) -> float | None:
    """K10 allocated / requested units. Not 1/K09 unless everything available is allocated. Source: ALS."""
    return ratio(allocated, requested)


def success_rate(accepted: int, decided: int) -> float | None:
    """K11 accepted (in full or part) / decided proposals; withdrawn and undecided ones are in neither. Source: ESRF."""
    return ratio(accepted, decided)


def international_share(units: Mapping[tuple[str, str], float]) -> float | None:
    """K16 units used by teams whose home country is not the host's / units of known home.

    `units` by (home country, host country). Time whose home or host is not known is on neither side of the line.
    """
    known = {pair: amount for pair, amount in units.items() if all(pair)}
    return ratio(sum(amount for (home, host), amount in known.items() if home != host), sum(known.values()))


class Cooperation(NamedTuple):
    """`pairs` C_ij by (i, j) with i before j; `totals` C_i, the joint objects that i takes part in."""

    pairs: Mapping[Any, float]
    totals: Mapping[Any, float]


def cooperation(objects: Iterable[tuple[Collection[Any], float]]) -> Cooperation:
    """K18 C_ij = Σ weights of the joint objects of i and j, counted in full: n parties make n(n−1)/2 pairs.

    `objects` are (parties, weight). An object of one party is not joint; a party named twice counts once.
    """
    pairs: dict[Any, float] = defaultdict(float)
    totals: dict[Any, float] = defaultdict(float)
    for parties, weight in objects:
        present = sorted(set(parties))
        if len(present) < 2:
            continue
        for pair in combinations(present, 2):
            pairs[pair] += weight
        for party in present:
            totals[party] += weight
    return Cooperation(dict(pairs), dict(totals))


def salton(together: float, total_i: float, total_j: float) -> float | None:
    """K19 S_ij = C_ij / √(C_i · C_j), between 0 and 1. Source: Salton's cosine."""
    return ratio(together, sqrt(total_i * total_j))


def density(edges: int, members: int) -> float | None:
    """K20 2E / (n(n−1)), E the pairs of the n members that have a joint object."""
    return ratio(2 * edges, members * (members - 1))


def quantile(values: Iterable[float], share: float) -> float | None:
    """The value below which `share` of them lie, linear between neighbours as PostgreSQL's percentile_cont."""
    ordered = sorted(values)
    if not ordered:
        return None
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


class DecisionTime(NamedTuple):
    """Days; None where nothing was decided."""

    decided: int
    median: float | None
    p90: float | None


def decision_time(days: Iterable[float]) -> DecisionTime:
    """K21 median and 90th percentile of the days from request to decision (rolling access: from submission)."""
    known = list(days)
    return DecisionTime(len(known), quantile(known, 0.5), quantile(known, 0.9))


class Slice(NamedTuple):
    """Of one part: its share of the whole, and the share of it and of all larger ones."""

    share: float | None
    running: float | None


def pareto(amounts: Sequence[float]) -> list[Slice]:
    """K30 each of `amounts`, the largest first, ÷ Σ amounts, and the running sum ÷ Σ amounts."""
    whole = sum(amounts)
    return [
        Slice(ratio(amount, whole), ratio(upto, whole))
        for amount, upto in zip(amounts, accumulate(amounts), strict=True)
    ]
