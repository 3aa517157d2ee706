"""Dates of a rule on the wall clock: local time stays when clocks change, and no rule runs away."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from facilities.recurrence import MOST_DATES, Pattern, instant, wall


def pattern(rule, starts, minutes=120, zone="Europe/Berlin", excluded=()):
    return Pattern(rule, datetime.fromisoformat(starts), minutes, zone, frozenset(excluded))


def spans(one):
    return [tuple(at.strftime("%Y-%m-%dT%H:%MZ") for at in one.period(starts)) for starts in one.dates()]


def test_mondays_at_ten_in_helsinki_stay_at_ten_when_clocks_change():
    series = pattern("FREQ=WEEKLY;COUNT=2", "2024-03-25T10:00", zone="Europe/Helsinki")
    assert spans(series) == [
        ("2024-03-25T08:00Z", "2024-03-25T10:00Z"),
        ("2024-04-01T07:00Z", "2024-04-01T09:00Z"),
    ]


def test_weekdays_in_new_york_counted_from_the_sunday_on_which_clocks_change():
    rule = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;COUNT=5"
    days = spans(pattern(rule, "2023-11-05T09:00", 8 * 60, "America/New_York"))
    assert [day[0] for day in days] == [f"2023-11-{day:02}T14:00Z" for day in range(6, 11)]
    assert days[0][1] == "2023-11-06T22:00Z"


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=DAILY;INTERVAL=3;COUNT=3", ["2027-01-31", "2027-02-03", "2027-02-06"]),
        ("FREQ=MONTHLY;COUNT=3", ["2027-01-31", "2027-03-31", "2027-05-31"]),
        ("FREQ=MONTHLY;BYDAY=1MO;COUNT=2", ["2027-02-01", "2027-03-01"]),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20270228", ["2027-01-31", "2027-02-14", "2027-02-28"]),
        ("FREQ=WEEKLY;UNTIL=20270214T090000Z", ["2027-01-31", "2027-02-07", "2027-02-14"]),
        ("FREQ=WEEKLY;UNTIL=20270214T085959Z", ["2027-01-31", "2027-02-07"]),
    ],
)
def test_patterns_of_the_standard(rule, expected):
    assert [str(day.date()) for day in pattern(rule, "2027-01-31T10:00").dates()] == expected


def test_a_day_left_out_counts_towards_the_count():
    series = pattern("FREQ=DAILY;COUNT=3", "2027-02-01T10:00", excluded=[date(2027, 2, 2)])
    assert [day.day for day in series.dates()] == [1, 3]


def test_a_start_that_the_clock_skips_is_read_with_the_offset_before_the_change():
    night = pattern("FREQ=DAILY;COUNT=1", "2027-03-28T02:30", 60)
    assert spans(night) == [("2027-03-28T01:30Z", "2027-03-28T02:30Z")]
    assert wall(night.period(night.starts)[0], "Europe/Berlin") == datetime.fromisoformat("2027-03-28T03:30")


def test_of_a_time_that_the_clock_shows_twice_the_first_is_meant():
    assert instant(datetime.fromisoformat("2027-10-31T02:30"), "Europe/Berlin") == datetime(
        2027, 10, 31, 0, 30, tzinfo=UTC
    )


def test_a_night_shift_ends_at_the_same_hour_when_clocks_change():
    autumn = pattern("FREQ=DAILY;COUNT=2", "2027-10-30T22:00", 8 * 60)
    lengths = [(end - start) // timedelta(hours=1) for start, end in map(autumn.period, autumn.dates())]
    assert lengths == [9, 8]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("FREQ=WEEKLY", "rule_without_end"),
        ("FREQ=WEEKLY;COUNT=2;UNTIL=20270301", "rule_without_end"),
        ("FREQ=HOURLY;COUNT=2", "rule_unreadable"),
        ("FREQ=DAILY;BYHOUR=8,9;COUNT=2", "rule_unreadable"),
        ("FREQ=DAILY;INTERVAL=0;COUNT=2", "rule_unreadable"),
        ("FREQ=WEEKLY;BYDAY=XX;COUNT=2", "rule_unreadable"),
        ("FREQ=WEEKLY;UNTIL=soon", "rule_unreadable"),
        ("every monday", "rule_unreadable"),
        ("FREQ=WEEKLY;COUNT=105", "too_many_dates"),
        ("FREQ=WEEKLY;UNTIL=20260101", "no_dates"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=1", "no_dates"),
    ],
)
def test_a_rule_that_cannot_be_a_series_is_refused(rule, code):
    with pytest.raises(Invalid) as refused:
        pattern(rule, "2027-01-31T10:00").dates()
    assert refused.value.code == code


@settings(max_examples=60, deadline=None)
@given(
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe"]),
    minutes_in=st.integers(0, 2 * 366 * 24 * 60),
    minutes=st.integers(1, 3000),
    frequency=st.sampled_from(["DAILY", "WEEKLY", "MONTHLY"]),
    count=st.integers(1, MOST_DATES),
)
def test_every_date_keeps_its_local_time_or_lies_in_a_skipped_hour(zone, minutes_in, minutes, frequency, count):
    start = datetime.fromisoformat("2026-01-01") + timedelta(minutes=minutes_in)
    series = Pattern(f"FREQ={frequency};COUNT={count}", start, minutes, zone)
    for local in series.dates():
        lower, upper = series.period(local)
        assert lower < upper
        assert wall(lower, zone) == local or timedelta(0) < wall(lower, zone) - local <= timedelta(hours=1)
