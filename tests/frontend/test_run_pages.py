"""The run in a browser: the page that a printed code opens, getting ready, the record by shift, the day sheet."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from facilities.commands import sessions
from facilities.commands.readiness import set_run_terms
from facilities.commands.running import leave_note
from facilities.models import Equipment, HandoverNote, SafetyApproval, ShiftRecord
from notifications.models import Message
from tests.facilities.asking import approve, ask, berlin, hourly

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking(world):
    start = berlin(world, 1, 8)
    return approve(ask(world.instrument_a, start, 16, by=world.ana, mode="onsite", title="Sodium-ion cells"), world.bo)


def page_at(world):
    return reverse("at_instrument", args=[world.instrument_a.slug])


def read(client, user, address, **asked):
    client.force_login(user)
    return client.get(address, asked)


def test_a_phone_at_the_instrument_checks_in_reports_and_checks_out(client, world, booking, at):
    at(booking.starts_at)
    html = read(client, world.ana, page_at(world)).content.decode()
    assert "Sodium-ion cells" in html
    assert "Check in" in html
    client.post(page_at(world), {"do": "check-in", "booking": booking.pk})
    booking.refresh_from_db()
    assert booking.state == "running"
    client.post(page_at(world), {"do": "problem", "booking": booking.pk, "note": "The shutter sticks"})
    assert HandoverNote.objects.get().text == "The shutter sticks"
    told = Message.objects.filter(kind="instrument_problem")
    assert {message.recipient for message in told} == {world.bo, world.cleo}
    assert not any(message.calendar for message in told)
    assert "The shutter sticks" in client.get(page_at(world)).content.decode()
    at(booking.starts_at + timedelta(hours=4))
    client.post(page_at(world), {"do": "check-out", "booking": booking.pk, "note": "Done early"})
    booking.refresh_from_db()
    assert booking.state == "completed"


def test_who_has_no_booking_there_sees_nobody_elses_and_makes_no_move(client, world, booking, at):
    at(booking.starts_at)
    leave_note(world.instrument_a, by=world.cleo, text="Key under the mat")
    for who in (world.dan, world.bob):
        html = read(client, who, page_at(world)).content.decode()
        assert "You have no booking here now" in html
        assert "Sodium-ion" not in html
        assert "Key under the mat" not in html
        for act in ({"do": "check-in", "booking": booking.pk}, {"do": "problem", "booking": booking.pk, "note": "x"}):
            assert client.post(page_at(world), act).status_code == 404
        client.post(page_at(world), {"do": "note", "note": "I was here"})
    assert HandoverNote.objects.count() == 1
    booking.refresh_from_db()
    assert booking.state == "approved"
    assert client.post(page_at(world), {"do": "check-in", "booking": "no-id"}).status_code == 404


def test_what_is_missing_stands_on_the_phone_and_staff_let_it_begin_with_a_reason(client, world, booking, at):
    set_run_terms(world.facility_a, by=world.bo, team_form=True)
    at(booking.starts_at)
    html = read(client, world.ana, page_at(world)).content.decode()
    assert "The team says who comes" in html
    assert "Why it may begin all the same" not in html
    client.post(page_at(world), {"do": "check-in", "booking": booking.pk, "note": "Please"})
    assert "Missing: The team says who comes" in client.get(page_at(world)).content.decode()
    client.force_login(world.cleo)
    client.post(page_at(world), {"do": "check-in", "booking": booking.pk, "note": "They are known here"})
    booking.refresh_from_db()
    assert booking.state == "running"


def test_the_sheet_for_the_door_carries_a_code_and_is_the_staffs(client, world):
    html = read(client, world.cleo, reverse("door_sheet", args=[world.instrument_a.slug])).content.decode()
    assert f"/at/{world.instrument_a.slug}/" in html
    code = client.get(reverse("door_code", args=[world.instrument_a.slug]))
    assert code["Content-Type"] == "image/svg+xml"
    assert b"<svg" in code.content
    for who in (world.ana, world.bob):
        for name in ("door_sheet", "door_code"):
            assert read(client, who, reverse(name, args=[world.instrument_a.slug])).status_code == 404


def test_the_team_says_who_comes_and_staff_approve_the_safety(client, world, booking):
    set_run_terms(world.facility_a, by=world.bo, team_form=True)
    page = reverse("booking_prepare", args=[booking.pk])
    assert "The team says who comes" in read(client, world.ana, reverse("booking", args=[booking.pk])).content.decode()
    assert "These people come" in client.get(page).content.decode()
    assert "Error:" in client.post(page, {"do": "team", "note": "We bring a laser"}).content.decode()
    client.post(page, {"do": "team", "people": [str(world.ana.pk)], "note": "We bring a laser"})
    assert booking.team_form.note == "We bring a laser"
    client.post(page, {"do": "safety", "conditions": "None of mine"})
    assert not hasattr(booking, "safety_approval")
    client.force_login(world.cleo)
    last = booking.ends_at.astimezone(ZoneInfo("Europe/Berlin")).date()
    client.post(page, {"do": "safety", "conditions": "Fume hood only", "last_day": f"{last:%Y-%m-%d}"})
    html = client.get(page).content.decode()
    assert "We bring a laser" in html
    assert "Fume hood only" in html
    assert "valid until" in html
    assert SafetyApproval.objects.get(booking=booking).until >= booking.ends_at
    assert read(client, world.dan, page).status_code == 404


def test_staff_record_a_shift_and_the_team_reads_it(client, world, booking, at):
    at(booking.starts_at)
    sessions.check_in(booking, by=world.ana)
    at(booking.starts_at + timedelta(hours=8))
    page = reverse("booking_shifts", args=[booking.pk])
    answers = {"starts_at": booking.starts_at.isoformat(), "lost_minutes": "60", "cause": "source", "note": "Beam dump"}
    client.force_login(world.cleo)
    assert "Choose a cause" in client.post(page, answers | {"cause": ""}).content.decode()
    client.post(page, answers)
    assert ShiftRecord.objects.get().lost_minutes == 60
    html = read(client, world.ana, page).content.decode()
    assert "420 min delivered, 60 min lost" in html
    assert "Record it" not in html
    client.post(page, answers)
    assert ShiftRecord.objects.count() == 1
    assert read(client, world.bob, page).status_code == 404


def test_the_day_sheet_names_who_is_there_who_helps_and_what_is_missing(client, world, booking):
    set_run_terms(world.facility_a, by=world.bo, team_form=True)
    contact = Equipment.objects.create(
        facility=world.facility_a, code="cleo", name="Cleo", kind="support_person", person=world.cleo
    )
    ask_here = ask(hourly(world), berlin(world, 1, 9), 2, by=world.bob, equipment=(contact,), title="Cluster run")
    approve(ask_here, world.bo)
    leave_note(world.instrument_a, by=world.cleo, text="Shutter 2 sticks")
    day = reverse("day_sheet", args=["fa", f"{berlin(world, 1, 12):%Y-%m-%d}"])
    later = read(client, world.cleo, day).content.decode()
    for text in ("Sodium-ion cells", "Ana", "1 person on site", "The team says who comes", "Cluster run", "Cleo"):
        assert text in later
    today = client.get(reverse("day_today", args=["fa"]), follow=True).content.decode()
    assert "Shutter 2 sticks" in today
    assert "Sodium-ion cells" not in today
    for who in (world.ana, world.bob):
        assert read(client, who, day).status_code == 404
    assert read(client, world.cleo, reverse("day_sheet", args=["fa", "someday"])).status_code == 404


def test_a_day_of_many_bookings_costs_no_more_statements(client, world, booking, django_assert_max_num_queries):
    instrument = hourly(world)
    day = reverse("day_sheet", args=["fa", f"{berlin(world, 1, 12):%Y-%m-%d}"])
    client.force_login(world.cleo)
    client.get(day)
    counts = []
    for wave in range(2):
        for n in range(2):
            approve(ask(instrument, berlin(world, 1, 8 + 2 * wave + n), 1, by=world.dan), world.bo)
        with django_assert_max_num_queries(60) as asked:
            client.get(day)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_manager_says_what_is_needed_before_a_run_and_who_has_signed(client, world, booking):
    page = reverse("run_terms", args=["fa"])
    days = {"form_days_onsite": "21", "form_days_remote": "7"}
    client.force_login(world.bo)
    assert "Error:" in client.post(page, {"do": "terms", "form_days_onsite": "soon"}).content.decode()
    client.post(page, {"do": "terms", "team_form": "on", "agreement": "on", **days})
    terms = world.facility_a.run_terms
    assert (terms.team_form, terms.form_days_onsite, terms.missing_form_cancels) == (True, 21, False)
    signed = {"do": "agreement", "organisation": str(world.org_b.pk), "signed_on": "2026-02-01"}
    assert "Error:" in client.post(page, signed | {"valid_until": "2026-01-01"}).content.decode()
    client.post(page, signed)
    assert "Centre B" in client.get(page).content.decode()
    for who in (world.bob, world.cleo):
        assert read(client, who, page).status_code == 404
