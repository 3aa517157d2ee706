"""Offices, meetings and actions through the API: the whole way, and what strangers get."""

from datetime import date, timedelta

import pytest

from accounts.commands import create_token
from alliance.commands import actions
from core import clock
from tests.alliance import convening

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_(client):
    def call(user, method, address, **body):
        _token, text = create_token(user, by=user)
        headers = {"Authorization": f"Bearer {text}"}
        if method == "get":
            return client.get(f"/api/v1/{address}", body, headers=headers)
        return client.post(f"/api/v1/{address}", body, "application/json", headers=headers)

    return call


def test_an_office_is_filled_and_read_as_of_a_day(world, as_):
    at = f"alliances/{world.alliance.slug}/officers"
    office = as_(world.sec, "post", at, title="Chairman").json()["id"]
    term = as_(world.sec, "post", f"offices/{office}/terms", name="Wang Enge", ordinal=1).json()
    missing = as_(world.sec, "post", f"terms/{term['id']}/elect")
    assert {each["field"] for each in missing.json()["violations"]} == {"decided_on", "source"}
    as_(world.sec, "post", f"terms/{term['id']}/elect", decided_on="2019-10-17", source="Minutes")
    taken = as_(world.sec, "post", f"terms/{term['id']}/take-office", on="2019-10-18").json()
    assert (taken["standing"], taken["starts_on"], taken["decided_on"]) == ("in_office", "2019-10-18", "2019-10-17")
    [then] = as_(world.sec, "get", at, on="2019-10-17").json()
    assert (then["holders"], [each["name"] for each in then["elects"]]) == ([], ["Wang Enge"])
    assert as_(world.sec, "get", at, on="yesterday").status_code == 400
    assert as_(world.sec, "post", f"terms/{term['id']}/fly").status_code == 409
    for person in (world.dan, world.ana):
        assert [row["title"] for row in as_(person, "get", at).json()] == ["Chairman"], "as the public page tells it"
        assert as_(person, "post", at, title="Treasurer").status_code == 404
        assert as_(person, "post", f"terms/{term['id']}/end", note="x").status_code == 404
    convening.speaker(world.alliance.memberships.get(organisation=world.org_b), world.ana)
    assert as_(world.ana, "post", f"terms/{term['id']}/end", note="x").status_code == 403


def test_a_meeting_is_planned_joined_and_closed(world, as_):
    convening.speaker(world.alliance.memberships.get(organisation=world.org_b), world.ana)
    body = convening.assembly(world)
    begins = clock.now() + timedelta(minutes=30)
    plan = {"starts_at": begins.isoformat(), "ends_at": (begins + timedelta(hours=2)).isoformat()}
    made = as_(world.sec, "post", "meetings", body=body.slug, title="Annual meeting", **plan).json()
    assert (made["zone"], made["moves"]) == (world.alliance.zone, ["call", "change", "cancel"])
    at = f"meetings/{made['id']}"
    assert as_(world.ana, "get", at).status_code == 404
    assert as_(world.sec, "post", f"{at}/agenda", title="Charter").status_code == 201
    for move in ("call", "circulate", "start"):
        assert as_(world.sec, "post", f"{at}/{move}").status_code == 200
    assert as_(world.ana, "post", f"{at}/close").status_code == 403
    row = as_(world.ana, "post", f"{at}/check-in").json()
    assert as_(world.ana, "post", f"{at}/check-in").json()["id"] == row["id"]
    quorum = as_(world.ana, "get", f"{at}/quorum").json()
    assert (quorum["present"], quorum["voting"], quorum["shares"][0]["met"]) == (1, 2, True)
    as_(world.ana, "post", f"{at}/attendances/{row['id']}/leave")
    closed = as_(world.sec, "post", f"{at}/close").json()
    assert (closed["state"], closed["quorum_result"]["attended"], closed["moves"]) == ("closed", 1, [])
    for person in (world.dan, world.lea, world.cleo):
        assert as_(person, "get", at).status_code == 404
        assert as_(person, "get", f"{at}/quorum").status_code == 404
        assert as_(person, "post", f"{at}/check-in").status_code == 404
        assert as_(person, "get", "meetings", count="true").json()["count"] == 0


def test_actions_are_listed_and_finished_by_their_owner(world, as_):
    action = actions.promise_action(
        world.alliance, by=world.sec, title="Print it", owner=world.ana, due_on=date(2030, 1, 1)
    )
    assert [each["title"] for each in as_(world.ana, "get", "actions", mine="1").json()["results"]] == ["Print it"]
    assert as_(world.dan, "get", "actions", count="true").json()["count"] == 0
    assert as_(world.dan, "post", f"actions/{action.pk}/finish", evidence="x").status_code == 404
    done = as_(world.ana, "post", f"actions/{action.pk}/finish", evidence="Shelf 3").json()
    assert (done["state"], done["evidence"]) == ("done", "Shelf 3")
