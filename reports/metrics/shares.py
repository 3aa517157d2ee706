"""What the figures are made of: ratios that know no zero below the line, percentiles, intervals, running shares."""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import sqrt
from typing import NamedTuple


def ratio(part: float | None, whole: float | None) -> float | None:
    """part / whole; None where either is not known or nothing is below the line."""
    if part is None or not whole:
        return None
    return float(part) / float(whole)


def quantile(values: Iterable[float], share: float) -> float | None:
    """The value below which `share` of them lie, linear between neighbours as PostgreSQL's percentile_cont."""
    ordered = sorted(values)
    if not ordered:
        return None
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


class Interval(NamedTuple):
    """The ends of a confidence interval of a share, within 0 and 1."""

    low: float
    high: float


Z95 = 1.959963984540054
"""Quantile of the normal distribution that leaves 2.5 % on each side."""


def wilson(part: int, whole: int) -> Interval | None:
    """95 % interval of the share part ÷ whole; None without a whole. Source: Wilson, JASA 22 (1927) 209."""
    if not whole:
        return None
    share, spread = part / whole, Z95 * Z95 / whole
    middle = (share + spread / 2) / (1 + spread)
    half = Z95 * sqrt(share * (1 - share) / whole + spread / (4 * whole)) / (1 + spread)
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


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
