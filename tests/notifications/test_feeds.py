"""Private calendars: hashed and revocable addresses, and only what the owner may see at the time of reading."""

import pytest
from django.test import Client
from icalendar import Calendar

from accounts.commands import create_token, revoke_role
from core.errors import NotFound, NotPermitted
from facilities.commands.bookings import request_time, withdraw_booking
from facilities.models import Team, TeamMember
from facilities.rules import BookingRequest
from notifications.commands import create_feed, revoke_feed
from notifications.models import CalendarFeed


@pytest.fixture
def booked(world):
    """Ana's request at A, in the afternoon shift of the Tuesday."""
    return request_time(
        BookingRequest(
            instrument=world.instrument_a,
            starts_at=world.at(1, 8 - 1),
            ends_at=world.at(1, 16 - 1),
            purpose="Secret alloy",
            mode="remote",
            title="Secret alloy",
        ),
        by=world.ana,
    )


def read(token, **headers):
    return Client().get(f"/api/v1/calendars/{token}.ics", headers=headers)


def events(answer):
    assert answer.status_code == 200
    return Calendar.from_ical(answer.content).walk("VEVENT")


def test_a_persons_feed_follows_the_booking_with_one_uid_and_a_higher_sequence(world, booked):
    _feed, token = create_feed(world.ana, "person", world.ana.pk, by=world.ana)
    answer = read(token)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.content)
    assert calendar["X-PUBLISHED-TTL"] == "PT15M"
    before = events(answer)[0]
    assert (before["STATUS"], before["UID"]) == ("TENTATIVE", f"{booked.pk}@yanqi")
    assert before["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert before.decoded("DTSTART") == booked.starts_at
    assert "Secret alloy" in before["SUMMARY"]
    withdraw_booking(booked, by=world.ana, note="Later")
    after = events(read(token))[0]
    assert (after["STATUS"], after["UID"]) == ("CANCELLED", before["UID"])
    assert after["SEQUENCE"] > before["SEQUENCE"]


def test_an_unchanged_feed_is_not_sent_again(world, booked):
    _feed, token = create_feed(world.ana, "person", world.ana.pk, by=world.ana)
    first = read(token)
    again = read(token, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert CalendarFeed.objects.get().last_read_on


def test_a_revoked_replaced_or_invented_address_is_404(world, booked):
    feed, token = create_feed(world.ana, "person", world.ana.pk, by=world.ana)
    assert not CalendarFeed.objects.filter(token_hash=token).exists()
    replaced, other = create_feed(world.ana, "person", world.ana.pk, by=world.ana)
    assert read(token).status_code == 404
    assert read(other).status_code == 200
    revoke_feed(replaced, by=world.ana)
    for gone in (token, other, "invented", feed.token_hash):
        answer = read(gone)
        assert answer.status_code == 404
        assert b"alloy" not in answer.content


def test_an_account_that_is_closed_closes_its_feeds(world, booked):
    _feed, token = create_feed(world.ana, "person", world.ana.pk, by=world.ana)
    world.ana.is_active = False
    world.ana.save()
    assert read(token).status_code == 404


def test_nobody_has_another_persons_feed(world, booked):
    with pytest.raises(NotFound):
        create_feed(world.dan, "person", world.ana.pk, by=world.dan)
    with pytest.raises(NotPermitted):
        create_feed(world.ana, "person", world.ana.pk, by=world.dan)
    feed, _token = create_feed(world.ana, "person", world.ana.pk, by=world.ana)
    with pytest.raises(NotPermitted):
        revoke_feed(feed, by=world.dan)


@pytest.mark.parametrize(
    ("person", "sees"), [("ana", True), ("bo", True), ("cleo", True), ("bob", False), ("dan", False)]
)
def test_an_instruments_feed_tells_others_only_that_it_is_taken(world, booked, person, sees):
    owner = getattr(world, person)
    _feed, token = create_feed(owner, "instrument", world.instrument_a.pk, by=owner)
    answer = read(token)
    event = events(answer)[0]
    assert len(events(answer)) == 1
    assert event.decoded("DTSTART") == booked.starts_at
    for private in (b"Secret", booked.reference.encode(), str(booked.pk).encode(), b"Ana"):
        assert (private in answer.content.replace(b"\r\n ", b"")) is (sees and private != b"Ana")
    if not sees:
        assert event["SUMMARY"] == "Taken"


def test_rights_are_checked_at_every_reading(world, booked):
    _feed, token = create_feed(world.bo, "instrument", world.instrument_a.pk, by=world.bo)
    assert b"Secret" in read(token).content
    revoke_role(world.bo, "facility_manager", world.facility_a, by=world.system)
    assert b"Secret" not in read(token).content


def test_a_programmes_feed_is_for_its_team_and_ends_with_membership(world, booked):
    team = Team.objects.create(kind="program", title="Cold Atoms")
    booked.team = team
    booked.save()
    with pytest.raises(NotFound):
        create_feed(world.dan, "program", team.pk, by=world.dan)
    member = TeamMember.objects.create(team=team, user=world.dan)
    _feed, token = create_feed(world.dan, "program", team.pk, by=world.dan)
    assert b"Secret alloy" in read(token).content
    member.delete()
    assert read(token).status_code == 404


def test_feeds_and_messages_through_the_api_are_ones_own(world, booked):
    headers = {
        person: {"Authorization": f"Bearer {create_token(getattr(world, person), by=getattr(world, person))[1]}"}
        for person in ("ana", "dan")
    }
    client = Client()
    made = client.post("/api/v1/calendars", {"kind": "person"}, "application/json", headers=headers["ana"])
    assert made.status_code == 201
    assert client.get(made.json()["url"].partition("8000")[2] or made.json()["url"]).status_code == 200
    assert len(client.get("/api/v1/calendars", headers=headers["ana"]).json()["results"]) == 1
    assert client.get("/api/v1/calendars", headers=headers["dan"]).json()["results"] == []
    page = f"/api/v1/calendars/{made.json()['id']}"
    assert client.delete(page, headers=headers["dan"]).status_code == 404
    assert client.delete(page, headers=headers["ana"]).status_code == 204
    assert client.get("/api/v1/messages", headers=headers["dan"]).json()["results"] == []
    wishes = client.patch("/api/v1/me/preferences", {"task_open": "digest"}, "application/json", headers=headers["ana"])
    assert wishes.json()["task_open"] == "digest"
    assert client.get("/api/v1/me/preferences", headers=headers["dan"]).json()["task_open"] == "at_once"
    nothing = client.post("/api/v1/calendars", {"kind": "instrument"}, "application/json", headers=headers["ana"])
    assert nothing.json()["violations"][0]["field"] == "target"
