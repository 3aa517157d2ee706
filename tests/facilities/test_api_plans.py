"""API of cycles and blocks: for those who keep the calendar, with a look at who is hit before anything is saved."""

import pytest

from facilities.commands.calendar import add_cycle
from facilities.models import Block
from tests.facilities.asking import ask, berlin

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def manager(client, world):
    """Bo's browser."""
    client.force_login(world.bo)
    return client


@pytest.fixture
def cycle(world):
    return add_cycle(world.facility_a, "2027-1", world.at(0, 0), world.at(60, 0), by=world.bo, draft=True)


def body(world, **more):
    instants = {"starts_at": world.at(1, 0).isoformat(), "ends_at": world.at(2, 0).isoformat()}
    return {"kind": "maintenance", "reason": "Filters", **instants, **more}


def test_a_block_is_reviewed_then_made_with_a_proposal_changed_and_removed(manager, world):
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    [affected] = manager.post("/api/v1/facilities/fa/blocks/review", body(world), JSON).json()["results"]
    assert affected["booking"] == str(booking.pk)
    moves = [affected["proposals"][0] | {"booking": affected["booking"]}]
    made = manager.post("/api/v1/facilities/fa/blocks", body(world, moves=moves), JSON)
    assert made.status_code == 201
    booking.refresh_from_db()
    assert booking.state == "countered"
    url = f"/api/v1/blocks/{made.json()['id']}"
    changed = body(world, ends_at=world.at(3, 0).isoformat(), instrument="fa-a1")
    assert manager.put(url, changed, JSON).json()["instrument"] == str(world.instrument_a.pk)
    listed = manager.get("/api/v1/facilities/fa/blocks").json()
    assert [row["kind"] for row in listed] == ["user", "maintenance"]
    assert manager.delete(url).status_code == 204
    assert not Block.objects.filter(kind="maintenance").exists()


def test_everything_that_is_wrong_with_a_block_is_said_at_once(manager, world):
    wrong = {"starts_at": "soon", "ends_at": "2027-01-01", "moves": [{"booking": "x"}]}
    answer = manager.post("/api/v1/facilities/fa/blocks", wrong, JSON)
    assert answer.status_code == 400
    fields = [violation["field"] for violation in answer.json()["violations"]]
    assert {"kind", "starts_at", "ends_at", "booking", "instrument"} <= set(fields)


def test_a_draft_is_seen_by_its_keepers_and_its_quotas_are_set(manager, world, cycle, client):
    [row] = manager.get("/api/v1/facilities/fa/cycles").json()
    assert row["published_at"] is None
    url = f"/api/v1/cycles/{cycle.pk}"
    quotas = {"quotas": [{"category": "general", "least": 60}, {"category": "program", "least": 41}]}
    assert manager.put(f"{url}/quotas", quotas, JSON).status_code == 422
    quotas["quotas"][1]["least"] = 40
    plan = manager.put(f"{url}/quotas", quotas, JSON).json()
    assert plan["instruments"][0]["user_units"] == "180.00"
    assert plan["shares"][0] | {"hours": ""} == {
        "category": "general", "hours": "", "share": "0.0000", "least": 60, "most": 100, "standing": "below",
    }  # fmt: skip
    client.force_login(world.ana)
    assert client.get("/api/v1/facilities/fa/cycles").json() == []
    client.force_login(world.bo)
    assert client.post(f"{url}/publish").json()["published_at"]


def test_others_neither_plan_nor_block(client, world, cycle):
    block = Block.objects.get(facility=world.facility_a)
    for person in (world.ana, world.bob, world.cleo):
        client.force_login(person)
        answers = [
            client.get(f"/api/v1/cycles/{cycle.pk}/plan"),
            client.put(f"/api/v1/cycles/{cycle.pk}/quotas", {"quotas": []}, JSON),
            client.post(f"/api/v1/cycles/{cycle.pk}/publish"),
            client.post("/api/v1/facilities/fa/blocks", body(world), JSON),
            client.post("/api/v1/facilities/fa/blocks/review", body(world), JSON),
            client.put(f"/api/v1/blocks/{block.pk}", body(world), JSON),
            client.delete(f"/api/v1/blocks/{block.pk}"),
        ]
        assert [answer.status_code for answer in answers] == [404] * len(answers)


def test_opening_hours_are_read_reviewed_changed_and_taken_back(manager, client, world):
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    url, late = (
        "/api/v1/facilities/fa/hours",
        [{"weekday": day, "opens": "16:00", "closes": "00:00"} for day in range(1, 8)],
    )
    [affected] = manager.post(f"{url}/review", {"week": late}, JSON).json()["results"]
    assert affected["booking"] == str(booking.pk)
    assert manager.get(url).json() == {"week": [], "days": [], "shifts": []}, "a review writes nothing"
    moves = [affected["proposals"][0] | {"booking": affected["booking"]}]
    changed = manager.put(url, {"week": late, "moves": moves}, JSON).json()
    assert changed["week"][0] == {"weekday": 1, "opens": "16:00:00", "closes": "00:00:00"}
    booking.refresh_from_db()
    assert booking.state == "countered"
    day = {"day": f"{berlin(world, 3, 12):%Y-%m-%d}", "reason": "Holiday", "instrument": "fa-a1"}
    closed = manager.post(f"{url}/days", day, JSON)
    assert (closed.status_code, closed.json()["days"][0]["opens"]) == (201, None)
    assert manager.delete(f"/api/v1/opening-days/{closed.json()['days'][0]['id']}").status_code == 204
    assert manager.get(url, {"instrument": "fa-a1"}).json()["days"] == []
    shifts = manager.put("/api/v1/facilities/fa/shifts", {"shifts": ["06:00", "18:00"]}, JSON).json()["shifts"]
    assert shifts == ["06:00:00", "18:00:00"]
    client.force_login(world.bob)
    assert client.put(url, {"week": []}, JSON).status_code == 404, "of another facility"
