"""K01–K06: user time, and how far users could rely on it."""

from collections.abc import Iterable
from datetime import timedelta

from reports.intervals import Interval, unite
from reports.metrics.shares import ratio


def user_time(scheduled: float, backup: float) -> float:
    """K01, K02 T_user = T_sched + T_backup, hours. Source: Common Operation Metrics."""
    return scheduled + backup


def availability(user: float, without_beam: float) -> float | None:
    """K03 (T_user − Σ no beam) / T_user, T_user = scheduled + used backup hours. Source: Common Operation Metrics."""
    return ratio(user - without_beam, user)


def availability_compensated(user: float, without_beam: float, scheduled: float) -> float | None:
    """K04 (T_user − Σ no beam) / T_sched; may exceed 1. Source: Common Operation Metrics."""
    return ratio(user - without_beam, scheduled)


def outages(without_beam: Iterable[Interval], together: timedelta) -> int:
    """N of K05 and K06: stretches without beam; those with less than `together` of running between them are one.

    Stretches may overlap: time is lost once, however many faults there were. Source: SLS (one hour).
    """
    number, until = 0, None
    for start, end in unite(without_beam):
        if until is None or start - until >= together:
            number += 1
        until = end
    return number


def mtbf(user: float | None, outages: int) -> float | None:
    """K05 T_user / (N + 1), hours; None without user time. Source: SLS."""
    return ratio(user, outages + 1) if user else None


def mtbf_of_other_houses(user: float | None, outages: int) -> float | None:
    """K05 as other houses count: T_user / N, hours; None without an outage."""
    return ratio(user, outages)


def mttr(without_beam: float | None, outages: int) -> float | None:
    """K06 Σ hours without beam / N; None without an outage. Source: SLS."""
    return ratio(without_beam, outages)
