"""Saved views by mail: when they are due, as whom they are seen when they are sent, and how they end."""

from datetime import UTC, datetime

import pytest
from django.core import mail
from django.test import Client

from accounts.commands import revoke_role
from core import clock
from core.errors import NotFound, NotPermitted
from notifications.commands import deliver_due
from notifications.models import Message
from reports import posted
from reports.commands.subscriptions import next_at, send_due, subscribe, unsubscribe
from reports.commands.views import save_view, share_view
from reports.models import Subscription

pytestmark = pytest.mark.django_db
FLOWS = "/reports/flows/?from=2026-05-01&to=2026-06-01"


@pytest.fixture
def pdf(monkeypatch):
    """What was typeset, without typesetting it."""
    made = []

    def pdf_of(answers, *, locale, title):
        made.append((title, locale, [(seen.report.name, seen.query.given.get("from")) for seen in answers]))
        return b"%PDF-"

    monkeypatch.setattr(posted, "pdf_of", pdf_of)
    return made


def sent():
    """Send what is due now."""
    Subscription.objects.update(next_at=clock.now())
    send_due()
    deliver_due()


@pytest.mark.parametrize(
    ("rhythm", "zone", "due"),
    [
        ("daily", "UTC", (2026, 5, 13, 7)),
        ("weekly", "UTC", (2026, 5, 18, 7)),
        ("monthly", "Asia/Shanghai", (2026, 5, 31, 23)),
        ("quarterly", "Europe/Berlin", (2026, 7, 1, 5)),
    ],
)
def test_it_is_due_at_seven_of_the_readers_clock(rhythm, zone, due):
    person = type("Person", (), {"time_zone": zone})
    assert next_at(rhythm, person, after=datetime(2026, 5, 12, 12, tzinfo=UTC)) == datetime(*due, tzinfo=UTC)


def test_a_view_is_sent_once_as_pdf_in_the_readers_language(world, pdf):
    world.lea.locale = "zh-Hans"
    world.lea.save()
    view = save_view("Flows in May", FLOWS, by=world.lea)
    subscribe(view, "weekly", by=world.lea)
    sent()
    send_due()
    deliver_due()
    (message,) = mail.outbox
    assert message.attachments[0][0] == "flows-in-may.pdf"
    assert pdf == [("Flows in May", "zh-Hans", [("flows", "2026-05-01")])]
    assert message.extra_headers["List-Unsubscribe"].strip("<>") in message.body


def test_nothing_is_sent_to_who_lost_the_right(world, pdf):
    shared = save_view("Budgets", "/reports/budget/", by=world.lea, audience="alliance", alliance=world.alliance)
    own = save_view("Own", "/reports/milestones/", by=world.sec)
    subscribe(shared, "daily", by=world.sec)
    subscribe(own, "daily", by=world.sec)
    Subscription.objects.update(next_at=clock.now())
    send_due()
    revoke_role(world.sec, "secretariat", world.alliance, by=world.adm)
    deliver_due()
    assert mail.outbox == pdf == []
    assert set(Message.objects.filter(kind="view_sent").values_list("state", flat=True)) == {"off"}


def test_only_a_view_that_one_finds_is_sent_and_not_once_it_is_no_longer_shared(world, pdf):
    view = save_view("Flows", FLOWS, by=world.lea)
    with pytest.raises(NotFound):
        subscribe(view, "daily", by=world.bo)
    share_view(view, "facility", by=world.lea, facility=world.facility_a)
    held = subscribe(view, "daily", by=world.bo)
    with pytest.raises(NotPermitted):
        unsubscribe(held, by=world.lea)
    share_view(view, "me", by=world.lea)
    sent()
    assert mail.outbox == []


def test_the_link_in_the_mail_ends_it_without_an_account(world, pdf):
    subscribe(save_view("Flows", FLOWS, by=world.lea), "daily", by=world.lea)
    sent()
    link = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>").partition("/views/")[2]
    assert Client().get(f"/views/{link}").status_code == 200
    assert Subscription.objects.exists()
    Client().post(f"/views/{link}")
    assert not Subscription.objects.exists()
    assert Client().get(f"/views/{link}").status_code == 200
    assert Client().get("/views/unsubscribe/forged/").status_code == 404
