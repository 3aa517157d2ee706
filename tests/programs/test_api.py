"""Programmes through the API: drafting, moves, what strangers see, problems."""

from dataclasses import asdict

import pytest

from accounts.commands import create_token, grant_role
from programs.commands import cooperation
from programs.models import Program
from tests.programs import cast

pytestmark = pytest.mark.django_db

URL = "/api/v1/programs"


@pytest.fixture
def as_(client):
    class Caller:
        def __init__(self, user):
            _token, text = create_token(user, by=user)
            self.headers = {"Authorization": f"Bearer {text}"}

        def get(self, address="", **query):
            return client.get(URL + address, query, headers=self.headers)

        def post(self, address="", **body):
            return client.post(URL + address, body, "application/json", headers=self.headers)

        def delete(self, address):
            return client.delete(URL + address, headers=self.headers)

        def patch(self, address, **body):
            return client.patch(URL + address, body, "application/json", headers=self.headers)

    return Caller


def body(**fields):
    return {
        "title": "Batteries at work",
        "type": "joint_research",
        "summary": "Charge and structure in working cells.",
        "starts_on": str(cast.today().replace(year=cast.today().year + 1, day=1)),
        "ends_on": str(cast.today().replace(year=cast.today().year + 3, day=1)),
        "peaceful_use": True,
        "partners": [{"organisation": "org-a", "task": "X-ray absorption"}],
        "entitlements": [{"instrument": "fa-a1", "units": "18"}],
        **fields,
    }


def test_a_programme_goes_from_a_draft_to_allocations_through_the_api(world, as_):
    ana, sig_a, sig_b = as_(world.ana), as_(world.sig_a), as_(world.sig_b)
    answer = ana.post(**body())
    assert answer.status_code == 201
    made = answer.json()
    assert (made["state"], made["moves"]) == ("draft", ["submit", "withdraw"])
    assert made["lead_organisation"]["slug"] == "org-b"
    at = f"/{made['id']}"
    assert ana.post(f"{at}/submit").json()["state"] == "submitted"
    assert sig_a.get(at).json()["moves"] == ["confirm-partner", "refuse-partner"]
    assert sig_a.post(f"{at}/confirm-partner").json()["state"] == "submitted"
    assert sig_b.post(f"{at}/confirm-partner").json()["state"] == "partners_confirmed"
    assert as_(world.sec).post(f"{at}/review").json()["state"] == "reviewed"
    approved = as_(world.lea).post(f"{at}/approve").json()
    assert approved["state"] == "approved"
    [line] = approved["entitlements"]
    assert (line["granted"], line["left"], line["unit"]) == ("18.000", "18.000", "shift")
    assert ana.post(f"{at}/activate").json()["state"] == "active"
    assert [entry["move"] for entry in ana.get(at).json()["history"]] == [
        "draft",
        "submit",
        "confirm-partner",
        "confirm-partner",
        "all-confirmed",
        "review",
        "approve",
        "activate",
    ]


def test_a_stranger_sees_of_an_approved_programme_what_is_public_and_no_more(world, as_):
    program = cast.approved(world)
    seen = as_(world.dan).get(f"/{program.pk}").json()
    assert set(seen) == {
        *("id", "number", "title", "acronym", "type", "state", "summary", "themes", "starts_on", "ends_on"),
        *("lead_organisation", "partners", "moves"),
    }
    assert seen["moves"] == []
    assert set(seen["partners"][0]) == {"organisation", "role"}
    milestone = program.milestones.get()
    assert as_(world.dan).post(f"/{program.pk}/milestones/{milestone.pk}/reach").status_code == 404


def test_a_draft_is_not_there_for_strangers_not_even_in_a_count(world, as_):
    program = cast.draft(world)
    dan = as_(world.dan)
    for answer in (dan.get(f"/{program.pk}"), dan.get(f"/{program.number}"), dan.post(f"/{program.pk}/withdraw")):
        assert answer.status_code == 404
    listed = dan.get(count="true").json()
    assert (listed["count"], listed["results"]) == (0, [])


def test_without_a_token_there_is_nothing(world, client):
    assert client.get(URL).status_code == 401


def test_a_move_in_the_wrong_state_is_409_and_by_the_wrong_person_403(world, as_):
    program = cast.submitted(world)
    assert as_(world.sec).post(f"/{program.pk}/review").status_code == 409
    assert as_(world.ana).post(f"/{program.pk}/approve").status_code == 403
    assert as_(world.ana).post(f"/{program.pk}/confirm-partner").status_code == 403
    assert as_(world.ana).post(f"/{program.pk}/all-confirmed").status_code == 404
    assert as_(world.ana).post(f"/{program.pk}/withdraw").json()["code"] == "reason_required"


def test_a_submission_that_breaks_rules_is_422_with_each_of_them(world, as_):
    ana = as_(world.ana)
    made = ana.post(title="Alone").json()
    answer = ana.post(f"/{made['id']}/submit")
    assert answer.status_code == 422
    assert {violation["rule"] for violation in answer.json()["violations"]} >= {"peaceful_use", "min_members"}


def test_names_that_nothing_has_are_400_with_every_one(world, as_):
    answer = as_(world.ana).post(
        **body(themes=["none"], partners=[{"organisation": "nowhere"}], entitlements=[{"instrument": "x", "units": 1}])
    )
    assert answer.status_code == 400
    assert {violation["field"] for violation in answer.json()["violations"]} == {"themes", "partners", "entitlements"}
    assert not Program.objects.exists()


def test_an_edit_overwrites_nothing_since_the_version_it_started_from_where_it_names_one(world, as_):
    program = cast.draft(world)
    ana = as_(world.ana)
    assert ana.patch(f"/{program.pk}", title="New", version=program.version).json()["title"] == "New"
    lost = ana.patch(f"/{program.pk}", title="Newer", version=program.version)
    assert (lost.status_code, lost.json()["code"]) == (409, "changed_meanwhile")
    assert lost.json()["violations"][0]["field"] == "title"
    assert ana.patch(f"/{program.pk}", title="Newest").json()["title"] == "Newest"


def test_who_may_propose_for_nobody_is_told_so(world, as_):
    answer = as_(world.bo).post(**body())
    assert answer.status_code == 400
    assert as_(world.bo).post(**body(lead_organisation="org-b")).status_code == 403


def test_who_signs_for_two_partners_names_the_one(world, as_):
    grant_role(world.sig_a, "partner_signatory", world.org_b, by=world.system)
    program = cast.submitted(world)
    sig = as_(world.sig_a)
    assert sig.post(f"/{program.pk}/confirm-partner").json()["violations"][0]["field"] == "organisation"
    assert sig.post(f"/{program.pk}/confirm-partner", organisation="org-b").status_code == 200


def test_filters(world, as_):
    program = cast.approved(world)
    dan, ana = as_(world.dan), as_(world.ana)
    for query, found in (
        ({"state": "approved"}, 1),
        ({"state": "running"}, 1),
        ({"state": "draft"}, 0),
        ({"type": "joint_research"}, 1),
        ({"type": "forum"}, 0),
        ({"country": "DE"}, 1),
        ({"country": "FR"}, 0),
        ({"organisation": "org-a"}, 1),
        ({"search": "batter centre"}, 1),
        ({"search": program.number}, 1),
        ({"search": "fusion"}, 0),
        ({"theme": "none"}, 0),
        ({"mine": "true"}, 0),
    ):
        assert len(dan.get(**query).json()["results"]) == found, query
    assert len(ana.get(mine="true").json()["results"]) == 1
    assert len(as_(world.sig_a).get(mine="true").json()["results"]) == 1


def test_milestones_and_reports_of_a_running_programme(world, as_):
    program = cast.active(world)
    ana = as_(world.ana)
    milestone = program.milestones.get()
    reached = ana.post(f"/{program.pk}/milestones/{milestone.pk}/reach", evidence="Twelve cells")
    assert reached.json()["done_on"] == str(cast.today())
    assert ana.post(f"/{program.pk}/reports", rating="on_track", text="Fine.").status_code == 201
    assert ana.get(f"/{program.pk}").json()["progress_reports"][0]["rating"] == "on_track"


def test_an_evaluation_answers_everything_once_and_strangers_read_none_of_it(world, as_):
    program, sec = cast.in_state(world, "completed"), as_(world.sec)
    assert sec.post(f"/{program.pk}/evaluate", note=" ").status_code == 400
    told = asdict(cast.JUDGED)
    refused = sec.post(f"/{program.pk}/evaluate", evaluation=told | {"use": 6, "learnt": " ", "advice": "none"})
    assert [each["field"] for each in refused.json()["violations"]] == ["use", "learnt", "advice"]
    assert as_(world.ana).post(f"/{program.pk}/evaluate", evaluation=told).status_code == 403
    said = sec.post(f"/{program.pk}/evaluate", evaluation=told).json()["evaluation"]
    assert (said["use"], said["advice"], said["figures"]["milestones"]) == (3, "continue", 1)
    assert sec.post(f"/{program.pk}/evaluate", evaluation=told).status_code == 409
    assert as_(world.sig_a).get(f"/{program.pk}").json()["evaluation"]["learnt"] == "Book earlier"
    assert "evaluation" not in as_(world.dan).get(f"/{program.pk}").json()


def test_an_evaluation_made_elsewhere_is_told_in_a_note(world, as_):
    program, sec = cast.in_state(world, "completed"), as_(world.sec)
    told = sec.post(f"/{program.pk}/evaluate", note="Very good, see the council's minutes").json()
    assert (told["state"], told.get("evaluation")) == ("evaluated", None)


def test_a_list_costs_the_same_with_one_programme_and_with_three(world, as_):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    dan = as_(world.dan)
    counts = []
    for more in (1, 2):
        for _number in range(more):
            cast.approved(world)
        dan.get()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert dan.get().status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_read_only_token_moves_nothing(world, client):
    program = cooperation.submit_program(cast.draft(world), by=world.ana)
    _token, text = create_token(world.sig_a, by=world.sig_a, may_write=False)
    answer = client.post(f"{URL}/{program.pk}/confirm-partner", headers={"Authorization": f"Bearer {text}"})
    assert answer.status_code == 403


def test_the_schema_describes_programmes(client, db):
    assert client.get("/api/v1/schema/").status_code == 200


def test_leadership_grants_fewer_units_through_the_api(world, as_):
    program = cast.reviewed(world)
    line = program.entitlements.get()
    at, lea = f"/{program.pk}", as_(world.lea)
    refused = lea.post(f"{at}/approve", grants=[{"entitlement": str(line.pk), "units": "6"}])
    assert refused.status_code == 400
    assert [each["rule"] for each in refused.json()["violations"]] == ["reason_required"]
    grants = [{"entitlement": str(line.pk), "units": "6", "note": "Short cycle"}]
    [time] = lea.post(f"{at}/approve", grants=grants).json()["entitlements"]
    assert (time["units"], time["granted"], time["granted_note"]) == ("18.000", "6.000", "Short cycle")


def test_the_team_of_a_running_programme_changes_through_the_api(world, as_):
    program = cast.active(world)
    at = f"/{program.pk}/members"
    ana = as_(world.ana)
    made = ana.post(at, email="DAN@test.example")
    assert (made.status_code, made.json()["name"], made.json()["role"]) == (201, "Dan", "member")
    assert [row["name"] for row in as_(world.dan).get(at).json()] == ["Ana", "Dan"]
    assert as_(world.dan).post(at, email="bo@test.example").status_code == 403
    assert as_(world.bob).get(at).status_code == 404
    assert ana.delete(f"{at}/{world.dan.pk}").status_code == 204
    assert as_(world.dan).get(at).status_code == 404
    assert [entry["move"] for entry in ana.get(f"/{program.pk}").json()["history"]][-2:] == [
        "add-member",
        "remove-member",
    ]
