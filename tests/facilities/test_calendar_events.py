"""The events of a calendar: instants in UTC with Z, titles as they were written."""

from datetime import timedelta

from facilities.queries.calendar import calendar_events
from tests.facilities.asking import ask, berlin, hourly


def test_instants_end_with_z_and_a_title_that_looks_like_one_stays_as_it_is(world):
    start = berlin(world, 1, 8)
    title = 'Run of 08:00+00:00","title":"08:00+00:00'
    ask(world.instrument_a, start, by=world.ana, title=title)
    events = calendar_events([world.instrument_a.pk], start, start + timedelta(hours=8), world.ana)
    [booking] = [event for event in events if event["kind"] == "booking"]
    assert booking["title"] == title
    assert booking["starts_at"].endswith(":00Z")
    assert booking["ends_at"].endswith(":00Z")


def test_a_stranger_reads_the_busy_time_and_no_word(world):
    start = berlin(world, 1, 8)
    ask(world.instrument_a, start, by=world.ana, title="A secret sample")
    events = calendar_events([world.instrument_a.pk], start, start + timedelta(hours=8), world.dan)
    [booking] = [event for event in events if event["kind"] == "booking"]
    assert (booking["id"], booking["title"], booking["mine"]) == (None, None, False)
    assert "secret" not in str(events)


def test_what_is_booked_shows_once_on_each_of_its_parts_and_on_all_that_it_is_a_part_of(world):
    parent = hourly(world, "P")
    part = hourly(world, "C", parent=hourly(world, "M", parent=parent), capacity=2)
    hourly(world, "S", parent=parent)
    whole = ask(parent, berlin(world, 1, 8), 2, by=world.ana)
    own = ask(part, berlin(world, 1, 12), 2, by=world.ana)
    day = (berlin(world, 1, 0), berlin(world, 2, 0), world.ana)

    def booked(*instruments):
        events = calendar_events([each.pk for each in instruments], *day)
        return [(event["instrument"], event["id"]) for event in events if event["kind"] == "booking"]

    assert booked(part) == [(str(part.pk), str(whole.pk)), (str(part.pk), str(own.pk))]
    assert booked(parent) == [(str(parent.pk), str(whole.pk)), (str(parent.pk), str(own.pk))]
    assert booked(part.parent) == [(str(part.parent.pk), str(whole.pk)), (str(part.parent.pk), str(own.pk))]
    assert sorted(booked(parent, part)) == sorted([*booked(parent), *booked(part)])
