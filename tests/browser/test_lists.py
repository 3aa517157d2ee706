"""Staff report a fault and end it, somebody goes on a waiting list and takes an offer, a manager publishes terms."""

import pytest

from core import clock
from facilities.commands.waiting import offer_free_time
from facilities.models import Booking, Downtime, Waiting
from tests.browser.following import follow
from tests.facilities.asking import ask, berlin
from tests.frontend.desk import approve

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_fault_is_reported_from_the_instrument_and_ended_on_its_page(visit, accessible, world, monkeypatch):
    approve(ask(world.instrument_a, berlin(world, 1, 8), by=world.ana, title="Oxygen loss"), world)
    page = visit(f"/instruments/{world.instrument_a.slug}/desk/", user=world.bo, width=390)
    accessible(page)
    follow(page.get_by_role("link", name="Report a fault"))
    accessible(page)
    page.fill("[name='title']", "Beam lost")
    page.fill("[name='starts']", f"{berlin(world, 1, 6):%Y-%m-%dT%H:%M}")
    page.fill("[name='ends']", f"{berlin(world, 1, 20):%Y-%m-%dT%H:%M}")
    follow(page.get_by_role("button", name="See who is affected"))
    accessible(page)
    follow(page.get_by_role("button", name="tell 1 person"))
    accessible(page)
    monkeypatch.setattr(clock, "now", lambda: berlin(world, 1, 20))
    page.reload()
    follow(page.get_by_role("button", name="Record the end and the losses"))
    assert page.get_by_role("button", name="Offer reserve time").is_visible()
    accessible(page)
    assert Downtime.objects.get().losses.count() == 1


def test_somebody_goes_on_a_list_and_takes_what_is_offered(visit, accessible, world):
    page = visit(f"/waiting/{world.instrument_a.slug}/join/", user=world.ana)
    accessible(page)
    page.get_by_label("Remote").check()
    page.fill("[name='purpose']", "Whatever comes free")
    follow(page.get_by_role("button", name="Go on the list"))
    accessible(page)
    assert Waiting.objects.get().person == world.ana
    offer_free_time()
    page.reload()
    follow(page.get_by_role("link", name="Offered: A1"))
    accessible(page)
    follow(page.get_by_role("button", name="Take the offered time"))
    assert Booking.objects.get().state == "requested"
    accessible(page)
    accessible(visit(f"/calendar/{world.facility_a.slug}/terms/", user=world.bo, width=390, scheme="dark"))
