"""A vote from draft to result: one vote for a member, the latest counts, the rule and the voters stay as they were."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from alliance.commands import voting
from alliance.models import Ballot, Motion, Resolution, Vote, VotingRule
from alliance.queries.voting import motions_to_vote, recounted, votes_for
from alliance.rules.voting import Rule
from core import audit, clock
from core.errors import Invalid, NotPermitted, RulesRefuse, WrongState
from frontend.contexts.needs import needs_of_alliance
from notifications.models import Message
from tests.alliance.voting import DAY, Voting

pytestmark = pytest.mark.django_db


@pytest.fixture
def aoc():
    return Voting(4)


def say(aoc, motion, *choices):
    for person, choice in zip(aoc.people, choices, strict=False):
        voting.cast_vote(motion, choice, by=person)


def close(aoc, motion):
    """As the clock does at the announced end."""
    with clock.standing_at(motion.ballot.closes_at):
        assert voting.close_due() == 1
    return Motion.objects.select_related("ballot").get(pk=motion.pk)


def test_a_carried_motion_becomes_the_first_resolution_of_the_year(aoc):
    motion = aoc.opened()
    say(aoc, motion, "for", "for", "against")
    closed = close(aoc, motion)
    assert closed.state == "carried"
    assert closed.resolution.number == 1
    assert closed.resolution.decided_on.year == closed.resolution.year
    sheet = closed.ballot.result
    assert sheet["count"] == {
        "votes_for": 2, "against": 1, "abstain": 0, "present": 3, "voters": 4, "members": 4, "voted": 3,
    }  # fmt: skip
    assert sheet["quorum"] == {
        "have": 3, "base": 4, "numerator": 1, "denominator": 2, "at_least": True, "needed": 2, "met": True,
    }  # fmt: skip
    assert (sheet["majority"]["have"], sheet["majority"]["needed"], sheet["majority"]["base"]) == (2, 2, 3)
    assert sheet["resolution"] == closed.resolution.reference


def test_the_latest_vote_of_a_member_counts_and_all_are_kept(aoc):
    motion = aoc.opened()
    say(aoc, motion, "for", "for")
    say(aoc, motion, "against", "against")
    assert close(aoc, motion).state == "lost"
    kept = Vote.objects.order_by("voter__name", "number").values_list("number", "choice")
    assert list(kept) == [(1, "for"), (2, "against")] * 2


def test_a_member_has_one_vote_whoever_of_its_representatives_casts_it(aoc):
    from alliance.models import Representative

    Representative.objects.create(
        membership=aoc.members[0], person=aoc.guest, name="Second", kind="alternate", starts_on=DAY
    )
    motion = aoc.opened()
    voting.cast_vote(motion, "for", by=aoc.people[0])
    assert voting.cast_vote(motion, "against", by=aoc.guest).vote.number == 2
    voting.cast_vote(motion, "abstain", by=aoc.people[1])
    assert close(aoc, motion).ballot.result["count"]["voted"] == 2


def test_who_no_longer_speaks_for_a_member_does_not_vote_for_it(aoc):
    motion = aoc.opened()
    aoc.members[0].representatives.update(ends_on=clock.now().date())
    with pytest.raises(NotPermitted):
        voting.cast_vote(motion, "for", by=aoc.people[0])


def test_who_speaks_for_several_members_says_for_which(aoc):
    from alliance.models import Representative

    Representative.objects.create(
        membership=aoc.members[1], person=aoc.people[0], name="Both", kind="alternate", starts_on=DAY
    )
    motion = aoc.opened()
    assert [row.pk for row in votes_for(aoc.people[0], motion)] == [aoc.members[0].pk, aoc.members[1].pk]
    with pytest.raises(Invalid) as refused:
        voting.cast_vote(motion, "for", by=aoc.people[0])
    assert refused.value.violations[0].field == "member"
    voting.cast_vote(motion, "for", by=aoc.people[0], member=aoc.members[1])
    with pytest.raises(NotPermitted):
        voting.cast_vote(motion, "for", by=aoc.people[0], member=aoc.members[2])


def test_associates_observers_and_members_not_in_good_standing_have_no_vote(aoc):
    for member_class in ("associate", "observer", "honorary"):
        aoc.join(f"x-{member_class}", member_class=member_class)
    aoc.join("x-owing", good_standing=False)
    aoc.join("x-suspended", state="suspended")
    motion = aoc.opened()
    assert set(motion.ballot.voters.values_list("membership", flat=True)) == {row.pk for row in aoc.members[:4]}
    assert motion.ballot.members == 8
    for person in aoc.people[4:]:
        with pytest.raises(NotPermitted):
            voting.cast_vote(motion, "for", by=person)


def test_voters_and_rule_are_those_of_the_opening(aoc):
    motion = aoc.opened()
    aoc.join("later")
    rule = Rule(threshold="three_quarters", quorum_numerator=1, quorum_denominator=1)
    voting.set_rule(aoc.alliance, rule, by=aoc.secretary, name="Harder", kind="other")
    with pytest.raises(NotPermitted):
        voting.cast_vote(motion, "for", by=aoc.people[-1])
    say(aoc, motion, "for", "for")
    closed = close(aoc, motion)
    assert closed.state == "carried"
    assert closed.rule["threshold"] == "simple"
    assert closed.ballot.result["count"]["voters"] == 4


def test_too_few_votes_are_no_quorum_and_no_resolution(aoc):
    motion = aoc.opened()
    say(aoc, motion, "for")
    assert close(aoc, motion).state == "inquorate"
    assert not Resolution.objects.exists()


def test_a_vote_in_writing_ends_at_its_end_or_when_everybody_has_voted(aoc):
    motion = aoc.opened()
    say(aoc, motion, "for", "for", "for")
    with pytest.raises(RulesRefuse):
        voting.close_vote(motion, by=aoc.chair)
    voting.cast_vote(motion, "for", by=aoc.people[3])
    voting.close_vote(motion, by=aoc.chair)
    motion.refresh_from_db()
    assert motion.state == "carried"
    assert voting.close_vote(motion, by=aoc.chair).pk == motion.ballot.pk
    assert Resolution.objects.count() == 1


def test_after_the_end_no_vote_is_taken_even_before_the_clock_closes_it(aoc):
    motion = aoc.opened()
    with clock.standing_at(motion.ballot.closes_at), pytest.raises(WrongState):
        voting.cast_vote(motion, "for", by=aoc.people[0])
    close(aoc, motion)
    with pytest.raises(WrongState):
        voting.cast_vote(motion, "for", by=aoc.people[0])


def test_a_vote_is_not_opened_before_everything_it_needs_is_there(aoc):
    motion = aoc.tabled()
    with pytest.raises(RulesRefuse) as refused:
        voting.open_vote(motion, by=aoc.chair)
    assert [row.field for row in refused.value.violations] == ["closes_at"]
    with pytest.raises(RulesRefuse):
        voting.open_vote(motion, by=aoc.chair, closes_at=clock.now() - timedelta(minutes=1))
    fixed = voting.set_rule(aoc.alliance, Rule(), by=aoc.secretary, name="By hand", kind="plan")
    with pytest.raises(RulesRefuse) as refused:
        voting.open_vote(motion, by=aoc.chair, closes_at=clock.now() + timedelta(hours=1), rule=fixed)
    assert [row.field for row in refused.value.violations] == ["rule"]


def test_a_draft_says_everything_that_is_missing(aoc):
    with pytest.raises(Invalid) as refused:
        voting.draft_motion(aoc.alliance, voting.Draft(title=" ", text="", kind="admit"), by=aoc.secretary)
    assert {row.field for row in refused.value.violations} == {"title", "text", "application"}
    other = Voting(1, slug="other")
    with pytest.raises(Invalid) as refused:
        draft = voting.Draft(title="Out", text="Out.", kind="exclude", membership=other.members[0])
        voting.draft_motion(aoc.alliance, draft, by=aoc.secretary)
    assert [row.field for row in refused.value.violations] == ["membership"]


def test_members_whose_class_proposes_draft_and_others_do_not(aoc):
    associate = aoc.join("x-associate", member_class="associate")
    assert associate.member_class == "associate"
    drafted = voting.draft_motion(aoc.alliance, voting.Draft("Ours", "We want it."), by=aoc.people[0])
    assert drafted.body == aoc.assembly
    for person in (aoc.people[-1], aoc.guest):
        with pytest.raises(NotPermitted):
            voting.draft_motion(aoc.alliance, voting.Draft("Ours", "We want it."), by=person)


def test_a_show_of_hands_is_entered_by_the_chair_for_every_member(aoc):
    voting.set_rule(aoc.alliance, Rule(is_electronic=False), by=aoc.secretary, name="Hands", kind="other")
    motion = aoc.opened()
    with pytest.raises(RulesRefuse):
        voting.cast_vote(motion, "for", by=aoc.people[0])
    for member in aoc.members:
        voting.cast_vote(motion, "for", by=aoc.chair, member=member)
    voting.close_vote(motion, by=aoc.chair)
    assert Motion.objects.get(pk=motion.pk).state == "carried"


def test_an_effect_that_is_refused_does_not_undo_the_result(aoc, monkeypatch):
    from alliance.commands.voting import resolving

    monkeypatch.setitem(resolving.EFFECTS, "other", ("tests.alliance.test_voting.refuse", "body"))
    motion = aoc.opened()
    say(aoc, motion, "for", "for")
    closed = close(aoc, motion)
    assert closed.state == "carried"
    assert closed.resolution.number == 1
    assert closed.ballot.result["effect"] == "Not like this."


def refuse(subject, *, resolution, by):
    VotingRule.objects.all().delete()
    raise Invalid("Not like this.")


def test_a_closed_vote_is_counted_again_with_the_same_result_and_cannot_be_changed(aoc):
    motion = aoc.opened()
    say(aoc, motion, "for", "for", "abstain")
    ballot = close(aoc, motion).ballot
    again, agrees = recounted(ballot)
    assert agrees
    assert again["count"]["abstain"] == 1
    assert not recounted(Ballot(pk=ballot.pk, motion=ballot.motion, opened_at=ballot.opened_at,
                                closed_at=ballot.closed_at, is_secret=False, members=4,
                                result={**ballot.result, "papers_sha256": "0" * 64}))[1]  # fmt: skip
    for change in (
        lambda: Ballot.objects.filter(pk=ballot.pk).update(result={}),
        lambda: Ballot.objects.filter(pk=ballot.pk)._raw_delete("default"),
        lambda: Vote.objects.update(choice="for"),
        lambda: Vote.objects.create(voter=ballot.voters.first(), number=9, choice="for", cast_by=aoc.chair),
        lambda: Resolution.objects.update(number=7),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_while_a_vote_is_open_nothing_says_what_anybody_chose(aoc):
    motion = aoc.opened()
    say(aoc, motion, "for", "against")
    for entry in audit.history(motion):
        assert not {"for", "against"} & set(map(str, entry.data.values()))
    assert not Message.objects.filter(context__icontains="against").exists()


def test_representatives_are_told_of_the_vote_and_of_its_result(aoc):
    motion = aoc.opened()
    say(aoc, motion, "for", "for")
    close(aoc, motion)
    told = Message.objects.filter(recipient=aoc.people[2]).order_by("created_at").values_list("kind", flat=True)
    assert list(told) == ["vote_opened", "vote_closed"]
    assert not Message.objects.filter(recipient=aoc.guest).exists()


def test_two_alliances_number_their_resolutions_apart(aoc):
    other = Voting(2, slug="other")
    for one in (aoc, other, aoc):
        motion = one.opened()
        say(one, motion, *["for"] * len(one.people))
        voting.close_vote(motion, by=one.chair)
    numbers = Resolution.objects.order_by("alliance__slug", "number").values_list("alliance__slug", "number")
    assert list(numbers) == [("aoc", 1), ("aoc", 2), ("other", 1)]


def test_a_resolution_from_before_is_recorded_with_its_source_and_without_votes(aoc):
    given = {"title": "The charter", "text": "Passed unanimously.", "decided_on": DAY}
    made = voting.record_resolution(aoc.alliance, by=aoc.secretary, source="S000", **given)
    assert (made.year, made.number, made.motion) == (2020, 1, None)
    with pytest.raises(Invalid) as refused:
        voting.record_resolution(aoc.alliance, by=aoc.secretary, source="", **given)
    assert [row.field for row in refused.value.violations] == ["source"]
    with pytest.raises(NotPermitted):
        voting.record_resolution(aoc.alliance, by=aoc.people[0], source="S000", **given)


def test_every_effect_is_a_command_that_exists():
    from inspect import signature

    from django.utils.module_loading import import_string

    from alliance.commands.voting.resolving import COMMANDS, EFFECTS, REASONED

    for kind, (name, _subject) in EFFECTS.items():
        wanted = {"resolution", "by"} | ({"reason"} if kind in REASONED else set())
        assert wanted <= signature(import_string(name)).parameters.keys(), name
    for name in ("decline_application", "back_to_check"):
        assert {"by", "note"} <= signature(import_string(f"{COMMANDS}.applications.{name}")).parameters.keys()


def test_an_open_vote_waits_for_who_speaks_for_a_silent_member_and_for_nobody_else():
    here = Voting(2)
    motion = here.opened()
    first, second = here.people
    assert [list(motions_to_vote(person)) for person in (first, second)] == [[motion], [motion]]
    assert not motions_to_vote(here.chair).exists()
    assert not motions_to_vote(here.guest).exists()
    voting.cast_vote(motion, "for", by=first)
    assert not motions_to_vote(first).exists()
    assert [need.title for need in needs_of_alliance(second)] == ["Vote on “Share more”"]
