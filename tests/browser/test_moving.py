"""F3 in a real browser: dragging a booking, or moving it by keyboard, opens a form; nothing moves silently."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from facilities.commands.allocations import grant_allocation
from facilities.commands.teams import add_member, create_team
from tests.browser.following import follow
from tests.facilities.asking import approve, ask, berlin
from tests.world import make_instrument

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_booking_is_dragged_to_a_form_that_asks_for_the_other_time(visit, accessible, world):
    booking = approve(ask(world.instrument_a, berlin(world, 1, 8), by=world.ana, title="Oxygen loss"), world.bo)
    page = visit(f"/calendar/?facility=fa&first={berlin(world, 0, 12):%Y-%m-%d}", user=world.bo, width=1440)
    accessible(page)
    event = page.get_by_role("link", name=re.compile("Oxygen loss"))
    box = event.bounding_box()
    day = event.evaluate("link => link.parentNode.getBoundingClientRect().width / 7")
    page.mouse.move(box["x"] + 4, box["y"] + 4)
    page.mouse.down()
    page.mouse.move(box["x"] + 4 + day, box["y"] + 4, steps=4)
    assert page.locator(".ev.sel.req").is_visible()
    with page.expect_navigation():
        page.mouse.up()
    assert page.input_value("#id_day") == f"{berlin(world, 2, 8):%Y-%m-%d}"
    assert page.input_value("#id_start") == "08:00"
    accessible(page)
    booking.refresh_from_db()
    assert booking.starts_at == berlin(world, 1, 8)
    page.go_back()
    event.focus()
    for _press in range(3):
        page.keyboard.press("Shift+ArrowRight")
    assert "Would begin" in page.locator("#live").inner_text()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.input_value("#id_day") == f"{berlin(world, 2, 8):%Y-%m-%d}"
    follow(page.get_by_role("button", name="Ask for a change"))
    change = booking.changes.get(state="open")
    assert change.period.lower == berlin(world, 2, 8)
    assert change.period.upper - change.period.lower == timedelta(hours=8)


@pytest.mark.parametrize("width", [1440, 390])
def test_a_part_is_granted_and_units_are_moved_on_pages_that_everybody_can_use(visit, accessible, world, width):
    team = create_team("group", "Hydrogen storage in palladium alloys", organisation=world.org_b, by=world.system)
    add_member(team, world.ana, by=world.system, role="lead")
    validity = {"cycle": None, "valid_from": world.at(-30, 0), "valid_until": world.at(60, 0)}
    legs = [world.instrument_a, make_instrument(world.facility_a, "A2")]
    accounts = [grant_allocation(team, leg, Decimal(9), by=world.bo, note="Call 2027", **validity) for leg in legs]
    booking = ask(world.instrument_a, berlin(world, 1, 8), 24, by=world.ana, team=team)
    page = visit(f"/requests/{booking.pk}/", user=world.bo, width=width)
    page.get_by_role("button", name="Approve a part").click()
    accessible(page)
    page.fill("#part_note", "The nights are needed for maintenance")
    follow(page.get_by_role("button", name=re.compile("Approve the part")))
    booking.refresh_from_db()
    assert (booking.state, booking.units) == ("approved", 2)
    page.goto(page.url.split("/requests")[0] + "/allocations/")
    accessible(page)
    follow(page.get_by_role("link", name=team.title).first)
    page.get_by_text("Move to another leg").click()
    accessible(page)
    page.fill("#transfer_units", "2.5")
    page.fill("#transfer_note", "The second leg is longer")
    follow(page.get_by_role("button", name="Move", exact=True))
    accessible(page)
    assert {float(each.granted) for each in type(accounts[0]).objects.all()} == {6.5, 11.5}
