"""S1, S5 and the sessions: what a person reads about bookings and does with them."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse
from icalendar import Calendar

from core import clock
from facilities.commands.bookings import counter_booking, hold_time
from facilities.commands.teams import add_member, create_team
from facilities.models import Booking, Course, Session, TrainingRecord
from facilities.workflows import BOOKING
from frontend.contexts.facilities.bookings import OTHER_WORDS, UNDOING
from tests.facilities.asking import ask, berlin, wanted
from tests.world import World
from workflow.approvals import decide
from workflow.models import Task


@pytest.fixture
def reader(client, world):
    """Ana's browser."""
    client.force_login(world.ana)
    return client


def approved(world: World, day: int = 1, **fields) -> Booking:
    booking = ask(world.instrument_a, berlin(world, day, 8), by=world.ana, **fields)
    decide(Task.objects.get(subject_id=booking.pk), "approve", by=world.bo)
    booking.refresh_from_db()
    return booking


def started(world: World) -> Booking:
    """An approved booking whose time has begun."""
    booking = approved(world)
    now = clock.now()
    Booking.objects.filter(pk=booking.pk).update(
        period=DateTimeTZRange(now - timedelta(minutes=30), now + timedelta(hours=7))
    )
    booking.refresh_from_db()
    return booking


def move(client, booking: Booking, name: str, **fields):
    return client.post(reverse("booking_move", args=[booking.pk, name]), fields)


def text(client, booking: Booking) -> str:
    return client.get(reverse("booking", args=[booking.pk])).content.decode()


def test_the_page_says_who_decides_and_by_when_in_both_zones(reader, world):
    html = text(reader, ask(world.instrument_a, berlin(world, 1, 8), by=world.ana))
    assert "Facility manager, FA" in html
    assert "in Shanghai (CST)" not in html or "CET" in html or "CEST" in html
    assert "Who decides, by when" in html


def test_moves_are_shown_only_to_those_who_may_make_them(client, world):
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    client.force_login(world.ana)
    assert "do-withdraw" in text(client, booking)
    client.force_login(world.cleo)
    assert "do-withdraw" not in text(client, booking)
    client.force_login(world.dan)
    assert client.get(reverse("booking", args=[booking.pk])).status_code == 404


def test_withdrawing_asks_a_reason_also_without_a_dialog(reader, world):
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    assert reader.get(reverse("booking_move", args=[booking.pk, "withdraw"])).status_code == 200
    assert "data-errors" in move(reader, booking, "withdraw", note="").content.decode()
    move(reader, booking, "withdraw", note="The sample broke")
    booking.refresh_from_db()
    assert booking.state == "withdrawn"
    assert "The sample broke" in text(reader, booking)


def test_an_offered_time_is_accepted_in_one_click(reader, world):
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    counter_booking(
        booking, by=world.bo, starts_at=berlin(world, 2, 8), ends_at=berlin(world, 2, 16), note="Earlier run lasts"
    )
    html = text(reader, booking)
    assert "Another time is proposed" in html
    assert "Earlier run lasts" in html
    move(reader, booking, "accept")
    booking.refresh_from_db()
    assert booking.starts_at == berlin(world, 2, 8)
    assert booking.state == "approved"


def test_asking_for_another_time_shows_a_refusal_beside_the_field(reader, world):
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    ask(world.instrument_a, berlin(world, 2, 8), by=world.dan)
    fields = {"day": f"{berlin(world, 2, 12):%Y-%m-%d}", "start": "08:00", "minutes": "480", "note": "Flight moved"}
    response = move(reader, booking, "reschedule", **fields)
    assert "Flight moved" in response.content.decode()
    fields["day"] = f"{berlin(world, 3, 12):%Y-%m-%d}"
    move(reader, booking, "reschedule", **fields)
    booking.refresh_from_db()
    assert booking.starts_at == berlin(world, 3, 8)


def test_the_page_of_a_change_asks_for_the_way_of_working_and_the_people_too(reader, world):
    team = create_team("group", "Alloys", organisation=world.org_b, by=world.system)
    for person in (world.ana, world.sec):
        add_member(team, person, by=world.system)
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana, team=team, mode="onsite")
    form = reader.get(reverse("booking_move", args=[booking.pk, "reschedule"])).context["form"]
    assert (form["mode"].value(), form["people"].value()) == ("onsite", [str(world.ana.pk)])
    fields = {"day": form["day"].value(), "start": "08:00", "minutes": "480", "note": "Sec goes in my place"}
    refused = move(reader, booking, "reschedule", **fields, mode="remote", people=[])
    assert 'href="#id_people"' in refused.content.decode(), "somebody takes part"
    move(reader, booking, "reschedule", **fields, mode="remote", people=[str(world.sec.pk)])
    booking.refresh_from_db()
    assert (booking.mode, [each.user for each in booking.people.all()]) == ("remote", [world.sec])
    strange = move(reader, booking, "reschedule", **fields, mode="remote", people=[str(world.dan.pk)])
    assert 'href="#id_people"' in strange.content.decode(), "Dan is not of the team"


def test_an_operator_runs_the_session_from_the_page(client, world):
    booking = started(world)
    client.force_login(world.cleo)
    assert "Check in" in text(client, booking)
    move(client, booking, "check-in")
    move(client, booking, "report-loss", units="0.25", cause="source", note="Beam dump for two hours")
    move(client, booking, "check-out", hours="5.5", note="All cells measured")
    session = Session.objects.get(booking=booking)
    booking.refresh_from_db()
    assert booking.state == "completed"
    assert session.lost_units > 0
    html = text(client, booking)
    assert "Source or machine" in html
    assert "All cells measured" in html


def test_a_loss_without_its_cause_keeps_the_form(client, world):
    booking = started(world)
    client.force_login(world.cleo)
    move(client, booking, "check-in")
    response = move(client, booking, "report-loss", units="99", cause="source", note="Everything")
    assert "Everything" in response.content.decode()


def test_nobody_came_is_one_click_for_the_operator_and_nothing_for_the_requester(client, world):
    booking = started(world)
    client.force_login(world.ana)
    assert "Nobody came" not in text(client, booking)
    assert move(client, booking, "no-show").status_code == 302
    booking.refresh_from_db()
    assert booking.state == "approved"
    client.force_login(world.cleo)
    move(client, booking, "no-show")
    booking.refresh_from_db()
    assert booking.state == "no_show"


def test_the_calendar_file_has_the_time_and_a_stable_identity(reader, world):
    booking = approved(world)
    response = reader.get(reverse("booking_ics", args=[booking.pk]))
    [event] = Calendar.from_ical(response.content).walk("VEVENT")
    assert event["UID"] == f"{booking.pk}@yanqi"
    assert event.decoded("dtstart") == booking.starts_at
    assert int(event["SEQUENCE"]) == booking.sequence


def test_a_move_that_the_page_does_not_have_is_not_there(reader, world):
    booking = approved(world)
    assert move(reader, booking, "approve").status_code == 404


def test_the_list_shows_mine_and_filters_by_state(reader, world):
    mine, other = approved(world), ask(world.instrument_a, berlin(world, 4, 8), by=world.dan)
    rows = reader.get(reverse("bookings")).context["page"].rows
    assert rows == [mine]
    assert reader.get(reverse("bookings"), {"state": "declined"}).context["page"].rows == []
    reader.force_login(world.bo)
    assert set(reader.get(reverse("bookings"), {"whose": "all"}).context["page"].rows) == {mine, other}


def test_work_lists_what_needs_me_due_first(reader, world):
    countered = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    counter_booking(
        countered, by=world.bo, starts_at=berlin(world, 2, 8), ends_at=berlin(world, 2, 16), note="Earlier run lasts"
    )
    held = hold_time(wanted(world.instrument_a, berlin(world, 5, 8)), by=world.ana)
    course = Course.objects.create(facility=world.facility_a, name="X-ray safety")
    TrainingRecord.objects.create(
        user=world.ana,
        course=course,
        passed_on=clock.now().date() - timedelta(days=300),
        valid_until=clock.now().date() + timedelta(days=30),
    )
    page = reader.get(reverse("work")).context["page"]
    assert [need.url for need in page.needs[:2]] == [
        reverse("booking", args=[held.pk]),
        reverse("booking", args=[countered.pk]),
    ]
    assert "Renew the training" in page.needs[2].title
    assert [row.booking for row in page.coming] == [countered, held]


def test_work_without_anything_says_where_to_begin(reader, world):
    html = reader.get(reverse("work")).content.decode()
    assert "Nothing needs you" in html
    assert reverse("instruments") in html


def test_who_decides_has_a_page_of_work_too(client, world):
    client.force_login(world.bo)
    assert client.get(reverse("work")).status_code == 200


def test_more_bookings_take_no_more_statements(reader, world, django_assert_max_num_queries):
    ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    pages = [reverse("work"), reverse("bookings")]
    for page in pages:
        reader.get(page)
    with django_assert_max_num_queries(100) as few:
        for page in pages:
            reader.get(page)
    for day in (2, 3, 4):
        ask(world.instrument_a, berlin(world, day, 8), by=world.ana)
    with django_assert_max_num_queries(100) as many:
        for page in pages:
            reader.get(page)
    assert len(many) == len(few)


def test_everything_that_is_recorded_about_a_booking_has_a_word_in_its_history():
    root = Path(__file__).resolve().parents[2]
    sources = [
        file.read_text() for app in ("facilities", "programs") for file in (root / app).rglob("commands/**/*.py")
    ]
    verbs = {
        verb for text in sources for verb in re.findall(r"audit\.(?:record|entry)\(\"([a-z-]+)\", booking\b", text)
    }
    assert len(verbs) > 9
    assert verbs <= OTHER_WORDS.keys() | UNDOING.keys() | BOOKING.by_name.keys()
