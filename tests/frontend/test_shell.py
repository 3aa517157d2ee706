"""The frame of every page: navigation by role, what waits, the sections of the public site."""

from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.urls import reverse

from accounts.commands import grant_role, revoke_role
from frontend.contexts.shell import ACCOUNT, NAVIGATION, PAGES, Shell, address, language_tag


def shell_of(user, path="/"):
    request = RequestFactory().get(path)
    request.user = user
    return Shell(request)


def labels(user):
    return [str(link.label) for link in shell_of(user).navigation]


def test_every_role_has_a_navigation_of_known_pages():
    from accounts.roles import ROLES

    assert NAVIGATION.keys() == ROLES.keys()
    assert {name for names in NAVIGATION.values() for name in names} <= PAGES.keys()


def test_account_tabs_are_pages_that_exist():
    assert all(address(name) for name, _label in ACCOUNT)


def test_each_role_sees_its_own_pages_first(world):
    assert labels(world.ana)[0] == "My work"
    assert labels(world.bo)[0] == "Requests"
    assert "Requests" not in labels(world.ana)
    assert "My work" in labels(world.bo)


def test_work_begins_where_the_role_decides_most(world):
    assert shell_of(world.ana).start == "/my-work/"
    assert shell_of(world.bo).start == "/requests/"
    grant_role(world.bo, "scientist", world.org_a, by=world.system)
    assert shell_of(world.bo).start == "/requests/"
    assert str(shell_of(world.bo).role) == "Facility manager"


def test_a_person_without_a_role_has_a_scientists_navigation(world):
    from accounts.models import RoleAssignment

    RoleAssignment.objects.filter(user=world.dan).delete()
    assert labels(world.dan) == labels(world.ana)


def test_a_role_that_ended_shows_nothing(world):
    revoke_role(world.bo, "facility_manager", world.facility_a, by=world.adm)
    assert "Requests" not in labels(world.bo)


def test_the_inbox_counts_what_waits_for_its_reader_only(world):
    from facilities.commands.bookings import BookingRequest, request_time

    start = world.at(1, 7)
    time = BookingRequest(world.instrument_a, start, start + timedelta(hours=8), "Work", "onsite")
    request_time(time, by=world.ana)
    count = {link.label: link.count for link in shell_of(world.bo).navigation}
    assert sum(count.values()) == 1
    assert sum(link.count for link in shell_of(world.bob).navigation) == 0


def test_the_current_page_is_marked(world):
    marked = [link.url for link in shell_of(world.ana, reverse("bookings")).navigation if link.current]
    assert marked == [reverse("bookings")]


def test_sections_never_lead_nowhere(client, db):
    request = RequestFactory().get("/")
    sections = Shell(request).sections
    assert [str(link.label) for link in sections][:2] == ["About Us", "News & Events"]
    for link in sections:
        assert client.get(link.url).status_code == 200


@pytest.mark.parametrize(("code", "tag"), [("en", "en-GB"), ("zh-hans", "zh-Hans"), ("fr", "fr")])
def test_pages_name_their_language_as_html_wants_it(code, tag):
    assert language_tag(code) == tag


def test_a_phone_shows_five_entries_and_puts_the_others_behind_the_last(world):
    shell = shell_of(world.bo)
    assert [link.label for link in (*shell.first_pages, *shell.further_pages)] == [
        link.label for link in shell.navigation
    ]
    assert len(shell.first_pages) == 4
    further = [str(link.label) for link in shell_of(world.ana).further_pages]
    assert further == ["Proposals", "Programmes", "Experiment reports", "Publications"]


def test_lists_of_series_campaigns_and_places_on_lists_belong_to_bookings(world):
    for name in ("series_list", "campaigns", "waiting"):
        shell = shell_of(world.ana, reverse(name))
        assert [str(link.label) for link in shell.navigation if link.current] == ["Bookings"]
        assert [link.url for link in shell.booking_tabs if link.current] == [reverse(name)]


def test_dashboards_and_saved_views_belong_to_the_reports(world):
    for page in (reverse("dashboard", args=["leadership"]), reverse("views")):
        assert [str(link.label) for link in shell_of(world.lea, page).navigation if link.current] == ["Reports"]
