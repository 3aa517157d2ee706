"""A centre joins in a browser, from its application to the signed charter; a visitor asks as a company."""

import re

import pytest

from alliance.commands import applications as apply
from alliance.models import Membership, MembershipApplication, Motion
from frontend.forms import enquiry
from notifications.models import Message
from programs.commands.industry import publish_shown, save_shown
from programs.models import IndustrialOffer, IndustrialRequest
from tests.alliance import joining
from tests.browser.following import follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def button(page, name):
    follow(page.get_by_role("button", name=name, exact=True))


def test_a_centre_joins_and_a_visitor_asks_as_a_company(world, visit, accessible, monkeypatch):
    head, chair = joining.head(world), joining.chair(world)
    centre = visit("/join/", user=world.dan)
    accessible(centre)
    follow(centre.get_by_role("link", name="Begin an application").first)
    centre.get_by_label("Your centre").fill("Centre C")
    centre.get_by_label("Why the centre wants to join").fill("To share beam time.")
    centre.get_by_label("Facilities it would open to members").fill("A laser.")
    centre.get_by_label("Head of the centre").fill("Prof Head")
    centre.get_by_label("Their e-mail address").fill(head.email)
    accessible(centre)
    button(centre, "Keep the draft")
    report = {"name": "report.pdf", "mimeType": "application/pdf", "buffer": joining.PDF}
    centre.get_by_label("Add a document").set_input_files(report)
    button(centre, "Attach")
    accessible(centre)
    button(centre, "Submit")
    row = MembershipApplication.objects.get()

    office = visit("/alliance/alliance/applications/", user=world.sec, width=390, scheme="dark")
    follow(office.get_by_role("link", name="Centre C"))
    button(office, "Start the check")
    accessible(office)
    voting = visit(f"/applications/{row.pk}/", user=chair)
    button(voting, "Put to the vote")
    accessible(voting)
    motion = Motion.objects.get(application=row)
    apply.admit_by_resolution(row, joining.resolution(world, motion=motion), by=world.system)
    signing = visit(f"/applications/{row.pk}/", user=head)
    accessible(signing)
    button(signing, "Sign the charter")
    assert Membership.objects.get(organisation=world.org_c).state == "active"

    monkeypatch.setattr(enquiry, "QUICKEST", 0)
    offer = IndustrialOffer(
        alliance=world.alliance, organisation=world.org_a, facility=world.facility_a, instrument=world.instrument_a,
        title="Phases in powders", text="Send capillaries.",
    )  # fmt: skip
    publish_shown(save_shown(offer, by=world.sec), by=world.sec)
    visitor = visit("/facilities/", width=390)
    follow(visitor.get_by_role("link", name="A1", exact=True))
    accessible(visitor)
    visitor.goto("/industry/")
    accessible(visitor)
    follow(visitor.get_by_role("link", name="Ask about “Phases in powders”"))
    for label, said in (("Company", "Acme"), ("Your name", "Eve"), ("E-mail", "eve@acme.example"), ("Title", "Cracks")):
        visitor.get_by_label(label, exact=True).fill(said)
    visitor.get_by_label("What is to be found out").fill("Where do cracks begin?")
    accessible(visitor)
    button(visitor, "Send the enquiry")
    assert not IndustrialRequest.objects.exists()
    path = Message.objects.get(kind="enquiry_confirm").context["path"]
    visitor.goto(re.sub("^https?://[^/]+", "", path))
    follow(visitor.locator("main form button"))
    accessible(visitor)
    asked = IndustrialRequest.objects.get()
    assert (asked.company, asked.instrument) == ("Acme", world.instrument_a)
