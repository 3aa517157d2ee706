"""Instants and ranges in words, in English; Chinese is tested with its catalogue in tests/frontend."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core import times

MORNING = datetime(2027, 1, 26, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _english():
    from django.utils.translation import override

    with override("en"):
        yield


def test_an_instant_names_the_zone_of_its_place():
    assert times.moment(MORNING, "Europe/London") == "Tue 26 Jan 2027, 08:00 GMT"
    assert times.moment(MORNING, "Europe/Berlin") == "Tue 26 Jan 2027, 09:00 CET"
    assert times.moment(datetime(2027, 7, 1, 8, tzinfo=UTC), "Europe/London") == "Thu 1 Jul 2027, 09:00 BST"


@pytest.mark.parametrize(
    ("zone", "letters"),
    [("Asia/Dubai", "UTC+4"), ("America/Sao_Paulo", "UTC−3"), ("Asia/Kathmandu", "UTC+5:45"), ("UTC", "UTC")],
)
def test_a_zone_without_letters_shows_its_offset(zone, letters):
    assert times.zone_letters(MORNING, zone) == letters


def test_a_reader_elsewhere_sees_his_own_clock_and_city():
    assert times.elsewhere(MORNING, "Europe/London", "Asia/Shanghai") == "16:00 in Shanghai (CST)"


def test_a_reader_on_another_day_sees_the_day():
    late = datetime(2027, 3, 1, 22, 59, tzinfo=UTC)
    assert times.elsewhere(late, "Europe/Berlin", "Asia/Shanghai") == "Tue 2 Mar, 06:59 in Shanghai (CST)"


def test_a_reader_with_the_same_clock_is_told_so_and_no_reader_reads_nothing():
    assert times.elsewhere(MORNING, "Europe/Berlin", "Europe/Madrid") == "your time zone"
    assert times.elsewhere(MORNING, "Europe/Berlin", None) == ""
    assert times.elsewhere(MORNING, "Europe/Berlin", "UTC") == "08:00 UTC"


def test_a_range_within_a_day_names_the_day_once():
    assert times.span(MORNING, MORNING + timedelta(hours=3), "Asia/Shanghai") == "Tue 26 Jan 2027, 16:00–19:00 CST"


def test_midnight_as_an_end_belongs_to_the_day_before():
    assert times.span(MORNING, MORNING + timedelta(hours=16), "Europe/London") == "Tue 26 Jan 2027, 08:00–24:00 GMT"
    assert (
        times.span(MORNING, MORNING + timedelta(hours=40), "Europe/London")
        == "Tue 26 Jan, 08:00 – Wed 27 Jan 2027, 24:00 GMT"
    )


def test_a_range_over_days_names_the_year_once_and_over_new_year_twice():
    two_days = timedelta(hours=48)
    assert times.span(MORNING, MORNING + two_days, "Europe/London") == "Tue 26 Jan, 08:00 – Thu 28 Jan 2027, 08:00 GMT"
    silvester = datetime(2026, 12, 31, 8, tzinfo=UTC)
    assert times.span(silvester, silvester + two_days, "UTC") == "Thu 31 Dec 2026, 08:00 – Sat 2 Jan 2027, 08:00 UTC"


def test_a_night_when_clocks_change_names_both_abbreviations():
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 10, 24, 22, tzinfo=berlin)
    end = datetime(2026, 10, 25, 6, tzinfo=berlin)
    assert times.span(start, end, "Europe/Berlin") == "Sat 24 Oct, 22:00 CEST – Sun 25 Oct 2026, 06:00 CET"


def test_a_range_for_a_reader_elsewhere_shows_days_only_where_they_differ():
    end = MORNING + timedelta(hours=48)
    assert times.span_elsewhere(MORNING, end, "Europe/London", "Asia/Shanghai") == "16:00 to 16:00 in Shanghai (CST)"
    assert (
        times.span_elsewhere(MORNING, end, "Asia/Shanghai", "America/Los_Angeles")
        == "00:00 to 00:00 in Los Angeles (PST)"
    )
    late = MORNING + timedelta(hours=12)
    assert (
        times.span_elsewhere(late, late + timedelta(hours=24), "Europe/London", "Asia/Shanghai")
        == "Wed 27 Jan, 04:00 to Thu 28 Jan, 04:00 in Shanghai (CST)"
    )


def test_days_are_written_as_short_as_they_can_be():
    assert times.days(date(2026, 12, 15), date(2026, 12, 15)) == "15 Dec 2026"
    assert times.days(date(2026, 12, 15), date(2026, 12, 17)) == "15–17 Dec 2026"
    assert times.days(date(2026, 11, 30), date(2026, 12, 2)) == "30 Nov – 2 Dec 2026"
    assert times.days(date(2026, 12, 30), date(2027, 1, 2)) == "30 Dec 2026 – 2 Jan 2027"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 minutes"), (1, "1 minute"), (90, "1 hour 30 minutes"), (480, "8 hours"), (3120, "2 days 4 hours")],
)
def test_a_duration_shows_its_two_largest_units(minutes, words):
    assert times.duration(timedelta(minutes=minutes)) == words


def test_waiting_and_what_is_left_are_told_in_the_largest_unit():
    assert times.waits(MORNING - timedelta(days=3, hours=5), MORNING) == "waits 3 days"
    assert times.waits(MORNING + timedelta(seconds=1), MORNING) == "waits 0 minutes"
    assert times.left(MORNING + timedelta(days=7), MORNING) == "7 days left"
    assert times.left(MORNING + timedelta(hours=1, minutes=59), MORNING) == "1 hour left"
    assert times.left(MORNING - timedelta(days=2), MORNING) == "overdue by 2 days"


def test_september_has_three_letters_like_every_month():
    assert times.plain_day(date(2021, 9, 27)) == "27 Sep 2021"


def test_a_machine_reads_utc():
    assert times.iso(datetime(2027, 1, 26, 9, tzinfo=ZoneInfo("Europe/Berlin"))) == "2027-01-26T08:00:00Z"
    assert times.utc(MORNING) == "2027-01-26 08:00 UTC"


def test_a_zone_beside_a_name_has_city_and_letters():
    assert times.zone_label(MORNING, "Asia/Shanghai") == "Shanghai, CST"
    assert times.zone_label(MORNING, "UTC") == "UTC"
