"""Time is cut as the rules of the figures say."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from reports import intervals, metrics

BERLIN = ZoneInfo("Europe/Berlin")


def hours(start, end, day=4):
    return (datetime(2026, 5, day, start, tzinfo=UTC), datetime(2026, 5, day, end, tzinfo=UTC))


def share(open_, closed, booked):
    free = intervals.subtract(open_, closed)
    return metrics.utilisation(intervals.seconds(intervals.intersect(booked, free)), intervals.seconds(free))


def test_open_from_six_to_eighteen_less_a_blackout_of_two_hours_and_six_hours_booked_is_60_per_cent():
    assert share([hours(6, 18)], [hours(6, 8)], [hours(12, 18)]) == 0.6


def test_open_from_eight_to_twenty_two_and_six_hours_booked_is_43_per_cent():
    assert round(share([hours(8, 22)], [], [hours(8, 12), hours(13, 15)]), 2) == 0.43


def test_a_closed_day_has_no_utilisation():
    assert share([], [], [hours(8, 12)]) is None


def test_overlapping_bookings_are_united():
    assert intervals.seconds([hours(8, 12), hours(10, 14), hours(14, 15)]) == 7 * 3600


def test_a_day_has_23_or_25_hours_when_clocks_change():
    spring = intervals.seconds([intervals.day_of(BERLIN, date(2026, 3, 29))])
    autumn = intervals.seconds([intervals.day_of(BERLIN, date(2026, 10, 25))])
    assert (spring, autumn) == (23 * 3600, 25 * 3600)


def test_an_interval_is_split_at_the_midnights_of_the_zone():
    start, end = datetime(2026, 5, 4, 20, tzinfo=UTC), datetime(2026, 5, 6, 1, tzinfo=UTC)
    parts = [(day, intervals.seconds([part]) / 3600) for day, part in intervals.by_day(start, end, BERLIN)]
    assert parts == [(date(2026, 5, 4), 2), (date(2026, 5, 5), 24), (date(2026, 5, 6), 3)]


instants = st.integers(0, 365 * 86400).map(lambda second: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=second))
spans = st.lists(st.tuples(instants, instants).map(lambda pair: tuple(sorted(pair))), max_size=8)


@given(spans, spans)
def test_what_is_left_and_what_is_shared_make_the_whole(ones, others):
    shared, left = intervals.intersect(ones, others), intervals.subtract(ones, others)
    assert intervals.seconds(shared) + intervals.seconds(left) == intervals.seconds(ones)
    assert intervals.intersect(left, others) == []


@given(instants, instants)
def test_the_days_of_an_interval_sum_up_to_it(one, other):
    start, end = sorted((one, other))
    parts = [part for _day, part in intervals.by_day(start, end, BERLIN)]
    assert abs(sum(intervals.seconds([part]) for part in parts) - intervals.seconds([(start, end)])) < 0.01
