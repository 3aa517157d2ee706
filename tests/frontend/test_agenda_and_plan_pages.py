"""An agenda is ordered and given papers, a plan shows how far it is, motions lead to what they are about."""

from datetime import date

import pytest
from django.urls import reverse

from alliance.commands import actions, agenda
from alliance.commands.documents import adopt_by_editor, adopt_version
from alliance.models import ActionItem
from core import audit
from notifications.models import Message
from tests.alliance import convening, papers
from tests.alliance.voting import Voting
from tests.frontend.reading import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(world):
    return convening.speaker(world.alliance.memberships.get(organisation=world.org_b), world.ana)


def told(world, kind: str, title: str, access: str = "members"):
    """A document of the alliance that needs no resolution, in force."""
    document = papers.a_document(world, title.lower(), kind=kind, title=title, access=access, needs_resolution=False)
    adopt_by_editor(papers.proposed(world, document, "Text."), by=world.sec)
    return document


def test_points_are_put_in_order_changed_and_given_papers_that_each_reader_may_open(world, client, ana):
    meeting = convening.planned(convening.assembly(world), world.sec)
    items = [agenda.add_agenda_item(meeting, by=world.sec, title=title) for title in ("One", "Two", "Three")]
    report, kept = told(world, "report", "Report"), told(world, "guideline", "Salaries", access="restricted")
    client.force_login(world.sec)
    place = reverse("meeting", args=[meeting.pk])
    move = {way: reverse("meeting_act", args=[meeting.pk, way]) for way in ("earlier", "later", "call", "remove-item")}
    client.post(move["earlier"], {"item": items[2].pk})
    client.post(move["earlier"], {"item": items[0].pk})
    assert [row.title for row in meeting.agenda.order_by("number")] == ["One", "Three", "Two"]
    change = reverse("agenda_item", args=[meeting.pk, items[0].pk])
    assert client.post(change, {"title": ""}).status_code == 422
    client.post(change, {"title": "First", "documents": [report.pk, kept.pk]})
    assert audit.history(items[0]).last().verb == "change"
    client.post(move["remove-item"], {"item": items[1].pk})
    client.post(move["call"], {})
    page = text(client, place)
    assert [word in page for word in ("First", "Report", "Salaries", "Two")] == [True, True, True, False]
    client.force_login(ana)
    page = text(client, place)
    assert reverse("document", args=[world.alliance.slug, "report"]) in page
    assert "Salaries" not in page
    assert "Earlier" not in page
    assert client.get(change).status_code == 404
    assert client.post(move["later"], {"item": items[0].pk}).status_code == 422


def test_a_plan_shows_how_far_it_is_by_the_weight_of_its_actions(world, client, ana):
    plan = told(world, "action_plan", "Plan")
    client.force_login(world.sec)
    place = reverse("plan", args=[world.alliance.slug, plan.slug])
    assert "No action yet" in text(client, place)
    given = {"title": "Print it", "owner": ana.email, "due_on": "2030-01-01", "weight": "3"}
    assert client.post(place, {**given, "owner": ""}).status_code == 422
    assert client.post(place, given).url == place
    actions.promise_action(
        world.alliance, by=world.sec, title="Hidden", owner=world.sec, due_on=date(2030, 1, 1), plan=plan
    )
    actions.finish_action(ActionItem.objects.get(title="Print it"), by=ana, evidence="Shelf 3")
    assert "3 of 4 by weight" in text(client, place)
    client.force_login(ana)
    page = text(client, place)
    assert "75 %" in page
    assert "Print it" in page
    assert "Hidden" not in page
    assert "Record an action" not in page
    assert place in text(client, reverse("plans", args=[world.alliance.slug]))
    assert place in text(client, reverse("document", args=[world.alliance.slug, plan.slug]))
    assert place in text(client, reverse("action", args=[ActionItem.objects.get(title="Print it").pk]))
    client.force_login(world.dan)
    for address in (place, reverse("plans", args=[world.alliance.slug])):
        assert client.get(address).status_code == 404


def test_a_motion_leads_to_its_meeting_and_to_what_it_is_about_and_back(client, world):
    aoc = Voting(2)
    meeting = convening.planned(aoc.assembly, aoc.secretary)
    item = agenda.add_agenda_item(meeting, by=aoc.secretary, title="Exclusion")
    motion = aoc.tabled(kind="exclude", membership=aoc.members[1], agenda_item=item)
    client.force_login(aoc.secretary)
    page = text(client, reverse("alliance_motion", args=[aoc.alliance.slug, motion.pk]))
    assert reverse("organisation", args=[aoc.members[1].organisation.slug]) in page
    assert f"{reverse('meeting', args=[meeting.pk])}#h-item-1" in page
    assert reverse("alliance_motion", args=[aoc.alliance.slug, motion.pk]) in text(
        client, reverse("meeting", args=[meeting.pk])
    )


def test_a_member_page_shows_its_open_votes_and_whether_it_voted_only_to_its_own(client):
    aoc = Voting(2)
    motion = aoc.opened()
    place = reverse("alliance_member", args=[aoc.alliance.slug, aoc.members[0].pk])
    for person, says in ((aoc.people[0], True), (aoc.secretary, False)):
        client.force_login(person)
        page = text(client, place)
        assert reverse("alliance_motion", args=[aoc.alliance.slug, motion.pk]) in page
        assert ("not voted yet" in page) is says


def test_heads_and_else_signatories_are_told_of_a_document_that_awaits_their_signature(world):
    papers.speaks(world, world.ana, world.org_a, "head")
    papers.speaks(world, world.bo, world.org_b, "delegate")
    charter = papers.a_document(world)
    version = adopt_version(papers.proposed(world, charter, "Text."), papers.a_resolution(world), by=world.sec)
    told = Message.objects.filter(kind="signature_awaited", subject_id=version.pk)
    assert {message.recipient for message in told} == {world.ana, world.sig_b}
