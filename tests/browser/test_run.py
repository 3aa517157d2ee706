"""A phone at an instrument in a real browser, and the pages of those who run and equip it; wide and narrow."""

from datetime import timedelta

import pytest

from core import clock
from facilities.commands.readiness import set_run_terms
from facilities.commands.running import leave_note
from facilities.models import Course, Equipment
from tests.browser.following import follow
from tests.facilities.asking import ask, berlin, hourly
from tests.frontend.desk import approve

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def furnish(world):
    """A booking of Ana's with a cryostat and a local contact, at a facility that wants to know who comes."""
    cryostat = Equipment.objects.create(facility=world.facility_a, code="C1", name="Cryostat 5 K")
    contact = Equipment.objects.create(
        facility=world.facility_a, code="cleo", name="Cleo", kind="support_person", person=world.cleo
    )
    start = berlin(world, 1, 8)
    things = {"equipment": (cryostat, contact), "title": "Sodium-ion cells"}
    booking = approve(ask(world.instrument_a, start, 16, by=world.ana, mode="onsite", **things), world)
    world.instrument_a.required_trainings.add(Course.objects.create(facility=world.facility_a, name="X-ray safety"))
    ask(hourly(world, name="Cluster"), start, 3, by=world.dan)
    set_run_terms(world.facility_a, by=world.bo, team_form=True)
    leave_note(world.instrument_a, by=world.cleo, text="Shutter 2 sticks; push it twice.")
    return booking


def test_the_run_of_a_booking_from_the_code_at_the_door(visit, accessible, world, monkeypatch):
    booking = furnish(world)
    monkeypatch.setattr(clock, "now", lambda: booking.starts_at + timedelta(minutes=5))
    phone = visit(f"/at/{world.instrument_a.slug}/", user=world.cleo, width=390)
    accessible(phone)
    follow(phone.get_by_role("button", name="Check in"))
    assert phone.get_by_text("Missing: The team says who comes").is_visible()
    phone.get_by_label("Why it may begin all the same").fill("They are known here")
    follow(phone.get_by_role("button", name="Check in"))
    accessible(phone)
    booking.refresh_from_db()
    assert booking.state == "running"
    page = visit(f"/bookings/{booking.pk}/shifts/", user=world.cleo)
    accessible(page)
    page.get_by_label("Minutes lost").fill("30")
    page.get_by_label("Cause").select_option("source")
    follow(page.get_by_role("button", name="Record it"))
    assert page.get_by_text("450 min delivered, 30 min lost").is_visible()
    accessible(page)


def test_pages_of_those_who_run_and_equip_instruments(visit, readable, world):
    booking = furnish(world)
    slug, day = world.instrument_a.slug, f"{berlin(world, 1, 12):%Y-%m-%d}"
    managed = [f"/calendar/fa/day/{day}/", f"/calendar/?facility=fa&first={day}", "/calendar/fa/equipment/"]
    managed += [f"/instruments/{slug}/{part}/" for part in ("buffers", "sheet", "desk")]
    own = [f"/bookings/{booking.pk}/prepare/", f"/bookings/{booking.pk}/"]
    for user, addresses in ((world.bo, managed), (world.ana, own)):
        page = visit("/account/", user=user)
        for address in addresses:
            page.goto(address)
            readable(page)
