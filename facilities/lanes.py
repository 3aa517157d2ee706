"""Lanes of an instrument that serves several bookings at once: packed greedily, which needs no more than the peak."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from heapq import heappop, heappush
from typing import Any, Protocol


class Interval(Protocol):
    """Half-open and bounded, between two instants: psycopg's ranges, which their types do not promise."""

    @property
    def lower(self) -> Any: ...
    @property
    def upper(self) -> Any: ...


def peak(intervals: Iterable[Interval]) -> int:
    """The greatest number of intervals that cover one instant; neighbours that touch do not meet."""
    most = running = 0
    events = sorted(event for each in intervals for event in ((each.lower, 1), (each.upper, -1)))
    for _instant, step in events:  # at one instant an end (−1) sorts before a start (+1)
        running += step
        most = max(most, running)
    return most


def full_stretches(intervals: Iterable[Interval], capacity: int) -> list[tuple[datetime, datetime]]:
    """The times at which at least `capacity` of the intervals run, in order; neighbours that touch are one stretch."""
    running = 0
    began: datetime | None = None
    stretches: list[tuple[datetime, datetime]] = []
    for instant, step in sorted(event for each in intervals for event in ((each.lower, 1), (each.upper, -1))):
        running += step
        if began is None and running >= capacity:
            began = instant
        elif began is not None and running < capacity:
            if stretches and stretches[-1][1] == began:
                began = stretches.pop()[0]
            stretches.append((began, instant))
            began = None
    return stretches


def pack(intervals: Sequence[Interval]) -> list[int]:
    """A lane for each interval, in the order given: no two of a lane overlap, and no more than the peak are used."""
    lanes = [0] * len(intervals)
    busy: list[tuple[datetime, int]] = []
    free: list[int] = []
    opened = 0
    for position in sorted(range(len(intervals)), key=lambda each: (intervals[each].lower, intervals[each].upper)):
        while busy and busy[0][0] <= intervals[position].lower:
            heappush(free, heappop(busy)[1])
        if free:
            lane = heappop(free)
        else:
            lane, opened = opened, opened + 1
        lanes[position] = lane
        heappush(busy, (intervals[position].upper, lane))
    return lanes
