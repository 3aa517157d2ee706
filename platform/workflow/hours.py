"""Working hours of a place as pure data, and the instant at which a number of them has passed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

MONDAY_TO_FRIDAY = frozenset({1, 2, 3, 4, 5})
DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkingHours:
    """When a place works: from `opens` to `closes` on its wall clock, on ISO `weekdays` that are not `closed`.

    Raises ValueError where it would never work.
    """

    zone: str = "UTC"
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    opens: time = time(9)
    closes: time = time(17)
    closed: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.weekdays or not self.weekdays <= set(range(1, 8)):
            raise ValueError("weekdays are ISO numbers from 1 to 7, at least one")
        if self.opens >= self.closes:
            raise ValueError("a place opens before it closes")

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "WorkingHours":
        """The reverse of `as_json`; what is absent or empty is Monday to Friday, 09–17, UTC."""
        return cls(
            zone=data.get("zone") or "UTC",
            weekdays=frozenset(data.get("weekdays") or MONDAY_TO_FRIDAY),
            opens=time.fromisoformat(data.get("opens") or "09:00"),
            closes=time.fromisoformat(data.get("closes") or "17:00"),
            closed=frozenset(date.fromisoformat(day) for day in data.get("closed") or ()),
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "zone": self.zone,
            "weekdays": sorted(self.weekdays),
            "opens": self.opens.isoformat("minutes"),
            "closes": self.closes.isoformat("minutes"),
            "closed": sorted(day.isoformat() for day in self.closed),
        }

    def windows(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The spans of work from `start` on, in UTC; the first may have begun before it."""
        zone = ZoneInfo(self.zone)
        day = start.astimezone(zone).date()
        while True:
            if day.isoweekday() in self.weekdays and day not in self.closed:
                opening = datetime.combine(day, self.opens, zone).astimezone(UTC)
                closing = datetime.combine(day, self.closes, zone).astimezone(UTC)
                if closing > max(opening, start):
                    yield opening, closing
            day += DAY


def due_after(start: datetime, hours: float, place: WorkingHours, latest: datetime | None) -> datetime:
    """When a decision asked for at `start` is due: after `hours` of work at `place`, and before what it decides begins.

    `latest` is that beginning; one that has passed already says nothing.
    """
    due = add_working_hours(start, hours, place)
    return min(due, latest) if latest is not None and latest >= start else due


def add_working_hours(start: datetime, hours: float, place: WorkingHours) -> datetime:
    """The instant (UTC) at which `hours` of work have passed at `place` since `start`; no hours: `start` itself.

    Hours are elapsed time within the opening hours, so a day on which the clocks change may have more or fewer.
    """
    left = timedelta(hours=hours)
    if left <= timedelta(0):
        return start.astimezone(UTC)
    for opening, closing in place.windows(start):
        begin = max(opening, start)
        if closing - begin >= left:
            return begin + left
        left -= closing - begin
    raise AssertionError("windows never end")
