"""Pages of calls: what visitors read, and how an office plans one page by page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import clock
from programs.commands import calls
from programs.models import Call
from tests.frontend.reading import rows_data, text
from tests.programs import calling
from tests.programs.asking import a_call, a_scale

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_():
    def signed_in(user) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


def shown(at, zone="Asia/Shanghai") -> str:
    from core import times

    return times.moment(at, zone)


def test_a_visitor_reads_a_call_with_its_deadline_in_its_zone_and_drafts_are_not_there(world, client):
    call = calls.open_call(calling.draft(world), by=world.sec)
    draft = calling.draft(world, name="Secret plan")
    page = text(client, f"/calls/{call.slug}/")
    assert shown(call.closes_at) in page
    assert "60 shifts" in page
    assert "Run this call" not in page
    for address in ("/calls/", "/"):
        listed = text(client, address)
        assert "Spring call" in listed
        assert "Secret plan" not in listed
    assert client.get(f"/calls/{draft.slug}/").status_code == 404
    assert client.get(f"/calls/{draft.slug}.ics").status_code == 404


def test_a_reader_elsewhere_sees_the_deadline_in_both_zones(world, as_):
    call = calls.open_call(calling.draft(world, closes_at=world.at(10, 8)), by=world.sec)
    seen = text(as_(world.dan), f"/calls/{call.slug}/")
    assert "16:00 CST" in seen
    assert "09:00 in Paris (CET)" in seen
    assert "16:00 CST" in text(as_(world.ana), "/my-work/")


def test_deadlines_are_a_calendar_file(world, client):
    call = calls.open_call(calling.draft(world), by=world.sec)
    for address in (f"/calls/{call.slug}.ics", "/calls/deadlines.ics"):
        answer = client.get(address)
        assert answer.headers["Content-Type"].startswith("text/calendar")
        assert call.closes_at.strftime("DTSTART:%Y%m%dT%H%M%SZ") in answer.content.decode()


def test_the_list_asks_as_often_for_one_call_as_for_three(world, client):
    a_call(world)
    client.get("/calls/")
    with CaptureQueriesContext(connection) as one:
        client.get("/calls/")
    a_call(world)
    a_call(world, facility=world.facility_a)
    with CaptureQueriesContext(connection) as three:
        client.get("/calls/")
    assert len(one) == len(three)


def test_an_office_plans_a_call_page_by_page_and_opens_it_when_nothing_is_missing(world, as_):
    sec = as_(world.sec)
    answer = sec.post("/office/calls/new/", {"name": "Autumn call", "owner": "alliance:alliance"})
    call = Call.objects.get()
    at = f"/office/calls/{call.pk}/"
    assert answer.headers["Location"] == at
    refused = sec.post(f"{at}do/open/")
    assert refused.status_code == 422
    for missing in ("Say what the call is about", "at least one instrument", "Choose the scale"):
        assert missing in refused.content.decode()

    def save(section: str, /, **data) -> None:
        call.refresh_from_db()
        answer = sec.post(f"{at}edit/{section}/", {"version": call.version, **data})
        assert answer.status_code == 302, answer.content.decode()

    details = {"name": "Autumn call", "kind": "standard", "category": "general", "text": "Time at A1."}
    save("details", **details, contact="office@test.example")
    first, last = (clock.now() + timedelta(days=days) for days in (-1, 40))
    dates = {"opens_at": f"{first:%Y-%m-%dT%H:%M}", "closes_at": f"{last:%Y-%m-%d}T16:00"}
    save("dates", zone="Asia/Shanghai", **dates)
    save("offers", **rows_data({"instrument": world.instrument_a.pk, "units": "30"}, initial=0))
    window = {"stage": "review", "starts_at": "2090-01-01T09:00", "ends_at": "2090-02-01T09:00"}
    save("windows", **rows_data(window, initial=0))
    save("deadlines", **rows_data({"organisation": "Centre A", "closes_at": f"{last:%Y-%m-%d}T12:00"}, initial=0))
    save("criteria", **rows_data({"name": "Merit", "weight": "2"}, initial=0))
    numbers = {"reviews_wanted": 3, "internal_wanted": 1, "abstract_words": 400}
    save("judging", questionnaire="", scale=a_scale().pk, **numbers)
    assert "Nothing is missing" in text(sec, at)
    assert sec.post(f"{at}do/open/").status_code == 302
    call.refresh_from_db()
    assert (call.state, call.closes_at.hour, call.abstract_words) == ("open", 8, 400)
    assert call.partner_deadlines.get().closes_at.hour == 4
    assert call.windows.get().period.lower.hour == 1
    assert sec.get(f"{at}edit/criteria/").status_code == 409
    page = text(sec, f"{at}edit/judging/")
    assert "Reviews for each proposal" in page
    assert "Score scale" not in page


def test_what_is_refused_is_said_and_what_was_typed_is_kept(world, as_):
    call = calling.draft(world)
    window = {"stage": "review", "starts_at": "2090-01-01T09:00", "ends_at": "2090-02-01T09:00"}
    other = window | {"starts_at": "2090-01-15T09:00"}
    sec, address = as_(world.sec), f"/office/calls/{call.pk}/edit/windows/"
    answer = sec.post(address, {"version": call.version, **rows_data(window, other, initial=0)})
    assert answer.status_code == 422
    assert "overlap" in answer.content.decode()
    assert answer.content.decode().count("2090-02-01T09:00") == 2
    late = sec.post(address, {"version": call.version - 1, **rows_data(window, initial=0)})
    assert late.status_code == 409


def test_a_closed_call_is_opened_again_with_a_new_deadline(world, as_):
    call = calls.close_call(calls.open_call(calling.draft(world), by=world.sec), by=world.sec)
    until = clock.now() + timedelta(days=40)
    data = {"closes_at": f"{until:%Y-%m-%d}T16:00", "note": "The portal was down"}
    assert as_(world.sec).post(f"/office/calls/{call.pk}/reopen/", data).status_code == 302
    call.refresh_from_db()
    assert (call.state, call.closes_at.hour) == ("open", 8)


def test_nobody_but_its_office_gets_to_a_call_s_planning(world, as_):
    call = a_call(world, facility=world.facility_a)
    for person, status in ((world.bo, 200), (world.bob, 403), (world.sec, 403), (world.ana, 403)):
        assert as_(person).get(f"/office/calls/{call.pk}/").status_code == status
        assert as_(person).get(f"/office/calls/{call.pk}/edit/dates/").status_code == status
    assert as_(world.ana).get("/office/calls/new/").status_code == 403
    assert "Spring call" not in text(as_(world.bob), "/office/calls/")
    assert as_(world.bob).post(f"/office/calls/{call.pk}/do/close/").status_code == 403


def test_an_office_says_which_rules_of_eligibility_hold_with_their_parameters(world, as_):
    call = calling.draft(world)
    sec, address = as_(world.sec), f"/office/calls/{call.pk}/edit/rules/"
    page = text(sec, address)
    assert "Transnational access" in page
    told = {
        "transnational-holds": "on",
        "transnational-can_be_waived": "on",
        "transnational-source": "Our statutes",
        "transnational-parameters.share": "60",
    }
    wrong = sec.post(address, {"version": call.version, **told, "transnational-parameters.share": "600"})
    assert wrong.status_code == 422
    assert 'value="Our statutes"' in wrong.content.decode(), "typed text is kept"
    assert sec.post(address, {"version": call.version, **told}).status_code == 302
    row = call.rules.get(rule="transnational")
    assert (row.parameters["share"], row.source, row.can_be_waived) == (60, "Our statutes", True)
    asks = "The leader and more than 60 % of the team work outside the facility&#x27;s country."
    assert asks in text(sec, f"/calls/{call.slug}/")
    call.refresh_from_db()
    assert sec.post(address, {"version": call.version}).status_code == 302
    assert not call.rules.exists()
