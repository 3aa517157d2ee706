"""The API of bookings as another program meets it."""

from datetime import timedelta

import pytest

from facilities.models import Booking
from tests.facilities.asking import ask, berlin, hourly
from tests.facilities.calling import body
from workflow.models import Task

pytestmark = pytest.mark.django_db


def test_a_request_is_answered_with_what_the_next_call_needs(world, api):
    answer = api(world.ana, "post", "/bookings", body(world.instrument_a, berlin(world, 0, 8)))
    assert answer.status_code == 201
    made = answer.json()
    assert made["state"] == "requested"
    assert made["reference"].startswith("B-")
    assert (made["units"], made["unit"]) == ("1.000", "shift")
    assert set(made["moves"]) == {"withdraw", "reschedule"}
    page = api(world.ana, "get", f"/bookings/{made['id']}").json()
    assert page.items() >= made.items()
    assert [(entry["who"], entry["move"]) for entry in page["history"]] == [("Ana", "request")]
    assert api(world.ana, "get", f"/bookings/{made['reference']}").json() == page


def test_every_violation_is_listed_at_once_and_alternatives_are_legal(world, api):
    instrument = hourly(world, min_minutes=90, requires_allocation=True)
    answer = api(world.ana, "post", "/bookings", body(instrument, world.at(0, 8), 1))
    problem = answer.json()
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert {violation["rule"] for violation in problem["violations"]} == {"long_enough", "allocation_given"}
    assert all(violation["source"] and violation["message"] for violation in problem["violations"])


def test_the_loser_of_a_slot_gets_a_409_with_alternatives_that_can_be_booked(world, api):
    ask(world.instrument_a, berlin(world, 0, 8), by=world.dan)
    answer = api(world.ana, "post", "/bookings", body(world.instrument_a, berlin(world, 0, 8)))
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "slot_taken")
    assert len(problem["alternatives"]) == 3
    for slot in problem["alternatives"]:
        wanted = {"instrument": slot["instrument"], "starts_at": slot["starts_at"], "ends_at": slot["ends_at"]}
        assert api(world.ana, "post", "/bookings", wanted).status_code == 201


def test_a_check_writes_nothing(world, api):
    answer = api(world.ana, "post", "/bookings/check", body(world.instrument_a, berlin(world, 0, 8)))
    assert answer.json() == {"ok": True, "violations": [], "alternatives": [], "units": "1.000", "unit": "shift"}
    assert not Booking.objects.exists()


def test_the_same_key_replays_the_first_answer_and_books_once(world, api):
    wanted = body(world.instrument_a, berlin(world, 0, 8))
    first = api(world.ana, "post", "/bookings", wanted, **{"Idempotency-Key": "k1"})
    again = api(world.ana, "post", "/bookings", wanted, **{"Idempotency-Key": "k1"})
    assert again.json() == first.json()
    assert again["Idempotent-Replay"] == "true"
    assert Booking.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"instrument": "nowhere"}, "instrument"),
        ({"starts_at": "tomorrow"}, "starts_at"),
        ({"starts_at": "2027-03-01T08:00:00"}, "starts_at"),
        ({"mode": "telepathy"}, "mode"),
        ({"allocation": "7"}, "allocation"),
        ({"ends_at": None}, "ends_at"),
        ({"people": "ana"}, "people"),
    ],
)
def test_what_cannot_be_read_is_a_400_that_names_the_field(world, api, change, field):
    answer = api(world.ana, "post", "/bookings", body(world.instrument_a, berlin(world, 0, 8)) | change)
    assert answer.status_code == 400
    assert [violation["field"] for violation in answer.json()["violations"]] == [field]


def test_a_booking_of_others_is_not_there(world, api):
    booking = ask(world.instrument_a, berlin(world, 0, 8), by=world.ana, title="Secret alloy")
    for stranger in (world.dan, world.bob):
        assert api(stranger, "get", f"/bookings/{booking.pk}").status_code == 404
        assert api(stranger, "get", f"/bookings/{booking.reference}").status_code == 404
        assert api(stranger, "post", f"/bookings/{booking.pk}/cancel", {"note": "x"}).status_code == 404
        assert api(stranger, "get", "/bookings").json()["results"] == []
    assert api(world.bo, "get", f"/bookings/{booking.pk}").json()["title"] == "Secret alloy"


def test_the_calendar_shows_others_only_busy_time(world, api):
    ask(world.instrument_a, berlin(world, 0, 8), by=world.ana, title="Secret alloy")
    period = {"from": world.at(-1, 0).isoformat(), "to": world.at(3, 0).isoformat()}
    seen = {}
    for name in ("ana", "bo", "bob", "dan"):
        answer = api(getattr(world, name), "get", "/instruments/fa-a1/calendar", period)
        [seen[name]] = [event for event in answer.json() if event["kind"] == "booking"]
    assert seen["ana"]["title"] == seen["bo"]["title"] == "Secret alloy"
    assert (seen["ana"]["mine"], seen["bo"]["mine"]) == (True, False)
    for name in ("bob", "dan"):
        assert seen[name]["title"] is None
        assert seen[name]["id"] is None
        assert seen[name]["starts_at"] == seen["ana"]["starts_at"]


def test_free_slots_can_be_requested_as_they_stand(world, api):
    period = {"from": world.at(0, 0).isoformat(), "to": world.at(2, 0).isoformat(), "hours": "8"}
    [slot] = api(world.ana, "get", "/instruments/fa-a1/availability", period).json()["results"]
    wanted = body(world.instrument_a, berlin(world, 0, 8))
    wanted["starts_at"] = slot["starts_at"]
    wanted["ends_at"] = (berlin(world, 0, 0) + timedelta(hours=16)).isoformat()
    assert api(world.ana, "post", "/bookings", wanted).status_code == 201


def test_the_earliest_slots_come_from_all_instruments(world, api):
    found = api(world.ana, "get", "/availability", {"hours": 8, "limit": 4}).json()["results"]
    assert {slot["instrument_slug"] for slot in found} == {"fa-a1", "fb-b1"}
    assert found == sorted(found, key=lambda slot: slot["starts_at"])


def test_a_manager_counters_and_the_requester_accepts(world, api):
    booking = ask(world.instrument_a, berlin(world, 0, 8), by=world.ana)
    other = body(world.instrument_a, berlin(world, 1, 8), note="The detector is away")
    counter = {key: other[key] for key in ("starts_at", "ends_at", "note")}
    answer = api(world.bo, "post", f"/bookings/{booking.pk}/counter", counter)
    assert answer.json()["proposed"]["kind"] == "counter"
    answer = api(world.ana, "post", f"/bookings/{booking.pk}/accept", {})
    assert (answer.status_code, answer.json()["state"]) == (200, "approved")


def test_moves_in_a_wrong_state_are_409_and_those_of_others_403(world, api):
    booking = ask(world.instrument_a, berlin(world, 0, 8), by=world.ana)
    assert api(world.ana, "post", f"/bookings/{booking.pk}/cancel", {"note": "x"}).status_code == 409
    assert api(world.ana, "post", f"/bookings/{booking.pk}/decline", {"note": "x"}).status_code == 403
    assert api(world.ana, "post", f"/bookings/{booking.pk}/fly", {}).status_code == 404
    assert api(world.ana, "post", f"/bookings/{booking.pk}/withdraw", {}).status_code == 400


def test_the_inbox_decides_and_the_booking_shows_who_did_what(world, api):
    booking = ask(world.instrument_a, berlin(world, 0, 8), by=world.ana)
    task = Task.objects.get(subject_id=booking.pk)
    assert api(world.bo, "post", f"/tasks/{task.pk}/decide", {"verdict": "approve", "note": "Fine"}).status_code == 200
    shown = api(world.ana, "get", f"/bookings/{booking.pk}").json()
    assert shown["state"] == "approved"
    assert [(entry["who"], entry["move"], entry["note"]) for entry in shown["history"]] == [
        ("Ana", "request", ""),
        ("Bo", "approve", "Fine"),
    ]


def test_the_list_filters_and_counts(world, api):
    first = ask(world.instrument_a, berlin(world, 0, 8), by=world.ana)
    ask(world.instrument_b, berlin(world, 3, 17), by=world.ana)
    found = api(world.ana, "get", "/bookings", {"instrument": "fa-a1", "count": "true"}).json()
    assert (found["count"], [row["id"] for row in found["results"]]) == (1, [str(first.pk)])
    assert len(api(world.ana, "get", "/bookings", {"mine": "true", "state": "requested"}).json()["results"]) == 2
    assert api(world.bo, "get", "/bookings", {"mine": "true"}).json()["results"] == []
    assert len(api(world.bo, "get", "/bookings", {"facility": "fa"}).json()["results"]) == 1
    late = {"from": world.at(2, 0).isoformat()}
    assert len(api(world.ana, "get", "/bookings", late).json()["results"]) == 1
    assert api(world.ana, "get", "/bookings", {"state": "odd"}).status_code == 400


def test_a_page_of_bookings_costs_the_same_for_one_and_for_three(world, api):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            api(world.bo, "get", "/bookings")
        return len(queries)

    ask(world.instrument_a, berlin(world, 0, 0), by=world.ana)
    cost()
    one = cost()
    for day in (1, 2):
        ask(world.instrument_a, berlin(world, day, 0), by=world.ana)
    assert cost() == one


@pytest.mark.parametrize("odd", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59Z", "2027-13-01T00:00:00Z"])
def test_instants_at_the_ends_of_the_calendar_are_a_400(world, api, odd):
    wanted = body(world.instrument_a, berlin(world, 0, 8)) | {"starts_at": odd}
    assert api(world.ana, "post", "/bookings", wanted).status_code == 400


def test_long_reasons_and_odd_addresses_are_no_error_of_ours(world, api):
    booking = ask(world.instrument_a, berlin(world, 0, 8), by=world.ana)
    assert api(world.ana, "post", f"/bookings/{booking.pk}/withdraw", {"note": "x" * 5000}).status_code == 200
    for key in ("B-99999999999999999999", "nothing"):
        assert api(world.ana, "get", f"/bookings/{key}").status_code == 404
        assert api(world.ana, "get", f"/instruments/{key}/calendar").status_code == 404


def test_equipment_is_listed_asked_for_and_shown(world, api):
    answer = api(
        world.bo,
        "post",
        "/equipment",
        {"facility": "fa", "code": "C1", "name": "Cryostat", "instruments": [world.instrument_a.slug]},
    )
    assert answer.status_code == 201
    thing = answer.json()
    assert (thing["instruments"], thing["capacity"]) == ([world.instrument_a.slug], 1)
    listed = api(world.dan, "get", "/equipment", {"instrument": world.instrument_a.slug}).json()["results"]
    assert [row["id"] for row in listed] == [thing["id"]]
    wish = body(world.instrument_a, berlin(world, 0, 8), equipment=[thing["id"]])
    made = api(world.ana, "post", "/bookings", wish)
    assert made.status_code == 201
    shown = api(world.ana, "get", f"/bookings/{made.json()['id']}").json()["equipment"]
    assert [(each["code"], each["kind"]) for each in shown] == [("C1", "sample_environment")]
    assert api(world.ana, "post", "/bookings", wish | {"equipment": ["0" * 32]}).status_code == 400
    assert api(world.bob, "post", "/equipment", {"facility": "fa", "code": "C2", "name": "X"}).status_code == 403


def test_a_line_of_the_list_says_what_the_answer_to_the_request_said(world, api):
    """`sql.LINES` beside `shapes.line`, which writes the same from the model."""
    from facilities.api.shapes import LINE

    made = ask(world.instrument_a, berlin(world, 0, 8), by=world.ana, title="Ångström “quoted” \\", purpose="列")
    Booking.objects.filter(pk=made.pk).update(number=1_234_567)
    alone = ask(world.instrument_b, berlin(world, 3, 17), by=world.ana)
    for booking in (alone, made):
        whole = api(world.ana, "get", f"/bookings/{booking.pk}").json()
        (line,) = (row for row in api(world.ana, "get", "/bookings").json()["results"] if row["id"] == str(booking.pk))
        assert line == {name: whole[name] for name in LINE}
    assert line["reference"] == "B-1234567"
