"""The API of reviews, of the ranking and of legs: the promised names, and nothing for those in conflict."""

import pytest

from accounts.commands import create_token
from programs.commands import reviews
from programs.models import Feasibility, Review
from tests.programs.asking import a_call, a_proposal
from tests.programs.reviewing import a_panel, a_review, before, criteria
from tests.world import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(client):
    class Caller:
        def __init__(self, user):
            _token, text = create_token(user, by=user)
            self.headers = {"Authorization": f"Bearer {text}"}

        def get(self, address):
            return client.get(f"/api/v1{address}", headers=self.headers)

        def post(self, address, **body):
            return client.post(f"/api/v1{address}", body, "application/json", headers=self.headers)

    return Caller


@pytest.fixture
def scene(world):
    call = a_call(world, state="in_review", blind=True, reviews_wanted=2, internal_wanted=0)
    criteria(call)
    eve, zoe = make_user("eve", world.org_c), make_user("zoe", world.org_c)
    panel = a_panel(world, call, world.dan, eve, chair=zoe)
    row = before(panel, a_proposal(world, call, state="review"))
    return type("Scene", (), {"call": call, "panel": panel, "row": row, "eve": eve, "zoe": zoe})


def test_a_reviewer_takes_on_scores_and_submits(world, scene, api):
    review = a_review(scene.row, world.dan)
    client = api(world.dan)
    [listed] = client.get("/reviews?state=open").json()["results"]
    assert (listed["id"], listed["state"], listed["proposal"]["pi"]) == (str(review.pk), "asked", None)
    assert client.post(f"/reviews/{review.pk}/accept").json()["state"] == "accepted"
    body = {"scores": {"overall": "9"}, "comment_to_applicant": "", "comment_to_panel": ""}
    refused = client.post(f"/reviews/{review.pk}/submit", **body)
    assert (refused.status_code, refused.json()["violations"][0]["field"]) == (400, "scores.overall")
    body["scores"] = {"overall": "4.5"}
    done = client.post(f"/reviews/{review.pk}/submit", **body).json()
    assert (done["state"], done["scores"], done["moves"]) == ("submitted", {"overall": "4.50"}, [])
    assert client.post(f"/reviews/{review.pk}/submit", **body).status_code == 409


def test_declining_needs_a_reason_and_asks_another(world, scene, api):
    review = a_review(scene.row, world.dan)
    client = api(world.dan)
    assert client.post(f"/reviews/{review.pk}/decline").status_code == 400
    done = client.post(f"/reviews/{review.pk}/decline", reason="No time.")
    assert done.json()["state"] == "declined"
    assert Review.objects.filter(replaces=review).count() == 1


def test_a_person_in_conflict_gets_no_answer_that_depends_on_the_reviews(world, scene, api):
    """Scenario 9 over the API: the list, its count, one review, the ranking and its file."""
    theirs = a_review(scene.row, scene.eve, 5)
    reviews.declare_conflict(scene.row, scene.zoe, by=scene.zoe, reason="Friends.")
    client = api(scene.zoe)
    assert client.get("/reviews?count=true").json()["count"] == 0
    assert client.get(f"/reviews/{theirs.pk}").status_code == 404
    assert client.post(f"/reviews/{theirs.pk}/reopen", reason="x").status_code == 404
    assert client.get(f"/calls/{scene.call.slug}/ranking").json() == {"cut": 0, "lines": []}
    assert scene.row.proposal.title not in client.get(f"/calls/{scene.call.slug}/ranking.csv").content.decode()


def test_a_declared_conflict_closes_the_door_at_once(world, scene, api):
    chair = api(scene.zoe)
    address = f"/assessments/{scene.row.pk}"
    assert chair.post(f"{address}/ask", email=world.dan.email).json()["state"] == "asked"
    assert chair.post(f"{address}/ask", email=world.ana.email).status_code == 422
    said = {"version": 1, "comment_to_management": "Fund it."}
    assert api(world.dan).post(f"{address}/discuss", **said).status_code == 403
    assert chair.post(f"{address}/discuss", **said).json()["version"] == 2
    assert chair.post(f"{address}/discuss", **said).status_code == 409
    assert chair.post(f"{address}/declare-conflict", reason="Friends.").status_code == 204
    assert chair.post(f"{address}/discuss", version=2).status_code == 403
    assert api(world.bo).post(f"{address}/declare-conflict", reason="x").status_code == 404


def test_comments_reach_the_applicant_without_names_and_only_with_the_results(world, scene, api):
    a_review(scene.row, scene.eve, 4, comment_to_applicant="Bring more samples.", comment_to_panel="Weak.")
    proposal, address = scene.row.proposal, f"/proposals/{scene.row.proposal_id}/comments"
    assert api(world.ana).get(address).json() == {"comments": []}
    proposal.notified_at = proposal.submitted_at
    proposal.save()
    assert api(world.ana).get(address).json() == {"comments": ["Bring more samples."]}
    assert api(world.dan).get(address).status_code == 404


def test_the_ranking_is_for_the_panel_and_the_office(world, scene, api):
    a_review(scene.row, scene.eve, 4)
    [line] = api(scene.zoe).get(f"/calls/{scene.call.slug}/ranking").json()["lines"]
    assert (line["native"], line["native_rank"], line["rank"], line["not_normalised"]) == (4.0, 1, 1, "too_few")
    assert api(world.ana).get(f"/calls/{scene.call.slug}/ranking").status_code == 404
    assert api(world.bo).get(f"/calls/{scene.call.slug}/ranking").status_code == 404


def test_a_dry_run_asks_nobody_and_says_who_would_be(world, scene, api):
    world.sec.affiliations.update(organisation=world.org_c)
    client = api(world.sec)
    found = client.post(f"/calls/{scene.call.slug}/assign", dry_run=True).json()
    assert len(found["asked"]) == 2
    assert found["lacking"] == []
    assert Review.objects.count() == 0
    assert api(scene.zoe).post(f"/calls/{scene.call.slug}/assign").status_code == 403


def test_instrument_staff_say_no_offer_another_and_the_applicant_takes_it(world, api):
    call = a_call(world)
    proposal = a_proposal(world, call, state="feasibility")
    leg = proposal.legs.get()
    staff, pi = api(world.cleo), api(world.ana)
    assert [row["id"] for row in staff.get("/legs?waiting=true").json()["results"]] == [str(leg.pk)]
    assert pi.post(f"/legs/{leg.pk}/feasibility", result="feasible").status_code == 403
    said = {"result": "not_feasible", "note": "The cryostat is away.", "internal_note": "Weak.", "offers": ["fb-b1"]}
    assert staff.post(f"/legs/{leg.pk}/feasibility", **said).json()["state"] == "infeasible"
    seen = pi.get(f"/legs/{leg.pk}").json()["feasibility"]
    assert (seen["note"], seen["internal_note"], seen["offers"]) == ("The cryostat is away.", "", ["fb-b1"])
    taken = pi.post(f"/legs/{leg.pk}/accept-alternate", instrument="fb-b1").json()
    assert (taken["instrument"], taken["preferred"], taken["state"]) == ("fb-b1", "fa-a1", "requested")
    assert Feasibility.objects.count() == 1
