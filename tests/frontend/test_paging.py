"""Pages by keyset: forwards and back over the same rows, in mixed orders, and robust against a made-up place."""

from datetime import date
from itertools import chain

import pytest
from django.http import QueryDict

from accounts.models import Organisation
from facilities.models import Booking
from frontend.paging import paged, paged_list
from tests.facilities.asking import ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def seven():
    for number in range(7):
        Organisation.objects.create(slug=f"o{number}", name=f"Name {number // 2}", country="DE")
    return Organisation.objects.filter(slug__startswith="o").order_by("name", "-slug", "id")


def walk(rows, first=""):
    seen, params = [], QueryDict(first, mutable=True)
    while True:
        page = paged(rows, params, size=3)
        seen.append([row.slug for row in page.rows])
        if not page.later:
            return seen, page
        params = QueryDict(page.later[1:])


def test_walking_later_shows_every_row_once_and_in_order(seven):
    pages, _last = walk(seven)
    assert [len(page) for page in pages] == [3, 3, 1]
    assert list(chain(*pages)) == [row.slug for row in seven]


def test_walking_back_shows_the_same_pages(seven):
    pages, last = walk(seven)
    back = paged(seven, QueryDict(last.earlier[1:]), size=3)
    assert [row.slug for row in back.rows] == pages[1]
    assert back.later
    first = paged(seven, QueryDict(back.earlier[1:]), size=3)
    assert [row.slug for row in first.rows] == pages[0]
    assert not first.earlier


@pytest.mark.parametrize("order", ["latitude", "-latitude"])
def test_rows_of_which_nothing_is_known_are_shown_once_too(seven, order):
    Organisation.objects.filter(slug__in=["o1", "o4"]).update(latitude=50)
    rows = seven.order_by(order, "slug")
    pages, last = walk(rows)
    assert list(chain(*pages)) == [row.slug for row in rows]
    assert [row.slug for row in paged(rows, QueryDict(last.earlier[1:]), size=3).rows] == pages[1]


def test_filters_stay_in_the_address(seven):
    page = paged(seven, QueryDict("country=DE"), size=3)
    assert "country=DE" in page.later


def test_a_made_up_place_is_the_first_page(seven):
    for mark in ("after=nonsense", "after=W10", "before=%00", "after=WyJ4IiwgInkiLCAieiJd"):
        assert len(paged(seven, QueryDict(mark), size=3).rows) == 3


def test_dates_can_be_the_order():
    from alliance.models import Alliance, Membership

    alliance = Alliance.objects.create(slug="x", name="X", acronym="X")
    for number in range(4):
        organisation = Organisation.objects.create(slug=f"m{number}", name=f"M {number}")
        Membership.objects.create(alliance=alliance, organisation=organisation, joined_on=date(2020, 1, 1 + number))
    rows = Membership.objects.order_by("-joined_on", "id")
    later = paged(rows, QueryDict(paged(rows, QueryDict(), size=3).later[1:]), size=3)
    assert [row.joined_on for row in later.rows] == [date(2020, 1, 1)]


def test_a_page_costs_one_query(seven, django_assert_num_queries):
    with django_assert_num_queries(1):
        paged(seven, QueryDict(), size=3)


def test_the_start_of_a_time_can_be_the_order(world):
    asked = [ask(world.instrument_a, world.at(day, 7), by=world.ana) for day in range(4)]
    rows = Booking.objects.order_by("-period__startswith", "-id")
    later = paged(rows, QueryDict(paged(rows, QueryDict(), size=3).later[1:]), size=3)
    assert later.rows == asked[:1]


def test_a_list_at_hand_has_the_same_pages_forwards_and_back():
    rows = [{"id": f"r{number}"} for number in range(7)]

    def page(address=""):
        return paged_list(rows, QueryDict(address), lambda row: row["id"], size=3)

    first = page("state=clean")
    second = page(first.later[1:])
    last = page(second.later[1:])
    assert [len(each.rows) for each in (first, second, last)] == [3, 3, 1]
    assert (first.earlier, last.later, second.caption) == ("", "", "4 to 6 of 7")
    assert "state=clean" in second.earlier
    assert page(last.earlier[1:]).rows == second.rows
    assert page("after=gone").rows == first.rows
