"""The desk of a secretariat and the pages of members: what waits, what ends, and who sees it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.commands import grant_role
from alliance.commands import membership as members
from alliance.commands.representatives import name_representative
from alliance.models import (
    ActionItem,
    Alliance,
    Circular,
    ClassRights,
    Membership,
    MembershipChange,
    Office,
    OfficeTerm,
)
from tests.alliance import convening, joining, papers
from tests.world import make_user

pytestmark = pytest.mark.django_db
DESK = "/alliance/alliance/desk/"


@pytest.fixture
def as_(client):
    def of(user):
        client.force_login(user)
        return client

    return of


def test_the_secretariat_begins_at_its_desk(world, as_):
    assert as_(world.sec).get("/desk/").headers["Location"] == DESK
    assert DESK in as_(world.sec).get("/desk/", follow=True).redirect_chain[0][0]
    for person in (world.ana, world.bo, world.lea, world.sig_a):
        assert as_(person).get("/desk/").status_code == 404
        assert as_(person).get(DESK).status_code == 404


def test_the_desk_shows_what_waits_ends_and_was_promised(world, as_):
    today = joining.today()
    row = joining.in_state(world, "submitted")
    office = Office.objects.create(alliance=world.alliance, slug="sg", title="Secretary General")
    for name, days in (("Ding Hong", 80), ("Somebody Early", 400)):
        OfficeTerm.objects.create(
            office=office, name=name, state="in_office", designation="acting",
            starts_on=today - timedelta(days=10), ends_on=today + timedelta(days=days),
        )  # fmt: skip
    chair = Office.objects.create(alliance=world.alliance, slug="chair", title="Chair")
    OfficeTerm.objects.create(
        office=chair, name="Gone Long", state="in_office",
        starts_on=today - timedelta(days=900), ends_on=today - timedelta(days=1),
    )  # fmt: skip
    for title, days in (("Write the plan", -3), ("Book the hall", 20), ("Far away", 300)):
        ActionItem.objects.create(
            alliance=world.alliance, title=title, owner=world.sec, due_on=today + timedelta(days=days)
        )
    html = as_(world.sec).get(DESK).content.decode()
    assert reverse("alliance_application", args=["alliance", row.pk]) in html
    assert "Secretary General: Ding Hong" in html
    assert "within 90 days" in html
    assert "Chair: Gone Long" in html
    assert "Write the plan" in html
    assert "overdue" in html
    assert "Book the hall" in html
    assert "Somebody Early" not in html
    assert "Far away" not in html


def test_the_desk_names_the_meeting_the_letter_and_the_version_that_wait_and_leads_to_them(world, as_):
    meeting = convening.planned(convening.assembly(world), world.sec, title="Spring meeting")
    letter = Circular.objects.create(alliance=world.alliance, title="Dues of the year", body="…")
    papers.proposed(world, papers.a_document(world, "plan", kind="cooperation_plan"), "To adopt")
    page = as_(world.sec).get(DESK).content.decode()
    assert "The notice is not sent." in page
    for url in (
        reverse("meeting", args=[meeting.pk]), reverse("circular", args=[letter.pk]),
        "/documents/alliance/plan/v1/?language=en",
    ):  # fmt: skip
        assert f'href="{url}"' in page
        assert as_(world.sec).get(url).status_code == 200
    chair = make_user("chair", world.org_b)
    grant_role(chair, "chair", world.alliance, by=world.system)
    page = as_(chair).get(DESK).content.decode()
    assert ("Spring meeting" in page, "Dues of the year" in page) == (True, False)
    assert reverse("applications", args=["alliance"]) in page


def test_a_desk_shows_nothing_of_another_alliance(world, as_):
    other = Alliance.objects.create(slug="other", name="Other alliance", acronym="OTH")
    foreign = make_user("foreign", world.org_b)
    grant_role(foreign, "secretariat", other, by=world.system)
    joining.in_state(world, "submitted")
    ActionItem.objects.create(alliance=world.alliance, title="Ours alone", owner=world.sec, due_on=joining.today())
    assert as_(foreign).get(DESK).status_code == 404
    html = as_(foreign).get("/alliance/other/desk/").content.decode()
    assert "Centre C" not in html
    assert "Ours alone" not in html


def test_the_desk_asks_as_much_for_three_applications_as_for_one(world, as_, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from alliance.models import MembershipApplication

    client = as_(world.sec)
    joining.in_state(world, "submitted")
    client.get(DESK)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(DESK)
    for letter in "de":
        organisation = type(world.org_c).objects.create(slug=f"org-{letter}", name=f"Centre {letter}", country="IT")
        MembershipApplication.objects.create(
            alliance=world.alliance, organisation=organisation, contact=world.dan, state="submitted",
            submitted_at=world.monday,
        )  # fmt: skip
    with django_assert_num_queries(len(one)):
        client.get(DESK)


def test_a_member_reads_its_own_page_and_no_other(world, as_):
    own, other = (Membership.objects.get(organisation=org) for org in (world.org_a, world.org_b))
    name_representative(own, "head", by=world.sec, person=world.bo)
    name_representative(own, "delegate", by=world.bo, person=world.cleo)
    for person in (world.bo, world.cleo):
        html = as_(person).get(reverse("alliance_member", args=["alliance", own.pk])).content.decode()
        assert "Cleo" in html
        assert as_(person).get(reverse("alliance_member", args=["alliance", other.pk])).status_code == 404
        listed = as_(person).get(reverse("alliance_members", args=["alliance"])).content.decode()
        assert "Centre A" in listed
        assert "Centre B" not in listed
    page = as_(world.bo).get(reverse("alliance_member", args=["alliance", own.pk])).content.decode()
    assert ('value="delegate"' in page, 'value="head"' in page) == (True, False)
    assert f'value="{own.representatives.get(kind="head").pk}"' not in page
    page = as_(world.sec).get(reverse("alliance_member", args=["alliance", own.pk])).content.decode()
    assert 'value="head"' in page
    for person in (world.ana, world.dan, world.lea):
        assert as_(person).get(reverse("alliance_member", args=["alliance", own.pk])).status_code == 404
        assert as_(person).get(reverse("alliance_members", args=["alliance"])).status_code == 404


def test_a_member_is_suspended_only_by_resolution_and_leaves_by_its_heads_notice(world, as_):
    own = Membership.objects.get(organisation=world.org_a)
    name_representative(own, "head", by=world.sec, person=world.bo)
    page = reverse("alliance_member", args=["alliance", own.pk])
    assert as_(world.sec).post(f"{page}suspend/", {"reason": "x"}).status_code == 404
    assert as_(world.bo).post(f"{page}withdraw/", {"on": str(joining.today()), "reason": ""}).status_code == 422
    leaving = joining.today() + timedelta(days=30)
    assert as_(world.bo).post(f"{page}withdraw/", {"on": str(leaving), "reason": "Merged"}).status_code == 302
    own.refresh_from_db()
    assert (own.state, own.left_on) == ("active", leaving)
    assert "Membership" in as_(world.sec).get(DESK).content.decode()
    assert (
        as_(world.sec).post(f"{page}name/", {"kind": "delegate", "name": "X", "starts_on": "2026-01-01"}).status_code
        == 302
    )


def test_the_list_shows_members_as_they_stood_on_a_day(world, as_):
    row = Membership.objects.get(organisation=world.org_a)
    members.change_class(row, "observer", by=world.sec, reason="Asked")
    address = reverse("alliance_members", args=["alliance"])
    today = as_(world.sec).get(address, {"member_class": "observer"}).content.decode()
    before = as_(world.sec).get(address, {"member_class": "observer", "on": "2020-01-01"}).content.decode()
    assert "Centre A" in today
    assert "Centre A" not in before


def test_the_secretariat_sets_what_a_class_may_do_and_records_old_members(world, as_):
    client = as_(world.sec)
    assert (
        client.post("/alliance/alliance/members/classes/", {"member_class": "observer", "speaks": "on"}).status_code
        == 302
    )
    rights = ClassRights.objects.get(alliance=world.alliance, member_class="observer")
    assert (rights.speaks, rights.votes) == (True, False)
    said = {"organisation": "Centre C", "member_class": "founding", "joined_on": "2019-10-17", "source": "Article 4"}
    assert client.post("/alliance/alliance/members/record/", said).status_code == 302
    entry = MembershipChange.objects.get(membership__organisation=world.org_c)
    assert (entry.kind, str(entry.effective_on), entry.reason) == ("joined", "2019-10-17", "Article 4")
    again = client.post("/alliance/alliance/members/record/", said | {"member_class": "full"})
    assert "is a member then already" in again.content.decode()
    assert as_(world.ana).get("/alliance/alliance/members/classes/").status_code == 404


def test_the_administration_no_longer_edits_members(world, client):
    world.sec.is_staff = True
    world.sec.save()
    client.force_login(world.sec)
    row = Membership.objects.get(organisation=world.org_a)
    assert client.get(reverse("admin:alliance_membership_changelist")).status_code == 200
    assert (
        client.post(reverse("admin:alliance_membership_change", args=[row.pk]), {"state": "excluded"}).status_code
        == 403
    )
    assert client.get(reverse("admin:alliance_membership_add")).status_code == 403
