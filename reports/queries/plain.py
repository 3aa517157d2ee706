"""The use of one instrument on one day worked out from the raw rows in plain Python: the second way of computing it."""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from math import floor
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from facilities.models import Block, Booking, Cycle, Instrument, OpeningException, OpeningHours, Session
from reports.intervals import Interval, day_of, intersect, seconds, subtract
from reports.models import TAKEN

UNIT_MINUTES = {"hour": 60, "node_hour": 60, "day": 1440}


def use_of_day(instrument_id: UUID, day: date) -> dict[str, int]:
    """Seconds by measure, as the columns of DailyUse without `_seconds`."""
    instrument = Instrument.objects.select_related("facility").get(pk=instrument_id)
    today = day_of(ZoneInfo(instrument.facility.zone), day)
    blocks: dict[str, list[Interval]] = defaultdict(list)
    for block in Block.objects.filter(
        Q(instrument=instrument) | Q(instrument=None, facility=instrument.facility), period__overlap=today
    ):
        blocks[block.kind].append((block.period.lower, block.period.upper))
    closed = [pair for kind, pairs in blocks.items() if kind not in Block.OPEN for pair in pairs]
    drafts = Cycle.objects.filter(facility=instrument.facility, published_at=None, period__overlap=today)
    closed += [(draft.period.lower, draft.period.upper) for draft in drafts]
    opening = intersect(subtract(_opening(instrument, day), closed), [today])
    user = intersect(blocks["user"], opening)
    offered = intersect(blocks["user"] + blocks["reserve"], opening)
    lanes: dict[int, list[Interval]] = defaultdict(list)
    bookings = Booking.objects.filter(instrument=instrument, state__in=TAKEN, period__overlap=today)
    for booking in bookings.prefetch_related("claims"):
        lane = min((claim.lane for claim in booking.claims.all() if claim.resource == instrument.pk), default=0)
        lanes[lane].append((booking.period.lower, booking.period.upper))
    delivered = lost = 0
    sessions = Session.objects.filter(instrument=instrument, starts_at__lt=today[1], ends_at__gte=today[0])
    for session in sessions:
        minutes = instrument.unit_minutes if session.unit == instrument.unit else UNIT_MINUTES.get(session.unit, 60)
        delivered += _part_of_day(session, Fraction(session.units) * minutes * 60, today)
        lost += _part_of_day(session, Fraction(session.lost_units) * minutes * 60, today)
    return {
        "user": round(seconds(user)) * instrument.capacity,
        "open": round(seconds(offered)) * instrument.capacity,
        "booked": round(sum(seconds(intersect(lane, [today])) for lane in lanes.values())),
        "booked_user": round(sum(seconds(intersect(lane, user)) for lane in lanes.values())),
        "delivered": delivered,
        "lost": lost,
    }


def _opening(instrument: Instrument, day: date) -> list[Interval]:
    """The opening hours that reach into a day: its own, and those of the day before that pass midnight."""
    return [pair for each in (day - timedelta(days=1), day) for pair in _hours_of(instrument, each)]


def _hours_of(instrument: Instrument, day: date) -> list[Interval]:
    """An instrument's own hours or exceptions of a day stand in place of its facility's; without any it is open."""
    zone = ZoneInfo(instrument.facility.zone)
    own, shared = Q(instrument=instrument), Q(instrument=None, facility=instrument.facility)
    weekly = OpeningHours.objects.filter(own) or OpeningHours.objects.filter(shared)
    special = OpeningException.objects.filter(own, day=day) or OpeningException.objects.filter(shared, day=day)
    rows: list[tuple[time, time]] = [(time(0), time(0))]
    if special:
        rows = [(row.opens, row.closes) for row in special if row.opens is not None and row.closes is not None]
    elif weekly:
        rows = [(row.opens, row.closes) for row in weekly if row.weekday == day.isoweekday()]
    morrow = day + timedelta(days=1)
    return [
        (
            datetime.combine(day, opens, zone).astimezone(UTC),
            datetime.combine(day if closes > opens else morrow, closes, zone).astimezone(UTC),
        )
        for opens, closes in rows
    ]


def _part_of_day(session: Session, amount: Fraction, today: Interval) -> int:
    """What of `amount`, spread evenly over a session, falls on a day; its days sum up to `amount` rounded."""
    starts, ends = session.starts_at, session.ends_at
    assert ends is not None
    length = Fraction(str((ends - starts).total_seconds()))
    if not length:
        return _round(amount) if today[0] <= starts < today[1] else 0
    since, until = (
        _round(amount * max(Fraction(0), Fraction(str((min(ends, edge) - starts).total_seconds()))) / length)
        for edge in today
    )
    return until - since


def _round(amount: Fraction) -> int:
    """Half up, as PostgreSQL rounds a positive numeric."""
    return floor(amount + Fraction(1, 2))
