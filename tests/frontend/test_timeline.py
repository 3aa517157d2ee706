"""Where things fall on a calendar's axis, also in weeks with a change of clocks."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from frontend.timeline import Axis

SHEET = (Path(__file__).resolve().parents[2] / "frontend/static/css/positions.css").read_text()
WEEK = Axis(date(2027, 1, 25), 7, "Europe/Berlin", reader="Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, 1, day, hour, minute, tzinfo=BERLIN)


@pytest.mark.parametrize(("first", "hours"), [((2027, 1, 25), 168), ((2026, 10, 19), 169), ((2027, 3, 22), 167)])
def test_a_week_has_as_many_hours_as_its_clocks_say(first, hours):
    assert Axis(date(*first), 7, "Europe/Berlin").hours == hours


def test_a_stretch_is_placed_by_elapsed_hours():
    assert WEEK.place(at(26, 8), at(28, 8)) == "s32 w48"


def test_what_reaches_over_the_edge_is_cut_and_what_lies_outside_is_not_drawn():
    assert WEEK.place(at(24, 20), at(25, 4)) == "s0 w4"
    assert WEEK.place(at(31, 20), at(31, 20) + timedelta(days=2)) == "s164 w4"
    assert WEEK.place(at(23, 0), at(25, 0)) == ""


def test_even_a_quarter_of_an_hour_is_seen():
    assert WEEK.place(at(26, 8, 15), at(26, 8, 30)) == "s32 w1"
    assert WEEK.place(at(31, 23, 45), at(31, 23, 45) + timedelta(minutes=15)) == "s167 w1"


def test_after_the_change_of_clocks_places_still_follow_the_axis():
    autumn = Axis(date(2026, 10, 19), 7, "Europe/Berlin")
    noon = datetime(2026, 10, 25, 12, tzinfo=BERLIN)
    assert autumn.place(noon, noon + timedelta(hours=2)) == "s157 w2"


def test_every_class_of_an_axis_is_in_the_sheet():
    for axis in (WEEK, Axis(date(2026, 10, 19), 14, "Europe/Berlin"), Axis(date(2027, 3, 22), 7, "Europe/Berlin")):
        assert f".n{axis.hours}{{" in SHEET
        for mark in (*axis.day_marks, *axis.ticks):
            for name in mark.place.split():
                assert f".{name}{{" in SHEET


def test_ticks_show_the_readers_hour_only_where_it_differs():
    assert [tick.reader for tick in WEEK.ticks[:3]] == ["07", "15", "23"]
    assert {tick.reader for tick in Axis(date(2027, 1, 25), 7, "Europe/Berlin", reader="Europe/Paris").ticks} == {""}


def test_an_axis_names_its_zone_and_the_readers():
    assert WEEK.zone_label == "Berlin, CET"
    assert WEEK.reader_label == "Shanghai, CST"
    assert WEEK.starts_at == datetime(2027, 1, 24, 23, tzinfo=UTC)
