"""The API of events: public reading, planning and moving by organisers, registering, and what it keeps to itself."""

import pytest

from accounts.commands import create_token
from alliance.commands.events import register
from alliance.models import Event
from tests.alliance.hosting import an_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(client):
    def call(method, address, user=None, **body):
        headers = {"Authorization": f"Bearer {create_token(user, by=user)[1]}"} if user else {}
        return getattr(client, method)(f"/api/v1{address}", body, content_type="application/json", headers=headers)

    return call


def test_an_event_is_planned_moved_and_filled_over_the_api(api, world):
    plan = {"alliance": "alliance", "kind": "conference", "title": "Fifth", "mode": "hybrid"}
    plan |= {"starts_at": "2030-05-01T01:00:00Z", "ends_at": "2030-05-02T10:00:00Z"}
    assert api("post", "/events", world.dan, **plan).status_code == 403
    made = api("post", "/events", world.sec, **plan)
    assert (made.status_code, made.json()["state"]) == (201, "idea")
    here = f"/events/{made.json()['slug']}"
    assert api("get", here).status_code == 404
    assert api("post", f"{here}/announce", world.sec).json()["state"] == "announced"
    assert "open-registration" in api("get", here, world.sec).json()["moves"]
    assert api("get", here).json()["moves"] == []
    hours = {"starts_at": "2030-05-01T02:00:00Z", "ends_at": "2030-05-01T03:00:00Z"}
    first, second = (
        api("post", f"{here}/sessions", world.sec, kind="parallel", title=hall, track=hall, **hours).json()
        for hall in ("A", "B")
    )
    assert api("post", f"{here}/sessions", world.sec, kind="plenary", title="C", track="A", **hours).status_code == 422
    talk = {"title": "Light", "speaker_name": "Some Body", **hours}
    assert api("post", f"{here}/sessions/{first['id']}/talks", world.sec, **talk).status_code == 201
    refused = api("post", f"{here}/sessions/{second['id']}/talks", world.sec, **talk)
    assert [row["rule"] for row in refused.json()["violations"]] == ["speaker_elsewhere"]
    version = Event.objects.get().version
    assert api("patch", here, world.sec, title="Sixth", version=version - 1).status_code == 409
    assert api("patch", here, world.sec, title="Sixth", version=version).json()["title"] == "Sixth"
    moved = api("post", f"{here}/postpone", world.sec, note="Later", planned_for="2031").json()
    assert (moved["planned_for"], len(moved["told_before"])) == ("2031", 1)
    assert {row["starts_at"] for row in moved["sessions"]} == {None}, "times of a plan that was given up"
    assert [each["starts_at"] for row in moved["sessions"] for each in row["talks"]] == [None]
    assert api("post", f"{here}/start", world.sec).status_code == 409


def test_people_register_themselves_and_read_only_their_own_registration(api, world):
    event = an_event(world)
    register(event, "online", by=world.ana)
    here = f"/events/{event.slug}"
    assert api("post", f"{here}/registrations", mode="online").status_code == 401
    mine = api("post", f"{here}/registrations", world.dan, mode="online")
    assert mine.status_code == 201
    assert [row["email"] for row in api("get", f"{here}/registrations", world.dan).json()["results"]] == [
        world.dan.email
    ]
    assert len(api("get", f"{here}/registrations", world.sec).json()["results"]) == 2
    own = event.registrations.get(person=world.ana).pk
    assert api("post", f"/registrations/{own}/cancel", world.dan).status_code == 404
    assert api("post", f"/registrations/{mine.json()['id']}/cancel", world.dan).json()["cancelled_at"]
    told = api("get", f"{here}/figures").json()
    assert (told["registered"], told["by_country"]) == (None, [])
    assert api("get", f"{here}/figures", world.sec).json()["registered"] == 1
    assert world.ana.email not in api("get", here).content.decode()


def test_lists_are_filtered_and_ideas_stay_out(api, world):
    an_event(world, "idea", title="Secret")
    an_event(world, "held", title="Past")
    an_event(world, "announced", title="Coming", kind="visit")

    def titles(address, user=None):
        return {row["title"] for row in api("get", address, user).json()["results"]}

    assert titles("/events") == {"Past", "Coming"}
    assert titles("/events", world.sec) == {"Past", "Coming", "Secret"}
    assert titles("/events?when=past") == {"Past"}
    assert titles("/events?kind=visit&alliance=alliance") == {"Coming"}
