"""The use of one instrument on one day worked out from the raw rows in plain Python: the second way of computing it."""

from collections import defaultdict
from datetime import date
from fractions import Fraction
from math import floor
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from facilities.models import Block, Booking, Instrument, Session
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
    user = intersect(subtract(blocks["user"], closed), [today])
    offered = intersect(subtract(blocks["user"] + blocks["reserve"], closed), [today])
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
