"""Who must not judge what: each reason alone, nobody else, one statement for everyone."""

from datetime import timedelta

import pytest

from accounts.models import Organisation
from core import clock
from core.models import new_id
from programs.models import Authorship, ConflictDeclaration, Feasibility, ProposalMember, Publication
from programs.queries.conflicts import conflicts, hidden_from, reasons
from tests.programs.asking import a_call, a_member, a_proposal
from tests.world import make_user

pytestmark = pytest.mark.django_db


def kinds(person, proposal) -> set[str]:
    return {row.kind for row in conflicts([person.pk], [proposal.pk])}


@pytest.fixture
def proposal(world):
    return a_proposal(world, a_call(world), state="review")


def test_who_has_nothing_to_do_with_it_is_in_no_conflict(world, proposal):
    assert kinds(world.dan, proposal) == set()
    assert hidden_from(world.dan) == []


def test_team_and_own_organisation(world, proposal):
    assert kinds(world.ana, proposal) == {"team", "organisation"}
    assert kinds(world.bob, proposal) == {"organisation"}
    assert kinds(world.cleo, proposal) == set()
    a_member(proposal, world.dan, organisation=world.org_c)
    assert "team" in kinds(world.dan, proposal)


def test_an_invited_person_is_known_by_orcid_or_address_and_one_who_declined_is_out(world, proposal):
    world.dan.orcid = "0000-0002-1825-0097"
    world.dan.save()
    row = ProposalMember.objects.create(proposal=proposal, orcid=world.dan.orcid)
    assert kinds(world.dan, proposal) == {"team"}
    row.orcid, row.email = "", world.dan.email.upper()
    row.save()
    assert kinds(world.dan, proposal) == {"team"}
    row.state = "declined"
    row.save()
    assert kinds(world.dan, proposal) == set()


@pytest.mark.parametrize("place", ["above", "far above", "below", "beside"])
def test_organisations_above_and_below_count_and_sisters_do_not(world, proposal, place):
    if place == "beside":
        parent = Organisation.objects.create(slug="academy", name="Academy", country="CN")
        world.org_b.parent = world.org_c.parent = parent
        world.org_b.save()
    elif place == "below":
        world.org_c.parent = world.org_b
    else:
        middle = world.org_c
        if place == "far above":
            middle = Organisation.objects.create(slug="mid", name="Institute", country="CN", parent=world.org_c)
        world.org_b.parent = middle
        world.org_b.save()
    world.org_c.save()
    assert kinds(world.dan, proposal) == (set() if place == "beside" else {"parent"})


def test_an_affiliation_that_ended_counts_no_more(world, proposal):
    held = world.bob.affiliations.get()
    held.ends_on = clock.now().date()
    held.save()
    assert kinds(world.bob, proposal) == set()


@pytest.mark.parametrize(("years", "found"), [(2.9, {"together"}), (3.1, set())])
def test_who_proposed_together_in_the_last_three_years(world, proposal, years, found):
    then = clock.now() - timedelta(days=365.25 * years)
    other = a_proposal(world, proposal.call, state="rejected", submitted_at=then, created_at=then)
    a_member(other, world.dan, organisation=world.org_c)
    assert kinds(world.dan, proposal) == found


def test_who_published_together_by_account_or_orcid(world, proposal):
    paper = Publication.objects.create(doi="10.1000/xyz", title="Ions", year=clock.now().year - 1)
    Authorship.objects.create(publication=paper, position=1, name="Dan", orcid="0000-0002-1825-0097")
    Authorship.objects.create(publication=paper, position=2, name="A. Na", person=world.ana)
    assert kinds(world.dan, proposal) == set()
    world.dan.orcid = "0000-0002-1825-0097"
    world.dan.save()
    [found] = conflicts([world.dan.pk], [proposal.pk])
    assert (found.kind, found.what) == ("papers", "A. Na")
    paper.year -= 3
    paper.save()
    assert kinds(world.dan, proposal) == set()


def test_declared_excluded_and_named_by_the_applicant(world, proposal):
    ConflictDeclaration.objects.create(proposal=proposal, person=world.dan, reason="We are married.", by=world.dan)
    proposal.excluded_reviewers.add(world.cleo)
    stranger = make_user("stranger", world.org_c)
    proposal.excluded_names = "Somebody Else; Stranger\nA Third"
    proposal.save()
    assert kinds(world.dan, proposal) == {"declared"}
    assert kinds(world.cleo, proposal) == {"excluded"}
    assert kinds(stranger, proposal) == {"excluded"}
    [said] = conflicts([world.dan.pk], [proposal.pk])
    assert said.said() == "declared: We are married."
    assert "married" not in said.said(blind=True)


def test_who_judges_what_an_instrument_can_do_gives_no_score_there_and_still_sees_the_others(world, proposal):
    beside = a_proposal(world, proposal.call, state="review")
    elsewhere = a_proposal(world, a_call(world), state="review")
    leg = beside.legs.get()
    Feasibility.objects.create(leg=leg, instrument=leg.instrument, result="feasible", by=world.cleo)
    assert kinds(world.cleo, proposal) == {"feasibility"}
    assert kinds(world.cleo, elsewhere) == set()
    assert hidden_from(world.cleo) == []


def test_the_whole_matrix_says_the_same_as_one_person_and_one_proposal(world):
    call = a_call(world)
    proposals = [a_proposal(world, call, state="review") for _ in range(3)]
    a_proposal(world, call, organisation=world.org_c, pi=world.dan, state="draft")
    people = [world.ana, world.bob, world.dan, world.cleo]
    alone = {
        (person.pk, proposal.pk): conflicts([person.pk], [proposal.pk]) for person in people for proposal in proposals
    }
    matrix = reasons([person.pk for person in people])
    assert matrix == {pair: found for pair, found in alone.items() if found}
    assert conflicts([new_id()]) == []
