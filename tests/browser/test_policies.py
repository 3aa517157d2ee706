"""Policies in a browser: a manager writes one, tries it on the last cycle and switches it on; anybody can read them."""

import pytest

from core import clock
from facilities.commands.calendar import add_cycle
from facilities.commands.policies import set_policy
from facilities.models import Policy
from tests.browser.following import follow
from tests.facilities.asking import ask, berlin, hourly
from tests.facilities.policy import draft, hold

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ruled(world):
    """A cycle that is over with a red experiment in it, one still to come, and three policies of which two hold."""
    add_cycle(world.facility_a, "2026-2", world.at(-60, 0), world.at(-25, 0), by=world.bo)
    instrument = hourly(world)
    with clock.standing_at(world.at(-50, 0)):
        ask(instrument, berlin(world, -40, 8), 2, by=world.ana, safety="red")
        ask(instrument, berlin(world, -39, 8), 2, by=world.ana)
    ask(instrument, berlin(world, 1, 8), 2, by=world.ana, safety="red")
    hold(world, "head_count", {"most": 15}, override="nobody", source="Site permit 12")
    hold(world, "quota", {"most": 12, "measure": "bookings", "over": "cycle"})
    set_policy(world.facility_a, draft("travel_time"), by=world.bo)
    return world


def test_a_policy_is_written_tried_and_switched_on(ruled, visit, accessible):
    page = visit("/policies/", user=ruled.bo)
    accessible(page)
    page.get_by_text("Write a policy").click()
    follow(page.get_by_role("link", name="Safety classes that may work here"))
    page.get_by_label("Whose rule it is").fill("House rules 2026 §4")
    page.get_by_label("Yellow").uncheck()
    follow(page.get_by_role("button", name="Try on the last cycle"))
    assert "1 of 2 bookings" in page.locator("#trial").inner_text()
    accessible(page)
    follow(page.get_by_role("button", name="Save"))
    row = page.get_by_role("row", name="Only experiments of these safety classes: green")
    follow(row.get_by_role("link", name="Switch on"))
    assert "1 booking to come would break it" in page.locator("main").inner_text()
    accessible(page)
    follow(page.get_by_role("button", name="Let it hold from now on"))
    assert Policy.objects.get(rule="safety_class").is_active


def test_policies_are_readable_on_a_phone_in_the_dark(ruled, visit, accessible):
    pk = Policy.objects.get(rule="quota").pk
    for address in ("/policies/", f"/policies/{pk}/", f"/policies/{pk}/switch/"):
        accessible(visit(address, user=ruled.bo, width=390, scheme="dark"))
