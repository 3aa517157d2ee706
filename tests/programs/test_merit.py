"""The ranking of a call: finished reviews only, both orders, nothing empty turned into a number."""

from datetime import timedelta

import pytest

from core import clock
from programs.queries.merit import ranking
from tests.programs.asking import a_call, a_proposal, a_scale
from tests.programs.reviewing import a_panel, a_review, before, criteria
from tests.world import make_user

pytestmark = pytest.mark.django_db


def judged(world, call, panel, scores, **fields):
    """One proposal for each score, each judged once by one of three reviewers."""
    people = [make_user(f"r{n}-{panel.pk.hex[-4:]}", world.org_c) for n in range(3)]
    rows = []
    for number, score in enumerate(scores):
        row = before(panel, a_proposal(world, call, state="review", **fields))
        if score is not None:
            a_review(row, people[number % 3], score)
        rows.append(row)
    return rows


def test_only_finished_reviews_count_and_the_state_does_not_change_by_itself(world):
    """Scenario 4."""
    call = a_call(world)
    row = before(a_panel(world, call), a_proposal(world, call, state="review"))
    people = [make_user(name, world.org_c) for name in ("one", "two", "three")]
    a_review(row, people[0], 2)
    a_review(row, people[1], 4)
    third = a_review(row, people[2], 5, state="accepted", submitted_at=None)
    [line] = ranking(call).lines
    assert (line.native, line.finished, line.outstanding) == (3.0, 2, 1)
    third.state, third.submitted_at = "submitted", clock.now()
    third.save()
    [line] = ranking(call).lines
    assert line.native == pytest.approx(11 / 3)
    assert line.proposal.state == "review"


def test_criteria_weigh_as_the_call_says(world):
    """Scenario 3."""
    call = a_call(world)
    criteria(call, science=2, plan=1)
    row = before(a_panel(world, call), a_proposal(world, call, state="review"))
    a_review(row, world.dan, {"science": 5, "plan": 3})
    [line] = ranking(call).lines
    assert line.native == pytest.approx(13 / 3)


def test_two_panels_of_opposite_direction_stand_in_one_order_with_their_own_beside(world):
    call = a_call(world)
    low = a_panel(world, call, name="Low", scale=a_scale(name="low", best="low"))
    high = a_panel(world, call, name="High", scale=a_scale(name="high", lowest=1, highest=10))
    first = judged(world, call, low, [3, 1, 5, 2, 4])
    second = judged(world, call, high, [2, 10, 6, 8, 4])
    found = ranking(call)
    by = {line.assessment.pk: line for line in found.lines}
    assert [by[row.pk].native_rank for row in first] == [3, 1, 5, 2, 4]
    assert [by[row.pk].native_rank for row in second] == [5, 1, 3, 2, 4]
    assert [line.rank for line in found.lines] == list(range(1, 11))
    assert by[first[1].pk].merit == pytest.approx(by[second[1].pk].merit)
    assert {line.assessment.pk for line in found.lines[:2]} == {first[1].pk, second[1].pk}
    assert all(line.stays_in is not None and 0 <= line.stays_in <= 1 for line in found.lines)


def test_a_small_panel_is_flagged_and_one_without_scores_is_last_and_empty(world):
    call = a_call(world)
    rows = judged(world, call, a_panel(world, call), [2, 4, None])
    best, worse, none = ranking(call).lines
    assert (best.assessment, worse.assessment, none.assessment) == (rows[1], rows[0], rows[2])
    assert (best.merit, best.why, best.native_rank) == (None, "too_few", 1)
    assert (none.native, none.rank, none.native_rank, none.stays_in) == (None, None, None, None)


def test_missed_cycles_help_until_time_was_got(world):
    call, old = a_call(world), a_call(world)
    panel = a_panel(world, call)
    lucky = a_proposal(world, old, state="accepted")
    first = a_proposal(world, old, state="rejected")
    first.previous.add(lucky)
    second = a_proposal(world, old, state="reserve")
    second.previous.add(first)
    again = before(panel, a_proposal(world, call, state="review"))
    again.proposal.previous.add(second)
    a_review(again, world.dan, 3)
    [line] = ranking(call).lines
    assert (line.missed, line.native, line.counted) == (2, 3.0, pytest.approx(3.4))
    call.settings = {"merit": {"ageing": "0"}}
    assert ranking(call).lines[0].counted == 3.0


def test_a_score_the_panel_set_takes_the_place_of_the_mean(world):
    call = a_call(world)
    [row] = judged(world, call, a_panel(world, call), [2])
    row.final_score, row.final_reason = 4, "The referee misread it."
    row.save()
    [line] = ranking(call).lines
    assert (line.native, line.set) == (4.0, True)


def test_equals_go_to_who_submitted_first_where_nobody_is_new(world):
    call = a_call(world)
    panel = a_panel(world, call)
    a_proposal(world, a_call(world), state="accepted")
    now = clock.now()
    late, early = (
        before(panel, a_proposal(world, call, state="review", submitted_at=now - timedelta(hours=hours)))
        for hours in (1, 2)
    )
    for row in (late, early):
        a_review(row, world.dan, 3)
    assert [line.assessment for line in ranking(call).lines] == [early, late]


def test_the_ranking_costs_the_same_for_one_and_for_many(world, django_assert_max_num_queries):
    call = a_call(world)
    judged(world, call, a_panel(world, call), [1, 2, 3, 4, 5, 2, None])
    with django_assert_max_num_queries(9):
        assert len(ranking(call).lines) == 7
