"""The API of campaigns as another program, and as another facility, meets it."""

from datetime import timedelta

import pytest

from facilities.models import Equipment
from tests.facilities.asking import ask
from tests.facilities.calling import body
from tests.facilities.campaigning import instruments

pytestmark = pytest.mark.django_db


def wish(world, places, **more):
    legs = [
        body(place, world.at(n, 8), 4, mode="remote", purpose=f"Part {n + 1}", after=n or None, max_gap_minutes=1440)
        for n, place in enumerate(places)
    ]
    return {"title": "Alloys under load", "coupling": "all_or_nothing", "legs": legs, **more}


def test_a_campaign_is_checked_asked_for_shown_and_withdrawn(world, api):
    wanted = wish(world, instruments(world))
    checked = api(world.ana, "post", "/campaigns/check", wanted).json()
    assert (checked["ok"], [leg["leg"] for leg in checked["legs"]]) == (True, [1, 2, 3])
    made = api(world.ana, "post", "/campaigns", wanted)
    assert made.status_code == 201
    campaign = made.json()
    assert (campaign["state"], campaign["moves"]) == ("requested", ["withdraw"])
    assert [leg["state"] for leg in campaign["legs"]] == ["requested"] * 3
    assert api(world.ana, "get", f"/campaigns/{campaign['reference']}").json() == campaign
    assert api(world.ana, "get", "/campaigns").json()["results"][0]["id"] == campaign["id"]
    withdrawn = api(world.ana, "post", f"/campaigns/{campaign['id']}/withdraw", {"note": "No samples"}).json()
    assert (withdrawn["state"], withdrawn["moves"]) == ("withdrawn", [])
    assert withdrawn["history"][-1]["note"] == "No samples"


def test_another_facility_reads_nothing_of_a_leg_but_its_time(world, api):
    campaign = api(world.ana, "post", "/campaigns", wish(world, instruments(world))).json()
    page = api(world.bob, "get", f"/campaigns/{campaign['id']}")
    first, own, last = page.json()["legs"]
    assert own["instrument_name"] == "Instrument L1"
    for hidden in (first, last):
        assert {value for key, value in hidden.items() if key not in ("leg", "starts_at", "ends_at")} == {None}
    text = page.content.decode()
    assert "Facility FA" not in text
    assert "Part 1" not in text
    assert "Instrument L0" not in text
    assert page.json()["history"] == []
    assert page.json()["moves"] == []
    refused = api(world.bob, "post", f"/campaigns/{campaign['id']}/withdraw", {"note": "No"})
    assert refused.status_code == 403
    assert api(world.dan, "get", f"/campaigns/{campaign['id']}").status_code == 404


def test_a_leg_that_is_taken_is_named_by_number(world, api):
    places = instruments(world)
    ask(places[2], world.at(2, 8), 4, by=world.dan)
    refused = api(world.ana, "post", "/campaigns", wish(world, places))
    assert refused.status_code == 409
    assert [leg["leg"] for leg in refused.json()["legs"]] == [3]


def test_what_cannot_be_read_names_the_field_of_its_leg(world, api):
    wanted = wish(world, instruments(world), title="")
    wanted["legs"][1]["starts_at"] = "tomorrow"
    wanted["legs"][2]["after"] = "first"
    refused = api(world.ana, "post", "/campaigns", wanted)
    assert refused.status_code == 400
    fields = {violation["field"] for violation in refused.json()["violations"]}
    assert fields == {"title", "legs.2.starts_at", "legs.3.after"}


def test_dates_are_proposed_in_order_and_with_their_gaps(world, api):
    places = instruments(world)
    ask(places[1], world.at(0, 0), 20, by=world.dan)
    legs = [
        {"instrument": place.slug, "minutes": 240, "after": n or None, "min_gap_minutes": 60, "max_gap_minutes": 600}
        for n, place in enumerate(places)
    ]
    span = {"earliest": world.at(0, 0).isoformat(), "latest": world.at(3, 0).isoformat()}
    found = api(world.ana, "post", "/campaigns/propose", {"legs": legs, **span}).json()["results"]
    starts = [slot["starts_at"] for slot in found]
    expected = [world.at(0, 6), world.at(0, 20), world.at(1, 1)]
    assert starts == [at.isoformat().replace("+00:00", "Z") for at in expected]
    none = {"legs": legs, "earliest": span["earliest"], "latest": (world.at(0, 12) + timedelta(0)).isoformat()}
    assert api(world.ana, "post", "/campaigns/propose", none).json()["results"] == []
    assert api(world.ana, "post", "/campaigns/propose", {"legs": [], **span}).json()["results"] == []
    wrong = api(world.ana, "post", "/campaigns/propose", {"legs": [{"instrument": "none"}], **span})
    assert wrong.status_code == 400


def test_dates_are_proposed_where_the_places_and_the_equipment_of_each_leg_are_free(world, api):
    first, second = instruments(world, 2, capacity=2)
    thing = Equipment.objects.create(facility=world.facility_a, code="C1", name="Cryostat")
    ask(first, world.at(0, 0), 6, by=world.dan, equipment=(thing,))
    ask(second, world.at(0, 10), 6, by=world.dan)
    legs = [
        {"instrument": first.slug, "minutes": 240, "equipment": [str(thing.pk)]},
        {"instrument": second.slug, "minutes": 240, "after": 1, "places": 2},
    ]
    span = {"earliest": world.at(0, 0).isoformat(), "latest": world.at(3, 0).isoformat()}
    found = api(world.ana, "post", "/campaigns/propose", {"legs": legs, **span}).json()["results"]
    assert [slot["starts_at"] for slot in found] == [
        at.isoformat().replace("+00:00", "Z") for at in (world.at(0, 6), world.at(0, 16))
    ]
    legs[1]["places"] = 3
    assert api(world.ana, "post", "/campaigns/propose", {"legs": legs, **span}).json()["results"] == []
