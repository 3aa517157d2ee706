"""Giving units by the solver: within every limit, the same each time, and a reason for everything."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programs.rules.allocation import (
    Bands,
    Limit,
    Place,
    Problem,
    Wish,
    filled,
    on_reserve,
    priorities,
    reasons,
    slack_after,
)
from programs.rules.verdicts import outcome_of, torn
from programs.solving.allocation import solve_allocation


def wish(key: str, rank: int, at: str = "A1", *, group: str = "", least: int = 2, most: int = 2, **more) -> Wish:
    place = Place(at, 1000, 480, least, most)
    return Wish(key, group or key, rank, 60.0 - rank, (place,), **more)


def offer(at: str, units: int, wishes) -> Limit:
    members = frozenset((each.key, at) for each in wishes if any(place.instrument == at for place in each.places))
    return Limit("offer", at, members, units * 1000)


def problem(*wishes: Wish, more: tuple[Limit, ...] = (), **offers: int) -> Problem:
    return Problem(wishes, (*(offer(at, units, wishes) for at, units in offers.items()), *more))


def test_the_best_proposals_get_what_there_is_and_the_next_reads_how_much_was_missing():
    found = problem(wish("a", 1), wish("b", 2), wish("c", 3), A1=5)
    given = solve_allocation(found).given
    assert set(given) == {"a", "b"}
    why = reasons(found, given)["c"]
    assert (why.code, why.stops[0].name, why.stops[0].short) == ("limit", "A1", 1000)


def test_required_legs_come_together_or_not_at_all():
    found = problem(wish("a1", 1, group="a"), wish("a2", 1, "B1", group="a", least=9, most=9), wish("b", 2), A1=3, B1=5)
    given = solve_allocation(found).given
    assert set(given) == {"b"}
    why = reasons(found, given)
    assert why["a2"].stops[0].short == 4000
    assert why["a1"].stops[0].short == 1000


def test_an_optional_leg_is_left_out_alone():
    legs = (wish("a1", 1, group="a"), wish("a2", 1, "B1", group="a", least=9, most=9, required=False))
    given = solve_allocation(problem(*legs, A1=3, B1=5)).given
    assert set(given) == {"a1"}


def test_a_leg_waits_for_the_one_it_depends_on():
    legs = (
        wish("a1", 1, group="a", least=9, most=9, required=False),
        wish("a2", 1, "B1", group="a", required=False, depends_on=("a1",)),
    )
    found = problem(*legs, A1=3, B1=5)
    given = solve_allocation(found).given
    assert given == {}
    assert reasons(found, given)["a2"].code == "depends"


def test_a_quota_stops_what_an_instrument_has_room_for():
    legs = (wish("a", 1), wish("b", 2))
    quota = Limit("category", "general", frozenset({("a", "A1"), ("b", "A1")}), most=3 * 480)
    found = problem(*legs, A1=9, more=(quota,))
    given = solve_allocation(found).given
    assert set(given) == {"a"}
    assert [(stop.kind, stop.short) for stop in reasons(found, given)["b"].stops] == [("category", 480)]


def test_a_least_share_is_met_before_merit():
    legs = (wish("a", 1, least=4, most=4), wish("b", 2, least=4, most=4))
    share = Limit("partner", "centre", frozenset({("b", "A1")}), most=9 * 480, least=4 * 480)
    assert set(solve_allocation(problem(*legs, A1=4, more=(share,))).given) == {"b"}


def test_the_first_ninety_per_cent_are_certain_and_the_reserve_has_its_order():
    legs = [wish(f"w{n}", n) for n in range(1, 9)]
    found = problem(*legs, A1=10)
    given = solve_allocation(found).given
    assert list(priorities(found, given, Bands(certain=80)).values()) == ["A", "A", "A", "A", "B"]
    assert on_reserve(found, given, Bands(reserve=40)) == {"w6": 1, "w7": 2}


@pytest.mark.parametrize(
    ("legs", "state"),
    [
        ([(True, "allocated"), (True, "reserve")], "reserve"),
        ([(True, "allocated"), (False, "refused")], "partially_accepted"),
        ([(True, "allocated"), (False, "allocated")], "accepted"),
        ([(True, "reserve"), (True, "refused")], "rejected"),
        ([(False, "refused"), (False, "reserve")], "reserve"),
        ([(False, "refused"), (False, "allocated")], "partially_accepted"),
        ([], "rejected"),
    ],
)
def test_the_state_of_a_proposal_follows_from_its_legs(legs, state):
    assert outcome_of(legs) == state


def test_required_legs_of_which_only_some_have_time_are_torn():
    assert torn([(True, "allocated"), (True, "reserve")])
    assert not torn([(True, "allocated"), (False, "refused")])


LEGS = st.lists(
    st.tuples(st.integers(1, 6), st.sampled_from(["A1", "B1"]), st.integers(1, 3), st.integers(0, 3), st.booleans()),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25)
@given(LEGS, st.integers(1, 9), st.integers(1, 9), st.integers(0, 12))
def test_nothing_is_over_a_limit_nothing_that_fits_is_left_out_and_everything_has_a_reason(legs, a1, b1, quota):
    wishes = tuple(
        wish(f"w{n}", rank, at, group=f"p{rank}", least=least, most=least + more, required=required)
        for n, (rank, at, least, more, required) in enumerate(legs)
    )
    everything = frozenset((each.key, each.places[0].instrument) for each in wishes)
    found = problem(*wishes, A1=a1, B1=b1, more=(Limit("category", "general", everything, quota * 480),))
    solution = solve_allocation(found)
    assert solution.given == solve_allocation(found).given
    assert solution.value <= solution.bound + 1e-6
    assert min(slack_after(found, solution.given).left) >= 0
    assert filled(found, solution.given) == solution.given
    for members in found.groups().values():
        met = {each.key in solution.given for each in members if each.required}
        assert len(met) < 2
    for each in wishes:
        why = reasons(found, solution.given)[each.key]
        assert why.code in {"full", "part", "limit", "together"}
        assert why.code == "full" or why.stops or why.others
