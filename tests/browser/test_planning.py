"""Planning a facility's time in a browser: pages everybody can read, and blocking time with a proposal."""

from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from core import clock
from facilities.commands.calendar import add_block, add_cycle, set_quotas
from facilities.commands.calendar.cycles import DEFAULT_QUOTAS
from facilities.models import Block
from tests.browser.following import follow
from tests.facilities.asking import ask, berlin, hourly

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def planned(world):
    """A published cycle with quotas, maintenance this week, and bookings."""
    cycle = add_cycle(world.facility_a, "2027-1", world.at(-30, 0), world.at(60, 0), by=world.bo)
    set_quotas(cycle, DEFAULT_QUOTAS, by=world.bo)
    now = clock.now()
    period = DateTimeTZRange(now + timedelta(hours=20), now + timedelta(hours=40))
    add_block(world.facility_a, world.instrument_a, "maintenance", period, "Vacuum pump", by=world.bo)
    ask(world.instrument_a, berlin(world, 1, 8), by=world.ana, title="Oxygen loss")
    ask(hourly(world), now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=3), 5, by=world.ana)
    return world, cycle


def test_planning_pages_are_accessible(planned, visit, readable):
    world, cycle = planned
    page = visit("/planning/", user=world.bo)
    readable(page)
    for address in (f"/planning/cycles/{cycle.pk}/", "/planning/fa/hours/"):
        page.goto(address)
        readable(page)
    readable(visit("/hall/fa/"))


def test_a_manager_blocks_time_and_proposes_another_to_who_needs_it(planned, visit, accessible):
    world, _cycle = planned
    page = visit("/calendar/fa/block/", user=world.bo, width=390)
    page.get_by_label("From").fill(f"{berlin(world, 1, 0):%Y-%m-%d}T06:00")
    page.get_by_label("Until").fill(f"{berlin(world, 1, 0):%Y-%m-%d}T18:00")
    page.get_by_label("Reason").fill("Cooling water")
    follow(page.get_by_role("button", name="See who is affected"))
    accessible(page)
    page.get_by_role("radio", name="Propose").first.check()
    page.get_by_text("What those you leave will read").click()
    assert "Cooling water" in page.locator("details").inner_text()
    follow(page.get_by_role("button", name="Block this time and tell 1 person"))
    assert Block.objects.filter(reason="Cooling water").exists()
    assert world.instrument_a.bookings.get().state == "countered"
