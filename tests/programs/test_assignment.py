"""Assigning reviewers: the best fit under loads and conflicts, the same every time, and why something lacks."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from programs.rules.assignment import Candidate, Judge, Problem, Task, assign, best_replacement


def problem(tasks=3, judges=4, room=3, wanted=2, **fields):
    return Problem(
        tasks=[Task(f"t{n}", "p", wanted, 0) for n in range(tasks)],
        judges=[Judge(f"j{n}", "p", room) for n in range(judges)],
        **fields,
    )


def test_who_knows_it_best_is_asked_and_loads_are_spread():
    fit = {("j0", "t0"): 90, ("j1", "t0"): 80, ("j2", "t1"): 90, ("j3", "t1"): 80}
    found = assign(problem(tasks=2, fit=fit))
    assert {(pair.task, pair.reviewer) for pair in found.new} == {
        ("t0", "j0"),
        ("t0", "j1"),
        ("t1", "j2"),
        ("t1", "j3"),
    }
    even = assign(problem(tasks=4, judges=4, room=4, wanted=2))
    assert set(Counter(pair.reviewer for pair in even.new).values()) == {2}


def test_what_stands_is_kept_and_who_declined_is_not_asked_again():
    task = Task("t0", "p", 2, 0, kept=frozenset({"j0"}), gone=frozenset({"j1"}))
    found = assign(Problem([task], [Judge(f"j{n}", "p", 5) for n in range(3)]))
    assert [pair.reviewer for pair in found.new] == ["j2"]
    assert assign(Problem([Task("t0", "p", 1, 0, kept=frozenset({"j0"}))], [Judge("j1", "p", 5)])).new == ()


def test_one_of_the_facility_is_among_them_where_there_is_one():
    fit = {("j0", "t0"): 90, ("j1", "t0"): 90, ("j2", "t0"): 1}
    task = Task("t0", "p", 2, 1)
    judges = [Judge(f"j{n}", "p", 5) for n in range(3)]
    found = assign(Problem([task], judges, fit=fit, internal=frozenset({("j2", "t0")})))
    assert "j2" in {pair.reviewer for pair in found.new if pair.internal}
    [lack] = assign(Problem([task], judges, fit=fit)).lacking
    assert (lack.missing, lack.missing_internal) == (0, 1)


def test_an_impossible_set_is_explained_and_does_what_it_can():
    barred = frozenset({("j0", "t0"), ("j1", "t0")})
    tasks = [Task("t0", "p", 3, 0, gone=frozenset({"j2"})), Task("t1", "p", 1, 0)]
    judges = [Judge("j0", "p", 1), Judge("j1", "p", 1), Judge("j2", "p", 1), Judge("j3", "p", 0)]
    found = assign(Problem(tasks, judges, barred=barred))
    assert [pair.task for pair in found.new] == ["t1"]
    [lack] = found.lacking
    assert (lack.task, lack.missing, lack.members) == ("t0", 3, 4)
    assert (lack.in_conflict, lack.gone, lack.full) == (2, 1, 1)
    assert assign(Problem([], [])).new == ()


@settings(max_examples=12, deadline=None)
@given(
    st.integers(1, 6), st.integers(1, 6), st.integers(0, 3), st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)))
)
def test_no_load_and_no_conflict_is_ever_broken_and_the_answer_is_the_same_twice(tasks, judges, room, pairs):
    barred = frozenset((f"j{judge}", f"t{task}") for judge, task in pairs)
    given = problem(tasks, judges, room, barred=barred)
    found = assign(given)
    assert max(Counter(pair.reviewer for pair in found.new).values(), default=0) <= room
    assert not {(pair.reviewer, pair.task) for pair in found.new} & barred
    got = Counter(pair.task for pair in found.new)
    lacks = {lack.task: lack.missing for lack in found.lacking}
    assert all(got[task.key] + lacks.get(task.key, 0) == 2 for task in given.tasks)
    assert assign(given) == found


def test_a_replacement_is_of_the_same_kind_then_fits_best_then_has_least_to_do():
    rows = [Candidate("a", 50, 3, False), Candidate("b", 50, 1, False), Candidate("c", 90, 0, True)]
    assert best_replacement(rows, internal=False).reviewer == "b"
    assert best_replacement(rows, internal=True).reviewer == "c"
    assert best_replacement(rows[:2], internal=True).reviewer == "b"
    assert best_replacement([], internal=True) is None
