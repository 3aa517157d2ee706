"""A manager sets up who decides and who stands in; a scientist reads messages and makes a calendar; wide and narrow."""

import re

import pytest

from facilities.commands.bookings import request_time
from facilities.rules import BookingRequest
from notifications.commands import deliver_due
from tests.browser.following import follow
from workflow.models import Delegation, Route, Step

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = [1440, 390]


def current(world):
    return Route.objects.get(owner_id=world.facility_a.pk, is_current=True)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_manager_adds_a_step_is_refused_and_saves_a_version(visit, accessible, world, width):
    page = visit("/routes/", user=world.bo, width=width)
    accessible(page)
    follow(page.get_by_role("link", name="Change the route Facility FA"))
    accessible(page)
    follow(page.get_by_role("button", name="Add a step"))
    page.wait_for_function("document.activeElement.name === 'steps.1.name'")
    page.keyboard.type("Feasibility")
    page.select_option("[name='steps.1.role']", "instrument_scientist")
    page.fill("[name='steps.1.quorum']", "2")
    follow(page.get_by_role("button", name=re.compile("Move up.*Step 2")))
    assert page.input_value("[name='steps.0.name']") == "Feasibility"
    accessible(page)
    follow(page.get_by_role("button", name="Save as a new version"))
    page.wait_for_selector("[data-errors]")
    assert page.get_by_role("link", name="needs 2 to agree, but only 1 person").is_visible()
    assert page.input_value("[name='steps.0.name']") == "Feasibility"
    accessible(page)
    page.fill("[name='steps.0.quorum']", "1")
    page.get_by_text("Only asked when").first.click()
    page.fill("[name='steps.0.units_above']", "6")
    follow(page.get_by_role("button", name="Save as a new version"))
    page.wait_for_selector("text=Version 2 decides new requests")
    accessible(page)
    steps = Step.objects.filter(route=current(world)).order_by("position").values_list("name", "condition")
    assert list(steps) == [("Feasibility", {"units_above": 6.0}), ("Facility manager", {})]


def test_the_editor_works_without_javascript_and_by_keyboard(visit, world):
    page = visit("/routes/fa/", user=world.bo, javascript=False)
    follow(page.get_by_role("button", name="Add a step"))
    page.locator("[name='steps.1.name']").fill("Office")
    page.locator("[name='steps.1.role']").select_option("facility_manager")
    with page.expect_navigation():
        page.locator("[name='steps.1.name']").press("Enter")
    assert page.get_by_text("Version 2 decides new requests.").is_visible(), "Enter saves, it does not move a step"
    assert Step.objects.filter(route=current(world)).count() == 2


@pytest.mark.parametrize("width", WIDTHS)
def test_a_manager_lends_decisions_and_names_a_group(visit, accessible, world, width):
    page = visit("/account/stand-ins/", user=world.bo, width=width, scheme="dark")
    accessible(page)
    page.fill("#id_taker", "cleo@test.example")
    page.fill("#id_first", f"{world.monday:%Y-%m-%d}")
    page.fill("#id_last", f"{world.monday:%Y-%m-%d}")
    follow(page.get_by_role("button", name="Lend my decisions"))
    page.wait_for_selector("text=Cleo stands in for you in these days.")
    accessible(page)
    assert Delegation.objects.get().taker == world.cleo
    page.goto("/routes/fa/groups/new/")
    accessible(page)
    page.fill("#id_name", "Safety")
    page.get_by_label("Cleo").check()
    follow(page.get_by_role("button", name="Save the group"))
    page.wait_for_selector("text=The group “Safety” is saved.")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_scientist_reads_messages_chooses_and_makes_a_calendar(visit, accessible, world, width):
    request_time(
        BookingRequest(world.instrument_a, world.at(1, 7), world.at(1, 15), purpose="Test", mode="remote"), by=world.ana
    )
    deliver_due()
    page = visit("/mailbox/", user=world.ana, width=width)
    accessible(page)
    follow(page.get_by_role("link", name="Sent: your request"))
    accessible(page)
    page.goto("/account/notifications/")
    accessible(page)
    page.select_option("[name=booking_approved]", "digest")
    follow(page.get_by_role("button", name="Save"))
    page.wait_for_selector("text=From now on you are told as you chose.")
    page.goto("/account/calendars/")
    accessible(page)
    follow(page.get_by_role("button", name="Make an address"))
    page.wait_for_selector("code.token")
    accessible(page)
