"""The API of cancelling, waiting, downtime and priority as another program meets it."""

from datetime import timedelta

import pytest

from core import clock
from facilities.commands.waiting import offer_free_time
from facilities.models import Booking, Terms
from tests.facilities.accounts import team_with_account
from tests.facilities.asking import approve, ask, berlin
from tests.facilities.calling import body

pytestmark = pytest.mark.django_db


def instants(world, day=1, hours=24):
    start = berlin(world, day, 0)
    return {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=hours)).isoformat()}


def test_a_booking_says_what_cancelling_costs_before_and_what_it_cost_after(world, api, monkeypatch):
    account = team_with_account(world)
    Terms.objects.create(facility=world.facility_a, notice_hours=24)
    booking = approve(ask(world.instrument_a, berlin(world, 1, 8), by=world.ana, team=account.team), world.bo)
    monkeypatch.setattr(clock, "now", lambda: booking.starts_at - timedelta(hours=12))
    told = api(world.ana, "get", f"/bookings/{booking.pk}").json()["cancellation"]
    assert (told["cancelled"], told["is_late"], told["due"], told["caused_by"]) == (False, True, "1.000", "requester")
    theirs = api(world.bo, "get", f"/bookings/{booking.pk}").json()["cancellation"]
    assert (theirs["due"], theirs["caused_by"]) == ("0", "facility")
    done = api(world.ana, "post", f"/bookings/{booking.pk}/cancel", {"note": "Ill"}).json()["cancellation"]
    assert (done["cancelled"], done["deducted"], done["reason"]) == (True, "1.000", told["reason"])


def test_a_substitute_is_named_with_the_move(world, api):
    account, other = team_with_account(world), team_with_account(world, "Batteries")
    booking = approve(ask(world.instrument_a, berlin(world, 1, 8), by=world.ana, team=account.team), world.bo)
    path = f"/bookings/{booking.pk}/cancel"
    wrong = api(world.ana, "post", path, {"note": "x", "substitute": {"allocation": str(booking.pk)}})
    assert (wrong.status_code, wrong.json()["violations"][0]["field"]) == (400, "substitute")
    done = api(world.ana, "post", path, {"note": "x", "substitute": {"allocation": str(other.pk)}}).json()
    taken = Booking.objects.get(pk=done["cancellation"]["substitute"])
    assert (taken.allocation, taken.period) == (other, booking.period)


def test_somebody_waits_is_offered_time_and_takes_it(world, api):
    wish = {"instrument": world.instrument_a.slug, "min_minutes": 480, "mode": "remote", **instants(world)}
    made = api(world.ana, "post", "/waiting", wish)
    assert made.status_code == 201
    assert made.json()["standings"] == [{"instrument": str(world.instrument_a.pk), "rank": 1, "among": 1}]
    order = f"/instruments/{world.instrument_a.slug}/waiting"
    assert api(world.dan, "get", order).json()["results"] == [
        {"rank": 1, "kind": "waiting", "category": "general", "id": None}
    ]
    assert api(world.dan, "get", f"/waiting/{made.json()['id']}").status_code == 404
    assert api(world.dan, "get", "/waiting").json()["results"] == []
    offer_free_time()
    [offer] = api(world.ana, "get", f"/waiting/{made.json()['id']}").json()["offers"]
    assert api(world.ana, "get", f"/bookings/{offer}").json()["moves"] == ["confirm", "pass-on"]
    assert api(world.dan, "post", f"/bookings/{offer}/confirm").status_code == 404
    assert api(world.ana, "post", f"/bookings/{offer}/confirm").json()["state"] == "requested"


def test_a_wish_that_cannot_be_read_says_all_that_is_wrong(world, api):
    answer = api(world.ana, "post", "/waiting", {"technique": "none", "min_minutes": "x", "mode": "by post"})
    assert answer.status_code == 400
    assert {each["field"] for each in answer.json()["violations"]} == {
        "technique", "min_minutes", "starts_at", "ends_at",
    }  # fmt: skip
    huge = {"instrument": world.instrument_a.slug, "min_minutes": 1e30, **instants(world)}
    assert api(world.ana, "post", "/waiting", huge).status_code == 400


def test_the_facility_offers_time_to_somebody(world, api):
    given = body(world.instrument_a, berlin(world, 1, 8), to=str(world.ana.pk))
    assert api(world.dan, "post", "/bookings/offer", given).status_code == 403
    made = api(world.bo, "post", "/bookings/offer", given).json()
    assert made["state"] == "offered"
    assert api(world.ana, "post", f"/bookings/{made['id']}/confirm").json()["state"] == "approved"


def test_a_fault_from_report_to_compensation(world, api, monkeypatch):
    booking = approve(ask(world.instrument_a, berlin(world, 1, 8), by=world.ana), world.bo)
    fault = {"instrument": world.instrument_a.slug, "cause": "source", "title": "Beam lost", **instants(world)}
    assert api(world.ana, "post", "/downtimes", fault).status_code == 403
    made = api(world.cleo, "post", "/downtimes", fault).json()
    monkeypatch.setattr(clock, "now", lambda: berlin(world, 1, 20))
    path = f"/downtimes/{made['id']}"
    assert api(world.dan, "get", path).status_code == 404
    ended = api(world.cleo, "post", f"{path}/end").json()
    assert [(each["booking"], each["units"]) for each in ended["losses"]] == [(str(booking.pk), "1.000")]
    said = api(world.bo, "post", f"{path}/correct", {"planned": True, "note": "It was announced"}).json()
    assert (said["planned"], said["counts_as_planned"], len(said["corrections"])) == (False, False, 1)
    assert api(world.ana, "get", path).json()["losses"] == ended["losses"]
    assert api(world.ana, "post", "/compensations", {"booking": str(booking.pk)}).status_code == 403
    place = api(world.bo, "post", "/compensations", {"booking": booking.reference})
    assert (place.status_code, place.json()["kind"]) == (201, "compensation")


def test_rules_of_priority_are_public_and_displacing_is_the_managers(world, api):
    booking = approve(ask(world.instrument_a, berlin(world, 1, 8), by=world.ana, category="general"), world.bo)
    path = f"/facilities/{world.facility_a.slug}/priority"
    rule = {"category": "rapid", "displaces": ["general"], "notice_hours": 24, "compensates": True}
    assert api(world.dan, "post", path, rule).status_code == 403
    assert api(world.bo, "post", path, rule).json()["results"] == [rule]
    assert api(world.dan, "get", path).json()["results"] == [rule]
    wanted = body(world.instrument_a, berlin(world, 1, 8), mode="remote", category="rapid", to=str(world.dan.pk))
    assert api(world.dan, "post", "/displacements", {**wanted, "reason": "Now"}).status_code == 403
    done = api(world.bo, "post", "/displacements", {**wanted, "reason": "A virus"}).json()
    assert (done["state"], done["displaced"]) == ("approved", [str(booking.pk)])


def test_terms_are_public_and_hold_for_what_was_asked_under_them(world, api):
    account = team_with_account(world)
    path = f"/facilities/{world.facility_a.slug}/terms"
    assert api(world.dan, "get", path).json()["notice_hours"] == 14 * 24
    assert api(world.dan, "post", path, {"notice_hours": 1}).status_code == 403
    assert api(world.bo, "post", path, {"notice_hours": 1}).json()["notice_hours"] == 1
    booking = approve(ask(world.instrument_a, berlin(world, 1, 8), by=world.ana, team=account.team), world.bo)
    answer = api(world.bo, "post", path, {"notice_hours": 5000, "fee": "10", "precedence": ["general"]})
    assert (answer.status_code, len(answer.json()["violations"])) == (400, 2)
    api(world.bo, "post", path, {"notice_hours": 5000})
    assert Terms.objects.count() == 2
    told = api(world.ana, "get", f"/bookings/{booking.pk}").json()["cancellation"]
    assert told["is_late"] is False


def test_the_facility_ranks_its_reserve_list(world, api):
    place = {"instrument": world.instrument_a.slug, "min_minutes": 480, "mode": "remote", **instants(world)}
    put = place | {"kind": "reserve", "rank": 1, "person": str(world.ana.pk)}
    assert api(world.bo, "post", "/waiting", put | {"rank": 1e30}).status_code == 400
    made = api(world.bo, "post", "/waiting", put).json()
    assert api(world.bo, "post", f"/waiting/{made['id']}/rank", {"rank": 4}).json()["rank"] == 4
    assert api(world.bo, "post", f"/waiting/{made['id']}/rank", {"rank": 1e30}).status_code == 400
    assert api(world.ana, "post", f"/waiting/{made['id']}/rank", {"rank": 1}).status_code == 403
    assert api(world.dan, "post", f"/waiting/{made['id']}/rank", {"rank": 1}).status_code == 404
