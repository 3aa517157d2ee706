"""Pages of documents, news and circulars: an editor's way through them, and what nobody else finds anywhere."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from alliance.commands.documents import adopt_by_editor, adopt_version, draft_version, move_version
from alliance.models import Alliance, Body, BodyMembership, Circular, Document, NewsItem
from core import clock
from notifications.models import Message
from tests.alliance.papers import a_document, a_resolution, proposed, speaks

pytestmark = pytest.mark.django_db


def at(client, person):
    client.logout()
    if person is not None:
        client.force_login(person)
    return client


def closed(answer) -> int:
    """The status of an answer, its file read to the end and closed."""
    return len(b"".join(answer.streaming_content)) and answer.status_code if answer.streaming else answer.status_code


def test_an_editor_writes_proposes_and_adopts_and_everybody_reads(client, world):
    at(client, world.sec)
    given = {"kind": "report", "title": "Think tank report", "authors": "A. Author", "access": "public", "version": 1}
    page = client.post("/alliance/alliance/documents/new/", given)
    assert page.url == "/documents/alliance/think-tank-report/"
    made = client.post("/alliance/alliance/documents/think-tank-report/versions/new/", {
        "text": "# Water\n\nOn glaciers.", "language": "en", "number": "1",
    })  # fmt: skip
    assert made.status_code == 302
    version = Document.objects.get(slug="think-tank-report").versions.get()
    at(client, None)
    assert client.get(page.url).status_code == 404
    assert "Think tank" not in client.get("/documents/").content.decode()
    at(client, world.sec)
    for move in ("propose", "adopt"):
        assert client.post(f"/alliance/alliance/versions/{version.pk}/{move}/").status_code == 302
    at(client, None)
    assert "On glaciers." in client.get(page.url).content.decode()
    assert "A. Author" in client.get("/documents/?q=glacier&kind=report").content.decode()
    assert "No document fits" in client.get("/documents/?q=ocean").content.decode()


@pytest.mark.parametrize("access", ["public", "members", "body", "restricted"])
def test_what_is_not_for_somebody_is_nowhere(client, world, access):
    body = Body.objects.create(alliance=world.alliance, slug="council", kind="council", name="Council")
    BodyMembership.objects.create(body=body, person=world.cleo, name="Cleo", starts_on=clock.now().date())
    speaks(world, world.bo, world.org_a)
    elsewhere = Alliance.objects.create(slug="other", name="Other", acronym="OTH")
    speaks(world, world.dan, world.org_c, alliance=elsewhere)
    row = a_document(world, "plan", kind="cooperation_plan", access=access, body=body, needs_resolution=False)
    first = adopt_by_editor(proposed(world, row, "Firstword", file=ContentFile(b"Fileword", "plan.txt")), by=world.sec)
    second = proposed(world, row, "Secondword")
    third = draft_version(a_document(world, "draft", access=access, body=body), by=world.sec, text="Thirdword")
    concerned = {"public": {"bo"}, "members": {"bo"}, "body": {"cleo"}, "restricted": set()}[access]
    for name in ("anonymous", "bo", "cleo", "dan", "ana", "lea", "sec"):
        at(client, None if name == "anonymous" else getattr(world, name))
        edits, told = name == "sec", name in concerned or name == "sec"
        reads = told or access == "public"
        seen = {
            "page": client.get("/documents/alliance/plan/").status_code == 200,
            "version": client.get("/documents/alliance/plan/v1/").status_code == 200,
            "file": closed(client.get(f"/documents/versions/{first.pk}/file/")) == 200,
            "api file": closed(client.get(f"/api/v1/document-versions/{first.pk}/file")) == 200,
            "list": "/documents/alliance/plan/" in client.get("/documents/").content.decode(),
            "search": "/documents/alliance/plan/" in client.get("/documents/?q=firstword").content.decode(),
            "api": client.get(f"/api/v1/documents/{row.pk}").status_code == 200,
            "api list": client.get("/api/v1/documents?search=firstword&count=true").json()["count"] == 1,
        }
        assert set(seen.values()) == {reads}, (name, seen)
        later = {
            "version": client.get("/documents/alliance/plan/v2/").status_code == 200,
            "changes": client.get("/documents/alliance/plan/changes/?before=1&after=2").status_code == 200,
            "search": "/documents/alliance/plan/" in client.get("/documents/?q=secondword").content.decode(),
            "api": len(client.get(f"/api/v1/documents/{row.pk}/versions").json().get("results", [])) == 2,
        }
        assert set(later.values()) == {told}, (name, later)
        assert (client.get("/documents/alliance/draft/").status_code == 200) is edits, name
        assert (client.get("/api/v1/documents?search=thirdword&count=true").json()["count"] == 1) is edits, name
        assert (client.get("/alliance/alliance/documents/").status_code == 200) is edits
    assert (second.state, third.state) == ("proposed", "draft")


def test_a_file_is_saved_and_never_shown(client, world):
    row = a_document(world, "form", kind="form", needs_resolution=False)
    version = draft_version(row, by=world.sec, file=ContentFile(b"<script>alert(1)</script>", "form.txt"))
    adopt_by_editor(move_version(version, "propose", by=world.sec), by=world.sec)
    answer = client.get(reverse("document_file", args=[version.pk]))
    assert answer["Content-Disposition"].startswith("attachment")
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert closed(answer) == 200


def test_a_member_signs_on_the_page_and_the_list_says_who_still_has_to(client, world):
    version = adopt_version(proposed(world, a_document(world), "One"), a_resolution(world), by=world.sec)
    at(client, world.sig_a)
    assert "2 still to sign" in client.get("/documents/alliance/charter/").content.decode()
    page = f"/documents/versions/{version.pk}/sign/"
    assert client.post(page, {"organisation": world.org_b.pk, "name": "Sig"}).status_code == 422
    assert client.post(page, {"organisation": world.org_a.pk, "name": "Sig A"}).status_code == 302
    assert "1 still to sign" in client.get("/documents/alliance/charter/").content.decode()
    at(client, world.dan)
    assert client.post(page, {"organisation": world.org_b.pk, "name": "Dan"}).status_code == 404


def test_news_under_embargo_leaks_nowhere_until_its_time(client, world):
    now = clock.now()
    given = {"alliance": world.alliance, "body": "Embargoword"}
    told = NewsItem.objects.create(slug="told", title="Told", published_at=now, **given)
    NewsItem.objects.create(
        slug="held", title="Heldtitle", published_at=now, embargo_until=now + timedelta(hours=1), **given
    )
    NewsItem.objects.create(slug="later", title="Latertitle", published_at=now + timedelta(hours=1), **given)
    NewsItem.objects.create(slug="draft", title="Drafttitle", **given)
    NewsItem.objects.create(slug="gone", title="Gonetitle", published_at=now, withdrawn_at=now, **given)
    places = ("/", "/news/", "/feeds/alliance/news.en.atom", "/feeds/alliance/news.zh-hans.atom", "/api/v1/news",
              "/api/v1/news?search=embargoword", "/sitemap.xml")  # fmt: skip
    for place in places:
        text = client.get(place).content.decode()
        for title in ("held", "later", "draft", "gone"):
            assert f"/news/{title}" not in text, (place, title)
            assert f"{title.capitalize()}title" not in text, (place, title)
    for slug in ("held", "later", "draft", "gone"):
        assert client.get(f"/news/{slug}/").status_code == 404
        assert client.get(f"/api/v1/news/{slug}").status_code == 404
    with clock.standing_at(now + timedelta(hours=2)):
        assert "/news/held/" in client.get("/news/").content.decode()
        assert "/news/later/" in client.get("/feeds/alliance/news.en.atom").content.decode()
    assert told.slug in client.get("/feeds/alliance/news.en.atom").content.decode()


def test_the_secretariat_writes_news_and_withdraws_it(client, world):
    at(client, world.sec)
    given = {
        "section": "alliance_news", "title": "Opened", "body": "A **new** source.", "version": 1,
        "published_at": "2026-01-05T09:00",
    }  # fmt: skip
    assert client.post("/alliance/alliance/news/new/", given).status_code == 302
    item = NewsItem.objects.get()
    assert item.published_at.isoformat() == "2026-01-05T01:00:00+00:00", "nine o'clock in Shanghai"
    assert client.get("/news/opened/").status_code == 200
    stale = client.post(f"/alliance/alliance/news/{item.pk}/", {**given, "title": "Other", "version": 7})
    assert stale.status_code == 422
    assert "Somebody changed this" in stale.content.decode()
    assert client.post(f"/alliance/alliance/news/{item.pk}/withdraw/", {"note": ""}).status_code == 422
    assert client.post(f"/alliance/alliance/news/{item.pk}/withdraw/", {"note": "Wrong date"}).status_code == 302
    assert client.get("/news/opened/").status_code == 404
    at(client, world.lea)
    assert client.get("/alliance/alliance/news/").status_code == 404


def test_a_circular_is_written_looked_at_and_sent_once(client, world):
    speaks(world, world.bo, world.org_a)
    at(client, world.sec)
    client.post("/alliance/alliance/circulars/new/", {"title": "Forum", "body": "In **May**.", "version": 1})
    row = Circular.objects.get()
    assert "Send to 1 person" in client.get(f"/circulars/{row.pk}/").content.decode()
    at(client, world.bo)
    assert client.get(f"/circulars/{row.pk}/").status_code == 404
    assert client.post(f"/circulars/{row.pk}/send/").status_code == 404
    at(client, world.sec)
    for _click in range(2):
        assert client.post(f"/circulars/{row.pk}/send/").status_code == 302
    assert Message.objects.count() == 1
    assert "Waiting" in client.get(f"/circulars/{row.pk}/").content.decode()
    at(client, world.bo)
    page = client.get("/circulars/").content.decode()
    assert f"/circulars/{row.pk}/" in page
    assert "Waiting" not in client.get(f"/circulars/{row.pk}/").content.decode(), "the log is the secretariat's"
    assert "Read circular 1: “Forum”" in client.get("/my-work/").content.decode()
    at(client, world.ana)
    assert "Forum" not in client.get("/my-work/").content.decode()
    assert client.post(f"/circulars/{row.pk}/read/").status_code == 404
    at(client, world.bo)
    client.post(f"/circulars/{row.pk}/read/")
    assert "Forum" not in client.get("/my-work/").content.decode()
    after = client.get(f"/circulars/{row.pk}/").content.decode()
    assert "I have read it" not in after
    assert "You have read it" in after
