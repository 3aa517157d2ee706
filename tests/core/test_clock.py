"""The clock: one door for the present instant, which tests can move."""

from datetime import UTC, datetime

import time_machine

from core import clock


def test_the_clock_is_aware_and_in_utc():
    assert clock.now().tzinfo is UTC


def test_the_clock_moves_with_time_machine():
    with time_machine.travel(datetime(2027, 3, 28, 1, tzinfo=UTC), tick=False):
        assert clock.now() == datetime(2027, 3, 28, 1, tzinfo=UTC)
