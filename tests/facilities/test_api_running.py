"""The run as another program meets it: readiness, who comes, shifts, problems, notes, terms and agreements."""

from datetime import timedelta

import pytest

from core import clock
from facilities.commands import sessions
from facilities.models import HandoverNote
from tests.facilities.asking import approve, ask, berlin

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking(world):
    return approve(ask(world.instrument_a, berlin(world, 1, 8), 16, by=world.ana, mode="onsite"), world.bo)


def test_what_is_missing_is_told_and_done(world, api, booking):
    path = f"/bookings/{booking.pk}"
    put = api(
        world.bo, "put", "/facilities/fa/run-terms", {"team_form": True, "agreement": True, "form_days_onsite": 7}
    )
    assert (put.status_code, put.json()["form_days_onsite"]) == (200, 7)
    assert api(world.ana, "put", "/facilities/fa/run-terms", {"team_form": False}).status_code == 403
    assert api(world.bo, "put", "/facilities/fa/run-terms", {"safety_days": "soon"}).status_code == 400
    lacks = api(world.ana, "get", path).json()["readiness"]
    assert {(item["name"], item["who"], item["done"]) for item in lacks} == {
        ("team_form", "team", False),
        ("agreement", "team", False),
    }
    done = api(world.ana, "post", f"{path}/team-form", {"people": [str(world.ana.pk)], "note": "Two cells"})
    assert [item["done"] for item in done.json()["readiness"]] == [False, True]
    signed = {"organisation": world.org_b.slug, "signed_on": "2026-01-01"}
    assert api(world.bo, "post", "/facilities/fa/agreements", signed).status_code == 201
    assert len(api(world.bo, "get", "/facilities/fa/agreements").json()["results"]) == 1
    assert api(world.bob, "get", "/facilities/fa/agreements").status_code == 404
    assert all(item["done"] for item in api(world.ana, "get", path).json()["readiness"])
    assert api(world.dan, "post", f"{path}/team-form", {"people": []}).status_code == 404


def test_a_refused_check_in_lists_what_is_missing_and_staff_say_why(world, api, booking, monkeypatch):
    api(world.bo, "put", "/facilities/fa/run-terms", {"team_form": True})
    monkeypatch.setattr(clock, "now", lambda: booking.starts_at)
    path = f"/bookings/{booking.pk}/check-in"
    refused = api(world.ana, "post", path, {})
    assert refused.status_code == 422
    assert [(each["rule"], each["overridable"]) for each in refused.json()["violations"]] == [("team_form", True)]
    assert api(world.cleo, "post", path, {"note": "Known here"}).json()["state"] == "running"


def test_shifts_and_problems_are_written_on_the_booking(world, api, booking, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: booking.starts_at)
    sessions.check_in(booking, by=world.ana)
    monkeypatch.setattr(clock, "now", lambda: booking.starts_at + timedelta(hours=8))
    path = f"/bookings/{booking.pk}"
    lost = {"starts_at": booking.starts_at.isoformat(), "lost_minutes": 48, "cause": "source", "note": "Beam dump"}
    assert api(world.ana, "post", f"{path}/record-shift", lost).status_code == 403
    assert api(world.cleo, "post", f"{path}/record-shift", lost).status_code == 200
    assert str(booking.session.lost_units).startswith("0.1")
    assert api(world.ana, "post", f"{path}/report-problem", {"note": "Hutch door"}).status_code == 200
    assert api(world.ana, "post", f"{path}/report-problem", {"note": " "}).status_code == 400
    assert HandoverNote.objects.get().booking == booking


def test_notes_are_read_and_left_by_those_who_run(world, api):
    path = f"/instruments/{world.instrument_a.slug}/notes"
    assert api(world.cleo, "post", path, {"text": "Shutter 2 sticks"}).status_code == 201
    assert api(world.dan, "post", path, {"text": "Hello"}).status_code == 403
    assert [note["who"] for note in api(world.bo, "get", path).json()["results"]] == ["Cleo"]
    assert api(world.dan, "get", path).json()["results"] == []
