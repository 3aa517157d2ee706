"""What a carried vote brings about, from the motion to its effect: an amendment, an admission, an election."""

from datetime import date, timedelta

import pytest

from alliance.commands import applications as apply
from alliance.commands.documents import draft_version, move_version, sign_version
from alliance.commands.offices import create_office, nominate
from alliance.commands.voting import Draft, cast_vote, close_vote, draft_motion, open_vote, table_motion
from alliance.models import (
    Document,
    DocumentVersion,
    Membership,
    MembershipApplication,
    Motion,
    OfficeTerm,
    Resolution,
    Signature,
)
from alliance.queries.documents import charter_in_force, signers_of
from core import clock
from tests.alliance import joining
from tests.alliance.papers import speaks
from tests.alliance.voting import Voting

pytestmark = pytest.mark.django_db


@pytest.fixture
def assembly(world):
    """Two members with a representative each, a chair, and the body on which every member sits."""
    speaks(world, world.sig_a, world.org_a)
    speaks(world, world.sig_b, world.org_b)
    joining.chair(world)
    return world


def decided(world, motion: Motion, *choices: str) -> Motion:
    """The members vote so in writing, in the order of their names, and the chair closes when all have voted."""
    chair = joining.chair(world)
    if motion.state == "draft":
        motion = table_motion(motion, by=world.sec)
    open_vote(motion, by=chair, closes_at=clock.now() + timedelta(days=7))
    for person, choice in zip((world.sig_a, world.sig_b), choices, strict=False):
        cast_vote(motion, choice, by=person)
    close_vote(motion, by=chair)
    return Motion.objects.get(pk=motion.pk)


def charter(world) -> Document:
    return Document.objects.create(
        alliance=world.alliance,
        slug="charter",
        kind="charter",
        title="Charter",
        access="public",
        signed_by_members=True,
    )


def put(world, document: Document, text: str, kind: str) -> tuple[DocumentVersion, Motion]:
    by = world.secretary if isinstance(world, Voting) else world.sec
    version = move_version(draft_version(document, by=by, text=text), "propose", by=by)
    draft = Draft(title=f"Charter, version {version.number}", text="It is adopted.", kind=kind, version=version)
    return version, draft_motion(world.alliance, draft, by=by)


def test_a_charter_is_in_force_by_a_carried_vote_alone_and_an_amendment_leaves_the_old_one_readable(assembly):
    world, document = assembly, charter(assembly)
    first, motion = put(world, document, "Article 1. Peace.", "charter_adopt")
    assert decided(world, motion, "for", "for").state == "carried"
    assert charter_in_force(world.alliance) == first
    second, motion = put(world, document, "Article 1. Peace and science.", "charter_amend")
    assert decided(world, motion, "for", "against").state == "lost"
    assert charter_in_force(world.alliance) == first
    again = Draft(title="Once more", text="It is adopted.", kind="charter_amend", version=second)
    motion = draft_motion(world.alliance, again, by=world.sec)
    assert decided(world, motion, "for", "for").state == "carried"
    assert charter_in_force(world.alliance) == second
    first.refresh_from_db()
    assert (first.state, first.text) == ("superseded", "Article 1. Peace.")
    second.refresh_from_db()
    assert {signer.organisation.name for signer in signers_of(second) if signer.signature is None} == {
        "Centre A",
        "Centre B",
    }
    numbers = Resolution.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [1, 2]


def test_f1_seventeen_adopt_the_charter_and_sign_it(db):
    founders = Voting(17, slug="gcasc")
    version, motion = put(founders, charter(founders), "Article 2. Peaceful ends only.", "charter_adopt")
    motion = table_motion(motion, by=founders.secretary)
    open_vote(motion, by=founders.chair, closes_at=clock.now() + timedelta(hours=1))
    for person in founders.people:
        cast_vote(motion, "for", by=person)
    close_vote(motion, by=founders.chair)
    assert Motion.objects.get(pk=motion.pk).state == "carried"
    assert charter_in_force(founders.alliance) == version
    for member in founders.members:
        paper = Signature.Method.PAPER
        sign_version(version, member.organisation, by=founders.secretary, name="Head", method=paper)
    assert len(signers_of(version)) == version.signatures.count() == 17
    assert all(signer.signature for signer in signers_of(version))


def test_a_centre_is_admitted_by_its_vote_and_is_a_member_once_its_head_has_signed(assembly):
    world = assembly
    row = joining.in_state(world, "checking")
    motion = apply.put_to_vote(row, by=joining.chair(world))
    assert decided(world, motion, "for", "for").state == "carried"
    row = MembershipApplication.objects.get(pk=row.pk)
    assert row.state == "signature"
    assert not Membership.objects.filter(organisation=world.org_c).exists()
    apply.sign_charter(row, by=joining.head(world))
    member = Membership.objects.get(organisation=world.org_c)
    assert (member.state, member.changes.get().resolution.motion) == ("active", motion)


def test_a_lost_vote_declines_the_application(assembly):
    row = joining.in_state(assembly, "checking")
    motion = apply.put_to_vote(row, by=joining.chair(assembly))
    assert decided(assembly, motion, "against", "against").state == "lost"
    assert MembershipApplication.objects.get(pk=row.pk).state == "declined"


def test_an_election_gives_a_term_that_begins_on_its_day(assembly):
    world = assembly
    office = create_office(world.alliance, by=world.sec, title="Treasurer")
    term = nominate(office, by=world.sec, name="Ada Li", starts_on=date(2099, 1, 1))
    draft = Draft(title="Elect Ada Li", text="Ada Li is elected.", kind="appoint", term=term)
    assert decided(world, draft_motion(world.alliance, draft, by=world.sec), "for", "abstain").state == "carried"
    term = OfficeTerm.objects.get(pk=term.pk)
    assert (term.state, term.starts_on, term.resolution.number) == ("elected", date(2099, 1, 1), 1)
