"""Deciding through the API: a part of the time, and many clean requests at once."""

import pytest

from tests.facilities.asking import ask, hourly
from workflow.models import Task

pytestmark = pytest.mark.django_db


def verdict(world, start, end, **more):
    part = {"starts_at": world.at(0, start).isoformat(), "ends_at": world.at(0, end).isoformat()}
    return {"verdict": "approve", **part, **more}


def test_a_task_is_decided_for_a_part_of_the_time(world, api):
    booking = ask(hourly(world), world.at(0, 8), 6, by=world.ana)
    path = f"/tasks/{Task.objects.get().pk}/decide"
    assert api(world.bo, "post", path, verdict(world, 8, 10)).json()["code"] == "reason_required"
    half = {"verdict": "approve", "note": "x", "starts_at": world.at(0, 8).isoformat()}
    answer = api(world.bo, "post", path, half)
    assert (answer.status_code, [each["field"] for each in answer.json()["violations"]]) == (400, ["ends_at"])
    assert api(world.bo, "post", path, verdict(world, 6, 9, note="x")).json()["code"] == "invalid"
    answer = api(world.bo, "post", path, verdict(world, 8, 10, note="The evening is taken"))
    assert answer.status_code == 200
    [said] = answer.json()["decisions"]
    assert (said["note"], said["ends_at"]) == ("The evening is taken", f"{world.at(0, 10):%Y-%m-%dT%H:%M:%SZ}")
    page = api(world.ana, "get", f"/bookings/{booking.pk}").json()
    assert (page["state"], page["units"]) == ("approved", "2.000")
    assert [(entry["move"], entry["note"]) for entry in page["history"]] == [
        ("request", ""),
        ("shorten", "The evening is taken"),
        ("approve", "The evening is taken"),
    ]


def test_many_are_approved_at_once_and_what_is_not_clean_is_left_with_why(world, api):
    instrument = hourly(world)
    clean, ruled_out = (ask(instrument, world.at(day, 8), hours, by=world.ana) for day, hours in ((0, 2), (1, 6)))
    instrument.max_minutes = 300
    instrument.save()
    both = {"bookings": [str(clean.pk), str(ruled_out.pk)]}
    assert api(world.dan, "post", "/bookings/approve", both).json() == {"approved": [], "left": []}
    answer = api(world.bo, "post", "/bookings/approve", both).json()
    assert answer["approved"] == [str(clean.pk)]
    assert [(each["booking"], each["violations"][0]["rule"]) for each in answer["left"]] == [
        (str(ruled_out.pk), "short_enough")
    ]
    assert api(world.bo, "post", "/bookings/approve", {"bookings": []}).status_code == 400


def test_a_request_that_was_changed_since_it_was_looked_at_is_left(world, api):
    booking = ask(hourly(world), world.at(0, 8), 2, by=world.ana)
    [row] = api(world.bo, "get", "/bookings").json()["results"]
    seen = {"bookings": [row["id"]], "versions": {row["id"]: row["version"]}}
    move = {"starts_at": world.at(1, 8).isoformat(), "ends_at": world.at(1, 10).isoformat()}
    page = api(world.ana, "post", f"/bookings/{booking.pk}/reschedule", move).json()
    answer = api(world.bo, "post", "/bookings/approve", seen).json()
    assert (answer["approved"], answer["left"][0]["code"]) == ([], "changed_meanwhile")
    seen["versions"][row["id"]] = page["version"]
    assert api(world.bo, "post", "/bookings/approve", seen).json()["approved"] == [row["id"]]


def test_a_route_says_after_which_changes_a_step_is_asked_again(world, api):
    path = f"/routes/{world.facility_a.slug}"
    every = ["time", "longer", "shorter", "instrument", "mode", "people"]
    assert api(world.bo, "get", path).json()["steps"][0]["again_on"] == every
