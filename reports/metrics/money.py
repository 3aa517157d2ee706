"""K25, K27, K29: publications for the time given, industry's share, money."""

from reports.metrics.shares import ratio


def per_hundred_shifts(publications: int, hours: float) -> float | None:
    """K25 publications per 100 shifts of eight delivered hours; None where nothing was delivered."""
    return ratio(100 * publications, hours / 8)


def industrial_share(industrial: float, all_: float) -> float | None:
    """K27 industrial users / unique users, or proprietary / delivered units."""
    return ratio(industrial, all_)


def planned_to_date(planned: float, elapsed: float | None) -> float:
    """K29 what of a plan falls before today: spread evenly; `elapsed` is the share of its time gone, None all of it."""
    return planned * (1.0 if elapsed is None else min(1.0, max(0.0, elapsed)))


def execution(spent: float, planned: float) -> float | None:
    """K29 Σ spent / Σ planned to date, in the programme's own money at booked rates."""
    return ratio(spent, planned)


def variance(planned: float, spent: float) -> float:
    """K29 planned to date − spent; below zero where more was spent."""
    return planned - spent
