"""K21–K24, K28, K31: how long things take, and what is in time."""

from collections.abc import Iterable
from typing import NamedTuple

from reports.metrics.shares import quantile, ratio


class DecisionTime(NamedTuple):
    """Days; None where nothing was decided."""

    decided: int
    median: float | None
    p90: float | None


def decision_time(days: Iterable[float]) -> DecisionTime:
    """K21 median and 90th percentile of the days from request to decision (rolling access: from submission)."""
    known = list(days)
    return DecisionTime(len(known), quantile(known, 0.5), quantile(known, 0.9))


def time_to_beam(days: Iterable[float]) -> float | None:
    """K22 median of the days from notification to the first shift; None where no proposal has had one."""
    return quantile(days, 0.5)


def in_time(in_time: int, due: int) -> float | None:
    """K23 reviews, K24 reports, K28 milestones: in time / due. What is not due yet is on neither side."""
    return ratio(in_time, due)


def earned(reached: float, whole: float) -> float | None:
    """K28 Σ weight of reached milestones / Σ weight."""
    return ratio(reached, whole)


def late_share(late: int, bookings: int) -> float | None:
    """K31 bookings cancelled less than 14 days ahead (or not shown up for) / all bookings of the period."""
    return ratio(late, bookings)
