"""A call in a browser, by its office and its reviewer: panel, forwarding, assigning, review, ranking, results."""

from datetime import timedelta

import pytest

from core import clock
from programs.models import Call, Panel, Proposal, Review
from tests.browser.following import follow
from tests.programs.asking import a_call, a_proposal, a_scale
from tests.programs.reviewing import criteria

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def button(page, name):
    follow(page.get_by_role("button", name=name, exact=True))


@pytest.fixture
def call(world):
    """In review: Ana's proposal was found feasible and waits for a panel; nobody of the office works with her."""
    world.sec.affiliations.update(organisation=world.org_c)
    begun = clock.now() - timedelta(days=40)
    call = a_call(
        world, state="in_review", reviews_wanted=1, internal_wanted=0, blind=True, opens_at=begun, closes_at=clock.now()
    )
    criteria(call)
    a_scale()
    a_proposal(world, call, state="feasibility").legs.update(state="feasible")
    return call


def test_a_call_goes_from_its_panel_to_its_results(world, call, visit, accessible):
    office = visit("/office/panels/", user=world.sec)
    follow(office.get_by_role("link", name="New panel"))
    office.get_by_label("Name", exact=True).fill("Materials")
    office.get_by_label("Score scale").select_option(label="One to five (high is best)")
    accessible(office)
    button(office, "Save")
    office.get_by_label("E-mail address").fill(world.dan.email)
    button(office, "Appoint")
    accessible(office)
    panel = Panel.objects.get()

    office = visit(f"/office/calls/{call.pk}/", user=world.sec)
    office.get_by_label("Panel", exact=True).select_option(label="Materials")
    button(office, "Attach")
    accessible(office)
    button(office, "Forward to the reviewers (1)")
    accessible(office)

    office = visit(f"/calls/{call.slug}/assign/", user=world.sec)
    button(office, "Propose reviewers")
    accessible(office)
    button(office, "Ask them")

    judge = visit("/reviews/", user=world.dan)
    follow(judge.get_by_role("link", name="Ions on the move"))
    accessible(judge)
    judge.get_by_label("Overall").fill("4.5")
    button(judge, "Submit the review")
    assert Review.objects.get().state == "submitted"

    office = visit(f"/calls/{call.slug}/panels/{panel.pk}/", user=world.sec)
    assert "4.50" in office.locator("main").inner_text()
    office = visit(f"/office/calls/{call.pk}/", user=world.sec)
    button(office, "Start the allocation")
    office = visit(f"/office/calls/{call.pk}/round/", user=world.sec)
    button(office, "Propose a round")
    accessible(office)
    button(office, "Announce to everyone")
    assert (Call.objects.get().state, Proposal.objects.get().state) == ("notified", "accepted")


def test_the_pages_of_a_panel_are_readable_on_a_phone_in_the_dark_in_chinese(world, call, visit, accessible, fits):
    panel = Panel.objects.create(alliance=world.alliance, name="Materials", name_zh="材料", scale=a_scale())
    for address in (f"/office/panels/{panel.pk}/", "/reviews/expertise/", f"/office/calls/{call.pk}/"):
        page = visit(address, user=world.sec, width=390, scheme="dark", language="zh-hans")
        accessible(page)
        fits(page)
