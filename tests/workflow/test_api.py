"""The inbox, deciding and routes through the API: who sees what, what is refused, and what it costs."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from accounts.commands import create_token
from core import clock
from workflow.models import Decision, Route, Task


@pytest.fixture
def call(world):
    """Calls the API as a person."""
    tokens = {}

    def request(person, method, path, body=None, **headers):
        if person.pk not in tokens:
            tokens[person.pk] = create_token(person, by=person)[1]
        return Client().generic(
            method.upper(),
            f"/api/v1/{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers={"Authorization": f"Bearer {tokens[person.pk]}", **headers},
        )

    return request


def test_the_inbox_shows_what_waits_and_a_decision_takes_it_out(world, desk, handler, call):
    process = desk.send(desk.route(desk.step(within_hours=16)))
    row = call(world.bo, "get", "tasks?state=open&count=true").json()
    assert row["count"] == 1
    task = row["results"][0]
    assert {name: task[name] for name in ("title", "step", "state", "waits_for_me", "subject_id", "decisions")} == {
        "title": "About Centre C",
        "step": "Manager",
        "state": "open",
        "waits_for_me": True,
        "subject_id": str(process.subject_id),
        "decisions": [],
    }
    assert task["due_at"].endswith("Z")
    answer = call(world.bo, "post", f"tasks/{task['id']}/decide", {"verdict": "approve", "note": "Fine"})
    assert (answer.status_code, answer.json()["state"], answer.json()["waits_for_me"]) == (200, "approved", False)
    assert answer.json()["decisions"][0]["by"] == "Bo"
    assert call(world.bo, "get", "tasks?state=open").json()["results"] == []
    assert len(call(world.bo, "get", "tasks").json()["results"]) == 1
    assert handler.calls[0][0] == "approved"


@pytest.mark.parametrize("person", ["ana", "bob", "cleo", "dan", "lea", "sec", "adm"])
def test_others_see_no_task_no_count_and_cannot_tell_it_exists(world, desk, call, person):
    task = desk.task("Manager", desk.send(desk.route(desk.step())))
    stranger = getattr(world, person)
    for path in ("tasks?count=true", "tasks?state=open&count=true"):
        assert call(stranger, "get", path).json() == {"count": 0, "next": None, "previous": None, "results": []}
    assert call(stranger, "get", f"tasks/{task.pk}").status_code == 404
    answer = call(stranger, "post", f"tasks/{task.pk}/decide", {"verdict": "approve"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert not Decision.objects.exists()


def test_deciding_twice_replays_and_too_late_is_409(world, desk, call):
    process = desk.send(desk.route(desk.step("Panel", "instrument_scientist"), desk.step()))
    panel, manager = desk.task("Panel", process), desk.task("Manager", process)
    first = call(world.cleo, "post", f"tasks/{panel.pk}/decide", {"verdict": "decline", "note": "Unsafe"})
    again = call(world.cleo, "post", f"tasks/{panel.pk}/decide", {"verdict": "decline", "note": "Unsafe"})
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (200, first.json())
    late = call(world.bo, "post", f"tasks/{manager.pk}/decide", {"verdict": "approve"})
    assert (late.status_code, late.json()["code"]) == (409, "already_decided")


def test_a_decline_without_a_reason_and_an_unknown_verdict_are_400(world, desk, call):
    task = desk.task("Manager", desk.send(desk.route(desk.step())))
    for body, field in (({"verdict": "decline"}, "note"), ({"verdict": "maybe"}, "verdict"), ({}, "verdict")):
        answer = call(world.bo, "post", f"tasks/{task.pk}/decide", body)
        assert answer.status_code == 400
        assert answer.json()["violations"][0]["field"] == field
    assert call(world.bo, "get", "tasks?state=pending").status_code == 400


def test_a_conflict_of_interest_is_403_and_recorded(world, desk, handler, call):
    handler.conflicts[world.bo.pk] = "On the team"
    task = desk.task("Manager", desk.send(desk.route(desk.step())))
    answer = call(world.bo, "post", f"tasks/{task.pk}/decide", {"verdict": "approve"})
    assert (answer.status_code, answer.json()["code"]) == (403, "conflict_of_interest")
    assert Decision.objects.get().verdict == "skip"


def test_the_inbox_costs_the_same_for_one_task_and_three(world, desk, call, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    route = desk.route(desk.step("Panel", "instrument_scientist", quorum=1), desk.step())
    call(world.bo, "get", "tasks")
    counts = []
    for subject in (world.org_a, world.org_b, world.org_c):
        process = desk.send(route, subject)
        call(world.cleo, "post", f"tasks/{desk.task('Panel', process).pk}/decide", {"verdict": "approve"})
        with CaptureQueriesContext(
            connection,
        ) as taken:
            assert call(world.bo, "get", "tasks").status_code == 200
        counts.append(len(taken))
    assert counts[0] == counts[1] == counts[2]


def test_tasks_are_lent_by_address_and_taken_back(world, desk, call):
    desk.send(desk.route(desk.step()))
    now = clock.now()
    body = {
        "taker": "DAN@test.example",
        "starts_at": now.isoformat(),
        "ends_at": (now + timedelta(days=7)).isoformat(),
    }
    made = call(world.bo, "post", "delegations", body)
    assert (made.status_code, made.json()["taker"]) == (201, "Dan")
    assert len(call(world.dan, "get", "tasks?state=open").json()["results"]) == 1
    assert call(world.bob, "delete", f"delegations/{made.json()['id']}").status_code == 404
    assert call(world.bo, "delete", f"delegations/{made.json()['id']}").status_code == 204
    assert call(world.dan, "get", "tasks?state=open").json()["results"] == []
    wrong = call(world.bo, "post", "delegations", body | {"taker": "nobody@test.example"})
    assert wrong.json()["violations"][0]["field"] == "taker"
    backwards = call(world.bo, "post", "delegations", body | {"taker": "bo@test.example", "ends_at": body["starts_at"]})
    assert backwards.status_code == 422
    assert [one["rule"] for one in backwards.json()["violations"]] == ["to_oneself", "ends_before_start"]


def test_a_manager_reads_and_replaces_the_route(world, desk, call):
    desk.route(desk.step())
    path = "routes/fa?subject=accounts.organisation"
    route = call(world.bo, "get", path).json()
    assert (route["number"], [step["name"] for step in route["steps"]]) == (1, ["Manager"])
    body = {
        "name": "Two steps",
        "expected": 1,
        "steps": [
            {"position": 1, "name": "Panel", "role": "instrument_scientist", "within_hours": 16},
            {"position": 2, "name": "Manager", "role": "facility_manager", "condition": {"units_above": 6}},
        ],
        "auto_approve": {"units_up_to": 1},
    }
    saved = call(world.bo, "put", path, body)
    assert (saved.status_code, saved.json()["number"]) == (200, 2)
    assert call(world.bo, "put", path, body).json()["code"] == "changed_meanwhile"
    body["steps"][0]["role"] = "wizard"
    refused = call(world.bo, "put", path, body | {"expected": 2})
    assert (refused.status_code, refused.json()["violations"][0]["field"]) == (422, "steps.0.role")
    assert Route.objects.get(owner_id=world.facility_a.pk, subject_type="accounts.organisation", is_current=True)


@pytest.mark.parametrize("person", ["ana", "bob", "cleo", "dan", "lea"])
def test_others_find_no_route_to_edit(world, desk, call, person):
    desk.route(desk.step())
    for method, body in (("get", None), ("put", {"name": "Mine", "steps": []})):
        answer = call(getattr(world, person), method, "routes/fa?subject=accounts.organisation", body)
        assert answer.status_code == 404
    assert Task.objects.count() == 0


def test_groups_through_the_api_are_the_managers(world, desk, call):
    body = {"name": "Safety", "members": ["cleo@test.example"]}
    assert call(world.bob, "post", "routes/fa/groups", body).status_code == 404
    made = call(world.bo, "post", "routes/fa/groups", body)
    assert (made.status_code, made.json()["members"]) == (201, ["cleo@test.example"])
    changed = call(world.bo, "put", f"routes/fa/groups/{made.json()['id']}", body | {"members": ["ana@test.example"]})
    assert changed.json()["members"] == ["ana@test.example"]
    assert call(world.bo, "get", "routes/fa/groups").json() == [changed.json()]
    assert call(world.bob, "get", "routes/fa/groups").status_code == 404
    refused = call(world.bo, "post", "routes/fa/groups", {"name": "Safety", "members": ["no@test.example"]})
    assert refused.json()["violations"][0]["rule"] == "person_unknown"
