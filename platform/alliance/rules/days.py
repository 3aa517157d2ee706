"""The day that it is where an alliance sits: terms, memberships and documents begin and end by it."""

from datetime import date

from alliance.models import Alliance
from core import clock, times


def today_in(alliance: Alliance) -> date:
    """The day that it is in an alliance's zone."""
    return clock.now().astimezone(times.zone_of(alliance.zone)).date()
