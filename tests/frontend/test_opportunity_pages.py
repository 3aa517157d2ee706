"""Pages of offered places: a visitor reads, a person applies, the office decides; the API says the same."""

import json
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from programs.commands import opportunities
from programs.models import Candidacy, Opportunity
from tests.programs import cast
from tests.programs.offering import in_state, places, published

pytestmark = pytest.mark.django_db


def sent(client, path, **body):
    return client.post(f"/api/v1{path}", json.dumps(body), content_type="application/json")


def test_a_visitor_reads_what_is_published_in_list_page_and_feed_and_nothing_of_a_draft(world, client):
    program = cast.active(world)
    published(world, program, title_zh="在甲中心三个月")
    hidden = opportunities.draft_opportunity(program, places(world, title="Secret plans"), by=world.ana)
    for path in ("/opportunities/", "/feeds/alliance/opportunities.en.atom", "/api/v1/opportunities?count=true"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "Three months at A" in answer.text
        assert "Secret" not in answer.text
    assert answer.json()["count"] == 1
    feed = ElementTree.fromstring(client.get("/feeds/alliance/opportunities.zh-hans.atom").content)
    assert feed.findtext("{*}entry/{*}title") == "在甲中心三个月"
    assert client.get(f"/opportunities/{hidden.slug}/").status_code == 404
    assert client.get(f"/api/v1/opportunities/{hidden.slug}").status_code == 404
    assert "Sign in to apply" in client.get("/opportunities/three-months-at-a/").text
    assert client.get("/opportunities/?kind=training").text.count("Three months at A") == 0


def test_the_office_offers_and_decides_and_a_person_applies_and_accepts_in_the_browser(world, client):
    program, today = cast.active(world), clock.now().date()
    client.force_login(world.ana)
    said = {
        "kind": "exchange", "title": "A winter at A", "host": "Centre A", "places": 1, "zone": "Europe/Berlin",
        "starts_on": today + timedelta(days=50), "ends_on": today + timedelta(days=80),
        "opens_at": f"{today - timedelta(days=1)}T08:00", "closes_at": f"{today + timedelta(days=20)}T23:59",
        "text": "Cold neutrons.", "pays": "Travel.", "eligibility": "",
    }  # fmt: skip
    answer = client.post(f"/programs/{program.pk}/opportunities/new/", said)
    offer = Opportunity.objects.get()
    assert answer["Location"] == f"/opportunities/{offer.slug}/"
    refused = client.post(f"/opportunities/{offer.slug}/do/publish/")
    assert refused.status_code == 422
    assert "Say who may apply" in refused.text
    client.post(f"/opportunities/{offer.slug}/edit/", {**said, "eligibility": "All.", "version": offer.version})
    assert client.post(f"/opportunities/{offer.slug}/do/publish/").status_code == 302
    client.force_login(world.dan)
    page = client.post(f"/opportunities/{offer.slug}/apply/")["Location"]
    assert "Finish your application for “A winter at A”" in client.get("/my-work/").text
    incomplete = client.post(f"{page}do/submit/")
    assert incomplete.status_code == 422
    assert "Name who supervises you" in incomplete.text
    client.post(f"{page}do/edit/", {"statement": "I measure.", "supervisor_name": "Prof. Li"})
    client.post(f"{page}files/", {"file": SimpleUploadedFile("cv.txt", b"What I did.")})
    client.post(f"{page}do/submit/")
    client.force_login(world.ana)
    assert "Dan" in client.get(f"/opportunities/{offer.slug}/applications/").text
    for move, told in (("check", {}), ("rank", {"rank": 1}), ("offer", {})):
        assert client.post(f"{page}do/{move}/", told).status_code == 302
    client.force_login(world.dan)
    assert "Take the place in “A winter at A”" in client.get("/my-work/").text
    client.post(f"{page}do/accept/")
    row = Candidacy.objects.get()
    assert (row.state, row.stay.host) == ("accepted", world.org_a)
    told = client.get(page).context["page"]
    assert (told.is_office, [entry for entry in told.history if "Rank" in entry.what]) == (False, [])
    client.force_login(world.bob)
    for path in (page, f"{page}files/{row.files.get().pk}/", f"/opportunities/{offer.slug}/applications/"):
        assert client.get(path).status_code == 404


def test_the_api_applies_and_decides_and_shows_a_rank_to_the_office_alone(world, client):
    offer = published(world)
    client.force_login(world.dan)
    begun = sent(client, f"/opportunities/{offer.slug}/candidacies", statement="I measure.", supervisor_name="Li")
    assert (begun.status_code, begun.json()["moves"]) == (201, ["edit", "submit", "withdraw"])
    path = f"/candidacies/{begun.json()['id']}"
    assert sent(client, f"{path}/submit").status_code == 422
    client.post(f"/api/v1{path}/files", {"file": SimpleUploadedFile("cv.txt", b"What I did.")})
    assert sent(client, f"{path}/submit").json()["state"] == "submitted"
    assert sent(client, f"{path}/check").status_code == 403
    client.force_login(world.ana)
    assert sent(client, f"{path}/check").json()["state"] == "checked"
    assert sent(client, f"{path}/rank").json()["violations"][0]["field"] == "rank"
    assert sent(client, f"{path}/rank", rank=3).json()["rank"] == 3
    assert sent(client, f"{path}/check").status_code == 409
    assert client.get(f"/api/v1/opportunities/{offer.slug}/candidacies").json()["results"][0]["rank"] == 3
    client.force_login(world.dan)
    assert client.get(f"/api/v1{path}").json()["rank"] is None
    assert client.get("/api/v1/candidacies?mine=true&count=true").json()["count"] == 1
    client.force_login(world.bob)
    assert client.get("/api/v1/candidacies?count=true").json()["count"] == 0
    assert client.get(f"/api/v1{path}").status_code == 404


def test_lists_of_offers_and_applications_cost_the_same_for_one_and_for_three(world, client):
    program = cast.active(world)
    offer = published(world, program, places=3)
    paths = ("/opportunities/", "/api/v1/opportunities", f"/opportunities/{offer.slug}/applications/",
             f"/api/v1/opportunities/{offer.slug}/candidacies")  # fmt: skip
    client.force_login(world.sec)

    def costs():
        for path in paths:
            with CaptureQueriesContext(connection) as asked:
                assert client.get(path).status_code == 200
            yield len(asked)

    in_state(world, "submitted", offer, world.dan)
    list(costs())
    one = list(costs())
    for person in (world.bob, world.cleo):
        in_state(world, "submitted", offer, person)
    for number in range(2):
        published(world, program, title=f"More {number}")
    assert list(costs()) == one
