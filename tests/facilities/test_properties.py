"""Properties of lanes, the grid and intervals, over generated cases."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from facilities.grid import Grid
from facilities.lanes import full_stretches, pack, peak
from facilities.stretches import minus

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=150)
START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Span:
    lower: datetime
    upper: datetime


spans = st.lists(
    st.builds(
        lambda start, length: Span(START + timedelta(hours=start), START + timedelta(hours=start + length)),
        st.integers(0, 60),
        st.integers(1, 20),
    ),
    max_size=40,
)


@CALM
@given(spans)
def test_lanes_never_overlap_and_need_exactly_the_peak(intervals):
    lanes = pack(intervals)
    for number, one in enumerate(intervals):
        for other, lane in zip(intervals[:number], lanes, strict=False):
            if lane == lanes[number]:
                assert one.upper <= other.lower or other.upper <= one.lower
    assert len(set(lanes)) == peak(intervals)


@CALM
@given(spans)
def test_the_peak_is_the_largest_number_that_meet_at_any_hour(intervals):
    hours = [START + timedelta(hours=hour) for hour in range(81)]
    assert peak(intervals) == max(sum(one.lower <= at < one.upper for one in intervals) for at in hours)


@CALM
@given(spans, st.integers(1, 4))
def test_full_stretches_are_the_hours_at_which_every_place_is_in_use(intervals, capacity):
    stretches = full_stretches(intervals, capacity)
    assert all(one[1] < other[0] for one, other in pairwise(stretches))
    for hour in range(81):
        at = START + timedelta(hours=hour)
        full = sum(one.lower <= at < one.upper for one in intervals) >= capacity
        assert full == any(begin <= at < end for begin, end in stretches)


@CALM
@given(spans, st.integers(0, 60), st.integers(1, 20))
def test_pieces_cover_what_the_others_leave_and_nothing_else(intervals, start, length):
    lower, upper = START + timedelta(hours=start), START + timedelta(hours=start + length)
    pieces = minus(lower, upper, [(one.lower, one.upper) for one in intervals])
    for hour in range(81):
        at = START + timedelta(hours=hour)
        free = lower <= at < upper and not any(one.lower <= at < one.upper for one in intervals)
        assert free == any(begin <= at < end for begin, end in pieces)


zones = st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "UTC"])
grids = st.builds(
    Grid, zones, st.sampled_from([time(0), time(6), time(7, 30)]), st.sampled_from([30, 60, 240, 480, 720, 1440])
)
instants = st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))


@CALM
@given(grids, instants)
def test_the_first_instant_of_a_grid_is_on_it_and_less_than_two_days_away(grid, at):
    first = grid.first_from(at)
    assert grid.holds(first)
    assert at <= first < at + timedelta(days=2)


@CALM
@given(grids, instants, st.integers(1, 6))
def test_a_stay_from_the_grid_fits_it_and_never_lasts_backwards(grid, at, steps):
    first = grid.first_from(at)
    end = grid.end_after(first, steps * grid.minutes)
    assert end > first
    assert grid.fits(first, end)
    assert abs((end - first) - timedelta(minutes=steps * grid.minutes)) <= timedelta(hours=1)


@CALM
@given(instants, st.integers(1, 20))
def test_elapsed_multiples_always_fit_whatever_the_clocks_do(at, steps):
    grid = Grid("Europe/Berlin", time(0), 480)
    assert grid.fits(at, at + timedelta(hours=8 * steps))
    assert grid.wall(at) == at.astimezone(ZoneInfo("Europe/Berlin")).replace(tzinfo=None)
