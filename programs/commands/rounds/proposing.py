"""The solver proposes who gets what; a trial with other limits writes nothing."""

import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import NotPermitted, WrongState
from programs.models import Call, Leg, Line, Round
from programs.queries.rounds.merits import merits_of
from programs.queries.rounds.problem import Reading, read_problem
from programs.queries.rounds.reading import current_round, round_parties
from programs.queries.rounds.trials import Trial
from programs.rules.allocation import THOUSANDTHS, Bands, Stop, Why, on_reserve, priorities, reasons
from programs.rules.limits import Limits, limits_from
from programs.solving.allocation import Solution, solve_allocation

MINUTES = {"category", "partner", "outsiders"}
"""Limits that count minutes; the others count thousandths of an instrument's unit."""


Progress = Callable[[int], Any]


def checked_limits(call: Call, *, by: Any, limits: Mapping[str, Any] | None) -> Limits:
    """The limits for a round of the call, which a person may solve now. Raises as `try_round`."""
    if not round_parties(by, call):
        raise NotPermitted(_("Time is given by those who run or decide the call."))
    if call.state != "allocating":
        raise WrongState(
            _("Time is given while the call is in allocation; it is: %(state)s.") % {"state": call.get_state_display()}
        )
    return limits_from({**call.settings.get("allocation", {}), **(limits or {})})


def try_round(
    call: Call, *, by: Any, limits: Mapping[str, Any] | None = None, say: Progress = lambda done: None
) -> Trial:
    """What the round would be with these limits, those of the call where none are given. Writes nothing. `say` hears
    how many of its STEPS are done.

    Raises NotPermitted, WrongState unless the call is in allocation, Invalid for limits that cannot be.
    """
    chosen = checked_limits(call, by=by, limits=limits)
    began = time.monotonic()
    reading = read_problem(call, merits_of(call), chosen)
    say(1)
    solution = solve_allocation(reading.problem)
    say(2)
    outcome = {
        "value": round(solution.value, 1),
        "bound": round(solution.bound, 1),
        "gap": round(solution.gap, 5),
        "seconds": round(time.monotonic() - began, 1),
        "solver": solution.solver,
        "legs": len(reading.problem.wishes),
    }
    return Trial(chosen, _lines(reading, solution, chosen), outcome)


def propose_round(
    call: Call, *, by: Any, limits: Mapping[str, Any] | None = None, say: Progress = lambda done: None
) -> Round:
    """A new current round as the solver proposes it; the one before stays to be read. Raises as `try_round`.

    What was decided by hand stays as it was decided: a line overridden in the round before is taken over.
    """
    trial = try_round(call, by=by, limits=limits, say=say)
    return _keep(call, trial, by=by)


@transaction.atomic
def _keep(call: Call, trial: Trial, *, by: Any) -> Round:
    call = Call.objects.select_for_update().get(pk=call.pk)
    if call.state != "allocating":
        raise WrongState(_("The call is not in allocation any more."))
    before = current_round(call)
    overridden = {row.leg_id: row for row in before.lines.exclude(overridden_by=None)} if before else {}
    call.rounds.filter(is_current=True).update(is_current=False)
    number = (before.number if before else 0) + 1
    made = Round.objects.create(
        call=call,
        number=number,
        limits=trial.limits.as_dict(),
        outcome=trial.outcome,
        created_by=by if not by.is_system else None,
    )
    rows = []
    for line in trial.lines:
        kept = overridden.get(line.leg_id)
        if kept is not None:
            line.verdict, line.units, line.priority = kept.verdict, kept.units, kept.priority
            line.instrument_id, line.place, line.reason = kept.instrument_id, kept.place, kept.reason
            line.overridden_by_id, line.override_reason = kept.overridden_by_id, kept.override_reason
        line.round = made
        rows.append(line)
    Line.objects.bulk_create(rows)
    audit.record("propose-round", call, by=by, round=number, lines=len(rows), gap=trial.outcome["gap"])
    return made


def _lines(reading: Reading, solution: Solution, limits: Limits) -> list[Line]:
    problem, given = reading.problem, solution.given
    bands = Bands(limits.certain, limits.reserve)
    why = reasons(problem, given)
    sure, waiting = priorities(problem, given, bands), on_reserve(problem, given, bands)
    found = []
    for wish in sorted(problem.wishes, key=lambda each: (each.rank, reading.legs[each.key].position)):
        leg = reading.legs[wish.key]
        line = Line(
            leg=leg,
            instrument=leg.instrument,
            category=reading.categories[leg.proposal_id],
            rank=wish.rank,
            merit=Decimal(str(round(reading.merits[leg.pk].value, 2))),
            reason=_reason(reading, leg, why[wish.key]),
        )
        if wish.key in given:
            place, steps = given[wish.key]
            line.verdict, line.priority = Line.Verdict.ALLOCATED, sure[wish.key]
            line.units = Decimal(place.step * steps) / THOUSANDTHS
            line.instrument = reading.instruments[place.instrument]
        elif wish.key in waiting:
            line.verdict, line.priority, line.place = Line.Verdict.RESERVE, Leg.Priority.RESERVE, waiting[wish.key]
        else:
            line.verdict = Line.Verdict.REFUSED
        found.append(line)
    return found


def _reason(reading: Reading, leg: Leg, why: Why) -> dict[str, Any]:
    stops = [_stop(reading, leg, stop) for stop in why.stops]
    others = [_name(reading.legs[key]) for key in why.others]
    return {"code": why.code} | ({"stops": stops} if stops else {}) | ({"others": others} if others else {})


def _stop(reading: Reading, leg: Leg, stop: Stop) -> dict[str, str]:
    if stop.kind in MINUTES:
        short, unit = Decimal(stop.short) / 60, "hour"
    else:
        short, unit = Decimal(stop.short) / THOUSANDTHS, reading.instruments[stop.name].unit
    return {"kind": stop.kind, "label": reading.labels[stop.name], "short": f"{short.normalize():f}", "unit": unit}


def _name(leg: Leg) -> str:
    return f"{leg.position} ({leg.instrument.code})"
