"""K09–K12: what was asked for, what was on offer, what was given, and what it took."""

from collections.abc import Iterable

from reports.metrics.shares import ratio


def oversubscription(requested: float | None, available: float | None) -> float | None:
    """K09 requested / available units, times. Source: SLS ADRESS; FAST 4.9–5.6."""
    return ratio(requested, available)


def allocation_ratio(allocated: float, requested: float) -> float | None:
    """K10 allocated / requested units. Not 1/K09 unless everything available is allocated. Source: ALS."""
    return ratio(allocated, requested)


def success_rate(accepted: int, decided: int) -> float | None:
    """K11 accepted (in full or part) / decided proposals; withdrawn and undecided ones are in neither. Source: ESRF."""
    return ratio(accepted, decided)


def cut_off(scores: Iterable[float], *, high_is_best: bool) -> float | None:
    """K12 the worst native score that was given time; None where none was. Scales differ: never across panels."""
    listed = list(scores)
    if not listed:
        return None
    return min(listed) if high_is_best else max(listed)
