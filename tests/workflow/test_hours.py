"""Working hours: the scenario, the days clocks change, and properties that hold for any place."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.hours import WorkingHours, add_working_hours

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = WorkingHours(zone="Europe/Berlin")


def test_sixteen_hours_from_friday_afternoon_end_on_tuesday_afternoon():
    friday = datetime(2026, 11, 20, 15, tzinfo=BERLIN)
    assert add_working_hours(friday, 16, OFFICE) == datetime(2026, 11, 24, 15, tzinfo=BERLIN)


def test_a_weekend_over_which_clocks_change_makes_no_difference_on_the_wall():
    for friday in (datetime(2026, 3, 27, 15, tzinfo=BERLIN), datetime(2026, 10, 23, 15, tzinfo=BERLIN)):
        due = add_working_hours(friday, 16, OFFICE).astimezone(BERLIN)
        assert (due.isoweekday(), due.time()) == (2, time(15))


@pytest.mark.parametrize(("day", "worked"), [(date(2026, 3, 29), 5), (date(2026, 10, 25), 7)], ids=["spring", "autumn"])
def test_a_night_on_which_clocks_change_counts_its_elapsed_hours(day, worked):
    nights = WorkingHours("Europe/Berlin", frozenset({7}), time(0), time(6))
    start = datetime.combine(day, time(0), BERLIN)
    assert add_working_hours(start, worked, nights) == datetime.combine(day, time(6), BERLIN)
    assert add_working_hours(start, worked + 1, nights).astimezone(BERLIN).date() == day + timedelta(days=7)


def test_closed_days_are_left_out():
    place = WorkingHours("Asia/Shanghai", closed=frozenset({date(2026, 10, day) for day in range(1, 8)}))
    start = datetime(2026, 9, 30, 16, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert add_working_hours(start, 2, place) == datetime(2026, 10, 8, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_a_request_outside_hours_counts_from_the_next_opening():
    assert add_working_hours(datetime(2026, 11, 21, 3, tzinfo=UTC), 1, OFFICE) == datetime(
        2026, 11, 23, 10, tzinfo=BERLIN
    )


@pytest.mark.parametrize("wrong", [{"weekdays": frozenset()}, {"weekdays": frozenset({0})}, {"closes": time(9)}])
def test_a_place_that_never_works_is_refused(wrong):
    with pytest.raises(ValueError):
        WorkingHours(**wrong)


places = st.builds(
    WorkingHours,
    zone=st.sampled_from(["Europe/Berlin", "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "UTC"]),
    weekdays=st.frozensets(st.integers(1, 7), min_size=1),
    opens=st.builds(time, st.integers(0, 11), st.sampled_from([0, 30])),
    closes=st.builds(time, st.integers(12, 23), st.sampled_from([0, 30])),
    closed=st.frozensets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=5),
)
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
instants = st.integers(0, 365 * 24 * 60).map(lambda minute: NEW_YEAR + timedelta(minutes=minute))
lengths = st.integers(0, 60)


@given(places, instants, lengths, lengths)
def test_hours_add_up(place, start, first, second):
    assert add_working_hours(add_working_hours(start, first, place), second, place) == add_working_hours(
        start, first + second, place
    )


@given(places, instants, st.integers(0, 20_000), lengths, lengths)
def test_who_starts_later_or_has_more_time_is_never_due_earlier(place, start, later, hours, more):
    due = add_working_hours(start, hours, place)
    assert add_working_hours(start + timedelta(minutes=later), hours, place) >= due
    assert add_working_hours(start, hours + more, place) >= due


@given(places, instants, st.integers(1, 60))
def test_exactly_so_many_hours_of_work_lie_between(place, start, hours):
    due = add_working_hours(start, hours, place)
    worked = timedelta(0)
    for opening, closing in place.windows(start):
        if opening >= due:
            break
        worked += min(closing, due) - max(opening, start)
    assert worked == timedelta(hours=hours)
    local = due.astimezone(ZoneInfo(place.zone))
    assert local.isoweekday() in place.weekdays
    assert local.date() not in place.closed
    assert (
        place.opens < local.time() <= place.closes
        or local.utcoffset() != (due - timedelta(days=1)).astimezone(local.tzinfo).utcoffset()
    )


@given(places)
def test_a_place_survives_json(place):
    assert WorkingHours.from_json(place.as_json()) == place
