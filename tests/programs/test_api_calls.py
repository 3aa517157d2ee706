"""Calls and questionnaires through the API: what is public, what an office does, what strangers never see."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.commands import create_token
from core import clock
from programs.commands import calls
from programs.models import Call
from tests.programs import calling
from tests.programs.asking import a_call, a_scale
from tests.programs.questions import HAZARD, asking, of

pytestmark = pytest.mark.django_db

URL = "/api/v1/calls"


@pytest.fixture
def as_(client):
    class Caller:
        def __init__(self, user):
            self.headers = {"Authorization": f"Bearer {create_token(user, by=user)[1]}"}

        def get(self, address=URL, **query):
            return client.get(address, query, headers=self.headers)

        def post(self, address=URL, **body):
            return client.post(address, body, "application/json", headers=self.headers)

        def patch(self, address, **body):
            return client.patch(address, body, "application/json", headers=self.headers)

    return Caller


def body(**fields):
    now = clock.now()
    return {
        "name": "Spring call",
        "text": "Time at two instruments.",
        "zone": "Asia/Shanghai",
        "contact": "office@test.example",
        "closes_at": (now + timedelta(days=30)).isoformat(),
        "scale": a_scale().name,
        "offers": [{"instrument": "fa-a1", "units": "60"}],
        "criteria": [{"name": "Merit", "weight": "2"}],
        **fields,
    }


def test_an_office_drafts_completes_and_opens_a_call_that_everybody_then_finds(world, client, as_):
    sec = as_(world.sec)
    made = sec.post(**body(criteria=[])).json()
    assert (made["state"], made["slug"], made["moves"]) == ("draft", "spring-call", ["announce", "open", "archive"])
    assert [problem["rule"] for problem in made["problems"]] == ["criterion_missing"]
    at = f"{URL}/{made['slug']}"
    refused = sec.post(f"{at}/open")
    assert (refused.status_code, refused.json()["violations"][0]["rule"]) == (422, "criterion_missing")
    window = {"stage": "review", "starts_at": "2030-01-01T00:00:00Z", "ends_at": "2030-02-01T00:00:00Z"}
    changes = {"criteria": [{"name": "Merit"}], "windows": [window]}
    assert sec.patch(at, version=made["version"], **changes).json()["windows"] == [window]
    assert sec.patch(at, version=made["version"], name="Other").json()["code"] == "changed_meanwhile"
    assert client.get(at).status_code == 404
    assert sec.post(f"{at}/open").json()["state"] == "open"
    seen = client.get(at).json()
    assert (seen["open"], seen["moves"], seen["offers"][0]["unit"]) == (True, [], "shift")
    assert "version" not in seen
    assert [row["slug"] for row in client.get(URL, {"open": "true", "facility": "fa"}).json()["results"]] == [
        "spring-call"
    ]
    assert client.get(URL, {"open": "false"}).json()["results"] == []


def test_names_that_nothing_has_are_each_said(world, as_):
    wrong = body(scale="Stars", offers=[{"instrument": "none", "units": "1"}])
    answer = as_(world.sec).post(**wrong)
    assert answer.status_code == 400
    assert {row["field"] for row in answer.json()["violations"]} == {"scale", "offers"}


def test_who_runs_no_calls_makes_and_moves_none(world, client, as_):
    assert client.post(URL, body(), "application/json").status_code == 401
    assert as_(world.ana).post(**body()).status_code == 403
    call = a_call(world)
    for person, status in ((world.ana, 403), (world.bo, 403), (world.sec, 200)):
        assert as_(person).post(f"{URL}/{call.pk}/close").status_code == status
    assert as_(world.sec).post(f"{URL}/{call.pk}/close").status_code == 409
    assert as_(world.sec).post(f"{URL}/{call.pk}/explode").status_code == 404
    draft = calling.draft(world)
    assert as_(world.bo).get(f"{URL}/{draft.slug}").status_code == 404
    assert as_(world.bo).get(count="true").json()["count"] == 1


def test_a_deadline_is_moved_when_a_call_is_opened_again(world, as_):
    call = calls.close_call(calls.open_call(calling.draft(world), by=world.sec), by=world.sec)
    until = (clock.now() + timedelta(days=40)).isoformat()
    answer = as_(world.sec).post(f"{URL}/{call.slug}/reopen", note="The portal was down", closes_at=until)
    assert answer.status_code == 200, answer.json()
    assert Call.objects.get().closes_at.isoformat() == until


def test_the_list_asks_as_often_for_one_call_as_for_three(world, client):
    a_call(world)
    client.get(URL)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(URL)
    a_call(world)
    a_call(world, facility=world.facility_a)
    with CaptureQueriesContext(connection) as three:
        assert len(client.get(URL).json()["results"]) == 3
    assert len(one) == len(three)


def test_an_office_builds_a_questionnaire_and_freezes_it_and_compares_two_versions(world, as_):
    bo, base = as_(world.bo), "/api/v1/questionnaires"
    made = bo.post(base, name="Beam time", facility="fa").json()
    at = f"{base}/{made['id']}"
    assert [problem["rule"] for problem in made["problems"]] == ["no_section"]
    assert bo.post(f"{at}/versions").status_code == 422
    assert bo.patch(at, version=1, content=HAZARD).status_code == 200
    first = bo.post(f"{at}/versions").json()
    assert bo.post(f"{at}/versions").json()["number"] == first["number"] == 1
    assert len(first["sha256"]) == 64
    assert bo.patch(at, version=2, content=of(asking("licence"))).status_code == 200
    assert bo.patch(at, version=2, content=HAZARD).json()["code"] == "changed_meanwhile"
    assert bo.post(f"{at}/versions").json()["number"] == 2
    found = bo.get(f"{at}/versions/1/2").json()["results"]
    assert [(row["label"], row["what"]) for row in found] == [
        ("Licence", "changed"),
        ("Hazard", "removed"),
        ("Kind", "removed"),
    ]
    for stranger in (world.bob, world.sec, world.ana):
        assert as_(stranger).get(at).status_code == 404
        assert as_(stranger).get(base, count="true").json()["count"] == 0
    call = calls.draft_call(world.alliance, {"name": "Other's"}, by=world.sec)
    foreign = as_(world.sec).patch(f"{URL}/{call.slug}", version=1, questionnaire=first["id"])
    assert foreign.json()["violations"][0]["rule"] == "foreign_questionnaire"
