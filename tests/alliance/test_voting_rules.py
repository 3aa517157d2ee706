"""Quorum and majority in whole numbers: F1, F2 and F3 of the domain, and any case against fractions."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance.rules.voting import DEFAULTS, Count, Rule, decide, quorum_met, quorum_needed


def count(votes_for=0, against=0, abstain=0, present=None, voters=17, members=None):
    voted = votes_for + against + abstain
    return Count(votes_for, against, abstain, voted if present is None else present, voters, members or voters)


@pytest.mark.parametrize(
    ("rule", "counted", "outcome"),
    [
        (Rule(threshold="unanimous"), count(17), "carried"),
        (Rule(threshold="unanimous"), count(16, 1), "lost"),
        (Rule(threshold="unanimous"), count(16, 0, 1), "carried"),
        (Rule(threshold="unanimous", abstention_breaks_unanimity=True), count(16, 0, 1), "lost"),
        (Rule(threshold="unanimous"), count(0, 0, 17), "lost"),
        (Rule(threshold="consensus"), count(0, 0, 17), "carried"),
        (Rule(threshold="unanimous", base="all"), count(16), "lost"),
        (Rule(threshold="unanimous", base="all"), count(16, 0, 1), "carried"),
        (Rule(threshold="two_thirds"), count(8, 4), "carried"),
        (Rule(threshold="two_thirds"), count(7, 4, 1), "lost"),
        (Rule(threshold="two_thirds", abstentions_count=True), count(7, 4, 1), "lost"),
        (Rule(threshold="two_thirds"), count(6, 3, 3), "carried"),
        (Rule(threshold="two_thirds", abstentions_count=True), count(6, 3, 3), "lost"),
        (Rule(), count(5, 5), "lost"),
        (Rule(), count(5, 4, 3), "carried"),
        (Rule(threshold="absolute", base="all"), count(8, 1), "lost"),
        (Rule(threshold="absolute", base="all"), count(9, 1), "carried"),
        (Rule(threshold="three_quarters", base="present"), count(9, 0, present=12), "carried"),
        (Rule(threshold="three_quarters", base="present"), count(9, 0, present=13), "lost"),
        (Rule(), count(8, 0), "inquorate"),
        (Rule(), count(9, 0), "carried"),
        (Rule(quorum_base="members"), count(9, 0, members=19), "inquorate"),
        (Rule(quorum_numerator=0), count(), "lost"),
        (Rule(threshold="two_thirds", quorum_numerator=0), count(), "lost"),
        (Rule(), count(voters=0), "inquorate"),
    ],
)
def test_f1_f3_a_vote_is_decided_by_its_rule(rule, counted, outcome):
    assert decide(rule, counted).outcome == outcome


@pytest.mark.parametrize(
    ("present", "numerator", "denominator", "needed", "met"),
    [(12, 1, 2, 9, True), (12, 2, 3, 12, True), (12, 3, 4, 13, False), (11, 2, 3, 12, False), (8, 1, 2, 9, False)],
)
def test_f2_twelve_of_seventeen_are_a_quorum_of_half_and_of_two_thirds_but_not_of_three_quarters(
    present, numerator, denominator, needed, met
):
    assert quorum_needed(17, numerator, denominator) == needed
    assert quorum_met(present, 17, numerator, denominator) is met


def test_what_an_alliance_has_not_set_is_decided_by_the_defaults_of_the_domain():
    assert {kind: rule.threshold for kind, rule in DEFAULTS.items()} == {
        "charter_adopt": "unanimous", "charter_amend": "two_thirds", "admit": "simple", "exclude": "three_quarters",
    }  # fmt: skip
    assert all((rule.quorum_numerator, rule.quorum_denominator) == (1, 2) for rule in DEFAULTS.values())
    assert all(not rule.proxies_max and not rule.abstentions_count for rule in DEFAULTS.values())


SHARES = {"absolute": Fraction(1, 2), "two_thirds": Fraction(2, 3), "three_quarters": Fraction(3, 4)}
rules = st.builds(
    Rule,
    threshold=st.sampled_from(["simple", "absolute", "two_thirds", "three_quarters", "unanimous", "consensus"]),
    base=st.sampled_from(["cast", "present", "all"]),
    abstentions_count=st.booleans(),
    abstention_breaks_unanimity=st.booleans(),
    quorum_numerator=st.integers(0, 7),
    quorum_denominator=st.integers(7, 9),
    quorum_base=st.sampled_from(["voting", "members"]),
)


@st.composite
def counts(draw):
    ballots = draw(st.lists(st.sampled_from(["for", "against", "abstain", "silent", "absent"]), max_size=40))
    chosen = {name: ballots.count(name) for name in ("for", "against", "abstain", "silent", "absent")}
    voters = len(ballots)
    return Count(
        chosen["for"], chosen["against"], chosen["abstain"], voters - chosen["absent"], voters,
        voters + draw(st.integers(0, 9)),
    )  # fmt: skip


def as_told(rule: Rule, counted: Count) -> str:
    """The same rules said with exact fractions and sets of ballots instead of cross-multiplied integers."""
    quorum_of = counted.members if rule.quorum_base == "members" else counted.voters
    if not quorum_of or Fraction(counted.present, quorum_of) < Fraction(rule.quorum_numerator, rule.quorum_denominator):
        return "inquorate"
    voted = ["for"] * counted.votes_for + ["against"] * counted.against + ["abstain"] * counted.abstain
    silent = {"cast": 0, "present": counted.present - len(voted), "all": counted.voters - len(voted)}[rule.base]
    said = set(voted)
    if rule.threshold == "simple":
        carried = voted.count("for") > voted.count("against")
    elif rule.threshold == "consensus":
        carried = "against" not in said
    elif rule.threshold == "unanimous":
        allowed = {"for"} if rule.abstention_breaks_unanimity else {"for", "abstain"}
        carried = "for" in said and said <= allowed and not silent
    else:
        cast = [choice for choice in voted if choice != "abstain" or rule.abstentions_count or rule.base != "cast"]
        base = len(cast) + silent
        share = Fraction(voted.count("for"), base) if base else Fraction(0)
        wanted = SHARES[rule.threshold]
        carried = share > wanted if rule.threshold == "absolute" else share >= wanted
    return "carried" if carried else "lost"


@given(rules, counts())
@settings(max_examples=400)
def test_the_integers_say_what_exact_fractions_say(rule, counted):
    assert decide(rule, counted).outcome == as_told(rule, counted)


@given(rules, counts())
@settings(max_examples=150)
def test_what_is_needed_is_the_smallest_number_that_is_enough(rule, counted):
    majority = decide(rule, counted).majority
    if majority is None:
        return
    share = Fraction(majority.numerator, majority.denominator)

    def enough(votes):
        if not votes:
            return False
        return votes >= share * majority.base if majority.at_least else votes > share * majority.base

    assert enough(majority.needed)
    assert not enough(majority.needed - 1)
    assert majority.met is enough(majority.have)
