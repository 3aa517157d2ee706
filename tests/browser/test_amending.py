"""An annual meeting amends the charter in a browser: quorum live, votes, result sheet, version in force, minutes."""

import pytest
from django.urls import reverse

from alliance.commands import agenda, meetings
from alliance.commands.documents import adopt_version
from alliance.commands.voting import Draft, draft_motion, table_motion
from alliance.models import Body, DocumentVersion, Resolution
from tests.alliance import convening, joining, papers
from tests.browser.following import follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TICK = 11_000
"""Milliseconds after which an open meeting asks again who is there."""


def button(page, name):
    follow(page.get_by_role("button", name=name, exact=True))


def test_an_annual_meeting_amends_the_charter(world, visit, accessible):
    chair, office, alliance = joining.chair(world), world.sec, world.alliance
    body = Body.objects.get(of_members=True)
    for person, home in ((world.ana, world.org_a), (world.bo, world.org_b)):
        convening.speaker(alliance.memberships.get(organisation=home), person)
    charter = papers.a_document(world)
    adopt_version(papers.proposed(world, charter, "## Article 1\n\nWe meet."), papers.a_resolution(world), by=office)
    amended = papers.proposed(world, charter, "## Article 1\n\nWe meet every year.")
    meeting = meetings.call_meeting(convening.planned(body, office), by=office)
    item = agenda.add_agenda_item(meeting, by=office, title="The charter")
    draft = Draft("Meet every year", "We amend it.", "charter_amend", body=body, agenda_item=item, version=amended)
    motion = table_motion(draft_motion(alliance, draft, by=office), by=office)
    place, vote = reverse("meeting", args=[meeting.pk]), reverse("alliance_motion", args=[alliance.slug, motion.pk])

    hall = visit(place, user=office)
    hall.clock.install()
    button(hall, "Open the meeting")
    assert hall.locator("#presence").get_by_text("No quorum").count()
    away = visit(place, user=world.ana, width=390, scheme="dark")
    button(away, "Check in online")
    hall.clock.run_for(TICK)
    hall.locator("#presence").get_by_text("1 of 2 voting members").wait_for()
    assert not hall.locator("#presence").get_by_text("No quorum").count(), "counted again without loading the page"
    there = visit(place, user=world.bo)
    button(there, "Check in online")

    table = visit(vote, user=chair)
    button(table, "Open the vote")
    away.goto(vote)
    for choice in ("Against", "For"):
        away.get_by_label(choice, exact=True).check()
        button(away, "Vote")
    accessible(away)
    there.goto(vote)
    there.get_by_label("For", exact=True).check()
    button(there, "Vote")
    table.reload()
    button(table, "Close the vote")
    accessible(table)
    assert "2 of 2; at least 2/3 is 2: reached" in table.locator("#h-result").locator("..").locator("..").inner_text()
    follow(table.get_by_role("link", name="Resolution", exact=False).first)
    accessible(table)
    assert Resolution.objects.get(motion=motion).reference in table.locator("h1").locator("..").inner_text()

    versions = DocumentVersion.objects.filter(document=charter).order_by("number").values_list("state", flat=True)
    assert list(versions) == ["superseded", "in_force"]
    away.goto(reverse("document", args=[alliance.slug, charter.slug]))
    assert "We meet every year." in away.locator("main").inner_text()

    hall.reload()
    hall.locator("summary", has_text="Close the meeting").click()
    button(hall, "Close the meeting")
    hall.goto(reverse("meeting_minutes", args=[meeting.pk]))
    assert "Meet every year" in hall.get_by_label("Minutes").input_value()
    accessible(hall)
    button(hall, "Keep the minutes")
    kept = DocumentVersion.objects.get(document__kind="minutes")
    assert "Meet every year" in kept.text
