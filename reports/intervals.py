"""Cutting time by the rules of the figures, in plain Python: unite, clip, subtract, split at the midnights of a zone.

This is the slow, readable version of what `reports/sql.py` does in the database; the nightly check and the tests hold
the two against each other. Intervals are half-open pairs of instants.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Interval = tuple[datetime, datetime]


def unite(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time without overlaps, in order; neighbours that touch become one, empty ones vanish."""
    united: list[Interval] = []
    for start, end in sorted(pair for pair in intervals if pair[0] < pair[1]):
        if united and start <= united[-1][1]:
            united[-1] = (united[-1][0], max(united[-1][1], end))
        else:
            united.append((start, end))
    return united


def intersect(ones: Iterable[Interval], others: Iterable[Interval]) -> list[Interval]:
    """Time in both."""
    held = unite(others)
    return unite((max(a, c), min(b, d)) for a, b in unite(ones) for c, d in held)


def subtract(ones: Iterable[Interval], others: Iterable[Interval]) -> list[Interval]:
    """Time in the first and not in the second."""
    left = unite(ones)
    for start, end in unite(others):
        left = [piece for a, b in left for piece in ((a, min(b, start)), (max(a, end), b)) if piece[0] < piece[1]]
    return left


def seconds(intervals: Iterable[Interval]) -> float:
    """Elapsed seconds of the union: a day on which clocks change has 23 or 25 hours."""
    return sum((end.timestamp() - start.timestamp() for start, end in unite(intervals)), 0.0)


def day_of(zone: ZoneInfo, day: date) -> Interval:
    """From midnight to midnight on the wall of a zone, in UTC."""
    return (
        datetime.combine(day, time(), zone).astimezone(UTC),
        datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC),
    )


def by_day(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[tuple[date, Interval]]:
    """The days of a zone that an interval touches, each with the part of the interval inside it."""
    day = start.astimezone(zone).date()
    while True:
        opens, closes = day_of(zone, day)
        if opens >= end:
            return
        yield day, (max(start, opens), min(end, closes))
        day += timedelta(days=1)
