"""What the one message about a series or a campaign says: all its dates or legs, and why."""

import pytest
from icalendar import Calendar

from facilities.commands.bookings import withdraw_booking
from facilities.commands.series import SeriesRequest, request_series, reschedule_series, withdraw_series
from facilities.queries.campaigns import legs_of
from facilities.queries.series import dates_of
from notifications.commands import deliver_due
from notifications.invitations import calendar_file, invitations_of
from notifications.models import Message
from notifications.rendering import words
from tests.facilities.asking import berlin, hourly, wanted
from tests.facilities.campaigning import campaign
from workflow.approvals import decide
from workflow.models import Task

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


def entries(kind):
    """State, method and time of every calendar entry of the last message of a kind, as its mail carries them."""
    texts = invitations_of(Message.objects.filter(kind=kind).latest("id"))
    events = [(calendar, calendar.events[0]) for calendar in map(Calendar.from_ical, texts)]
    return [(each["METHOD"], event["STATUS"], event.start, event["UID"], event["SEQUENCE"]) for each, event in events]


def test_a_series_comes_with_an_invitation_for_each_date_and_the_same_identity_later(world, mailoutbox):
    request = wanted(hourly(world), berlin(world, 0, 10), 2)
    series = request_series(SeriesRequest(request, "FREQ=WEEKLY;COUNT=3"), by=world.ana)
    asked = entries("series_requested")
    decide(Task.objects.get(subject_id=series.pk), "approve", by=world.bo)
    given = entries("series_approved")
    assert [(each[0], each[1]) for each in asked] == [("REQUEST", "TENTATIVE")] * 3
    assert [(each[0], each[1]) for each in given] == [("REQUEST", "CONFIRMED")] * 3
    assert [each[2] for each in given] == [each.booked.starts_at for each in dates_of(series)]
    assert [each[3] for each in asked] == [each[3] for each in given]
    assert all(later[4] > earlier[4] for earlier, later in zip(asked, given, strict=True))
    deliver_due()
    [mail] = [each for each in mailoutbox if "Approved" in each.subject]
    assert [kind for _name, _text, kind in mail.attachments] == ["text/calendar; method=REQUEST"] * 3


def test_a_campaign_that_breaks_takes_every_leg_out_of_the_calendar(world):
    subject = campaign(world)
    before = entries("campaign_requested")
    withdraw_booking(legs_of(subject)[1].booking, by=world.ana, note="No beam")
    after = entries("campaign_broken")
    assert [each[0] for each in after] == ["CANCEL"] * 3
    assert all(later[3:] > earlier[3:] for earlier, later in zip(before, after, strict=True))
    assert calendar_file(Message.objects.filter(kind="campaign_broken").latest("id")).count(b"BEGIN:VEVENT") == 3
