"""A proposal in a real browser: drafted by two, submitted, confirmed, decided; its time confirmed, its run reported."""

from decimal import Decimal

import pytest

from programs.commands import outcomes, proposals, rounds
from programs.models import Proposal
from tests.browser.following import follow
from tests.programs.asking import a_call
from tests.programs.proposing import with_member
from tests.programs.running import a_run_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_proposal_goes_from_its_title_to_its_report(visit, accessible, world):
    a_call(world)
    ana = visit("/proposals/", user=world.ana)
    follow(ana.get_by_role("link", name="Write a proposal").first)
    ana.get_by_label("Call").select_option(index=1)
    ana.get_by_label("Title").fill("Ions on the move")
    follow(ana.get_by_role("button", name="Begin the draft"))
    proposal = with_member(Proposal.objects.get(), world.bo, by=world.ana)

    bo = visit(f"/proposals/{proposal.pk}/edit/case/", user=world.bo, width=390, scheme="dark")
    follow(ana.get_by_role("link", name="Title and summary"))
    ana.get_by_label("Public title").fill("Ions on the move")
    ana.get_by_label("Abstract").fill("How ions move in solids.")
    follow(ana.get_by_role("button", name="Save and go back"))
    bo.get_by_label("Science case").fill("Nobody has seen it.")
    follow(bo.get_by_role("button", name="Save and go back"))
    accessible(bo)

    follow(ana.get_by_role("link", name="Instruments and time"))
    follow(ana.get_by_role("link", name="Add a part"))
    ana.get_by_label("Instrument", exact=True).select_option(str(world.instrument_b.pk))
    ana.get_by_label("How much").fill("6")
    ana.get_by_label("Best from").fill("2090-03-01")
    ana.get_by_label("until").first.fill("2090-03-31")
    accessible(ana)
    follow(ana.get_by_role("button", name="Save and go back"))
    follow(ana.get_by_role("link", name="Back to the tasks"))
    follow(ana.get_by_role("link", name="Peaceful use"))
    ana.get_by_label("The proposal serves peaceful ends only").check()
    follow(ana.get_by_role("button", name="Save and go back"))
    follow(ana.get_by_role("link", name="Check and submit"))
    accessible(ana)
    follow(ana.get_by_role("button", name="Submit"))

    for person, name in ((world.sig_a, "Centre A"), (world.sig_b, "Centre B")):
        page = visit(f"/proposals/{proposal.pk}/", user=person)
        follow(page.get_by_role("link", name="Read and confirm"))
        follow(page.get_by_role("button", name=f"Confirm for {name}"))
    proposal.refresh_from_db()
    proposals.check_proposal(proposal, by=world.sec)
    proposals.forward_proposal(proposal, by=world.sec)
    leg = proposal.legs.get()
    given = {leg.pk: rounds.Verdict("allocated", Decimal(6))}
    rounds.decide_proposal(proposal, given, by=world.lea, note="Clear and worth it.")

    ana.goto("/my-work/")
    accessible(ana)
    follow(ana.get_by_role("link", name="Confirm the time at B1").first)
    accessible(ana)
    follow(ana.get_by_role("button", name="Confirm").first)
    ana.get_by_text("Confirmed. The time is yours").wait_for()
    follow(ana.get_by_role("link", name="1 B1"))
    accessible(ana)

    a_run_of(world, proposal)
    outcomes.ask_for_reports()
    ana.goto("/my-work/")
    follow(ana.get_by_role("link", name="Hand in the report on A1").first)
    ana.get_by_label("What was done and found").fill("The ions moved.")
    follow(ana.get_by_role("button", name="Hand in the report"))
    ana.get_by_text("The report is handed in").wait_for()
    accessible(ana)
