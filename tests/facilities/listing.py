"""Wishes for time on a waiting list."""

from datetime import timedelta

from facilities.commands.waiting import Wish
from tests.facilities.asking import berlin


def wish(world, **more):
    """The first three shifts of the day after `monday`, on instrument A."""
    start = berlin(world, 1, 0)
    defaults = {"starts_at": start, "ends_at": start + timedelta(days=1), "min_minutes": 480, "max_minutes": 960}
    return Wish(**{**defaults, "instrument": world.instrument_a, "mode": "remote", "purpose": "Test", **more})
