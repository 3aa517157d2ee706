"""Operating cycles of half a year, shutdowns and machine days of the demonstration's facilities."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from accounts.models import User
from config.demo.places import Places
from facilities.commands.calendar import add_block, add_cycle
from facilities.models import Block, Facility


def make_calendars(places: Places, *, by: User, now: datetime) -> None:
    """From last year to the next: user time in every cycle, cut by shutdowns and machine days."""
    for facility in places.facilities.values():
        if facility.status == Facility.Status.OPERATION:
            for year in range(now.year - 1 - (now.month < 7), now.year + 2):
                _year(facility, year, by)


def _year(facility: Facility, year: int, by: User) -> None:
    zone = ZoneInfo(facility.zone)
    starts = [datetime(y, month, 1, tzinfo=zone) for y, month in ((year, 1), (year, 7), (year + 1, 1))]
    for number, (start, end) in enumerate(pairwise(starts), 1):
        add_cycle(facility, f"{year}-{number}", start, end, by=by)
        add_block(facility, None, Block.Kind.USER, DateTimeTZRange(start, end), f"Cycle {year}-{number}", by=by)
    for first, last, reason in shutdowns(year):
        add_block(facility, None, Block.Kind.SHUTDOWN, _days(first, last, zone), reason, by=by)
    for monday in machine_days(year):
        add_block(
            facility, None, Block.Kind.MACHINE, _days(monday, monday + timedelta(days=1), zone), "Machine day", by=by
        )


def shutdowns(year: int) -> list[tuple[date, date, str]]:
    """Half-open days on which the facilities stand still."""
    return [
        (date(year, 8, 3), date(year, 8, 24), "Summer shutdown"),
        (date(year, 12, 20), date(year + 1, 1, 7), "Winter shutdown"),
    ]


def machine_days(year: int) -> list[date]:
    """Every thirteenth Monday outside the shutdowns."""
    first = date(year, 1, 1) + timedelta(days=(-date(year, 1, 1).weekday()) % 7)
    mondays = [first + timedelta(weeks=week) for week in range(53)]
    closed = [*shutdowns(year), *shutdowns(year - 1)]
    return [
        day
        for day in mondays
        if day.year == year and day.isocalendar().week % 13 == 0 and not any(a <= day < b for a, b, _ in closed)
    ]


def _days(first: date, last: date, zone: ZoneInfo) -> DateTimeTZRange:
    return DateTimeTZRange(datetime.combine(first, time(0), zone), datetime.combine(last, time(0), zone))
