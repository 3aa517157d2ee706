"""Bookings to come that other limits of their instrument would refuse; they stay, and are listed first."""

from core import clock
from facilities.models import Booking, Instrument
from facilities.queries.trying import Refused
from facilities.rules import RULES, BookingRequest, Facts
from facilities.workflows import LIVE

RULES_OF_LENGTH = ("start_on_grid", "length_on_grid", "long_enough", "short_enough")
"""What is judged again: notice and horizon are about the moment of asking."""


def broken_by_limits(instrument: Instrument) -> list[Refused]:
    """The live bookings to come that the instrument's limits, saved or not, refuse, in order of their start."""
    now = clock.now()
    rows = Booking.objects.filter(instrument=instrument.pk, state__in=LIVE, period__startswith__gt=now)
    found = []
    for booking in rows.select_related("instrument__facility", "requester").order_by("period", "id"):
        asked = BookingRequest(instrument, booking.starts_at, booking.ends_at, mode=booking.mode)
        facts = Facts(now=now, instrument=instrument)
        sentences = tuple(each.message for name in RULES_OF_LENGTH for each in RULES[name].violations(asked, facts))
        if sentences:
            found.append(Refused(booking, sentences))
    return found
