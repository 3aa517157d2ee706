"""Operating cycles of half a year, shutdowns and machine days of the demonstration's facilities."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from accounts.models import User
from config.demo.places import Places
from core import clock
from facilities.commands.calendar import (
    Stretch,
    add_block,
    add_cycle,
    add_exception,
    set_opening_hours,
    set_quotas,
)
from facilities.commands.calendar.cycles import DEFAULT_QUOTAS
from facilities.models import Block, Cycle, Facility

DRAFTS, WITH_HOURS, IN_RESERVE = "diamond", "meerkat", "alba"
RESERVE, LATE = timedelta(days=4), timedelta(days=3)
"""After its summer shutdown one facility keeps days in reserve, and gives the next ones only shortly before."""
NOTICE = timedelta(days=10)


def make_calendars(places: Places, *, by: User, now: datetime) -> None:
    """From last year to the next: user time in every cycle, cut by shutdowns and machine days."""
    for facility in places.facilities.values():
        if facility.status == Facility.Status.OPERATION:
            for year in range(now.year - 1 - (now.month < 7), now.year + 2):
                _year(facility, year, by, now)


def plan_ahead(places: Places, *, by: User, now: datetime) -> None:
    """Quotas of the running cycles, a draft of the first cycle not yet published, and a receiver bay that is closed on
    Tuesday mornings and on one holiday."""
    for cycle in Cycle.objects.filter(period__contains=now).select_related("facility"):
        set_quotas(cycle, DEFAULT_QUOTAS, by=by)
    synchrotron, telescope = places.facilities[DRAFTS], places.facilities[WITH_HOURS]
    zone = ZoneInfo(synchrotron.zone)
    start, end = datetime(now.year + 2, 1, 1, tzinfo=zone), datetime(now.year + 2, 7, 1, tzinfo=zone)
    draft = add_cycle(synchrotron, f"{now.year + 2}-1", start, end, by=by, draft=True)
    set_quotas(draft, DEFAULT_QUOTAS, by=by)
    add_block(synchrotron, None, Block.Kind.USER, DateTimeTZRange(start, end), f"Cycle {draft.name}", by=by)
    whole = [Stretch(day, time(0), time(0)) for day in (1, 3, 4, 5, 6, 7)]
    set_opening_hours(telescope, None, [*whole, Stretch(2, time(0), time(8)), Stretch(2, time(12), time(0))], by=by)
    add_exception(telescope, None, date(now.year + 1, 1, 1), by=by, reason="New Year's Day")


def _year(facility: Facility, year: int, by: User, now: datetime) -> None:
    zone = ZoneInfo(facility.zone)
    starts = [datetime(y, month, 1, tzinfo=zone) for y, month in ((year, 1), (year, 7), (year + 1, 1))]
    for number, (start, end) in enumerate(pairwise(starts), 1):
        add_cycle(facility, f"{year}-{number}", start, end, by=by)
        for stretch in _user_time(facility, start, end, by=by, now=now):
            add_block(facility, None, Block.Kind.USER, stretch, f"Cycle {year}-{number}", by=by)
    for first, last, reason in shutdowns(year):
        add_block(facility, None, Block.Kind.SHUTDOWN, _days(first, last, zone), reason, by=by)
    for monday in machine_days(year):
        add_block(
            facility, None, Block.Kind.MACHINE, _days(monday, monday + timedelta(days=1), zone), "Machine day", by=by
        )


def _user_time(facility: Facility, start: datetime, end: datetime, *, by: User, now: datetime) -> list[DateTimeTZRange]:
    """The whole of a cycle, or what is left of it where days after the summer are given otherwise."""
    back = datetime.combine(shutdowns(start.year)[0][1], time(0), start.tzinfo)
    if facility.slug != IN_RESERVE or not start < back < end:
        return [DateTimeTZRange(start, end)]
    late = back + RESERVE
    add_block(facility, None, Block.Kind.RESERVE, DateTimeTZRange(back, late), "Reserve after the shutdown", by=by)
    with clock.standing_at(min(now, late - NOTICE)):
        add_block(facility, None, Block.Kind.USER, DateTimeTZRange(late, late + LATE), "Given at short notice", by=by)
    return [DateTimeTZRange(start, back), DateTimeTZRange(late + LATE, end)]


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
