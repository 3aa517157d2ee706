"""What industry finds in public, and a visitor's enquiry: confirmed first, filed once, purged when never confirmed."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import User
from core import clock
from core.errors import Invalid, NotFound, NotPermitted
from notifications.models import Message
from programs.commands.industry import (
    Enquiry,
    Visitor,
    confirm_enquiry,
    leave_enquiry,
    publish_shown,
    purge_enquiries,
    save_shown,
    take_down_shown,
)
from programs.models import ApplicationCase, IndustrialOffer, IndustrialRequest, VisitorEnquiry
from programs.queries.showcase import cases_public, offers_public

pytestmark = pytest.mark.django_db
ASKED = Enquiry("Acme Coatings", "Coatings under stress", "Where do cracks begin?", country="DE")


def offer(world, **said) -> IndustrialOffer:
    fields = {"title": "Phases in powders", "text": "Send capillaries.", "facility": world.facility_a}
    return IndustrialOffer(alliance=world.alliance, organisation=world.facility_a.organisation, **{**fields, **said})


def left(world, email="eve@acme.example") -> str:
    """An enquiry of a visitor; its token."""
    leave_enquiry(world.alliance, Visitor("Eve", email, "zh-hans"), ASKED, by=world.system)
    path = Message.objects.get(kind="enquiry_confirm").context["path"]
    return re.findall(r"/enquiry/(.+)/$", path)[0]


def test_the_public_sees_what_is_published_and_nothing_else(world, client):
    row = save_shown(offer(world), by=world.sec)
    case = ApplicationCase(alliance=world.alliance, title="A crack", text="It grew.")
    save_shown(case, by=world.sec)
    assert not offers_public(world.alliance).exists()
    assert not cases_public(world.alliance).exists()
    assert "Phases in powders" not in client.get("/industry/").text
    assert client.get(f"/industry/cases/{case.slug}/").status_code == 404
    publish_shown(row, by=world.sec)
    publish_shown(case, by=world.sec)
    assert "Phases in powders" in client.get("/industry/").text
    assert "It grew." in client.get(f"/industry/cases/{case.slug}/").text
    take_down_shown(row, by=world.sec)
    assert "Phases in powders" not in client.get("/industry/").text


def test_what_is_to_be_published_later_is_not_public_yet(world):
    soon = clock.now() + timedelta(days=1)
    save_shown(offer(world, published_at=soon), by=world.sec)
    save_shown(
        ApplicationCase(alliance=world.alliance, title="A crack", text="It grew.", published_at=soon), by=world.sec
    )
    assert not offers_public(world.alliance).exists()
    assert not cases_public(world.alliance).exists()
    with clock.standing_at(soon + timedelta(minutes=1)):
        assert offers_public(world.alliance).count() == cases_public(world.alliance).count() == 1


def test_only_who_publishes_for_the_alliance_writes_and_publishes(world):
    with pytest.raises(NotPermitted):
        save_shown(offer(world), by=world.bo)
    row = save_shown(offer(world), by=world.sec)
    for command in (publish_shown, take_down_shown):
        with pytest.raises(NotPermitted):
            command(row, by=world.bo)


def test_a_visitors_enquiry_reaches_nobody_before_it_is_confirmed(world):
    left(world)
    assert not IndustrialRequest.objects.exists()
    assert set(Message.objects.values_list("kind", "address")) == {("enquiry_confirm", "eve@acme.example")}
    assert not User.objects.filter(email="eve@acme.example").exists()


def test_confirming_files_one_request_for_a_new_account_that_cannot_sign_in_yet(world):
    token = left(world)
    filed = confirm_enquiry(token, by=world.system)
    assert confirm_enquiry(token, by=world.system) == filed
    assert IndustrialRequest.objects.count() == 1
    assert (filed.company, filed.country, filed.state) == ("Acme Coatings", "DE", "enquiry")
    assert (filed.contact.email, filed.contact.locale) == ("eve@acme.example", "zh-hans")
    assert not filed.contact.has_usable_password()
    assert Message.objects.filter(kind="industrial_enquiry").exists()


def test_the_account_that_the_address_has_is_used(world):
    filed = confirm_enquiry(left(world, world.dan.email.upper()), by=world.system)
    assert filed.contact == world.dan


def test_an_unknown_or_old_address_confirms_nothing_and_what_is_old_is_purged(world):
    token = left(world)
    with pytest.raises(NotFound):
        confirm_enquiry("something", by=world.system)
    with clock.standing_at(clock.now() + timedelta(days=4)):
        with pytest.raises(NotFound):
            confirm_enquiry(token, by=world.system)
        assert purge_enquiries() == 1
    assert not VisitorEnquiry.objects.exists()


def test_what_was_filed_is_not_purged(world):
    confirm_enquiry(left(world), by=world.system)
    with clock.standing_at(clock.now() + timedelta(days=4)):
        assert purge_enquiries() == 0


def test_an_enquiry_that_lacks_something_is_refused_with_what_is_missing(world):
    with pytest.raises(Invalid) as refusal:
        leave_enquiry(world.alliance, Visitor("", "no address"), ASKED, by=world.system)
    assert {violation.field for violation in refusal.value.violations} == {"name", "email"}


GIVEN = {"company": "Acme", "name": "Eve", "email": "eve@acme.example", "title": "Cracks", "question": "Where?"}


def sent(client, seconds: int = 20, **more):
    """The answer to the form sent so long after it was opened."""
    now = clock.now()
    with time_machine.travel(now, tick=False):
        opened = client.get("/industry/enquiry/").context["form"]["opened"].initial
    with time_machine.travel(now + timedelta(seconds=seconds), tick=False):
        return client.post("/industry/enquiry/", {**GIVEN, "opened": opened, **more})


def test_the_page_asks_the_visitor_to_confirm_and_a_mail_scanner_confirms_nothing(world, client):
    answer = sent(client)
    assert answer["Location"] == reverse("enquiry_sent")
    path = Message.objects.get(kind="enquiry_confirm").context["path"]
    assert client.get(path).status_code == 200
    assert not IndustrialRequest.objects.exists()
    assert IndustrialRequest.objects.count() == 0
    assert client.post(path).context["is_new"]
    assert IndustrialRequest.objects.get().company == "Acme"


@pytest.mark.parametrize(
    ("seconds", "more", "words"),
    [
        (0, {}, "very quick"),
        (20, {"website": "http://buy.example"}, "last field empty"),
        (90_000, {}, "open too long"),
        (20, {"opened": "made up"}, "open too long"),
    ],
)
def test_a_machine_is_refused_and_what_was_typed_stays(world, client, seconds, more, words):
    answer = sent(client, seconds, **more)
    assert answer.status_code == 422
    assert words in answer.text
    assert "Where?" in answer.text
    assert not VisitorEnquiry.objects.exists()


def test_one_address_is_not_written_to_without_end(world, client):
    answers = [sent(client) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 422]
    assert "Too many enquiries" in answers[-1].text
