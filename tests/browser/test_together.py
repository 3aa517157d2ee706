"""A series and a campaign in a real browser: asked for, read by both sides, decided; wide, narrow, without a script."""

import pytest

from facilities.models import Campaign, Series
from facilities.queries.series import dates_of
from tests.browser.following import follow
from tests.facilities.asking import ask, berlin
from tests.facilities.campaigning import instruments

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_scientist_repeats_a_request_and_the_facility_decides_all_dates(visit, accessible, world):
    ask(world.instrument_a, berlin(world, 7, 8), by=world.dan)
    page = visit(f"/bookings/new/?instrument={world.instrument_a.slug}", user=world.ana, width=390)
    page.fill("#id_day", f"{berlin(world, 0, 12):%Y-%m-%d}")
    page.select_option("#id_start", "08:00")
    page.fill("#id_purpose", "The same cells every week")
    page.get_by_text("Repeat", exact=True).click()
    page.select_option("#id_repeat", "weekly")
    page.fill("#id_until", f"{berlin(world, 21, 12):%Y-%m-%d}")
    accessible(page)
    follow(page.get_by_role("button", name="Check and request"))
    accessible(page)
    follow(page.get_by_role("button", name="Ask for the 3 possible dates"))
    accessible(page)
    series = Series.objects.get()
    decider = visit(f"/series/{series.pk}/", user=world.bo)
    accessible(decider)
    follow(decider.get_by_role("button", name="Approve all dates that wait"))
    assert [each.outcome for each in dates_of(series)] == ["approved", "skipped", "approved", "approved"]
    page.goto(f"/series/{series.pk}/reschedule/")
    accessible(page)


def test_a_scientist_plans_a_campaign_and_each_facility_sees_its_own_leg(visit, accessible, world):
    places = instruments(world)
    page = visit("/campaigns/new/", user=world.ana, javascript=False)
    page.fill("#id_title", "Alloys under load")
    page.fill("#id_purpose", "Diffraction and imaging")
    follow(page.get_by_role("button", name="Add a leg"))
    for n, place in enumerate(places, 1):
        page.select_option(f"#id_leg{n}-instrument", place.slug)
        page.fill(f"#id_leg{n}-hours", "4")
        page.select_option(f"#id_leg{n}-mode", "remote")
        if n > 1:
            page.select_option(f"#id_leg{n}-after", str(n - 1))
    page.fill("#id_earliest", f"{world.at(0, 0):%Y-%m-%d}")
    follow(page.get_by_role("button", name="Propose dates"))
    follow(page.get_by_role("button", name="Check all legs"))
    follow(page.get_by_role("button", name="Ask every facility"))
    subject = Campaign.objects.get()
    for user, width in ((world.ana, 390), (world.bob, 1440)):
        accessible(visit(f"/campaigns/{subject.pk}/", user=user, width=width))
    form = visit("/campaigns/new/", user=world.ana, width=390)
    accessible(form)
