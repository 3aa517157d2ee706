"""The outbox: written with the change, delivered in the reader's language, tried again, digested, never twice."""

import re
import threading
from datetime import UTC, datetime, timedelta
from smtplib import SMTPServerDisconnected

import pytest
import time_machine
from django.core import mail
from django.db import connection, transaction
from django.utils import translation
from icalendar import Calendar

from core import clock
from core.errors import Invalid, NotPermitted
from notifications.commands import deliver, deliver_due, notify, send_digests, set_preferences
from notifications.commands.delivery import WAITS
from notifications.kinds import KINDS
from notifications.models import Message
from notifications.queries import messages_visible_to, preferences_of
from notifications.rendering import FOLDER, text_of
from tests.notifications.examples import BOOKING, ENTRY


@pytest.fixture
def post(world):
    def write(*people, kind="booking_approved", context=None, calendar=None):
        notify(people, kind, subject=world.org_a, context=BOOKING | (context or {}), calendar=calendar)

    return write


def test_a_message_is_one_insert_whoever_hears_of_it(world, post, django_assert_num_queries):
    with django_assert_num_queries(1):
        post(world.ana, world.bo, world.cleo)
    assert not mail.outbox, "nothing is sent within the change"


def test_a_message_that_was_rolled_back_is_never_sent(world, post):
    with pytest.raises(RuntimeError), transaction.atomic():
        post(world.ana)
        raise RuntimeError
    assert deliver_due() == 0


def test_it_tells_what_where_when_in_both_zones_and_what_to_do_next(world, post):
    post(world.ana, context={"note": "Bring a dosimeter"})
    assert deliver_due() == 1
    sent = mail.outbox[0]
    assert sent.subject == "Approved: B-000123 on Instrument A1"
    assert sent.to == ["ana@test.example"]
    for words in (
        "Dear Ana,",
        "Bo approved B-000123",
        "Reason: Bring a dosimeter",
        "Instrument A1 · Facility FA",
        "Mon 29 Mar 2027, 00:00–08:00 CEST",
        "Shanghai",
        "http",
        "Choose what you are told",
    ):
        assert words in sent.body
    row = Message.objects.get()
    assert (row.state, row.title, row.body) == ("sent", sent.subject, sent.body)


def test_a_reader_gets_it_in_their_own_language(world, post, monkeypatch):
    world.ana.locale = "zh-CN"
    world.ana.save()
    heard = []
    monkeypatch.setattr(
        "notifications.commands.delivery.words",
        lambda message: heard.append(translation.get_language()) or ("Title", "Body"),
    )
    with translation.override("en"):
        post(world.ana, world.bo)
        deliver_due()
    assert sorted(heard) == ["en", "zh-hans"]


def test_the_invitation_carries_uid_sequence_zone_and_method(world, post):
    post(world.ana, calendar=ENTRY)
    post(world.ana, kind="booking_cancelled", calendar=ENTRY | {"sequence": 2, "method": "CANCEL"})
    deliver_due()
    asked, cancelled = (Calendar.from_ical(next(part.content for part in sent.alternatives)) for sent in mail.outbox)
    assert [sent.alternatives[0].mimetype for sent in mail.outbox] == [
        "text/calendar; method=REQUEST",
        "text/calendar; method=CANCEL",
    ]
    for calendar, method, status, sequence in (
        (asked, "REQUEST", "CONFIRMED", 1),
        (cancelled, "CANCEL", "CANCELLED", 2),
    ):
        event = calendar.walk("VEVENT")[0]
        assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == (method, status, sequence)
        assert event["UID"] == f"{ENTRY['uid']}@yanqi"
        assert event["DTSTART"].params["TZID"] == "Europe/Berlin"
        assert event.decoded("DTSTART").astimezone(UTC) == datetime(2027, 3, 28, 22, tzinfo=UTC)
        assert event["ATTENDEE"] == "mailto:ana@test.example"
        assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Berlin"]


def test_a_request_that_is_not_decided_is_tentative(world, post):
    post(world.ana, kind="booking_requested", context={"state": "requested"}, calendar=ENTRY)
    deliver_due()
    event = Calendar.from_ical(mail.outbox[0].alternatives[0].content).walk("VEVENT")[0]
    assert event["STATUS"] == "TENTATIVE"


def test_running_the_delivery_twice_sends_once(world, post):
    post(world.ana)
    row = Message.objects.get()
    assert deliver(row.pk)
    assert not deliver(row.pk)
    assert deliver_due() == 0
    assert len(mail.outbox) == 1


def test_a_mail_server_that_is_away_is_tried_again_later_and_later(world, post, monkeypatch):
    now = world.monday
    monkeypatch.setattr(
        "django.core.mail.EmailMultiAlternatives.send",
        lambda self: (_ for _ in ()).throw(SMTPServerDisconnected("gone")),
    )
    with time_machine.travel(now, tick=False) as traveller:
        post(world.ana)
        row = Message.objects.get()
        for attempt, wait in enumerate(WAITS, start=1):
            assert deliver_due() == 0
            row.refresh_from_db()
            assert (row.state, row.attempts, row.due_at) == ("waiting", attempt, clock.now() + wait)
            assert deliver_due() == 0, "not before it is due again"
            traveller.shift(wait)
        deliver_due()
    row.refresh_from_db()
    assert (row.state, row.last_error) == ("failed", "gone")


def test_one_message_that_cannot_be_written_does_not_hold_up_the_others(world, post):
    post(world.ana, context={"zone": "Nowhere/Land"})
    post(world.bo)
    assert deliver_due() == 1
    assert sorted(Message.objects.values_list("state", flat=True)) == ["failed", "sent"]


def test_nobody_is_written_to_who_has_no_account_any_more(world, post):
    post(world.ana)
    world.ana.is_active = False
    world.ana.save()
    assert deliver_due() == 0
    assert Message.objects.get().state == "off"


def test_what_is_not_wanted_stands_on_the_page_only(world, post):
    set_preferences(world.ana, {"booking_approved": "off"}, by=world.ana)
    post(world.ana)
    assert deliver_due() == 0
    assert not mail.outbox
    assert [row.title for row in messages_visible_to(world.ana)] == ["Approved: B-000123 on Instrument A1"]


def test_the_digest_comes_at_seven_of_the_readers_clock_and_is_quiet_without_messages(world, post):
    set_preferences(world.ana, {"booking_approved": "digest", "booking_moved": "digest"}, by=world.ana)
    with time_machine.travel(datetime(2027, 1, 20, 12, tzinfo=UTC), tick=False) as traveller:
        assert send_digests() == 0
        post(world.ana)
        post(world.ana, kind="booking_moved", context={"note": "The beam is down"})
        deliver_due()
        assert not mail.outbox
        traveller.move_to(datetime(2027, 1, 20, 22, 59, tzinfo=UTC))
        assert send_digests() == 0
        traveller.move_to(datetime(2027, 1, 20, 23, 0, tzinfo=UTC))  # 07:00 in Shanghai
        assert send_digests() == 1
        assert send_digests() == 0
    assert [sent.subject for sent in mail.outbox] == ["2 messages for you today"]
    for words in ("Approved: B-000123", "Moved: B-000123", "The beam is down"):
        assert words in mail.outbox[0].body
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


def test_preferences_are_ones_own_and_every_mistake_is_named(world):
    with pytest.raises(NotPermitted):
        set_preferences(world.ana, {"booking_approved": "off"}, by=world.bo)
    with pytest.raises(Invalid) as refused:
        set_preferences(world.ana, {"nonsense": "off", "booking_approved": "sometimes"}, by=world.ana)
    assert [one.rule for one in refused.value.violations] == ["kind_unknown", "mode_unknown"]
    set_preferences(world.ana, {"booking_approved": "off"}, by=world.ana)
    set_preferences(world.ana, {"booking_approved": "digest"}, by=world.ana)
    assert preferences_of(world.ana) == dict.fromkeys(KINDS, "at_once") | {"booking_approved": "digest"}


def test_one_sees_ones_own_messages_only(world, post):
    post(world.ana, world.bo)
    deliver_due()
    assert messages_visible_to(world.ana).count() == messages_visible_to(world.bo).count() == 1
    assert messages_visible_to(world.dan).count() == 0


def test_every_kind_has_its_words_and_all_words_a_kind():
    files = {path.stem for path in (FOLDER / "mail").glob("*.txt")}
    texts = [path.read_text(encoding="utf-8") for path in (FOLDER / "mail").glob("*.txt")]
    frames = {name for text in texts for name in re.findall(r'extends "mail/([a-z_]+)\.txt"', text)} | {"digest"}
    assert files - frames == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_reads_as_a_mail(world, kind):
    context = BOOKING | {
        "program": "Cold Atoms",
        "number": "P-7",
        "title": "B-000123 · Instrument A1",
        "step": "Safety",
        "due_at": BOOKING["starts_at"],
        "link": "http://localhost/x",
        "note": "Because",
    }
    subject, body = text_of(kind, world.ana, context)
    assert subject
    assert "\n" not in subject
    assert body.startswith("Dear Ana,")
    assert "http://localhost/x" in body
    assert "Because" in body
    assert "{" not in subject + body
    assert "\n\n\n" not in body


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_message_once():
    from tests.world import make_world

    world = make_world()
    for _ in range(10):
        notify([world.ana], "booking_approved", subject=world.org_a, context=BOOKING)
    barrier, counts = threading.Barrier(2), []

    def work():
        barrier.wait()
        counts.append(deliver_due())
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 10
    assert len(mail.outbox) == 10


def test_deciders_are_told_once_and_again_when_it_escalates(world):
    from core.rows import insert
    from notifications.commands import tell_deciders
    from workflow.approvals import RouteDraft, StepDraft, escalate_due, prepare
    from workflow.approvals.delegations import delegate_tasks
    from workflow.approvals.routes import _write

    step = StepDraft(1, "Feasibility", "instrument_scientist", within_hours=4, escalate_to_role="facility_manager")
    draft = RouteDraft("Route", ("facilities.facility", world.facility_a.pk), (step,))
    route = _write(world.facility_a, "accounts.organisation", draft, 1, by=world.bo)
    delegate_tasks(
        world.cleo, world.dan, starts_at=clock.now(), ends_at=clock.now() + timedelta(days=30), by=world.cleo
    )
    begun = prepare(world.org_c, route=route, title="B-1 · A1", facts={}, working_hours={"zone": "Europe/Berlin"})
    insert([begun.process, *begun.tasks])
    assert tell_deciders() == 1
    assert tell_deciders() == 0
    deliver_due()
    assert {sent.to[0] for sent in mail.outbox} == {"cleo@test.example", "dan@test.example"}
    assert {sent.subject for sent in mail.outbox} == {"To decide: B-1 · A1"}
    assert "Please decide by" in mail.outbox[0].body
    mail.outbox.clear()
    with time_machine.travel(clock.now() + timedelta(days=8), tick=False):
        assert escalate_due() == 1
        tell_deciders()
        deliver_due()
    assert {sent.to[0] for sent in mail.outbox} == {"bo@test.example", "cleo@test.example", "dan@test.example"}
    assert {sent.subject for sent in mail.outbox} == {"Overdue, to decide: B-1 · A1"}
