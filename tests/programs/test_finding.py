"""The one box finds records with the reader's rights: what one may not read is neither found nor counted."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliance.models import Document, DocumentVersion, Event, NewsItem
from core import clock
from programs.commands import opportunities
from programs.queries.finding import find_everything
from tests.programs import cast
from tests.programs.offering import places, published

pytestmark = pytest.mark.django_db


def furnish(world, word: str, number: int = 0):
    """A public and a hidden record of each kind, all with the word."""
    now = clock.now()
    of = {"alliance": world.alliance}
    NewsItem.objects.create(**of, slug=f"told{number}", title=f"{word} told", published_at=now)
    NewsItem.objects.create(
        **of, slug=f"embargo{number}", title=f"{word} hidden", published_at=now, embargo_until=now + timedelta(days=1)
    )
    for state in ("announced", "idea"):
        Event.objects.create(
            **of,
            slug=f"{state}{number}",
            kind="frontier_forum",
            zone="UTC",
            title=word,
            theme=f"{state} in 怀柔科学城",
            state=state,
        )
    for access, state in (("public", "in_force"), ("public", "proposed"), ("restricted", "in_force")):
        document = Document.objects.create(
            **of,
            slug=f"{access}-{state}{number}",
            kind="report",
            title=f"Report {access} {state}",
            access=access,
            needs_resolution=False,
        )
        since = now.date() if state == "in_force" else None
        DocumentVersion.objects.create(
            document=document, number=1, state=state, text=f"It says {word}.", effective_from=since, adopted_on=since
        )


def keys(user, text, **more):
    return {(row.kind, row.key) for row in find_everything(user, text, **more)}


def test_the_public_finds_what_is_public_and_the_office_also_what_it_edits(world, client):
    furnish(world, "quasicrystal")
    program = cast.active(world)
    published(world, program, text="On quasicrystals.")
    opportunities.draft_opportunity(program, places(world, title="Quasicrystal draft"), by=world.ana)
    public = {
        ("news", "told0"),
        ("event", "announced0"),
        ("document", "alliance/public-in_force0"),
        ("opportunity", "three-months-at-a"),
    }
    for reader in (world.dan, world.bo):
        assert keys(reader, "quasicrys") == public
    office = keys(world.sec, "quasicrys")
    assert office - public == {
        ("event", "idea0"),
        ("document", "alliance/public-proposed0"),
        ("document", "alliance/restricted-in_force0"),
        ("opportunity", "quasicrystal-draft"),
    }
    assert keys(world.dan, "科学城") == {("event", "announced0")}
    assert keys(world.dan, "quasicrystal", kinds=["event"]) == {("event", "announced0")}
    assert len(find_everything(world.dan, "quasicrystal", limit=2)) == 2
    found = client.get("/api/v1/search?q=quasicrystal").json()["results"]
    assert {(row["kind"], row["key"]) for row in found} == public
    page = client.get("/search/?q=quasicrystal").text
    for address in ("/news/told0/", "/events/announced0/", "/documents/alliance/public-in_force0/"):
        assert address in page
        assert client.get(address).status_code == 200
    assert "quasicrystal hidden" not in page
    assert "restricted" not in page


def test_finding_costs_the_same_for_one_and_for_three(world, client):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            client.get("/search/?q=quasicrystal")
        return len(asked)

    furnish(world, "quasicrystal")
    cost()
    one = cost()
    for number in (1, 2):
        furnish(world, "quasicrystal", number)
    assert cost() == one
