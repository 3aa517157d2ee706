"""The events of a calendar: instants in UTC with Z, titles as they were written."""

from datetime import timedelta

from facilities.queries.calendar import calendar_events
from tests.facilities.asking import ask, berlin


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
