"""People are asked by e-mail or ORCID; everybody joins before submission, with the place they work at that day."""

import pytest
from django.core import mail

from accounts.commands import affiliate
from core.errors import DomainError, Invalid, NotFound, NotPermitted, RulesRefuse, WrongState
from notifications.commands import deliver_due
from notifications.models import Message
from programs.commands import proposals
from tests.programs.proposing import draft, with_member
from tests.world import make_user

pytestmark = pytest.mark.django_db


def test_a_person_with_an_account_is_told_and_joins(world):
    proposal = draft(world)
    member = proposals.invite_member(proposal, by=world.ana, email="BO@test.example", role="co_pi")
    assert (member.person, member.state, member.organisation) == (world.bo, "invited", None)
    assert Message.objects.get(kind="proposal_invited").recipient == world.bo
    member = proposals.join_proposal(member, by=world.bo)
    assert (member.state, member.organisation, member.country) == ("joined", world.org_a, "DE")
    assert proposal.team.members.get(user=world.bo).role == "lead"


def test_a_stranger_gets_a_mail_with_a_link_that_is_theirs_alone(world):
    proposal = draft(world)
    member = proposals.invite_member(proposal, by=world.ana, email="new@elsewhere.example")
    deliver_due()
    [sent] = [each for each in mail.outbox if each.to == ["new@elsewhere.example"]]
    token = proposals.token_of(member)
    assert f"/invitations/{token}/" in sent.body
    newcomer = make_user("newcomer", world.org_c)
    assert proposals.member_invited(token) == member
    with pytest.raises(NotPermitted):
        proposals.join_proposal(member, by=newcomer)
    joined = proposals.join_proposal(member, by=newcomer, token=token)
    assert (joined.person, joined.country) == (newcomer, "FR")
    with pytest.raises(NotPermitted):
        proposals.join_proposal(joined, by=world.dan, token=token)


def test_a_link_that_was_made_up_or_taken_back_leads_nowhere(world):
    proposal = draft(world)
    member = proposals.invite_member(proposal, by=world.ana, email="new@elsewhere.example")
    token = proposals.token_of(member)
    proposals.remove_member(member, by=world.ana)
    for wrong in (token, "forged"):
        with pytest.raises(NotFound):
            proposals.member_invited(wrong)


def test_who_is_asked_by_orcid_joins_once_signed_in_with_it(world):
    proposal = draft(world)
    member = proposals.invite_member(proposal, by=world.ana, orcid="https://orcid.org/0000-0002-1825-0097")
    world.dan.orcid = "0000-0002-1825-0097"
    world.dan.save()
    assert proposals.join_proposal(member, by=world.dan).person == world.dan


def test_an_address_that_cannot_be_right_is_refused(world):
    proposal = draft(world)
    for wrong in ({}, {"email": "nobody"}, {"orcid": "0000-0002-1825-0098"}, {"email": "a@b.example", "role": "pi"}):
        with pytest.raises(Invalid):
            proposals.invite_member(proposal, by=world.ana, **wrong)


def test_only_who_leads_puts_the_team_together(world):
    proposal = with_member(draft(world), world.bo, by=world.ana)
    with pytest.raises(NotPermitted):
        proposals.invite_member(proposal, by=world.bo, email="x@y.example")
    proposals.remove_member(proposal.members.get(person=world.bo), by=world.bo)
    assert list(proposal.members.values_list("person", flat=True)) == [world.ana.pk]
    with pytest.raises(RulesRefuse):
        proposals.remove_member(proposal.members.get(), by=world.ana)


def test_nobody_waits_in_vain_for_a_submission(world):
    proposal = draft(world)
    member = proposals.invite_member(proposal, by=world.ana, email="bo@test.example")
    with pytest.raises(RulesRefuse) as refused:
        proposals.submit_proposal(proposal, by=world.ana)
    assert [violation.rule for violation in refused.value.violations] == ["member_not_joined"]
    proposals.decline_invitation(member, by=world.bo)
    with pytest.raises(RulesRefuse):
        proposals.submit_proposal(proposal, by=world.ana)
    proposals.remove_member(member, by=world.ana)
    sent = proposals.submit_proposal(proposal, by=world.ana)
    with pytest.raises(WrongState):
        proposals.invite_member(sent, by=world.ana, email="bo@test.example")


def test_where_they_worked_when_they_joined_stays_with_the_proposal(world):
    proposal = with_member(draft(world), world.bo, by=world.ana)
    affiliation = world.bo.affiliations.get()
    affiliate(world.bo, world.org_c, by=world.system, starts_on=affiliation.starts_on.replace(year=2021))
    assert proposal.members.get(person=world.bo).country == "DE"


def test_nobody_joins_twice_under_two_addresses(world):
    proposal = draft(world)
    first = proposals.invite_member(proposal, by=world.ana, email="bo@test.example")
    other = proposals.invite_member(proposal, by=world.ana, email="bo.private@elsewhere.example")
    proposals.join_proposal(first, by=world.bo)
    with pytest.raises(DomainError) as refused:
        proposals.join_proposal(other, by=world.bo, token=proposals.token_of(other))
    assert [violation.rule for violation in refused.value.violations] == ["member_already"]
