"""Pages of events: what everybody reads, how one registers and answers, and what organisers run them with."""

import re
from datetime import timedelta

import icalendar
import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile

from alliance.commands.documents import adopt_by_editor
from alliance.commands.events import edit_event, invite, move_event, register, save_session, save_talk
from alliance.commands.events.importing import run_import
from alliance.models import Event, Registration
from alliance.tokens import token_of
from core import clock
from core.errors import RulesRefuse
from core.models import Job
from notifications.commands import deliver_due
from tests.alliance.hosting import an_event, speaks
from tests.alliance.papers import a_document, proposed

pytestmark = pytest.mark.django_db


def two_tracks(world, event):
    """Two sessions at the same time and a talk in each."""
    at = event.starts_at + timedelta(hours=1)
    sessions = [
        save_session(
            event,
            {
                "kind": "parallel",
                "track": f"Hall {n}",
                "title": f"Session {n}",
                "starts_at": at,
                "ends_at": at + timedelta(hours=2),
            },
            by=world.sec,
        )
        for n in (1, 2)
    ]
    talks = [
        save_talk(
            row,
            {"title": f"Talk {row.track}", "speaker_name": f"Speaker {row.track}", "mode": "online"}
            | {"starts_at": at, "ends_at": at + timedelta(hours=1)},
            by=world.sec,
        )
        for row in sessions
    ]
    return sessions, talks


def test_a_speaker_in_two_rooms_and_a_track_with_two_sessions_are_refused_with_room_and_time(world):
    event = an_event(world, "announced")
    (first, second), (talk, _other) = two_tracks(world, event)
    with pytest.raises(RulesRefuse) as twice:
        save_talk(
            second,
            {"title": "Again", "speaker_name": " SPEAKER hall 1", "starts_at": talk.starts_at, "ends_at": talk.ends_at},
            by=world.sec,
        )
    assert "Hall 1" in twice.value.violations[0].message
    save_talk(
        second,
        {"title": "After", "speaker_name": "Speaker Hall 1", "starts_at": talk.ends_at, "ends_at": second.ends_at},
        by=world.sec,
    )
    with pytest.raises(RulesRefuse) as taken:
        save_session(event, {"track": "Hall 1"}, by=world.sec, session=second)
    assert [row.rule for row in taken.value.violations] == ["track_taken"]
    with pytest.raises(RulesRefuse) as outside:
        save_session(event, {"ends_at": first.starts_at + timedelta(minutes=30)}, by=world.sec, session=first)
    assert [row.rule for row in outside.value.violations] == ["talk_outside"]


def test_the_page_of_an_event_shows_tracks_side_by_side_roles_apart_and_what_was_planned_before(client, world):
    event = an_event(world, "announced")
    two_tracks(world, event)
    from alliance.commands.events import make_series, set_chairs, set_editions, set_partners

    set_partners(event, [(world.org_a, "co_sponsor"), (world.org_b, "co_organizer")], by=world.sec)
    set_chairs(event, [("Some Body", "", None, world.org_c)], by=world.sec)
    set_editions(event, {make_series(world.alliance, "Conferences", by=world.sec): 4}, by=world.sec)
    edit_event(event, {"starts_at": event.starts_at - timedelta(hours=1)}, by=world.sec, reason="Longer")
    fields = {"kind": "congratulatory_letter", "title": "To you", "event": event, "needs_resolution": False}
    letter = a_document(world, "letter", **fields)
    adopt_by_editor(proposed(world, letter, "We congratulate"), by=world.sec)
    text = client.get(f"/events/{event.slug}/").content.decode()
    for words in (
        "To you",
        "Session 1",
        "Talk Hall 2",
        "Co-sponsor",
        "Co-organiser",
        "Some Body",
        "No. 4 of",
        "Longer",
    ):
        assert words in text
    assert text.index("Co-sponsor") < text.index("Co-organiser")
    listed = client.get("/events/").content.decode()
    assert event.title in listed
    assert client.get("/events/?kind=visit").status_code == 200


def test_an_idea_leaves_no_trace_in_public(client, world):
    event = an_event(world, "idea", title="Secret Forum")
    for address in (
        f"/events/{event.slug}/",
        f"/events/{event.pk}/",
        f"/events/{event.slug}.ics",
        f"/events/{event.slug}/register/",
    ):
        assert client.get(address).status_code == 404
    for address in ("/events/", "/news/", "/", f"/alliances/{world.alliance.slug}/events.ics"):
        assert b"Secret" not in client.get(address).content


def test_the_feed_of_an_alliance_keeps_uids_counts_changes_and_says_what_is_cancelled(client, world):
    event = an_event(world, "announced", online_link="https://meet.example/1")
    address = f"/alliances/{world.alliance.slug}/events.ics"

    def entry():
        return icalendar.Calendar.from_ical(client.get(address).content).events[0]

    first = entry()
    assert first.conferences[0].uri == "https://meet.example/1"
    edit_event(event, {"venue": "Hall"}, by=world.sec)
    second = entry()
    move_event(event, "cancel", by=world.sec, note="No hall")
    third = entry()
    assert first["UID"] == second["UID"] == third["UID"]
    assert first["SEQUENCE"] < second["SEQUENCE"] < third["SEQUENCE"]
    assert (str(first["STATUS"]), str(third["STATUS"])) == ("CONFIRMED", "CANCELLED")


def test_an_event_known_by_its_days_is_of_whole_days_in_calendars(client, world):
    event = an_event(world, "announced", zone="Asia/Shanghai", by_day=True)
    entry = icalendar.Calendar.from_ical(client.get(f"/events/{event.slug}.ics").content).events[0]
    assert entry.to_ical().count(b"VALUE=DATE:") == 2


def test_a_guest_registers_by_mail_cancels_by_its_link_and_nobody_learns_who_is_registered(client, world):
    event = an_event(world)
    form = {
        "name": "Guest",
        "email": "guest@else.example",
        "organisation": "Elsewhere",
        "country": "JP",
        "mode": "online",
    }
    first = client.post(f"/events/{event.slug}/register/", form)
    assert first.status_code == 200
    again = client.post(f"/events/{event.slug}/register/", form)
    words = [re.sub(r'"[A-Za-z0-9+/=_-]{40,}"', "", answer.content.decode()) for answer in (first, again)]
    assert words[0] == words[1]
    assert Registration.objects.get()
    deliver_due()
    (sent,) = mail.outbox
    link = re.search(r"/event-registrations/\S+/", sent.body)[0]
    assert client.get(link).status_code == 200
    assert client.get("/event-registrations/forged:token/").status_code == 404
    assert client.post(link).status_code == 302
    assert Registration.objects.get().cancelled_at
    for address in (f"/events/{event.slug}/", "/events/"):
        assert b"guest@else" not in client.get(address).content


def test_a_wrong_form_keeps_what_was_typed_and_a_closed_registration_says_why(client, world):
    event = an_event(world)
    answer = client.post(f"/events/{event.slug}/register/", {"name": "Guest", "email": "no", "mode": "online"})
    assert answer.status_code == 422
    assert 'value="Guest"' in answer.content.decode()
    move_event(event, "close-registration", by=world.sec)
    assert b"Registration is not open" in client.get(f"/events/{event.slug}/register/").content


def test_an_invitation_is_answered_by_its_link_and_leads_to_a_filled_form(client, world):
    event = an_event(world)
    guest = invite(event, "Guest", "guest@else.example", by=world.sec)
    address = f"/event-invitations/{token_of(guest)}/"
    assert client.post(address, {"answer": "accept"}).status_code == 302
    page = client.get(address).content.decode()
    assert f"/events/{event.slug}/register/?invitation=" in page
    form = client.get(f"/events/{event.slug}/register/?invitation={token_of(guest)}").content.decode()
    assert "guest@else.example" in form


def test_a_representative_invites_on_the_page_and_others_do_not_find_it(client, world):
    event = an_event(world, places_per_member=1)
    membership = speaks(world.bo, world.org_a)
    client.force_login(world.bo)
    form = {"name": "Guest", "email": "guest@else.example", "membership": str(membership.pk)}
    assert client.post(f"/events/{event.slug}/invite/", form).status_code == 302
    assert client.post(f"/events/{event.slug}/invite/", form | {"email": "two@else.example"}).status_code == 422
    client.force_login(world.dan)
    assert client.get(f"/events/{event.slug}/invite/").status_code == 404


def test_organisers_plan_announce_and_fill_an_event_in_the_browser(client, world):
    client.force_login(world.sec)
    here = f"/alliance/{world.alliance.slug}/events/"
    plan = {"kind": "conference", "title": "Fifth", "zone": "Asia/Shanghai", "mode": "hybrid"}
    plan |= {"starts_at": "2030-05-01T09:00", "ends_at": "2030-05-02T18:00"}
    assert client.post(f"{here}new/", plan).status_code == 302
    event = Event.objects.get(title="Fifth")
    assert event.starts_at.isoformat() == "2030-05-01T01:00:00+00:00"
    desk = f"{here}{event.slug}/"
    assert client.post(desk, {"move": "announce"}).status_code == 302
    session = {
        "kind": "plenary",
        "title": "Opening",
        "starts_at": "2030-05-01T09:00",
        "ends_at": "2030-05-01T10:00",
        "position": "0",
    }
    assert client.post(f"{desk}programme/new/", session).status_code == 302
    assert client.post(f"{desk}programme/new/", session).status_code == 422
    within = event.sessions.get()
    talk = {"kind": "speech", "title": "Welcome", "speaker_name": "Host", "mode": "onsite", "position": "0"}
    assert client.post(f"{desk}programme/{within.pk}/talks/new/", talk).status_code == 302
    rows = {
        "list": "partners",
        "rows-TOTAL_FORMS": "1",
        "rows-INITIAL_FORMS": "0",
        "rows-0-organisation": "org-a",
        "rows-0-role": "host",
    }
    assert client.post(f"{desk}around/", rows).status_code == 302
    assert event.partners.get().organisation == world.org_a
    version = Event.objects.get(pk=event.pk).version
    assert client.post(f"{desk}edit/", plan | {"title": "Sixth", "version": version - 1}).status_code == 422
    assert client.post(f"{desk}edit/", plan | {"title": "Sixth", "version": version}).status_code == 302
    assert client.post(desk, {"move": "postpone", "note": "Later", "planned_for": "2031"}).status_code == 302
    event.refresh_from_db()
    assert (event.state, event.planned_for, event.title) == ("postponed", "2031", "Sixth")
    for page in ("", "edit/", "around/", "programme/", f"programme/{within.pk}/", "people/"):
        assert client.get(f"{desk}{page}").status_code == 200
    assert client.get(here).status_code == 200
    assert client.get("/organised-events/")["Location"] == here


@pytest.mark.parametrize("name", ["dan", "bo", "lea"])
def test_the_desk_is_not_there_for_others(client, world, name):
    event = an_event(world)
    register(event, "online", by=world.ana)
    client.force_login(getattr(world, name))
    here = f"/alliance/{world.alliance.slug}/events/"
    for page in (
        "",
        "new/",
        f"{event.slug}/",
        f"{event.slug}/people/",
        f"{event.slug}/badges.pdf",
        f"{event.slug}/programme/",
    ):
        answer = client.get(here + page)
        assert answer.status_code == 404
        assert world.ana.email.encode() not in answer.content


def test_a_list_is_brought_in_on_the_page_by_a_job_that_shows_its_counts(client, world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    event = an_event(world)
    client.force_login(world.sec)
    people = f"/alliance/{world.alliance.slug}/events/{event.slug}/people/"
    wrong = SimpleUploadedFile("a.csv", b"dose\n1\n")
    assert client.post(people, {"do": "list", "file": wrong}).status_code == 422
    assert not any(tmp_path.rglob("*.csv"))
    given = SimpleUploadedFile("a.csv", b"name,country\nAda,GB\n,GB\n")
    assert client.post(people, {"do": "list", "file": given}).status_code == 302
    job = Job.objects.get(kind="import_registrations")
    assert b"0 of 2 rows" in client.get(people).content
    import io

    run_import(job.pk, out=io.StringIO())
    text = client.get(people).content.decode()
    assert "2 rows read: 1 new" in text
    assert "has no name" in text
    assert not any(tmp_path.rglob("*.csv"))


def test_attendance_and_badges_are_the_organisers_work(client, world):
    event = an_event(world)
    row = register(event, "onsite", by=world.dan)
    client.force_login(world.sec)
    here = f"/alliance/{world.alliance.slug}/events/{event.slug}/"
    edit_event(event, {"starts_at": clock.now() - timedelta(hours=1)}, by=world.sec)
    move_event(event, "start", by=world.sec)
    assert client.post(f"{here}people/{row.pk}/attendance/", {"attended": "yes", "minutes": "30"}).status_code == 302
    row.refresh_from_db()
    assert (row.attended, row.attended_minutes) == (True, 30)
    pdf = client.get(f"{here}badges.pdf")
    assert pdf.content.startswith(b"%PDF-")
    assert pdf["Content-Type"] == "application/pdf"


def test_pages_of_events_cost_the_same_with_one_and_with_three(client, world):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    event = an_event(world, "announced", title="One")
    two_tracks(world, event)

    def cost(address):
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as told:
            assert client.get(address).status_code == 200
        return len(told)

    before = [cost("/events/"), cost(f"/events/{event.slug}/"), cost(f"/alliances/{world.alliance.slug}/events.ics")]
    for title in ("Two", "Three"):
        an_event(world, "announced", title=title)
    at = event.starts_at + timedelta(hours=10)
    for n in (1, 2):
        row = save_session(
            event,
            {
                "kind": "plenary",
                "track": f"Hall {n}",
                "title": "More",
                "starts_at": at,
                "ends_at": at + timedelta(hours=1),
            },
            by=world.sec,
        )
        save_talk(row, {"title": "More", "speaker_name": f"More {n}", "organisation": world.org_a}, by=world.sec)
    after = [cost("/events/"), cost(f"/events/{event.slug}/"), cost(f"/alliances/{world.alliance.slug}/events.ics")]
    assert before[0] == after[0]
    assert before[2] == after[2]
    assert after[1] == before[1]
