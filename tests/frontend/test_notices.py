"""Messages, wishes, private calendars and stand-ins as pages: one's own only, typed text kept, and what they cost."""

import re

import pytest
from django.test import Client

from notifications.commands import create_feed, deliver_due, notify
from notifications.models import CalendarFeed, Message
from notifications.queries import preferences_of
from tests.notifications.examples import BOOKING, ENTRY
from workflow.models import Delegation

PAGES = ["/mailbox/", "/account/notifications/", "/account/calendars/", "/account/stand-ins/"]


@pytest.fixture
def browser(world):
    def sign_in(person):
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def told(world):
    notify([world.ana], "booking_approved", subject=world.org_a, context=BOOKING, calendar=ENTRY)
    deliver_due()
    return Message.objects.get()


@pytest.mark.parametrize("address", PAGES)
def test_each_page_stands_in_the_frame_and_needs_an_account(world, browser, address):
    assert Client().get(address).headers["Location"].startswith("/accounts/login/")
    html = browser(world.ana).get(address).content.decode()
    assert html.count("<h1") == 1
    assert 'aria-current="page"' in html
    for other in PAGES:
        assert f'href="{other}"' in html


def test_the_mailbox_shows_ones_own_messages_and_notes_the_reading(world, browser, told):
    ana = browser(world.ana)
    assert "Approved: B-000123" in ana.get("/mailbox/").content.decode()
    page = ana.get(f"/mailbox/{told.pk}/").content.decode()
    assert "Mon 29 Mar 2027, 00:00–08:00 CEST" in page
    assert re.search(r'<a href="http[^"]+/bookings/', page) or 'href="http' in page
    told.refresh_from_db()
    assert told.read_at
    invitation = ana.get(f"/mailbox/{told.pk}/invite.ics")
    assert invitation.headers["Content-Type"].startswith("text/calendar")
    assert b"METHOD:REQUEST" in invitation.content
    dan = browser(world.dan)
    assert "B-000123" not in dan.get("/mailbox/").content.decode()
    for address in (f"/mailbox/{told.pk}/", f"/mailbox/{told.pk}/invite.ics"):
        assert dan.get(address).status_code == 404


def test_the_mailbox_costs_the_same_for_one_message_and_three(world, browser, told, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ana = browser(world.ana)
    ana.get("/mailbox/")
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as taken:
            ana.get("/mailbox/")
        counts.append(len(taken))
        notify([world.ana] * 2, "booking_moved", subject=world.org_a, context=BOOKING)
        deliver_due()
    assert counts[0] == counts[1]


def test_wishes_are_saved_and_a_wrong_one_is_refused(world, browser):
    ana = browser(world.ana)
    wishes = preferences_of(world.ana) | {"booking_approved": "digest"}
    assert ana.post("/account/notifications/", wishes).status_code == 302
    assert preferences_of(world.ana)["booking_approved"] == "digest"
    refused = ana.post("/account/notifications/", wishes | {"booking_approved": "sometimes"})
    assert refused.status_code == 422
    assert 'href="#id_booking_approved"' in refused.content.decode()


def test_a_private_calendar_is_shown_once_and_revoked(world, browser):
    ana = browser(world.ana)
    answer = ana.post("/account/calendars/", {"feed": f"person:{world.ana.pk}"})
    address = re.search(r'class="token">([^<]+)<', answer.content.decode()).group(1)
    assert answer.headers["Cache-Control"] == "no-store"
    path = address[address.index("/api/") :]
    assert Client().get(path).status_code == 200
    assert path not in ana.get("/account/calendars/").content.decode()
    feed = CalendarFeed.objects.get()
    assert browser(world.dan).post(f"/account/calendars/{feed.pk}/revoke/").status_code == 404
    assert ana.post(f"/account/calendars/{feed.pk}/revoke/").status_code == 302
    assert Client().get(path).status_code == 404


def test_a_calendar_of_somebody_else_is_not_offered_nor_made(world, browser):
    create_feed(world.ana, "person", world.ana.pk, by=world.ana)
    dan = browser(world.dan)
    assert str(world.ana.pk) not in dan.get("/account/calendars/").content.decode()
    assert dan.post("/account/calendars/", {"feed": f"person:{world.ana.pk}"}).status_code == 422
    assert CalendarFeed.objects.count() == 1


def test_a_manager_lends_decisions_by_days_of_the_own_clock(world, browser):
    bo = browser(world.bo)
    page = bo.get("/account/stand-ins/").content.decode()
    assert 'value="cleo@test.example"' in page, "colleagues are suggested"
    assert "dan@test.example" not in page
    day = world.monday.date().isoformat()
    answer = bo.post("/account/stand-ins/", {"taker": "Cleo@test.example", "first": day, "last": day, "note": "Away"})
    assert answer.status_code == 302
    loan = Delegation.objects.get()
    assert (loan.giver, loan.taker, loan.note) == (world.bo, world.cleo, "Away")
    assert (loan.ends_at - loan.starts_at).total_seconds() == 24 * 3600
    assert "Bo" in browser(world.cleo).get("/account/stand-ins/").content.decode()
    assert browser(world.dan).post(f"/account/stand-ins/{loan.pk}/end/").status_code == 404
    assert bo.post(f"/account/stand-ins/{loan.pk}/end/").status_code == 302
    loan.refresh_from_db()
    assert loan.archived_at


def test_a_wrong_loan_is_refused_with_every_reason_and_keeps_what_was_typed(world, browser):
    bo = browser(world.bo)
    day = world.monday.date()
    typed = {"taker": "bo@test.example", "first": day.isoformat(), "last": "2020-01-01", "note": "While I am away"}
    answer = bo.post("/account/stand-ins/", typed)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose another person." in html
    assert "The end must come after the start." in html
    assert 'value="While I am away"' in html
    unknown = bo.post("/account/stand-ins/", typed | {"taker": "nobody@test.example"})
    assert "Nobody here has this address." in unknown.content.decode()
    assert not Delegation.objects.exists()
