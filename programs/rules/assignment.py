"""Who reviews what: the set of pairs that fits best under loads and conflicts, and what cannot be had, with reasons.

Solved with CP-SAT of OR-tools by one worker with a fixed seed and a limit in deterministic time, so that the same
problem always has the same answer. Wanted reviews are soft and very dear: an impossible set is explained, not refused.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

MISSING, MISSING_INTERNAL = 10_000, 5_000
"""What one missing review costs beside a fit of 1 to 100."""
UNEVEN = 1
"""What the busiest reviewer's load costs for each review, so that equal fits are spread."""
EFFORT = 60.0
"""Deterministic time, about seconds of a processor."""


@dataclass(frozen=True)
class Task:
    """Something before a panel: the reviews it wants, how many of them by internal people, and who has some already.

    `kept` are reviewers whose review stands; `gone` those who declined or were called off, who are not asked again.
    """

    key: UUID
    panel: UUID
    wanted: int
    internal_wanted: int
    kept: frozenset[UUID] = frozenset()
    gone: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Judge:
    """A member of a panel and how many more reviews they may get."""

    key: UUID
    panel: UUID
    room: int


@dataclass(frozen=True)
class Problem:
    """`fit` is from 1 (knows nothing of it) to 100; `barred` are pairs of judge and task that must not be; `internal`
    the pairs in which the judge is one of the task's own facility."""

    tasks: Sequence[Task]
    judges: Sequence[Judge]
    fit: Mapping[tuple[UUID, UUID], int] = field(default_factory=dict)
    barred: frozenset[tuple[UUID, UUID]] = frozenset()
    internal: frozenset[tuple[UUID, UUID]] = frozenset()


@dataclass(frozen=True)
class Pair:
    task: UUID
    reviewer: UUID
    fit: int
    internal: bool


@dataclass(frozen=True)
class Lack:
    """A task that gets fewer than it wants: how many are missing, and where the panel's other members went."""

    task: UUID
    missing: int
    missing_internal: int
    members: int
    in_conflict: int
    gone: int
    full: int


@dataclass(frozen=True)
class Assigned:
    """New pairs in the order of tasks and judges, what is lacking, how good it is; `bound` is the best possible."""

    new: tuple[Pair, ...]
    lacking: tuple[Lack, ...]
    objective: float = 0.0
    bound: float = 0.0


def assign(problem: Problem) -> Assigned:
    """The best pairs: as few missing reviews as can be, then the best fit, then even loads."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    by_panel: dict[UUID, list[Judge]] = defaultdict(list)
    for judge in problem.judges:
        by_panel[judge.panel].append(judge)
    pairs: dict[tuple[UUID, UUID], cp_model.IntVar] = {}
    of_judge: dict[UUID, list[cp_model.IntVar]] = defaultdict(list)
    goal: list[cp_model.LinearExpr] = []
    short: dict[UUID, tuple[cp_model.IntVar, cp_model.IntVar]] = {}
    for task in problem.tasks:
        own, inside = [], []
        for judge in by_panel[task.panel]:
            pair = (judge.key, task.key)
            if judge.room <= 0 or pair in problem.barred or judge.key in task.kept | task.gone:
                continue
            chosen = pairs[pair] = model.new_bool_var("")
            own.append(chosen)
            of_judge[judge.key].append(chosen)
            goal.append(problem.fit.get(pair, 1) * chosen)
            if pair in problem.internal:
                inside.append(chosen)
        need, need_inside = _needs(problem, task)
        missing, missing_inside = model.new_int_var(0, need, ""), model.new_int_var(0, need_inside, "")
        short[task.key] = (missing, missing_inside)
        model.add(sum(own) + missing == need)
        model.add(sum(inside) + missing_inside >= need_inside)
        goal += [-MISSING * missing, -MISSING_INTERNAL * missing_inside]
    busiest = model.new_int_var(0, max((judge.room for judge in problem.judges), default=0) + 1, "")
    for judge in problem.judges:
        if of_judge[judge.key]:
            model.add(sum(of_judge[judge.key]) <= judge.room)
            model.add(sum(of_judge[judge.key]) <= busiest)
    goal.append(-UNEVEN * busiest)
    model.maximize(sum(goal))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = EFFORT
    solver.parameters.relative_gap_limit = 0.001
    solver.solve(model)
    new = [
        Pair(task, judge, problem.fit.get((judge, task), 1), (judge, task) in problem.internal)
        for (judge, task), chosen in pairs.items()
        if solver.boolean_value(chosen)
    ]
    load = Counter(pair.reviewer for pair in new)
    lacking: list[Lack] = []
    for task in problem.tasks:
        lacks, lacks_inside = (int(solver.value(variable)) for variable in short[task.key])
        if lacks or lacks_inside:
            chosen_here = {pair.reviewer for pair in new if pair.task == task.key}
            lacking.append(_lack(problem, task, by_panel[task.panel], load, chosen_here, lacks, lacks_inside))
    return Assigned(tuple(new), tuple(lacking), solver.objective_value, solver.best_objective_bound)


def still_wanted(problem: Problem, pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    """Those of some pairs that the problem, as it is now, needs and allows: for a problem that changed meanwhile."""
    tasks = {task.key: task for task in problem.tasks}
    room = {(judge.panel, judge.key): judge.room for judge in problem.judges}
    load: Counter[UUID] = Counter()
    given: Counter[UUID] = Counter()
    kept = []
    for pair in pairs:
        task = tasks.get(pair.task)
        if task is None or given[task.key] >= _needs(problem, task)[0]:
            continue
        free = room.get((task.panel, pair.reviewer), 0) > load[pair.reviewer]
        if free and (pair.reviewer, task.key) not in problem.barred and pair.reviewer not in task.kept | task.gone:
            load[pair.reviewer] += 1
            given[task.key] += 1
            kept.append(pair)
    return tuple(kept)


def _needs(problem: Problem, task: Task) -> tuple[int, int]:
    """How many more reviews a task wants, and how many of these by internal people."""
    kept_inside = sum((key, task.key) in problem.internal for key in task.kept)
    inside = max(task.internal_wanted - kept_inside, 0)
    return max(task.wanted - len(task.kept), inside, 0), inside


def _lack(
    problem: Problem,
    task: Task,
    judges: Sequence[Judge],
    load: Counter[UUID],
    chosen: set[UUID],
    missing: int,
    missing_internal: int,
) -> Lack:
    others = [judge for judge in judges if judge.key not in chosen | task.kept]
    barred = [judge for judge in others if (judge.key, task.key) in problem.barred]
    gone = [judge for judge in others if judge.key in task.gone and judge not in barred]
    full = [judge for judge in others if judge not in barred + gone and judge.room - load[judge.key] <= 0]
    return Lack(task.key, missing, missing_internal, len(judges), len(barred), len(gone), len(full))


@dataclass(frozen=True)
class Candidate:
    """A free member of the panel for one task: how well they fit, and how many reviews they have."""

    reviewer: UUID
    fit: int
    load: int
    internal: bool


def best_replacement(candidates: Iterable[Candidate], *, internal: bool) -> Candidate | None:
    """One of the same kind (internal or not) where there is one; then the best fit, the least load."""
    return min(
        candidates, key=lambda row: (row.internal != internal, -row.fit, row.load, str(row.reviewer)), default=None
    )
