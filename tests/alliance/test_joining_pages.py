"""A centre joins, in the browser's requests; and what others see of its application: nothing."""

import re

import pytest
from django.urls import reverse

from alliance.commands import applications as apply
from alliance.models import ApplicationFile, Membership, MembershipApplication, Motion
from alliance.queries.membership import active_memberships
from core import audit
from notifications.models import Message
from tests.alliance import joining

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_(client):
    def of(user):
        client.force_login(user)
        return client

    return of


def at(row, name="alliance_application", *more):
    return reverse(name, args=[row.alliance.slug, row.pk, *more])


def press(client, row, move, **said):
    answer = client.post(at(row, "application_move", move), said)
    assert answer.status_code == 302, re.findall(r'class="err"[^>]*>([^<]*)', answer.content.decode())
    row.refresh_from_db()


def test_a_centre_joins(world, as_):
    head, chair = joining.head(world), joining.chair(world)
    assert reverse("new_application", args=["alliance"]) in as_(world.dan).get("/join/").content.decode()
    said = {"organisation": "Centre C", "member_class": "full", "motivation": joining.SAID}
    made = as_(world.dan).post(reverse("new_application", args=["alliance"]), said)
    row = MembershipApplication.objects.get()
    assert made.headers["Location"] == at(row)
    early = as_(world.dan).post(at(row, "application_move", "submit"))
    assert early.status_code == 422
    assert "Add at least one document" in early.content.decode()
    more = {"member_class": "full", "motivation": joining.SAID, "facilities_offered": "A hidden laser"}
    more |= {"head_name": "Prof Head", "head_email": head.email, "version": row.version}
    sponsor = Membership.objects.get(organisation=world.org_a)
    assert as_(world.dan).post(at(row, "edit_application"), more | {"sponsors": [sponsor.pk]}).status_code == 302
    assert as_(world.dan).post(at(row, "application_files"), {"file": joining.paper()}).status_code == 302
    press(as_(world.dan), row, "submit")
    press(as_(world.sec), row, "check")
    press(as_(world.sec), row, "return", about_1="files", text_1="Add the <budget>")
    mended = as_(world.dan).get(at(row)).content.decode()
    assert "Add the &lt;budget&gt;" in mended
    press(as_(world.dan), row, "submit")
    press(as_(world.sec), row, "check")
    press(as_(world.sec), row, "plan-visit", on="2030-05-06")
    press(as_(world.sec), row, "report-visit", report="Halls are leaking")
    assert "Halls are leaking" in as_(world.sec).get(at(row)).content.decode()
    assert "Halls are leaking" not in as_(world.dan).get(at(row)).content.decode()
    press(as_(chair), row, "put-to-vote", text="To admit the centre.")
    motion = Motion.objects.get(application=row)
    assert (motion.kind, motion.text, row.state) == ("admit", "To admit the centre.", "voting")
    apply.admit_by_resolution(row, joining.resolution(world, motion=motion), by=world.system)
    press(as_(head), row, "sign", name="Prof H. Head")
    today = joining.today()
    membership = Membership.objects.get(organisation=world.org_c)
    assert (row.state, row.membership, row.signed_on) == ("member", membership, today)
    assert membership in active_memberships(world.alliance, today)
    assert {(each.name, each.kind, each.person) for each in membership.representatives.all()} == {
        ("Prof H. Head", "head", head),
        (world.dan.name, "delegate", world.dan),
    }
    entry = membership.changes.get()
    assert (entry.kind, entry.resolution, entry.by) == ("joined", motion.resolution, head)
    verbs = [entry.verb for entry in audit.history(row)]
    assert verbs == ["start", "edit", "attach", "submit", "check", "return", "submit", "check", "plan-visit",
                     "report-visit", "put-to-vote", "approve", "sign"]  # fmt: skip
    told = set(Message.objects.filter(recipient=world.sec).values_list("kind", flat=True))
    assert "application_submitted" in told
    assert Message.objects.filter(recipient=world.dan, kind="application_returned").get().context["note"]


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "voting", "declined"])
def test_nobody_else_sees_a_trace_of_an_application(world, client, state):
    row = joining.in_state(world, state)
    file = ApplicationFile.objects.get()
    others = [world.ana, world.bo, world.sig_a, world.lea, None]
    others += [world.sec, joining.chair(world)] if state == "draft" else []
    for person in others:
        client.logout()
        if person:
            client.force_login(person)
        for address in (at(row), at(row, "application_file", file.pk), reverse("application", args=[row.pk])):
            assert client.get(address).status_code == (404 if person else 302)
        assert client.post(at(row, "application_move", "withdraw"), {"note": "x"}).status_code == (
            404 if person else 302
        )
        pages = ["/", "/join/", "/about/", "/about/members/", "/search/?q=hidden", "/search/?q=motivation"]
        if person:
            pages.append(reverse("applications", args=["alliance"]))
        for page in pages:
            html = client.get(page).content.decode()
            assert joining.SAID not in html
            assert "hidden laser" not in html
            assert file.name not in html
            assert str(row.pk) not in html


def test_the_applicant_of_another_alliance_is_unknown_here(world, as_):
    from accounts.commands import grant_role
    from alliance.models import Alliance
    from tests.world import make_user

    other = Alliance.objects.create(slug="other", name="Other alliance", acronym="OTH")
    foreign = make_user("foreign", world.org_b)
    grant_role(foreign, "secretariat", other, by=world.system)
    row = joining.in_state(world, "submitted")
    assert as_(foreign).get(at(row)).status_code == 404
    assert as_(foreign).get(reverse("alliance_application", args=["other", row.pk])).status_code == 404
    assert as_(world.sec).get(reverse("alliance_application", args=["other", row.pk])).status_code == 404


def test_a_document_is_taken_by_its_content_and_never_shown_inline(world, as_):
    row = joining.draft(world)
    client = as_(world.dan)
    lying = client.post(at(row, "application_files"), {"file": joining.paper("cv.pdf", b"MZ\x90\x00\x03program")})
    assert lying.status_code == 422
    assert "is of no kind that is taken" in lying.content.decode()
    named = client.post(at(row, "application_files"), {"file": joining.paper("cv.png")})
    assert "does not fit its content" in named.content.decode()
    file = ApplicationFile.objects.get()
    answer = client.get(at(row, "application_file", file.pk))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert b"".join(answer.streaming_content) == joining.PDF
    assert client.post(at(row, "application_file", file.pk)).status_code == 302
    assert not ApplicationFile.objects.exists()


def test_what_somebody_typed_over_a_newer_draft_is_refused_and_kept(world, as_):
    row = joining.draft(world)
    said = {"member_class": "full", "motivation": "Newer words", "version": row.version}
    assert as_(world.dan).post(at(row, "edit_application"), said).status_code == 302
    late = as_(world.dan).post(at(row, "edit_application"), said | {"motivation": "Older words"})
    assert late.status_code == 422
    assert "Older words" in late.content.decode()
    assert MembershipApplication.objects.get().motivation == "Newer words"


def test_the_charter_in_force_bears_the_signature(world):
    from alliance.models import Document, DocumentVersion, Signature

    charter = Document.objects.create(
        alliance=world.alliance,
        slug="charter",
        kind="charter",
        title="Charter",
        access="public",
        signed_by_members=True,
    )
    version = DocumentVersion.objects.create(document=charter, number=1, text="Art. 1", state="draft")
    DocumentVersion.objects.filter(pk=version.pk).update(adopted_on="2019-10-17", adopted_by=joining.resolution(world))
    for state in ("proposed", "adopted", "in_force"):
        DocumentVersion.objects.filter(pk=version.pk).update(state=state)
    row = joining.in_state(world, "signature")
    apply.sign_charter(row, by=world.sec, name="Prof Head", signed_on=joining.today())
    signed = Signature.objects.get()
    assert (signed.organisation, signed.name, signed.method) == (world.org_c, "Prof Head", "paper")
    assert signed.membership == Membership.objects.get(organisation=world.org_c)
