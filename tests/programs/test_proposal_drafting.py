"""A proposal is written by several people at once: fields are merged, nothing is overwritten silently."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from core.errors import DomainError, Invalid, NotPermitted, RulesRefuse, WrongState
from core.models import AuditEntry
from programs.commands import proposals
from programs.commands.proposals import LegPart
from programs.commands.proposals.legs import circle_in
from programs.models import Proposal
from tests.programs.asking import a_call
from tests.programs.proposing import draft, sound_changes, submitted, with_member

pytestmark = pytest.mark.django_db


SPRING = (date(2027, 3, 1), date(2027, 5, 31))


def rules_of(refused) -> list[str]:
    return [violation.rule for violation in refused.value.violations]


def test_a_draft_belongs_to_its_author_and_the_organisation_they_work_at(world):
    proposal = draft(world)
    assert (proposal.pi, proposal.organisation, proposal.state) == (world.ana, world.org_b, "draft")
    member = proposal.members.get()
    assert (member.role, member.state, member.country) == ("pi", "joined", "CN")
    assert proposal.team_id == proposal.pk
    assert not proposal.team.is_active
    assert proposal.reference.startswith("R-")


def test_a_call_that_is_not_open_takes_no_draft(world):
    with pytest.raises(RulesRefuse) as refused:
        draft(world, a_call(world, state="closed"))
    assert rules_of(refused) == ["call_closed"]


def test_fields_that_different_people_changed_are_merged(world):
    proposal = with_member(draft(world), world.bo, by=world.ana)
    seen = proposal.version
    proposals.edit_proposal(proposal, {"title": "Ions at rest"}, by=world.ana, version=seen)
    merged = proposals.edit_proposal(proposal, {"abstract": "They rest."}, by=world.bo, version=seen)
    assert (merged.title, merged.abstract) == ("Ions at rest", "They rest.")


def test_a_field_that_a_co_author_changed_meanwhile_is_refused_and_shown(world):
    proposal = with_member(draft(world), world.bo, by=world.ana)
    seen = proposal.version
    proposals.edit_proposal(proposal, {"title": "Ions at rest"}, by=world.ana, version=seen)
    with pytest.raises(DomainError) as refused:
        proposals.edit_proposal(proposal, {"title": "Ions gone", "abstract": "Mine."}, by=world.bo, version=seen)
    assert (refused.value.code, refused.value.status) == ("changed_meanwhile", 409)
    [violation] = refused.value.violations
    assert violation.field == "title"
    assert "Ana" in violation.message
    assert "Ions at rest" in violation.message
    assert refused.value.details["theirs"] == {"title": "Ions at rest"}
    proposal.refresh_from_db()
    assert (proposal.title, proposal.abstract) == ("Ions at rest", "How ions move in solids.")


def test_the_same_words_written_twice_overwrite_nothing(world):
    proposal = draft(world)
    seen = proposal.version
    for _twice in range(2):
        after = proposals.edit_proposal(proposal, {"title": "Ions at rest"}, by=world.ana, version=seen)
    assert after.version == seen + 1


def test_two_people_write_two_legs_side_by_side_but_not_the_same_one(world):
    legs = [LegPart(world.instrument_a, Decimal(6)), LegPart(world.instrument_b, Decimal(6))]
    proposal = with_member(draft(world, legs=legs), world.bo, by=world.ana)
    seen, (first, second) = proposal.version, proposal.legs.all()
    proposals.put_leg(proposal, replace(LegPart.of(first), units=Decimal(9)), by=world.ana, version=seen)
    proposals.put_leg(proposal, replace(LegPart.of(second), units=Decimal(12)), by=world.bo, version=seen)
    assert [leg.units for leg in proposal.legs.all()] == [9, 12]
    with pytest.raises(DomainError) as refused:
        proposals.put_leg(proposal, replace(LegPart.of(first), units=Decimal(3)), by=world.bo, version=seen)
    assert refused.value.code == "changed_meanwhile"
    proposal.refresh_from_db()
    second.refresh_from_db()
    proposals.put_leg(proposal, replace(LegPart.of(second), depends_on=[1]), by=world.bo, version=proposal.version)
    proposals.raise_leg(second, by=world.bo)
    proposals.raise_leg(second, by=world.bo)
    assert [(leg.pk, [row.pk for row in leg.depends_on.all()]) for leg in proposal.legs.order_by("position")] == [
        (second.pk, [first.pk]),
        (first.pk, []),
    ]


def test_legs_keep_their_rows_when_the_order_changes_and_forget_what_is_taken_out(world):
    legs = [
        LegPart(world.instrument_a, Decimal(6)),
        LegPart(
            world.instrument_b, Decimal(6), depends_on=[1], preferred_dates=[(date(2027, 3, 1), date(2027, 5, 31))]
        ),
    ]
    proposal = draft(world, legs=legs)
    first, second = proposal.legs.all()
    assert second.preferred_dates == ["2027-03-01/2027-05-31"]
    swapped = [replace(LegPart.of(second), depends_on=[2]), LegPart.of(first)]
    proposals.edit_proposal(proposal, {"legs": swapped}, by=world.ana, version=proposal.version)
    assert list(proposal.legs.all()) == [second, first]
    proposals.remove_leg(first, by=world.ana)
    assert list(proposal.legs.values_list("position", "pk")) == [(1, second.pk)]
    assert not second.depends_on.exists()


@pytest.mark.parametrize(
    ("depends", "circle"), [([[], [1]], set()), ([[2], [1], []], {1, 2}), ([[3], [1], [2]], {1, 2, 3}), ([[1]], {1})]
)
def test_a_circle_of_dependencies_is_found(depends, circle):
    assert circle_in(depends) == circle


def test_everything_that_is_wrong_with_the_legs_is_said_at_once(world):
    legs = [
        LegPart(world.instrument_a, Decimal(0), depends_on=[2]),
        LegPart(
            world.instrument_b, Decimal(3), least_units=Decimal(4), alternates=[world.instrument_b], depends_on=[1]
        ),
        LegPart(world.instrument_b, Decimal(3), impossible_dates=[(date(2027, 5, 2), date(2027, 5, 1))]),
    ]
    with pytest.raises(Invalid) as refused:
        draft(world, legs=legs)
    assert rules_of(refused) == [
        "units_positive",
        "least_units",
        "alternate_is_the_wish",
        "ends_before_start",
        "depends_in_a_circle",
    ]
    assert not Proposal.objects.exists()


def test_only_the_team_edits_and_only_a_draft(world):
    proposal = draft(world)
    for stranger in (world.dan, world.sec, world.bo):
        with pytest.raises(NotPermitted):
            proposals.edit_proposal(proposal, {"title": "Mine"}, by=stranger, version=1)
    sent = proposals.submit_proposal(proposal, by=world.ana)
    with pytest.raises(WrongState):
        proposals.edit_proposal(sent, {"title": "Later"}, by=world.ana, version=sent.version)


def test_an_earlier_proposal_must_be_ones_own(world):
    foreign = proposals.draft_proposal(a_call(world), sound_changes(world), by=world.dan)
    earlier = submitted(world)
    proposal = draft(world)
    changes = {"lineage": "resubmission", "previous": [earlier]}
    proposals.edit_proposal(proposal, changes, by=world.ana, version=proposal.version)
    assert list(proposal.previous.all()) == [earlier]
    with pytest.raises(Invalid) as refused:
        proposals.edit_proposal(proposal, {"previous": [foreign]}, by=world.ana, version=proposal.version + 1)
    assert rules_of(refused) == ["previous_unknown"]


def test_the_trail_names_the_fields_and_not_the_text(world):
    proposal = draft(world)
    proposals.edit_proposal(proposal, {"abstract": "Secret ions."}, by=world.ana, version=proposal.version)
    entry = AuditEntry.objects.get(object_id=proposal.pk, verb="edit")
    assert entry.data["fields"] == ["abstract"]
    assert "Secret" not in str(entry.data)
