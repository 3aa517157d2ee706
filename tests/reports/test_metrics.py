"""Every figure against numbers worked by hand or published by the houses that define it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import metrics


def test_availability_is_what_esrf_published_for_2007():
    assert round(metrics.availability(5455, 112), 4) == 0.9795


def test_compensated_availability_may_exceed_one():
    assert metrics.availability_compensated(user=110, without_beam=5, scheduled=100) == 1.05


def test_allocation_ratios_are_what_als_published():
    assert round(metrics.allocation_ratio(3488, 11082), 3) == 0.315
    assert round(metrics.allocation_ratio(4307, 11531), 3) == 0.374


def test_success_rate_is_what_esrf_published_for_2008():
    assert round(metrics.success_rate(903, 2013), 3) == 0.449


@pytest.mark.parametrize(
    "answer",
    [
        metrics.availability(0, 0),
        metrics.utilisation(0, 0),
        metrics.utilisation(None, 10),
        metrics.allocation_ratio(0, 0),
        metrics.success_rate(0, 0),
        metrics.international_share({}),
        metrics.salton(0, 0, 3),
        metrics.density(0, 1),
        metrics.quantile([], 0.5),
        metrics.decision_time([]).median,
    ],
)
def test_nothing_below_the_line_is_not_zero(answer):
    assert answer is None


def test_a_true_zero_is_zero():
    assert metrics.utilisation(0, 12) == 0


def test_international_share_leaves_out_time_of_unknown_home():
    units = {("CN", "DE"): 30, ("DE", "DE"): 60, ("FR", "CN"): 10, ("", "DE"): 900}
    assert metrics.international_share(units) == 0.4


def test_cooperation_counts_every_pair_of_a_joint_object_in_full():
    found = metrics.cooperation([(["a", "b", "c"], 1), (["b", "a"], 1), (["c"], 1), (["b", "b", "c"], 2)])
    assert found.pairs == {("a", "b"): 2, ("a", "c"): 1, ("b", "c"): 3}
    assert found.totals == {"a": 2, "b": 4, "c": 3}


def test_salton_of_two_centres_that_do_everything_together_is_one():
    found = metrics.cooperation([(["a", "b"], 1)] * 4)
    assert metrics.salton(found.pairs["a", "b"], found.totals["a"], found.totals["b"]) == 1


def test_salton_by_hand():
    assert metrics.salton(2, 4, 9) == pytest.approx(2 / 6)


def test_density_of_three_edges_among_four_members_is_a_half():
    assert metrics.density(3, 4) == 0.5


def test_decision_time_by_hand():
    found = metrics.decision_time([1, 2, 3, 4, 10])
    assert found.decided == 5
    assert found.median == 3
    assert found.p90 == pytest.approx(7.6)


@given(st.lists(st.sets(st.sampled_from("abcdefg")), max_size=30))
def test_salton_never_leaves_zero_to_one_and_pairs_sum_up(objects):
    found = metrics.cooperation((parties, 1) for parties in objects)
    for (one, other), together in found.pairs.items():
        assert 0 < metrics.salton(together, found.totals[one], found.totals[other]) <= 1 + 1e-9
    assert sum(found.pairs.values()) == sum(len(parties) * (len(parties) - 1) // 2 for parties in objects)


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 1))
def test_a_quantile_lies_among_its_values(values, share):
    assert min(values) <= metrics.quantile(values, share) <= max(values) * (1 + 1e-12)
