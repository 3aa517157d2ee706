"""Evaluating a completed programme: its judgement is written once, with the figures of that day."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid, Violation
from programs.commands.cooperation.decisions import everyone, moved
from programs.commands.cooperation.telling import office, tell
from programs.models import Evaluation, Program
from programs.models.evaluations import GRADES
from programs.queries.cooperation.evaluation import figures_of


@dataclass(frozen=True)
class Judgement:
    """What an evaluation asks: grades from 1 (poor) to 5 (very good), two texts, and what should follow."""

    goals: int
    use: int
    impact: int
    lasting: int
    reached: str
    learnt: str
    advice: str


@transaction.atomic
def evaluate_program(program: Program, judged: Judgement | None, *, by: Any, note: str = "") -> Program:
    """Evaluate a completed programme; final, and told to its team, its partners and the secretariat.

    Without a judgement the note says what an evaluation made elsewhere came to, and where it is. Those who lead the
    programme never judge it. Raises NotPermitted, WrongState, and Invalid with everything that is missing.
    """
    note = (judged.reached if judged else note).strip()
    program = moved(program, "evaluate", by=by, note=note)
    if violations := _violations(judged) if judged else [] if note else [_required("evaluation")]:
        raise Invalid(_("Answer every question of the evaluation."), violations)
    if judged:
        _keep(program, judged, by=by)
    tell([*everyone(program), *office(program, "secretariat")], "program_moved", program, by=by, note=note)
    return program


def _keep(program: Program, judged: Judgement, *, by: Any) -> None:
    Evaluation.objects.create(
        program=program,
        by=by,
        figures=figures_of(program).frozen(),
        **{name: getattr(judged, name) for name in GRADES},
        reached=judged.reached.strip(),
        learnt=judged.learnt.strip(),
        advice=judged.advice,
    )


def _violations(judged: Judgement) -> list[Violation]:
    grades = [
        Violation("grade_from_1_to_5", _("Choose a grade from 1 to 5."), name)
        for name in GRADES
        if getattr(judged, name) not in range(1, 6)
    ]
    texts = [_required(name) for name in ("reached", "learnt") if not getattr(judged, name).strip()]
    if judged.advice not in Evaluation.Advice.values:
        texts.append(Violation("advice_unknown", _("Choose what should follow."), "advice"))
    return grades + texts


def _required(name: str) -> Violation:
    return Violation("required", _("Say it in a few sentences."), name)
