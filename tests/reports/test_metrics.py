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
        metrics.shift_delivery(3, 0),
        metrics.oversubscription(10, 0),
        metrics.wilson(0, 0),
        metrics.cut_off([], high_is_best=True),
        metrics.mtbf(0, 0),
        metrics.mtbf_of_other_houses(5455, 0),
        metrics.mttr(0, 0),
        metrics.new_user_share(0, 0),
        metrics.balance(0.3, None),
        metrics.concentration([]),
        metrics.gini([0, 0]),
        metrics.time_to_beam([]),
        metrics.in_time(0, 0),
        metrics.late_share(0, 0),
        metrics.trained_share(0, 0),
        metrics.pass_rate(0, 0),
        metrics.satisfaction([], 0, 3).mean,
        metrics.satisfaction([], 0, 0).response,
        metrics.per_hundred_shifts(3, 0),
        metrics.industrial_share(0, 0),
        metrics.execution(10, 0),
        metrics.earned(0, 0),
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


def test_in_fractions_each_party_has_every_object_once():
    found = metrics.cooperation([(["a", "b", "c"], 1), (["a", "b"], 1)], fractional=True)
    assert found.pairs == {("a", "b"): 1.5, ("a", "c"): 0.5, ("b", "c"): 0.5}
    for centre, total in found.totals.items():
        assert total == sum(weight for pair, weight in found.pairs.items() if centre in pair)


def test_two_triangles_and_a_bridge_are_two_communities_with_brokers_at_the_bridge():
    """By hand: 7 pairs; each triangle has 3 inside and 7 of 14 ends: Q = 2 (3/7 − (1/2)²) = 5/14. The shortest paths of
    the 10 pairs without c: a–b, d, e among each other aside, the 2 × 3 from {a, b} to {d, e, f} lead through it."""
    pairs = dict.fromkeys([("a", "b"), ("a", "c"), ("b", "c"), ("c", "d"), ("d", "e"), ("d", "f"), ("e", "f")], 1)
    found = metrics.network(pairs)
    between = metrics.brokers(pairs)
    assert found.communities == (frozenset("abc"), frozenset("def"))
    assert found.modularity == pytest.approx(5 / 14)
    assert between["c"] == between["d"] == pytest.approx(6 / 10)
    assert between["a"] == 0
    backwards = {(other, one): weight for (one, other), weight in reversed(pairs.items())}
    assert (metrics.network(backwards), metrics.brokers(backwards)) == (found, between)
    assert (metrics.network({}), metrics.brokers({})) == (((), None), {})


def test_a_strong_tie_is_a_shorter_way():
    found = metrics.brokers({("a", "b"): 10, ("b", "c"): 10, ("a", "c"): 1})
    assert found == {"a": 0, "b": 1, "c": 0}


def test_a_community_keeps_its_number_and_a_new_one_has_a_new_one():
    before = {1: "abc", 2: "def"}
    assert metrics.numbered(["defg", "ab", "xy"], before, 3) == [2, 1, 3]
    assert metrics.numbered(["abc", "def"], {}, 1) == [1, 2]


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


def test_the_wilson_interval_is_the_one_of_the_textbook():
    """Newcombe, Statistics in Medicine 17 (1998) 857, table I: 81 of 263 and 15 of 148."""
    assert [round(end, 4) for end in metrics.wilson(81, 263)] == [0.2553, 0.3662]
    assert [round(end, 4) for end in metrics.wilson(15, 148)] == [0.0624, 0.1605]
    assert [round(end, 4) for end in metrics.wilson(0, 20)] == [0, 0.1611]


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_wilson_interval_holds_its_share_and_stays_within_nothing_and_all(part, more):
    low, high = metrics.wilson(part, part + more)
    assert 0 <= low <= part / (part + more) + 1e-12
    assert part / (part + more) - 1e-12 <= high <= 1


def test_mean_time_between_failures_is_what_esrf_published():
    assert round(metrics.mtbf(5455, 95), 1) == 56.8
    assert metrics.mttr(112, 95) == 112 / 95


def test_the_cut_off_is_the_worst_score_on_a_scale_of_either_direction():
    assert metrics.cut_off([4.5, 3.2, 4.9], high_is_best=True) == 3.2
    assert metrics.cut_off([1.5, 2.2, 1.9], high_is_best=False) == 2.2


def test_a_person_who_came_in_several_ways_counts_once_on_site_first():
    seen = [("a", "remote"), ("a", "onsite"), ("b", "mail_in"), ("b", "remote"), ("c", "mail_in"), ("c", "mail_in")]
    assert metrics.unique_users(seen) == {"onsite": 1, "remote": 1, "mail_in": 1}
    assert metrics.visits([("onsite", 2), ("onsite", 1), ("remote", 4)]) == {"onsite": 3, "remote": 4}


def test_concentration_and_gini_by_hand():
    assert metrics.concentration([50, 30, 20]) == pytest.approx(0.38)
    assert metrics.gini([1, 1, 1, 1]) == 0
    assert metrics.gini([0, 0, 0, 1]) == 0.75


def test_money_by_hand():
    assert metrics.planned_to_date(1000, 0.25) == 250
    assert metrics.planned_to_date(1000, 1.7) == metrics.planned_to_date(1000, None) == 1000
    assert metrics.execution(300, 250) == 1.2
    assert metrics.variance(250, 300) == -50
    assert metrics.per_hundred_shifts(3, 1200) == 2


def test_satisfaction_by_hand():
    assert metrics.satisfaction([5, 4, 3], 3, 6) == (3, 4, 0.5)
    assert metrics.person_months(30.44 * 3) == pytest.approx(3)
