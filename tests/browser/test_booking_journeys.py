"""Three people and one instrument in a real browser: ana asks, bo decides, cleo runs the session; wide and narrow."""

import re
from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from core import clock
from facilities.models import Booking
from tests.browser.following import follow
from tests.facilities.asking import ask, berlin
from tests.frontend.desk import approve, busy

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = [1440, 390]


def address(booking: Booking, page: str = "bookings") -> str:
    return f"/{page}/{booking.pk}/"


@pytest.mark.parametrize("width", WIDTHS)
def test_a_scientist_finds_an_instrument_is_refused_and_takes_the_next_free_time(visit, accessible, world, width):
    ask(world.instrument_a, berlin(world, 1, 8), by=world.dan)
    page = visit("/my-work/", user=world.ana, width=width)
    accessible(page)
    follow(page.get_by_role("link", name="Request time").first)
    page.fill("#id_q", "A1")
    follow(page.get_by_role("button", name="Find"))
    accessible(page)
    follow(page.get_by_role("link", name=re.compile("Request time.*A1")))
    page.fill("#id_day", f"{berlin(world, 1, 12):%Y-%m-%d}")
    page.select_option("#id_start", "08:00")
    page.fill("#id_purpose", "Operando XAS, three cells")
    accessible(page)
    follow(page.get_by_role("button", name="Check and request"))
    page.wait_for_selector("[data-errors]")
    assert page.evaluate("document.activeElement.hasAttribute('data-errors')")
    assert page.input_value("#id_purpose") == "Operando XAS, three cells"
    accessible(page)
    follow(page.get_by_role("button", name="Use this time").first)
    assert page.input_value("#id_purpose") == "Operando XAS, three cells"
    follow(page.get_by_role("button", name="Check and request"))
    assert page.get_by_role("heading", name="Check your answers").is_visible()
    accessible(page)
    follow(page.get_by_role("button", name="Send the request"))
    assert page.get_by_role("heading", name="Who decides, by when").is_visible()
    accessible(page)
    assert Booking.objects.filter(requester=world.ana, state="requested").count() == 1


@pytest.mark.parametrize("width", WIDTHS)
def test_a_manager_approves_proposes_another_time_and_declines(visit, accessible, world, width):
    desk = busy(world)
    page = visit("/requests/", user=world.bo, width=width)
    accessible(page)
    follow(page.get_by_role("link", name="Hydrogen in palladium thin films"))
    accessible(page)
    page.get_by_role("button", name="Propose another time").click()
    page.locator("#other [name=note]").fill("The ring is serviced that day")
    accessible(page)
    follow(page.get_by_role("button", name="Send the proposal"))
    page.wait_for_selector("text=Another time was proposed")
    page.goto(address(desk.untrained, "requests"))
    page.get_by_role("button", name="Decline").click()
    page.locator("#decline textarea").fill("Renew the safety training first")
    follow(page.get_by_role("button", name="Decline and tell 1 person"))
    page.wait_for_selector("text=The request was declined")
    page.goto(address(desk.clean, "requests"))
    follow(page.get_by_role("button", name="Approve", exact=True))
    page.wait_for_selector("text=Approved.")
    states = dict(Booking.objects.values_list("pk", "state"))
    assert states[desk.colliding.pk] == "countered"
    assert states[desk.untrained.pk] == "declined"
    assert states[desk.clean.pk] == "approved"


def test_ticked_requests_are_approved_in_place(visit, accessible, world):
    busy(world)
    page = visit("/requests/", user=world.bo)
    for box in page.get_by_role("checkbox").all()[:3]:
        box.check()
    page.get_by_role("button", name="Approve the ticked ones").click()
    page.wait_for_selector("text=3 requests approved")
    accessible(page)
    assert Booking.objects.filter(state="approved").count() == 5


@pytest.mark.parametrize("width", WIDTHS)
def test_the_requester_accepts_another_time_in_one_click(visit, accessible, world, width):
    desk = busy(world)
    page = visit(address(desk.countered), user=world.ana, width=width)
    accessible(page)
    follow(page.get_by_role("button", name="Accept the proposed time"))
    page.wait_for_selector("text=Approved")
    desk.countered.refresh_from_db()
    assert desk.countered.starts_at == berlin(world, 9, 8)


@pytest.mark.parametrize("width", WIDTHS)
def test_an_operator_runs_the_session_and_reports_lost_time(visit, accessible, world, width):
    booking = approve(ask(world.instrument_a, berlin(world, 1, 8), by=world.ana), world)
    now = clock.now()
    Booking.objects.filter(pk=booking.pk).update(
        period=DateTimeTZRange(now - timedelta(minutes=30), now + timedelta(hours=7))
    )
    page = visit(address(booking), user=world.cleo, width=width)
    accessible(page)
    follow(page.get_by_role("button", name="Check in"))
    page.get_by_role("button", name="Report lost time").click()
    page.fill("#report-loss_units", "0.25")
    page.select_option("#report-loss_cause", "source")
    page.fill("#report-loss_note", "Beam dump for two hours")
    accessible(page)
    follow(page.locator("#do-report-loss").get_by_role("button", name="Report lost time"))
    page.get_by_role("button", name="Check out").click()
    page.fill("#check-out_hours", "5.5")
    follow(page.locator("#do-check-out").get_by_role("button", name="Check out"))
    page.wait_for_selector("text=Source or machine")
    accessible(page)
    booking.refresh_from_db()
    assert booking.state == "completed"


def test_the_choice_on_the_timeline_and_the_form_are_the_same(visit, world):
    day = f"{berlin(world, 1, 12):%Y-%m-%d}"
    slug = world.instrument_a.slug
    page = visit(f"/bookings/new/?instrument={slug}&day={day}&start=08:00&minutes=480", user=world.ana)
    timeline = page.locator("#tl")
    timeline.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    assert "2 shifts" in page.locator("#live").text_content()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "id_instrument"
    assert (page.input_value("#id_start"), page.input_value("#id_minutes")) == ("16:00", "960")
    page.select_option("#id_minutes", "1440")
    assert page.locator("#sel span").text_content() == "3 shifts"
    lane = page.locator(".lane.pick").first.bounding_box()
    shift = lane["width"] / 21
    page.mouse.move(lane["x"] + shift * 6.5, lane["y"] + 20)
    page.mouse.down()
    page.mouse.move(lane["x"] + shift * 8.5, lane["y"] + 20)
    page.mouse.up()
    chosen = f"{berlin(world, 2, 12):%Y-%m-%d}"
    assert (page.input_value("#id_day"), page.input_value("#id_start")) == (chosen, "00:00")
    assert page.input_value("#id_minutes") == "1440"


def test_requesting_works_without_javascript(visit, world):
    day = f"{berlin(world, 1, 12):%Y-%m-%d}"
    page = visit(f"/bookings/new/?instrument={world.instrument_a.slug}&day={day}", user=world.ana, javascript=False)
    page.fill("#id_purpose", "Operando XAS, three cells")
    follow(page.get_by_role("button", name="Later"))
    assert page.input_value("#id_purpose") == "Operando XAS, three cells"
    follow(page.get_by_role("button", name="Check and request").last)
    follow(page.get_by_role("button", name="Send the request"))
    assert Booking.objects.filter(state="requested").count() == 1


@pytest.mark.parametrize(("width", "scheme", "language"), [(1440, "dark", "en"), (390, "light", "zh-hans")])
def test_every_page_of_the_desk_is_accessible(visit, accessible, world, width, scheme, language):
    desk = busy(world)
    week = f"first={world.monday:%Y-%m-%d}"
    own = ["/my-work/", "/instruments/", "/bookings/", address(desk.clean), address(desk.held), f"/calendar/?{week}"]
    own += [f"/bookings/new/?instrument={world.instrument_a.slug}", f"{address(desk.clean)}withdraw/"]
    managed = ["/requests/", address(desk.colliding, "requests"), f"/calendar/?{week}", f"/calendar/?{week}&view=list"]
    managed += [f"/calendar/?{week}&days=14", "/calendar/fa/block/", f"/instruments/{world.instrument_a.slug}/desk/"]
    for user, addresses in ((world.ana, own), (world.bo, managed)):
        page = visit("/account/", user=user, width=width, scheme=scheme, language=language)
        for each in addresses:
            page.goto(each)
            accessible(page)


def test_a_block_shows_whom_it_touches_before_it_is_saved(visit, accessible, world):
    busy(world)
    page = visit("/calendar/fa/block/", user=world.bo)
    day = f"{berlin(world, 1, 12):%Y-%m-%d}"
    page.fill("#id_starts", f"{day}T06:00")
    page.fill("#id_ends", f"{day}T23:00")
    page.fill("#id_reason", "Vacuum pump")
    follow(page.get_by_role("button", name="See who is affected"))
    assert page.get_by_text("bookings in this time").is_visible()
    accessible(page)
    follow(page.get_by_role("button", name="Block this time and tell"))
    page.wait_for_selector("text=The time is blocked")
