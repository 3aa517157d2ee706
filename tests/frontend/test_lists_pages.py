"""Pages of cancelling, waiting lists, downtime and terms."""

from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
from django.urls import reverse

from facilities.commands.downtime import end_downtime
from facilities.commands.priority import displace, set_priority_rule
from facilities.commands.waiting import offer_free_time
from facilities.models import Booking, Downtime, PriorityRule, Terms, Waiting
from tests.facilities.accounts import team_with_account
from tests.facilities.asking import ask, berlin, wanted
from tests.frontend.desk import approve


@pytest.fixture
def browse(client):
    """Open a page as a person, or send a form to it; the page that comes of it."""

    def open_page(user, name, *args, data=None, follow=True, **query):
        client.force_login(user)
        path = reverse(name, args=args)
        if data is None:
            return client.get(path, query)
        return client.post(path, data, follow=follow)

    return open_page


def test_the_page_says_what_cancelling_costs_before_it_is_done_and_after(browse, world, at):
    account = team_with_account(world)
    Terms.objects.create(facility=world.facility_a, notice_hours=24)
    booking = approve(ask(world.instrument_a, berlin(world, 1, 8), by=world.ana, team=account.team), world)
    at(booking.starts_at - timedelta(hours=12))
    html = browse(world.ana, "booking", booking.pk).content.decode()
    assert "1 shift are deducted" in html
    assert "Whose cancellation is it?" not in html
    assert "Whose cancellation is it?" in browse(world.bo, "booking", booking.pk).content.decode()
    html = browse(world.ana, "booking_move", booking.pk, "cancel", data={"note": "Ill"}).content.decode()
    assert "1 shift are deducted" in html


def test_a_late_cancellation_passes_the_time_on_to_another_account(browse, world, at):
    account, other = team_with_account(world), team_with_account(world, "Batteries")
    booking = approve(ask(world.instrument_a, berlin(world, 1, 8), by=world.ana, team=account.team), world)
    at(booking.starts_at - timedelta(hours=12))
    assert "Batteries" in browse(world.ana, "booking", booking.pk).content.decode()
    data = {"note": "Sample broke", "substitute": f"allocation:{other.pk}"}
    html = browse(world.ana, "booking_move", booking.pk, "cancel", data=data).content.decode()
    assert Booking.objects.get(allocation=other).reference in html


def test_somebody_goes_on_the_list_is_offered_time_and_takes_it(browse, world):
    full = approve(ask(world.instrument_a, berlin(world, 1, 0), 24, by=world.dan), world)
    slug = world.instrument_a.slug
    html = browse(world.ana, "join_waiting", slug).content.decode()
    assert "24 hours" in html
    day = f"{berlin(world, 1, 12):%Y-%m-%d}"
    data = {"first": day, "last": day, "least": 480, "most": 960, "mode": "remote", "purpose": "Test"}
    wrong = browse(world.ana, "join_waiting", slug, data=data | {"most": 480, "least": 960}).content.decode()
    assert "not shorter than" in wrong
    assert "Test" in wrong
    html = browse(world.ana, "join_waiting", slug, data=data).content.decode()
    assert "place 1 of 1" in html
    assert "Ana" in browse(world.bo, "waiting").content.decode()
    assert "Ana" not in browse(world.dan, "waiting").content.decode()
    full.claims.all().delete()
    offer_free_time()
    offer = Booking.objects.get(requester=world.ana)
    assert reverse("booking", args=[offer.pk]) in browse(world.ana, "waiting").content.decode()
    assert "Take the time offered" in browse(world.ana, "work").content.decode()
    html = browse(world.ana, "booking", offer.pk).content.decode()
    assert "Leave it to others" in html
    browse(world.ana, "booking_move", offer.pk, "confirm", data={})
    offer.refresh_from_db()
    assert offer.state == "requested"


def test_leaving_is_ones_own_and_striking_asks_a_reason(browse, world):
    from facilities.commands.waiting import join_waiting
    from tests.facilities.test_waiting import wish

    row = join_waiting(wish(world), by=world.ana)
    assert browse(world.dan, "leave_waiting", row.pk, data={}).status_code == 404
    browse(world.bo, "leave_waiting", row.pk, data={"note": " "})
    row.refresh_from_db()
    assert row.state == "waiting"
    browse(world.bo, "leave_waiting", row.pk, data={"note": "The mode is gone"})
    row.refresh_from_db()
    assert row.state == "left"


def fault(world, **more):
    day = f"{berlin(world, 1, 12):%Y-%m-%d}"
    return {
        "instrument": world.instrument_a.slug, "title": "Beam lost", "cause": "source", "starts": f"{day}T06:00",
        "ends": f"{day}T20:00", "note": "We work on it.", **more,
    }  # fmt: skip


def test_a_fault_shows_who_is_affected_before_it_is_recorded_and_what_it_took_after(browse, world, at):
    booking = approve(ask(world.instrument_a, berlin(world, 1, 8), by=world.ana, title="Oxygen loss"), world)
    slug = world.facility_a.slug
    html = browse(world.cleo, "report_fault", slug, data=fault(world, do="look")).content.decode()
    assert "Oxygen loss" in html
    assert "tell 1 person" in html
    assert not Downtime.objects.exists()
    browse(world.cleo, "report_fault", slug, data=fault(world, do="save", seen="0"))
    assert not Downtime.objects.exists()
    html = browse(world.cleo, "report_fault", slug, data=fault(world, do="save", seen="1")).content.decode()
    row = Downtime.objects.get()
    assert "Oxygen loss" in html
    assert "Beam lost" in browse(world.bo, "instrument_desk", world.instrument_a.slug).content.decode()
    at(berlin(world, 1, 20))
    end_downtime(row, by=world.cleo)
    html = browse(world.bo, "downtime", row.pk).content.decode()
    assert booking.reference in html
    assert "Offer reserve time" in html
    browse(world.bo, "compensate_loss", row.pk, booking.pk, data={})
    assert Waiting.objects.get().makes_up_for == booking
    assert "Lost through downtime" in browse(world.ana, "booking", booking.pk).content.decode()
    assert browse(world.dan, "downtime", row.pk).status_code == 404
    assert browse(world.ana, "report_fault", slug).status_code == 404


def test_a_fault_is_extended_ended_and_corrected_on_its_page(browse, world, at):
    browse(world.cleo, "report_fault", world.facility_a.slug, data=fault(world, do="save", seen="0"))
    row = Downtime.objects.get()
    day = f"{berlin(world, 1, 12):%Y-%m-%d}"
    html = browse(world.cleo, "downtime_move", row.pk, "extend", data={"ends": f"{day}T10:00"}).content.decode()
    assert "later end" in html
    browse(world.cleo, "downtime_move", row.pk, "extend", data={"ends": f"{day}T22:00"})
    at(berlin(world, 1, 21))
    browse(world.cleo, "downtime_move", row.pk, "end", data={"ends": f"{day}T20:30"})
    row.refresh_from_db()
    assert row.ended_at == berlin(world, 1, 20) + timedelta(minutes=30)
    said = {"cause": "other", "planned": "on", "reason": "It was announced"}
    html = browse(world.bo, "downtime_move", row.pk, "correct", data=said).content.decode()
    assert "It was announced" in html
    assert "Counted as not planned" in html


def test_the_manager_publishes_terms_and_rules_and_nobody_else(browse, world):
    slug = world.facility_a.slug
    assert browse(world.cleo, "terms", slug).status_code == 404
    assert browse(world.bob, "terms", slug).status_code == 404
    page = browse(world.bo, "terms", slug)
    assert "these are the defaults" in page.content.decode()
    given = {"do": "terms", "notice_hours": 24, "deducted_percent": 50, "answer_hours": 12, "contact_days": 20}
    order = ["rapid", "opportunity", "discretionary", "program", "general", "proprietary"]
    given |= {f"order_{n}": category for n, category in enumerate(order, 1)}
    assert "once" in browse(world.bo, "terms", slug, data=given | {"order_1": "general"}).content.decode()
    browse(world.bo, "terms", slug, data=given)
    assert Terms.objects.get().precedence == order
    rule = {"do": "rule", "category": "rapid", "displaces": ["general", "program"], "notice_hours": 24}
    html = browse(world.bo, "terms", slug, data=rule).content.decode()
    assert PriorityRule.objects.get().displaces == ["general", "program"]
    assert "General, Joint programme" in html


def test_who_was_displaced_sees_why_and_what_follows(browse, world):
    booking = approve(ask(world.instrument_a, berlin(world, 1, 8), by=world.ana, category="general"), world)
    set_priority_rule(
        world.facility_a, "rapid", by=world.bo, displaces=["general"], notice_hours=1, compensates=True
    )  # fmt: skip
    request = wanted(world.instrument_a, berlin(world, 1, 8), category="rapid")
    displace(request, to=world.dan, by=world.bo, reason="A virus strain of today")
    html = browse(world.ana, "booking", booking.pk).content.decode()
    assert "A virus strain of today" in html
    assert "On the list for compensation" in html
    assert "Dan" not in html


def test_the_page_of_waiting_lists_takes_no_more_statements_for_more_rows(browse, world):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from facilities.commands.waiting import join_waiting
    from tests.facilities.test_waiting import wish
    from tests.world import make_user

    counts = []
    for n in range(3):
        join_waiting(wish(world), by=make_user(f"eve{n}", world.org_b))
        browse(world.bo, "waiting")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            browse(world.bo, "waiting")
        counts.append(len(asked))
    assert counts[0] == counts[2]


def test_every_place_on_a_long_list_is_on_some_page(browse, world):
    from facilities.models import Waiting
    from tests.facilities.test_waiting import wish
    from tests.world import make_user

    window = (wish(world).starts_at, wish(world).ends_at)
    about = {"instrument": world.instrument_a, "window": window, "min_minutes": 480, "max_minutes": 480}
    for person in (world.bo, make_user("eve", world.org_b)):
        Waiting.objects.bulk_create(Waiting(person=person, kind="waiting", mode="remote", **about) for _n in range(26))
    first = browse(world.bo, "waiting").context["page"]
    assert (len(first.mine), len(first.theirs)) == (25, 25)
    later = browse(world.bo, "waiting", **dict(parse_qsl(first.theirs_paging.later[1:]))).context["page"]
    assert (len(later.mine), len(later.theirs)) == (25, 1), "each list is turned by itself"


def on_list(world, **more) -> dict[str, str]:
    days = {name: f"{berlin(world, day, 12):%Y-%m-%d}" for name, day in (("first", 1), ("last", 6))}
    return {
        "to": world.ana.email, "kind": "reserve", "rank": "2", "least": "480", "most": "960", "mode": "remote",
        "purpose": "The second half of the series", **days, **more,
    }  # fmt: skip


def test_the_facility_puts_somebody_on_its_reserve_list_and_changes_the_rank(browse, world):
    slug = world.instrument_a.slug
    account = team_with_account(world)
    shown = browse(world.bo, "put_waiting", slug, data=on_list(world, accounts="1")).context["page"].form
    assert f"allocation:{account.pk}" in dict(shown.fields["account"].choices)
    assert shown["rank"].value() == "2"
    browse(world.bo, "put_waiting", slug, data=on_list(world, account=f"allocation:{account.pk}"))
    place = Waiting.objects.get()
    assert (place.kind, place.rank, place.person, place.team) == ("reserve", 2, world.ana, account.team)
    browse(world.bo, "rank_waiting", place.pk, data={"rank": "1"})
    place.refresh_from_db()
    assert place.rank == 1
    browse(world.bo, "rank_waiting", place.pk, data={"rank": "x"})
    place.refresh_from_db()
    assert place.rank == 1


def test_only_the_facility_puts_and_ranks(browse, world):
    slug = world.instrument_a.slug
    for person in (world.ana, world.bob, world.dan):
        assert browse(person, "put_waiting", slug).status_code == 404
        assert browse(person, "put_waiting", slug, data=on_list(world)).status_code == 404
    assert Waiting.objects.count() == 0
    browse(world.bo, "put_waiting", slug, data=on_list(world))
    place = Waiting.objects.get()
    assert browse(world.dan, "rank_waiting", place.pk, data={"rank": "9"}).status_code == 404
    browse(world.ana, "rank_waiting", place.pk, data={"rank": "9"})
    place.refresh_from_db()
    assert place.rank == 2


def test_places_and_equipment_are_waited_for_where_there_are_any(browse, world):
    from facilities.commands.equipment import add_equipment
    from tests.facilities.asking import hourly

    cluster = hourly(world, "K4", capacity=4)
    cryostat = add_equipment(
        world.facility_a, by=world.bo, kind="sample_environment", code="CRYO", name="Cryostat", capacity=1
    )
    days = {name: f"{berlin(world, day, 12):%Y-%m-%d}" for name, day in (("first", 1), ("last", 6))}
    data = {"least": "60", "most": "120", "mode": "remote", "purpose": "Cold", "places": "3", **days}
    browse(world.ana, "join_waiting", cluster.slug, data=data | {"equipment": [str(cryostat.pk)]})
    place = Waiting.objects.get()
    assert place.places == 3
    assert list(place.equipment.all()) == [cryostat]
    html = browse(world.ana, "waiting").content.decode()
    assert "3 places" in html
    assert "Cryostat" in html
