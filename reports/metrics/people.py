"""K13–K15, K33, K34, K36: people: visits, users, trainees, and what they thought of it."""

from collections import Counter
from collections.abc import Hashable, Iterable
from typing import NamedTuple

from reports.metrics.shares import ratio

ORDER = ("onsite", "remote", "mail_in")
"""K14: a person who came in several ways counts in the first of them."""


def visits(attended: Iterable[tuple[str, int]]) -> dict[str, int]:
    """K13 Σ persons of bookings attended, by mode; `attended` are (mode, persons)."""
    counted: Counter[str] = Counter()
    for mode, persons in attended:
        counted[mode] += persons
    return dict(counted)


def unique_users(seen: Iterable[tuple[Hashable, str]]) -> dict[str, int]:
    """K14 distinct persons by mode, each once: on site before remote before mail-in. `seen` are (person, mode)."""
    first: dict[Hashable, str] = {}
    for person, mode in seen:
        first[person] = min(first.get(person, mode), mode, key=ORDER.index)
    return {mode: sum(1 for each in first.values() if each == mode) for mode in ORDER}


def new_user_share(new: int, users: int) -> float | None:
    """K15 users without an earlier booking / unique users."""
    return ratio(new, users)


def trained_share(trained: int, persons: int) -> float | None:
    """K34 persons whose required trainings were valid on every day of the stay / persons; must be 1."""
    return ratio(trained, persons)


DAYS_OF_A_MONTH = 30.44


def person_months(days: float) -> float:
    """K33 Σ days of exchange stays / 30.44."""
    return days / DAYS_OF_A_MONTH


def pass_rate(passed: int, took_part: int) -> float | None:
    """K33 passed / took part; None where nobody took part."""
    return ratio(passed, took_part)


class Satisfaction(NamedTuple):
    """`mean` of the ratings from 1 to 5 and how many, and the share of the runs that were rated; None for nothing."""

    number: int
    mean: float | None
    response: float | None


def satisfaction(ratings: Iterable[int], rated: int, runs: int) -> Satisfaction:
    """K36 mean and number of ratings from 1 to 5; response = rated runs / runs."""
    listed = list(ratings)
    return Satisfaction(len(listed), ratio(sum(listed), len(listed)), ratio(rated, runs))
