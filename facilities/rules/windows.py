"""Windows of a quota in a facility's zone: days (of 23 to 25 hours), weeks, cycles, and any so many days in a row."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
Window = tuple[datetime, datetime]


def windows(
    over: str, days: int, zone: str, starts_at: datetime, ends_at: datetime, cycles: Sequence[Window] = ()
) -> list[Window]:
    """Every window of a kind that the time touches, half-open, by start: `day`, `week` (from Monday), `cycle` (of those
    given), or `rolling`: any `days` days of the calendar in a row."""
    if over == "cycle":
        return list(cycles)
    here = ZoneInfo(zone)
    first, last = starts_at.astimezone(here).date(), (ends_at - timedelta(microseconds=1)).astimezone(here).date()
    length = {"day": 1, "week": 7}.get(over, days)
    if over == "week":
        first -= first.weekday() * DAY
    elif over == "rolling":
        first -= (days - 1) * DAY
    step = 7 if over == "week" else 1
    begins = (first + n * DAY for n in range(0, (last - first).days + 1, step))
    return [(midnight(begin, here), midnight(begin + length * DAY, here)) for begin in begins]


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day in a zone."""
    return datetime.combine(day, time(0), zone).astimezone(UTC)


def within(window: Window, spans: Iterable[Window]) -> timedelta:
    """How much of a window the spans cover together; where they overlap it counts once."""
    covered, reached = timedelta(0), window[0]
    for lower, upper in sorted(spans):
        begin, end = max(lower, reached), min(upper, window[1])
        if begin < end:
            covered += end - begin
            reached = end
    return covered
