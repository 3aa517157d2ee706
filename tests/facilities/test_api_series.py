"""The API of series as another program meets it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.facilities.asking import ask, berlin, hourly
from tests.facilities.calling import body

pytestmark = pytest.mark.django_db
RULE = "FREQ=WEEKLY;COUNT=3"


def recurring(world, instrument, **more):
    return body(instrument, berlin(world, 0, 10), 2, mode="remote", rule=RULE, **more)


def test_a_series_is_checked_asked_for_and_shown_with_its_dates(world, api):
    wanted = recurring(world, hourly(world))
    checked = api(world.ana, "post", "/series/check", wanted).json()
    assert (checked["ok"], checked["units"], len(checked["dates"])) == (True, "6.000", 3)
    made = api(world.ana, "post", "/series", wanted)
    assert made.status_code == 201
    series = made.json()
    assert [each["state"] for each in series["dates"]] == ["requested"] * 3
    assert (series["booked"], series["skipped"]) == (3, 0)
    assert api(world.ana, "get", f"/series/{series['reference']}").json() == series
    assert api(world.ana, "get", "/series").json()["results"][0]["id"] == series["id"]
    assert api(world.dan, "get", f"/series/{series['id']}").status_code == 404
    assert api(world.dan, "get", "/series").json()["results"] == []


def test_conflicts_answer_with_every_date_that_is_taken(world, api):
    instrument = hourly(world)
    ask(instrument, berlin(world, 7, 10), 2, by=world.dan)
    refused = api(world.ana, "post", "/series", recurring(world, instrument))
    assert refused.status_code == 409
    [conflict] = refused.json()["conflicts"]
    assert conflict["violations"][0]["rule"] == "slot_free"
    assert conflict["alternatives"][0]["starts_at"].endswith("Z")
    skipped = api(world.ana, "post", "/series", recurring(world, instrument, on_conflict="skip")).json()
    assert [each["state"] for each in skipped["dates"]] == ["requested", "skipped", "requested"]


@pytest.mark.parametrize(
    "wrong",
    [{"rule": ""}, {"rule": "FREQ=WEEKLY"}, {"excluded": "monday"}, {"on_conflict": "maybe"}],
)
def test_what_cannot_be_read_is_400_and_names_the_field(world, api, wrong):
    refused = api(world.ana, "post", "/series", recurring(world, hourly(world)) | wrong)
    assert refused.status_code == 400
    assert refused.json()["violations"][0]["field"] == next(iter(wrong))


def test_dates_are_moved_and_ended_by_scope(world, api):
    series = api(world.ana, "post", "/series", recurring(world, hourly(world))).json()
    second = series["dates"][1]["date"]
    moved = api(
        world.ana,
        "post",
        f"/series/{series['id']}/reschedule",
        {"scope": "following", "date": second, "starts": second.replace("T10", "T14")},
    ).json()
    assert [each["starts_at"][11:13] for each in moved["dates"]][1:] == [
        f"{int(moved['dates'][0]['starts_at'][11:13]) + 4:02}"
    ] * 2
    ended = api(
        world.ana, "post", f"/series/{series['id']}/withdraw", {"scope": "one", "date": second, "note": "Away"}
    ).json()
    assert [each["state"] for each in ended["dates"]] == ["requested", "withdrawn", "requested"]
    wrong = api(world.ana, "post", f"/series/{series['id']}/cancel", {"scope": "one", "note": "Away"})
    assert (wrong.status_code, wrong.json()["violations"][0]["field"]) == (400, "date")
    assert api(world.ana, "post", f"/series/{series['id']}/dance").status_code == 404


def test_a_list_of_series_costs_the_same_queries_whatever_its_length(world, api):
    counts = []
    api(world.ana, "get", "/series")
    for number in (1, 2):
        for n in range(number):
            instrument = hourly(world, f"H{number}{n}")
            api(world.ana, "post", "/series", recurring(world, instrument))
        with CaptureQueriesContext(connection) as queries:
            api(world.ana, "get", "/series")
        counts.append(len(queries))
    assert counts[0] == counts[1]
