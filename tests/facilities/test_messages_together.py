"""What the one message about a series or a campaign says: all its dates or legs, and why."""

import pytest

from facilities.commands.bookings import withdraw_booking
from facilities.commands.series import SeriesRequest, request_series, reschedule_series, withdraw_series
from facilities.queries.campaigns import legs_of
from facilities.queries.series import dates_of
from notifications.models import Message
from notifications.rendering import words
from tests.facilities.asking import berlin, hourly, wanted
from tests.facilities.campaigning import campaign

pytestmark = pytest.mark.django_db


def last(person):
    subject, text = words(Message.objects.filter(recipient=person).latest("id"))
    return subject, text


def test_the_message_of_a_series_lists_its_dates_and_the_reason(world):
    request = wanted(hourly(world), berlin(world, 0, 10), 2, title="Batteries")
    series = request_series(SeriesRequest(request, "FREQ=WEEKLY;COUNT=3"), by=world.ana)
    subject, text = last(world.ana)
    assert subject == f"Sent: your series {series.reference} for Instrument H1"
    assert all(each.booking.reference in text for each in dates_of(series))
    assert "Mon " in text
    first = dates_of(series)[0]
    reschedule_series(series, by=world.ana, scope="all", date=first.recurrence_id, starts=first.starts.replace(hour=15))
    assert last(world.ana)[0].startswith("Moved: series")
    withdraw_series(series, by=world.ana, note="Sample lost")
    subject, text = last(world.ana)
    assert subject.startswith("Ended: dates of series")
    assert "Reason: Sample lost" in text
    assert f"/series/{series.pk}/" in text


def test_the_message_of_a_broken_campaign_names_every_leg_and_why(world):
    subject_ = campaign(world)
    assert last(world.ana)[0] == "Sent: your campaign Alloys under load"
    withdraw_booking(legs_of(subject_)[1].booking, by=world.ana, note="No beam")
    subject, text = last(world.ana)
    assert subject == "Cannot take place: Alloys under load"
    assert "Reason: Leg 2, Instrument L1: Withdrawn. No beam" in text
    assert all(leg.booking.reference in text for leg in legs_of(subject_))
    assert f"/campaigns/{subject_.pk}/" in text
