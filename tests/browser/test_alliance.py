"""Pages of an alliance, and those after the results of a call, visited once in both widths and schemes."""

from datetime import date

import pytest
from django.urls import reverse

from alliance.commands import agenda, offices
from alliance.commands.documents import adopt_version
from programs.commands import afterwards, rounds
from tests.alliance import convening, hosting, papers
from tests.alliance.voting import Voting
from tests.programs import cast
from tests.programs.allocating import allocating, proposed, scored
from tests.programs.running import a_run
from tests.world import make_instrument

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def everywhere(visit, accessible):
    """Every address once as one person: wide and light, then narrow and dark without loading it again."""

    def check(user, addresses):
        page = visit(addresses[0], user=user)
        for address in addresses:
            page.set_viewport_size({"width": 1440, "height": 900})
            page.emulate_media(color_scheme="light")
            assert page.goto(address).status == 200, address
            accessible(page)
            page.set_viewport_size({"width": 390, "height": 844})
            page.emulate_media(color_scheme="dark")
            accessible(page)
        return page

    return check


def test_the_secretariats_pages_are_accessible(world, everywhere):
    slug, sec = world.alliance.slug, world.sec
    convening.speaker(world.alliance.memberships.get(organisation=world.org_b), world.ana)
    meeting = convening.planned(convening.assembly(world), sec)
    item = agenda.add_agenda_item(meeting, by=sec, title="Opening")
    agenda.add_agenda_item(meeting, by=sec, title="Any other business")
    office = offices.create_office(world.alliance, by=sec, title="Chairman")
    offices.nominate(office, by=sec, name="Wang Enge", ordinal=1)
    charter = papers.a_document(world)
    adopt_version(papers.proposed(world, charter, "## Article 1\n\nText."), papers.a_resolution(world), by=sec)
    plan = papers.a_document(world, "plan", kind="action_plan")
    event = hosting.an_event(world)
    member = world.alliance.memberships.get(organisation=world.org_b)
    lists = ["alliance_desk", "alliance_offices", "plans", "join_alliance"]
    everywhere(
        sec,
        [
            *(reverse(name, args=[slug]) for name in lists),
            reverse("meeting", args=[meeting.pk]),
            reverse("agenda_item", args=[meeting.pk, item.pk]),
            reverse("body", args=[meeting.body.pk]),
            reverse("office", args=[office.pk]),
            reverse("plan", args=[slug, plan.slug]),
            reverse("document", args=[slug, charter.slug]),
            reverse("alliance_member", args=[slug, member.pk]),
            *(reverse(f"event_{part}", args=[slug, event.slug]) for part in ("desk", "programme", "people", "around")),
        ],
    )


def test_a_voters_pages_are_accessible(everywhere):
    aoc = Voting(2)
    motion = aoc.opened(effective_on=date(2030, 1, 1))
    slug = aoc.alliance.slug
    everywhere(
        aoc.people[0],
        [
            reverse("alliance_motion", args=[slug, motion.pk]),
            reverse("alliance_member", args=[slug, aoc.members[0].pk]),
            reverse("circulars"),
        ],
    )


def test_the_pages_after_the_results_are_accessible(world, everywhere):
    call = allocating(world, offered=6)
    granted = scored(world, call, 4.5, pi=world.ana)
    refused = scored(world, call, 4.0, pi=world.dan)
    proposed(world, call)
    rounds.announce_results(call, by=world.lea)
    run = a_run(world)
    leg, target = granted.legs.get(), make_instrument(world.facility_b, "B2")
    asked = afterwards.ask_transfer(leg, target, by=world.ana, reason="A1 is shut until May.")
    evaluated, judged = cast.in_state(world, "evaluated"), cast.in_state(world, "completed")
    everywhere(world.ana, [reverse("work"), reverse("booking_feedback", args=[run.pk])])
    everywhere(world.dan, [reverse("proposal_appeal", args=[refused.pk])])
    everywhere(world.bo, [reverse("transfer", args=[asked.pk]), reverse("work")])
    evaluations = [reverse("program_evaluation", args=[row.pk]) for row in (judged, evaluated)]
    everywhere(world.sec, [reverse("unpublished"), *evaluations])
