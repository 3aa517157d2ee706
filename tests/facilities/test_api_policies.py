"""Policies over the API: the rules to choose from, writing, trying, switching, and who sees what."""

import pytest
from django.test import Client

from accounts.commands import create_token
from facilities.commands.calendar import add_cycle
from facilities.models import Policy
from tests.facilities.asking import ask, berlin, hourly
from tests.facilities.policy import HOUSE, hold

pytestmark = pytest.mark.django_db
GREEN = {"rule": "safety_class", "parameters": {"safety": ["green"]}, "source": HOUSE}


def caller(user):
    token = create_token(user, by=user)[1]
    client = Client(headers={"Authorization": f"Bearer {token}"})

    def call(method, path, body=None):
        return getattr(client, method)(f"/api/v1{path}", body, content_type="application/json")

    return call


def test_every_rule_names_its_parameters_so_that_a_program_can_ask_for_them(world):
    rules = {row["name"]: row for row in caller(world.ana)("get", "/policy-rules").json()["results"]}
    assert {"quota", "head_count", "travel_time", "rapid_access"} <= rules.keys()
    by_name = {each["name"]: each for each in rules["quota"]["parameters"]}
    assert by_name["over"]["options"].keys() == {"day", "week", "cycle", "rolling"}
    assert (by_name["most"]["kind"], by_name["most"]["default"]) == ("number", 40)


def test_a_policy_is_written_tried_switched_on_after_what_it_breaks_was_seen_and_removed(world):
    bo = caller(world.bo)
    red = ask(hourly(world), berlin(world, 0, 8), 2, by=world.ana, safety="red")
    add_cycle(world.facility_a, "C1", berlin(world, 0, 0), berlin(world, 7, 0), by=world.bo)
    written = bo("post", "/facilities/fa/policies", GREEN).json()
    assert (written["active"], written["says"]) == (False, "Only experiments of these safety classes: green")
    tried = bo("post", f"/facilities/fa/policies/try?from={berlin(world, 0, 0):%Y-%m-%dT%H:%M:%SZ}", GREEN).json()
    assert (tried["judged"], [row["reference"] for row in tried["refused"]]) == (1, [red.reference])
    address = f"/policies/{written['id']}"
    refused = bo("post", f"{address}/switch", {"on": True})
    assert (refused.status_code, refused.json()["code"]) == (409, "bookings_break")
    seen = [row["booking"] for row in bo("get", f"{address}/breaks").json()["results"]]
    assert bo("post", f"{address}/switch", {"on": True, "seen": seen}).json()["active"] is True
    stricter = GREEN | {"parameters": {"safety": ["yellow"]}, "seen": seen, "version": written["version"] + 1}
    assert bo("put", address, stricter).json()["parameters"] == {"safety": ["yellow"]}
    assert bo("put", address, stricter | {"source": "Another"}).status_code == 409, "the version is an old one"
    assert bo("delete", address).status_code == 204
    assert bo("get", address).status_code == 404


def test_others_see_what_holds_and_write_nothing(world):
    holding = hold(world, "head_count")
    off = caller(world.bo)("post", "/facilities/fa/policies", GREEN).json()
    for who in (world.ana, world.cleo, world.bob):
        call = caller(who)
        listed = call("get", "/facilities/fa/policies").json()["results"]
        assert [row["id"] for row in listed] == [str(holding.pk)]
        assert call("get", f"/policies/{off['id']}").status_code == 404
        assert call("post", "/facilities/fa/policies", GREEN).status_code == 404
        assert call("post", "/facilities/fa/policies/try", GREEN).status_code == 404
        assert call("get", f"/policies/{holding.pk}/breaks").status_code == 403
        assert call("post", f"/policies/{holding.pk}/switch", {"on": False}).status_code == 403
        assert call("delete", f"/policies/{holding.pk}").status_code == 403
    assert Policy.objects.filter(is_active=True).count() == 1


def test_what_is_wrong_in_a_policy_is_said_all_at_once(world):
    body = {"rule": "quota", "parameters": {"most": "many", "over": "year"}, "instrument": world.instrument_b.slug}
    answer = caller(world.bo)("post", "/facilities/fa/policies", body)
    assert answer.status_code == 400
    assert sorted(each["field"] for each in answer.json()["violations"]) == [
        "instrument", "parameters.most", "parameters.over", "source",
    ]  # fmt: skip


def test_a_refusal_says_whose_rule_it_is_and_who_may_override_it(world):
    instrument = hourly(world, min_minutes=90)
    hold(world, "safety_class", {"safety": ["green"]}, override="nobody", source="Permit 12")
    start, end = berlin(world, 0, 8), berlin(world, 0, 9)
    body = {"instrument": instrument.slug, "starts_at": start.isoformat(), "ends_at": end.isoformat(), "safety": "red"}
    answer = caller(world.ana)("post", "/bookings", body | {"mode": "remote"})
    assert answer.status_code == 422
    told = {
        each["rule"]: (each["source"], each["overridable"], each["override_by"]) for each in answer.json()["violations"]
    }
    assert told == {
        "long_enough": ("instrument", True, "The manager of FA, with a reason"),
        "safety_class": ("Permit 12", False, ""),
    }


def test_the_manager_overrides_through_the_move_of_that_name(world):
    booking = ask(hourly(world), berlin(world, 0, 8), 2, by=world.ana, safety="red")
    hold(world, "safety_class", {"safety": ["green"]})
    address = f"/bookings/{booking.pk}/override"
    assert caller(world.ana)("post", address, {"note": "Please"}).status_code == 403
    told = caller(world.bo)("post", address, {"note": "Shielded", "rules": ["safety_class"]}).json()
    assert told["overrides"][0]["reason"] == "Shielded"
    assert told["safety"] == "red"
