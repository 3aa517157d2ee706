"""What is free for a leg of a proposal that is being written."""

from datetime import datetime, time, timedelta, tzinfo

from core import clock, times
from facilities.queries.availability import Slot, free_slots
from programs.models import Leg
from programs.rules.days import days_of

LOOKS_AHEAD = timedelta(days=365)
SHOWN = 3


def free_for(leg: Leg) -> list[Slot]:
    """The first free stretches that hold the least this leg needs: in its best dates, within the cycle in which the
    call offers the instrument; without either, in the coming year."""
    instrument, now = leg.preferred, clock.now()
    minutes = max(min(int(leg.least_units * instrument.unit_minutes), instrument.max_minutes), 1)
    offer = leg.proposal.call.offers.filter(instrument=instrument).select_related("cycle").first()
    first, last = now, now + LOOKS_AHEAD
    if offer and offer.cycle and offer.cycle.period.upper > now:
        first, last = max(now, offer.cycle.period.lower), offer.cycle.period.upper
    zone = times.zone_of(instrument.facility.zone)
    wanted = [(first, last)]
    if leg.preferred_dates:
        wanted = [(max(first, lower), min(last, upper)) for lower, upper in _best_of(leg, zone)]
    found = [slot for lower, upper in wanted if lower < upper for slot in free_slots(instrument, lower, upper, minutes)]
    return sorted(found, key=lambda slot: slot.starts_at)[:SHOWN]


def _best_of(leg: Leg, zone: tzinfo) -> list[tuple[datetime, datetime]]:
    """The best dates of a leg as instants, from the first midnight to the last on the clock of its facility."""
    return [
        (datetime.combine(lower, time.min, zone), datetime.combine(upper + timedelta(days=1), time.min, zone))
        for lower, upper in map(days_of, leg.preferred_dates)
    ]
