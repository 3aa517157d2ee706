"""What search engines read: robots.txt, the map of the site, and each page's address in both languages."""

from datetime import timedelta
from xml.etree import ElementTree

from alliance.commands.documents import adopt_version
from alliance.models import Alliance, Event, NewsItem
from core import clock
from tests.alliance import papers

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def addresses(client) -> set[str]:
    tree = ElementTree.fromstring(client.get("/sitemap.xml").content)
    return {str(found.text).removeprefix("http://testserver") for found in tree.iterfind("s:url/s:loc", NAMES)}


def test_the_map_of_the_site_names_every_section_member_facility_and_instrument(world, client):
    found = addresses(client)
    assert {"/", "/about/", "/news/", "/facilities/", "/industry/", "/cooperation/"} <= found
    assert {"/organisations/org-a/", "/facilities/fa/", "/instruments/fa-a1/"} <= found
    assert "/organisations/org-c/" not in found, "it is no member"


def test_what_is_not_published_leaves_no_trace_in_the_map(world, client):
    for slug, published_at in (("told", clock.now()), ("later", clock.now() + timedelta(days=1)), ("never", None)):
        NewsItem.objects.create(alliance=world.alliance, slug=slug, title=slug, body="…", published_at=published_at)
    assert {url for url in addresses(client) if url.startswith("/news/")} == {"/news/", "/news/told/"}


def test_events_documents_and_other_alliances_are_in_the_map_as_far_as_everybody_may_read_them(world, client):
    Alliance.objects.create(slug="other", name="Other", acronym="O")
    for slug, state in (("told", "announced"), ("thought", "idea")):
        Event.objects.create(alliance=world.alliance, slug=slug, kind="workshop", title=slug, zone="UTC", state=state)
    charter, draft = papers.a_document(world), papers.a_document(world, "draft")
    adopt_version(papers.proposed(world, charter, "Text."), papers.a_resolution(world), by=world.sec)
    papers.proposed(world, draft, "Secret.")
    found = addresses(client)
    assert {"/events/told/", "/documents/alliance/charter/", "/alliances/other/"} <= found
    assert not any("thought" in url or "draft" in url for url in found)
    assert {client.get(url).status_code for url in found} == {200}


def test_robots_are_told_where_the_map_is_and_what_is_not_theirs(client, db):
    lines = client.get("/robots.txt").text.splitlines()
    assert "Sitemap: http://testserver/sitemap.xml" in lines
    assert "Disallow: /api/" in lines


def test_an_address_that_asks_for_a_language_shows_the_page_in_it_once(world, client):
    answer = client.get("/about/?lang=zh-hans")
    assert answer["Content-Language"] == "zh-hans"
    assert 'lang="zh-Hans"' in answer.text
    assert 'rel="canonical" href="http://localhost:8000/about/?lang=zh-hans"' in answer.text
    assert 'hreflang="en-GB" href="http://localhost:8000/about/?lang=en"' in answer.text
    assert client.get("/about/")["Content-Language"] == "en"
    assert client.get("/about/?lang=klingon")["Content-Language"] == "en"
