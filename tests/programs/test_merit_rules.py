"""Merit as pure arithmetic: weights, calibration, normalisation, ageing, order, and how sure it is."""

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from math import isfinite

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programs.rules import merit
from programs.rules.merit import Contender, Given
from programs.rules.sensitivity import PanelScores, stays_in

SCORES = st.dictionaries(
    st.tuples(st.integers(0, 5), st.integers(0, 9)), st.integers(1, 10).map(float), min_size=1, max_size=40
)


def rows(table: dict[tuple[int, int], float]) -> list[Given]:
    return [Given(reviewer, proposal, value) for (reviewer, proposal), value in sorted(table.items())]


def test_weights_two_and_one_with_scores_five_and_three_give_thirteen_thirds():
    weights = {"science": Decimal(2), "plan": Decimal(1)}
    assert merit.weighted_mean({"science": Decimal(5), "plan": Decimal(3)}, weights) == Fraction(13, 3)


def test_a_criterion_that_does_not_apply_is_left_out_and_no_scores_are_empty():
    weights = {"science": Decimal(2), "plan": Decimal(1)}
    assert merit.weighted_mean({"plan": Decimal(3)}, weights) == 3
    assert merit.weighted_mean({}, weights) is None


def test_a_reviewer_who_gives_everyone_the_same_score_moves_nobody():
    judging = [Given("one", proposal, value) for proposal, value in zip("abcde", (1, 2, 3, 4, 5), strict=True)]
    flat = [Given("flat", proposal, 2.0) for proposal in "abcde"]
    alone = merit.normalised(merit.proposal_means(judging), "low").z
    both = merit.normalised(merit.proposal_means(merit.calibrated([*judging, *flat])), "low").z
    assert both == pytest.approx(alone)


def test_a_panel_with_a_reviewer_of_few_scores_is_calibrated_only_when_told_to():
    table = [Given("a", n, float(n)) for n in range(4)] + [Given("b", 0, 9.0)]
    assert merit.calibrated(table) == table
    assert merit.calibrated(table, mode="on")[-1] == table[-1]
    assert merit.calibrated(table, mode="on")[0] != table[0]
    assert merit.calibrated(table, mode="off") == table
    assert merit.calibrated([]) == []


def test_two_panels_of_opposite_direction_order_like_their_own_scores_and_compare():
    """Scenario 12 and F14."""
    low = {f"a{n}": 1 + n for n in range(5)}
    high = {f"b{n}": 10 - 2 * n for n in range(5)}
    of_low, of_high = merit.normalised(low, "low").z, merit.normalised(high, "high").z
    assert sorted(of_low, key=lambda key: -of_low[key]) == sorted(low, key=lambda key: low[key])
    assert sorted(of_high, key=lambda key: -of_high[key]) == sorted(high, key=lambda key: -high[key])
    assert of_low["a0"] == pytest.approx(of_high["b0"])


def test_too_few_proposals_or_equal_ones_are_not_normalised_and_say_so():
    assert merit.normalised({n: float(n) for n in range(4)}, "high").why == "too_few"
    assert merit.normalised(dict.fromkeys(range(9), 3.3), "high").why == "all_equal"
    assert merit.shown(None) == 50


def test_the_shown_forms_of_one_merit():
    assert merit.shown(1.2) == pytest.approx(62)
    assert merit.nsls_form(1) == 2.0
    assert merit.nsls_form(-1) == 3.0


def test_ageing_adds_a_fifth_of_a_point_a_cycle_and_two_points_at_most():
    assert merit.aged(3.0, 2, "high") == pytest.approx(3.4)
    assert merit.aged(3.0, 2, "low") == pytest.approx(2.6)
    assert merit.ageing(50) == 2
    assert merit.ageing(0) == 0


def test_equals_are_ordered_by_first_time_then_by_submission():
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    order = merit.ranked(
        [
            Contender("late", 50.0 + 1e-12, submitted_at=late, number=1),
            Contender("early", 50.0, submitted_at=early, number=2),
            Contender("new", 50.0, first_time=True, submitted_at=late, number=3),
            Contender("better", 51.0, submitted_at=late, number=4),
        ]
    )
    assert [row.proposal for row in order] == ["better", "new", "early", "late"]


@settings(max_examples=60, deadline=None)
@given(SCORES, st.sampled_from(["high", "low"]))
def test_nothing_is_ever_not_a_number_and_the_order_of_the_panel_is_kept(table, best):
    means = merit.proposal_means(merit.calibrated(rows(table), mode="on"))
    found = merit.normalised(means, best)
    assert all(isfinite(z) for z in found.z.values())
    sign = 1 if best == "high" else -1
    for one in found.z:
        for other in found.z:
            if found.z[one] > found.z[other] + 1e-9:
                assert sign * means[one] > sign * means[other]


@settings(max_examples=40, deadline=None)
@given(SCORES, st.integers(2, 5), st.integers(-20, 20))
def test_another_scale_gives_the_same_merit(table, factor, shift):
    plain = merit.normalised(merit.proposal_means(rows(table)), "high")
    moved = merit.normalised(
        merit.proposal_means(Given(g.reviewer, g.proposal, factor * g.value + shift) for g in rows(table)), "high"
    )
    assert moved.why == plain.why
    assert dict(moved.z) == pytest.approx(dict(plain.z), abs=1e-6)


def test_a_clear_winner_is_always_in_and_equals_are_sometimes():
    given = [Given(r, p, float(v)) for r in "xyz" for p, v in zip("abcde", (9, 5, 5, 4, 1), strict=True)]
    given += [Given("w", "b", 6.0), Given("v", "c", 6.0)]
    shares = stays_in([PanelScores(given, "high")], 2)
    assert shares["a"] == 1
    assert shares["e"] == 0
    assert 0 < shares["b"] < 1
    assert shares["b"] + shares["c"] == pytest.approx(1, abs=0.02)
    assert shares == stays_in([PanelScores(given, "high")], 2)


def test_the_same_scores_on_a_turned_scale_are_equally_sure():
    given = [Given(r, p, float((3 * ord(r) + 7 * p) % 11)) for r in "xyz" for p in range(8)]
    turned = [Given(g.reviewer, g.proposal, 11 - g.value) for g in given]
    assert stays_in([PanelScores(given, "high")], 3) == stays_in([PanelScores(turned, "low")], 3)
    assert stays_in([], 3) == {}
