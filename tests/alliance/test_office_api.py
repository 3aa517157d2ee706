"""API of what a secretariat keeps: its desk, texts, hosts of events, offers to industry, data requests; no leak."""

import json
from datetime import timedelta

import pytest

from alliance.commands.events import plan_event
from alliance.commands.privacy import ask_for_data
from alliance.models import Circular, Document, NewsItem
from core import clock
from programs.models import IndustrialOffer
from tests.alliance.joining import in_state

pytestmark = pytest.mark.django_db
API = "/api/v1"


def call(client, by, method, path, **body):
    client.force_login(by)
    sent = {"data": json.dumps(body), "content_type": "application/json"} if method != "get" else {}
    return getattr(client, method)(f"{API}{path}", **sent)


def test_the_desk_tells_what_waits_to_the_office_alone(world, client):
    row = in_state(world, "submitted")
    told = call(client, world.sec, "get", "/alliances/alliance/desk").json()
    assert [(line["kind"], line["id"], line["title"]) for line in told["waiting"]] == [
        ("application", str(row.pk), "Centre C")
    ]
    for stranger in (world.dan, world.bo, world.lea, world.sig_a):
        assert call(client, stranger, "get", "/alliances/alliance/desk").status_code == 404


def test_texts_are_changed_in_part_under_the_version_that_was_read(world, client):
    of = {"alliance": world.alliance, "title": "Draft"}
    kept = {
        "/news": NewsItem.objects.create(**of, slug="draft", body="Text"),
        "/circulars": Circular.objects.create(**of, body="Text"),
        "/documents": Document.objects.create(**of, slug="draft", kind="report", access="members"),
    }
    for path, row in kept.items():
        address = f"{path}/{row.pk}"
        for stranger in (world.dan, world.bo):
            assert call(client, stranger, "patch", address, title="Mine").status_code == 404
        told = call(client, world.sec, "patch", address, title="Better", version=1)
        assert (told.status_code, told.json()["title"], told.json()["version"]) == (200, "Better", 2)
        late = call(client, world.sec, "patch", address, title="Late", version=1)
        assert (late.status_code, late.json()["code"]) == (409, "changed_meanwhile")
        assert type(row).objects.get(pk=row.pk).title == "Better"


def test_a_draft_version_is_changed_and_a_proposed_one_is_not(world, client):
    row = Document.objects.create(alliance=world.alliance, slug="plan", title="Plan", kind="report", access="members")
    made = call(client, world.sec, "post", f"/documents/{row.pk}/versions", text="One").json()
    path = f"/document-versions/{made['id']}"
    assert call(client, world.sec, "patch", path, text="Two").json()["text"] == "Two"
    assert call(client, world.dan, "patch", path, text="Three").status_code == 404
    assert call(client, world.sec, "post", f"{path}/propose").json()["state"] == "proposed"
    assert call(client, world.sec, "patch", path, text="Four").status_code == 409


def test_an_event_gets_its_hosts_chairs_and_editions_whole(world, client):
    ended = clock.now() - timedelta(days=1)
    days = {"starts_at": ended - timedelta(hours=9), "ends_at": ended, "zone": "UTC"}
    said = {"kind": "conference", "title": "Fourth", **days}
    event = plan_event(world.alliance, said, by=world.sec, held=True)
    series = call(client, world.sec, "post", "/alliances/alliance/event-series", name="Conferences").json()
    assert call(client, world.dan, "get", "/alliances/alliance/event-series").json()["results"] == []
    path = f"/events/{event.slug}"
    partners = [{"organisation": "org-a", "role": "host"}, {"organisation": "org-b", "role": "co_sponsor"}]
    assert call(client, world.dan, "put", f"{path}/partners", partners=partners).status_code == 403
    told = call(client, world.sec, "put", f"{path}/partners", partners=partners).json()
    assert [(row["organisation"], row["role"]) for row in told["partners"]] == [
        ("org-b", "co_sponsor"),
        ("org-a", "host"),
    ]
    chairs = [{"name": "Prof Li", "email": world.bo.email, "organisation": "org-a"}]
    assert call(client, world.sec, "put", f"{path}/chairs", chairs=chairs).json()["chairs"] == ["Prof Li"]
    editions = [{"series": series["slug"], "ordinal": 4}]
    assert call(client, world.sec, "put", f"{path}/editions", editions=editions).json()["editions"][0]["ordinal"] == 4
    assert len(call(client, world.dan, "get", "/alliances/alliance/event-series").json()["results"]) == 1


def test_offers_to_industry_are_drafts_until_they_are_published(world, client):
    said = {"title": "Powders", "text": "Send them.", "organisation": str(world.org_a.pk)}
    refused = call(client, world.dan, "post", "/industrial-offers", alliance="alliance", **said)
    assert refused.status_code == 404
    made = call(client, world.sec, "post", "/industrial-offers", alliance="alliance", **said).json()
    path = f"/industrial-offers/{made['id']}"
    client.logout()
    assert client.get(f"{API}{path}").status_code == 404
    assert client.get(f"{API}/industrial-offers?count=true").json()["count"] == 0
    assert call(client, world.sec, "patch", path, readiness=7).json()["readiness"] == 7
    assert call(client, world.dan, "post", f"{path}/publish").status_code == 404
    assert call(client, world.sec, "post", f"{path}/publish").json()["published_at"]
    client.logout()
    assert client.get(f"{API}/industrial-offers?search=powders&count=true").json()["count"] == 1
    call(client, world.sec, "post", f"{path}/take-down")
    assert IndustrialOffer.objects.get().published_at is None
    case = call(client, world.sec, "post", "/application-cases", alliance="alliance", title="A crack", text="It grew.")
    assert (case.status_code, call(client, world.bo, "get", f"/application-cases/{case.json()['id']}").status_code) == (
        201,
        404,
    )


def test_consents_are_ones_own_and_the_office_refuses_with_a_reason(world, client):
    given = call(client, world.dan, "put", "/me/consents/transfer", is_given=True).json()
    assert {row["purpose"]: row["is_given"] for row in given} == {"directory": False, "transfer": True}
    assert not any(row["is_given"] for row in call(client, world.bo, "get", "/me/consents").json())
    row = ask_for_data(world.dan, "erasure", by=world.dan)
    path = f"/data-requests/{row.pk}"
    assert call(client, world.bo, "post", f"{path}/refuse", note="no").status_code == 404
    assert call(client, world.dan, "post", f"{path}/refuse", note="no").status_code == 403
    assert call(client, world.sec, "post", f"{path}/refuse").status_code == 400
    assert call(client, world.sec, "post", f"{path}/refuse", note="A court asks").json()["state"] == "refused"
    client.force_login(world.bo)
    assert client.get(f"{API}/data-requests?count=true").json()["count"] == 0
