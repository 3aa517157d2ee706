"""What visitors see without an account, and what they must not see."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import brotli
import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation
from alliance.models import Membership, NewsItem
from core import clock
from facilities.models import Cycle, Facility
from tests.frontend.reading import text
from tests.world import make_facility, make_instrument

PAGES = [
    "/",
    "/about/",
    "/about/members/",
    "/organisations/org-a/",
    "/news/",
    "/news/first/",
    "/events/meeting/",
    "/facilities/",
    "/facilities/fa/",
    "/instruments/fa-a1/",
    "/search/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
]


@pytest.mark.parametrize("address", PAGES)
def test_every_public_page_answers_and_is_whole(client, furnished, address):
    html = text(client, address)
    assert html.count("<h1") == 1
    assert '<main id="main"' in html
    assert 'lang="en-GB"' in html


@pytest.mark.parametrize("address", ["/", "/about/", "/about/members/", "/news/", "/facilities/", "/search/?q=x"])
def test_a_fresh_instance_without_an_alliance_has_no_dead_page(client, db, address):
    assert text(client, address).count("<h1") == 1


def test_home_says_what_the_alliance_is_and_shows_members_news_and_the_next_event(client, furnished):
    html = text(client, "/")
    for words in ("Founded in October 2019", "Centre A", "Centre B", "News first", "Annual Meeting", "Synchrotron"):
        assert words in html
    assert "Thu 10 Dec 2099, 15:00–18:00 CST" in html
    assert html.count("<circle") == 2


def test_the_first_page_weighs_less_than_60_kilobytes_on_the_wire(client, furnished):
    html = client.get("/").content.decode()
    linked = set(re.findall(r'(?:href|src)="/static/([^"#]+)', html))
    weight = len(brotli.compress(html.encode())) + sum(
        len(brotli.compress(Path(finders.find(name)).read_bytes())) for name in linked
    )
    assert {"css/yanqi.css", "css/public.css", "img/icons.svg", "img/world.svg"} <= linked
    assert weight < 60_000


def test_news_that_is_not_published_is_nowhere(client, furnished):
    for address in ("/", "/news/"):
        assert "secret" not in text(client, address)
        assert "draft" not in text(client, address)
    text(client, "/news/secret/", status=404)
    text(client, "/news/draft/", status=404)


def test_written_text_cannot_carry_script(client, furnished):
    html = text(client, "/news/first/")
    assert "<script>alert" not in html
    assert "<em>happened</em>" in html


def test_members_are_filtered_by_country_class_and_name(client, furnished):
    assert "Centre A" in text(client, "/about/members/?country=DE")
    assert "Centre B" not in text(client, "/about/members/?country=DE")
    assert "No member fits" in text(client, "/about/members/?member_class=observer")
    assert "Centre B" in text(client, "/about/members/?q=centre+b")


def test_a_member_stands_in_the_directory_from_the_day_that_it_is_where_the_alliance_sits(client, furnished, world):
    Membership.objects.filter(organisation=world.org_b).update(joined_on=date(2030, 1, 2))
    for hour, is_there in ((15, False), (16, True)):
        with time_machine.travel(datetime(2030, 1, 1, hour, 30, tzinfo=UTC), tick=False):
            assert ("Centre B" in text(client, "/about/members/")) is is_there


def test_the_directory_shows_the_members_that_fit_as_points(client, furnished):
    assert text(client, "/about/members/").count("<circle") == 2
    assert text(client, "/about/members/?country=DE").count("<circle") == 1


def test_news_are_found_by_words_and_section_and_followed_as_a_feed(client, furnished):
    assert "News first" in text(client, "/news/?q=happened")
    nothing = text(client, "/news/?q=telescope")
    assert "News first" not in nothing
    assert "No news fits" in nothing
    assert "News first" not in text(client, "/news/?section=events")
    feed = f'rel="alternate" type="application/atom+xml" title="News of {furnished.alliance.name}"'
    assert feed in text(client, "/")
    address = re.search(r'href="(/feeds/[^"]+)"', text(client, "/news/"))
    assert "News first" in text(client, address[1])


def test_one_who_left_and_one_who_never_joined_are_not_members(client, furnished):
    Membership.objects.filter(organisation=furnished.org_b).update(left_on=clock.now().date())
    html = text(client, "/about/members/")
    assert "Centre B" not in html
    assert "Centre C" not in html


def test_a_withdrawn_organisation_has_no_page(client, furnished):
    Organisation.objects.filter(slug="org-a").update(status="withdrawn")
    text(client, "/organisations/org-a/", status=404)


def test_a_broad_technique_finds_instruments_tagged_with_narrower_ones(client, furnished):
    html = text(client, "/facilities/?technique=T1")
    assert "Facility FA" in html
    assert "Facility FB" not in html


def test_the_catalogue_is_searched_by_words_of_techniques_too(client, furnished):
    html = text(client, "/facilities/?q=absorption")
    assert "Facility FA" in html
    assert "Facility FB" not in html
    assert "A1" in html


def test_an_instrument_tells_its_rules_trainings_and_who_decides(client, furnished):
    html = text(client, "/instruments/fa-a1/")
    for words in ("shifts of 8 hours", "8 hours to 6 days", "X-ray safety", "Facility manager", "On site, Remote"):
        assert words in html


def test_a_facility_tells_its_cycles_as_days_of_its_own_calendar(client, furnished):
    berlin = ZoneInfo("Europe/Berlin")
    period = DateTimeTZRange(datetime(2098, 1, 1, tzinfo=berlin), datetime(2098, 7, 1, tzinfo=berlin))
    Cycle.objects.create(facility=furnished.facility_a, name="2098-1", period=period)
    html = text(client, "/facilities/fa/")
    assert "2098-1" in html
    assert "1 Jan – 30 Jun 2098" in html


def test_an_organisation_links_its_approved_programmes_and_no_draft(client, furnished):
    from facilities.models import Team
    from programs.models import Partner, Program

    for number, state in (("P-1", "active"), ("P-2", "draft")):
        team = Team.objects.create(kind="program", title=number)
        program = Program.objects.create(
            id=team.pk, team=team, number=number, title=f"Programme {number}", state=state, peaceful_use=True
        )
        Partner.objects.create(program=program, organisation=furnished.org_a, role="lead")
    html = text(client, "/organisations/org-a/")
    assert 'href="/cooperation/P-1/"' in html
    assert "P-2" not in html


def test_visitors_see_when_an_instrument_is_busy_and_nothing_more(client, furnished):
    from facilities.commands.bookings import BookingRequest, request_time

    start = furnished.at(1, 8)
    time = BookingRequest(
        furnished.instrument_b, start, start + timedelta(hours=8), "A secret purpose", "onsite", "A secret title"
    )
    request_time(time, by=furnished.ana)
    for reader in (None, furnished.ana, furnished.bob):
        if reader:
            client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
        html = text(client, f"/instruments/fb-b1/?week={start.date()}")
        assert 'class="ev req' in html
        assert "secret" not in html
        assert "B-0" not in html


@pytest.mark.parametrize("week", ["nonsense", "0001-01-01", "9999-12-31", "2027-02-30"])
def test_a_made_up_week_is_this_week(client, furnished, week):
    heading = re.compile(r'<h2 id="h-week">([^<]+)<')
    asked, now = (text(client, f"/instruments/fa-a1/{query}") for query in (f"?week={week}", ""))
    assert heading.search(asked)[1] == heading.search(now)[1]


def test_one_box_finds_all_four_kinds_with_working_links(client, furnished):
    html = text(client, "/search/?q=absorption")
    assert "/facilities/?technique=T1" in html
    assert "/instruments/fa-a1/" in html
    assert "/organisations/org-a/" in text(client, "/search/?q=centre")
    assert "/facilities/fa/" in text(client, "/search/?q=facility")
    assert "Nothing found" in text(client, "/search/?q=zzzzqqq")


def test_the_calendar_file_of_an_event_names_its_instants(client, furnished):
    answer = client.get("/events/meeting.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    assert b"DTSTART;TZID=Asia/Shanghai:20991210T150000" in answer.content
    assert b"SUMMARY:Annual Meeting" in answer.content


def test_a_visitor_who_reads_chinese_gets_chinese_titles(client, furnished):
    client.cookies["django_language"] = "zh-hans"
    html = text(client, "/news/")
    assert 'lang="zh-Hans"' in html
    assert "新闻 first" in html


def test_a_chinese_reader_gets_chinese_names_first_and_nobody_gets_kana_as_chinese(client, furnished):
    Facility.objects.filter(slug="fa").update(name_local="第一装置")
    Facility.objects.filter(slug="fb").update(name_local="スプリングエイト装置")
    assert ">Facility FA</h1>" in text(client, "/facilities/fa/")
    client.cookies["django_language"] = "zh-hans"
    assert ">第一装置</h1>" in text(client, "/facilities/fa/")
    assert "Facility FA" in text(client, "/facilities/fa/")
    assert ">Facility FB</h1>" in text(client, "/facilities/fb/")


def grow(world, first: int) -> None:
    for number in range(first, first + 3):
        organisation = Organisation.objects.create(slug=f"more-{number}", name=f"More {number}", country="SE")
        Membership.objects.create(alliance=world.alliance, organisation=organisation)
        facility = make_facility(f"more-{number}", organisation, "Europe/Stockholm", "SE")
        make_instrument(facility, "M1").techniques.add(world.instrument_a.techniques.get())
        NewsItem.objects.create(
            alliance=world.alliance, slug=f"more-{number}", title="More", body="More", published_at=clock.now()
        )


@pytest.mark.parametrize("address", ["/", "/about/members/", "/news/", "/facilities/", "/facilities/?q=facility"])
def test_lists_cost_the_same_queries_however_long(client, furnished, address):
    grow(furnished, 0)
    text(client, address)
    with CaptureQueriesContext(connection) as before:
        text(client, address)
    grow(furnished, 3)
    with CaptureQueriesContext(connection) as after:
        text(client, address)
    assert len(after) == len(before)
