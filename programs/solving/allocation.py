"""The allocation that gives most merit-weighted time, by SCIP of OR-tools; the same input gives the same answer."""

from dataclasses import dataclass
from importlib.metadata import version

from ortools.linear_solver import pywraplp

from programs.rules.allocation import Place, Problem, Wish, filled, slack_after

GAP = 0.005
"""The search ends when no allocation can be better by more than this share,"""
NODES = 400
"""or after so many nodes of its tree: work, not wall clock, so that a slow machine finds the same allocation."""
TIES = 0.009
"""What the best rank counts more than the last of equal merit (R-11): less than a hundredth of a point of merit."""
MISSED = 4
"""Times the best merit that an hour counts which a quota or a partner lacks of its least share: more than merit."""

Key = tuple[str, str]
"""A wish at an instrument."""


@dataclass(frozen=True)
class Solution:
    """What is given, how good it is, and how good any allocation could be at most (both in merit-weighted hours)."""

    given: dict[str, tuple[Place, int]]
    value: float
    bound: float
    solver: str = f"OR-tools {version('ortools')} SCIP"

    @property
    def gap(self) -> float:
        """How far the value may be below the best there is, as a share of the bound."""
        return max(0.0, (self.bound - self.value) / self.bound) if self.bound > 0 else 0.0


def solve_allocation(problem: Problem, *, nodes: int = NODES) -> Solution:
    """Units for the wishes within the limits: all required legs of a proposal or none, dependencies kept.

    Maximises merit × hours; of equal merit the better rank counts a little more. A least share of a quota or partner is
    met as far as the limits allow. What SCIP left over when it ended is given by rank, so that nothing that fits stays
    out. Deterministic: one thread, fixed seeds, no wall clock.
    """
    solver = pywraplp.Solver.CreateSolver("SCIP")
    taken, amounts = _model(solver, problem)
    solver.SetSolverSpecificParametersAsString(f"limits/gap = {GAP}\nlimits/totalnodes = {nodes}\n")
    status = solver.Solve()
    places = {(wish.key, place.instrument): place for wish in problem.wishes for place in wish.places}
    chosen = {}
    if status in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE):
        chosen = {
            wish: (places[wish, instrument], round(amount.solution_value()))
            for (wish, instrument), amount in amounts.items()
            if taken[wish, instrument].solution_value() > 0.5
        }
    given = filled(problem, chosen)
    value = _value(problem, given)
    return Solution(given, value, max(solver.Objective().BestBound(), value))


def weight_of(wish: Wish, last: int) -> float:
    """What an hour of a wish counts: its merit to a hundredth, and less than one of these for its rank."""
    return max(0.01, round(wish.merit, 2)) + TIES * (last - wish.rank) / max(1, last)


def _model(
    solver: pywraplp.Solver, problem: Problem
) -> tuple[dict[Key, pywraplp.Variable], dict[Key, pywraplp.Variable]]:
    """Whether each wish is met at each place, and with how many steps."""
    taken: dict[Key, pywraplp.Variable] = {}
    amounts: dict[Key, pywraplp.Variable] = {}
    met = {wish.key: solver.BoolVar("") for wish in problem.wishes}
    at_place = {(wish.key, place.instrument): (wish, place) for wish in problem.wishes for place in wish.places}
    for wish in problem.wishes:
        for place in () if wish.excluded else wish.places:
            at = (wish.key, place.instrument)
            taken[at] = solver.BoolVar("")
            amounts[at] = solver.IntVar(0, place.most, "")
            solver.Add(amounts[at] >= place.least * taken[at])
            solver.Add(amounts[at] <= place.most * taken[at])
        solver.Add(
            solver.Sum(taken[wish.key, each.instrument] for each in wish.places if not wish.excluded) == met[wish.key]
        )
    for wishes in problem.groups().values():
        required = [met[wish.key] for wish in wishes if wish.required]
        for other in required[1:]:
            solver.Add(other == required[0])
        for wish in wishes:
            if required and not wish.required:
                solver.Add(met[wish.key] <= required[0])
            for key in wish.depends_on:
                solver.Add(met[wish.key] <= met[key])
    last, best = _scale(problem)
    objective = [
        amounts[at] * (weight_of(wish, last) * place.minutes / 60)
        for at, (wish, place) in at_place.items()
        if at in amounts
    ]
    for limit in problem.limits:
        counted = solver.Sum(amounts[at] * limit.cost(at_place[at][1]) for at in sorted(limit.members & amounts.keys()))
        solver.Add(counted <= limit.most)
        if limit.least:
            short = solver.NumVar(0, limit.least, "")
            solver.Add(counted + short >= limit.least)
            objective.append(-short * (best * MISSED / 60))
    solver.Maximize(solver.Sum(objective))
    return taken, amounts


def _value(problem: Problem, given: dict[str, tuple[Place, int]]) -> float:
    """The objective of what is given, as `_model` counts it."""
    last, best = _scale(problem)
    wishes = {wish.key: wish for wish in problem.wishes}
    value = sum(weight_of(wishes[key], last) * place.minutes * steps for key, (place, steps) in given.items())
    slack = slack_after(problem, given)
    for limit, left in zip(problem.limits, slack.left, strict=True):
        value -= max(0, limit.least - (limit.most - left)) * best * MISSED
    return value / 60


def _scale(problem: Problem) -> tuple[int, float]:
    """The last rank, and the most that an hour counts."""
    last = max((wish.rank for wish in problem.wishes), default=1)
    return last, max((weight_of(wish, last) for wish in problem.wishes), default=1.0)
