"""About Us: officers as of today, an expired term said to be over, and each alliance with its own members."""

from datetime import date, timedelta

import pytest

from alliance.models import Alliance, Membership, Office, OfficeTerm
from core import clock

pytestmark = pytest.mark.django_db


def term(world, title: str, **fields) -> OfficeTerm:
    office = Office.objects.create(alliance=world.alliance, slug=title.lower().replace(" ", "-"), title=title)
    return OfficeTerm.objects.create(office=office, **{"state": "in_office", "designation": "holder", **fields})


def test_who_holds_an_office_today_is_named_and_an_expired_term_is_not_shown_as_held(world, client):
    today = clock.now().date()
    term(world, "Chair", name="Ding Yi", starts_on=today - timedelta(days=10))
    term(world, "Secretary General", name="Over Long", starts_on=date(2020, 1, 1), ends_on=today)
    page = client.get("/about/").text
    assert "Ding Yi" in page
    assert "Vacant: the term of Over Long ended on" in page


def test_a_nomination_is_nobodys_business_yet(world, client):
    term(world, "Chair", name="Not Yet", state="nominated")
    assert "Not Yet" not in client.get("/about/").text


def test_another_alliance_has_its_own_page_with_its_own_members(world, client):
    other = Alliance.objects.create(slug="other", name="Another Alliance", acronym="OTH")
    Membership.objects.create(alliance=other, organisation=world.org_c, joined_on=date(2018, 11, 4))
    assert "/alliances/other/" in client.get("/about/").text
    page = client.get("/alliances/other/").text
    assert "Centre C" in page
    assert "Centre A" not in page
    assert client.get("/alliances/alliance/").status_code == 302
    assert client.get("/alliances/none/").status_code == 404
