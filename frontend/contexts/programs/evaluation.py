"""The tab of a programme with its evaluation: the figures it rests on, and the form or what was said."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.admin.utils import label_for_field
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core import names
from frontend.forms.programs.evaluating import EvaluationForm
from programs.models import Evaluation, Program
from programs.models.evaluations import GRADES
from programs.permissions.cooperation import program_parties
from programs.queries.cooperation.evaluation import evaluation_of, figures_of
from programs.workflows.cooperation import PROGRAM


@dataclass(frozen=True)
class Line:
    """A name and what stands beside it."""

    label: str
    value: str


@dataclass(frozen=True)
class EvaluationTab:
    """`form` for one who may evaluate now, `evaluation` once it is there."""

    evaluation: Evaluation | None
    grades: list[Line]
    figures: list[Line]
    as_of: date
    form: EvaluationForm | None
    graded: tuple[str, ...] = GRADES


def evaluation_tab(program: Program, user: Any, form: EvaluationForm) -> EvaluationTab:
    """For one who sees the inside; after the evaluation the figures are those of its day."""
    evaluation = evaluation_of(program)
    figures = evaluation.figures if evaluation else figures_of(program).frozen()
    moves = PROGRAM.open_moves(program.state, program_parties(user, program))
    return EvaluationTab(
        evaluation=evaluation,
        grades=list(_grades(evaluation)) if evaluation else [],
        figures=list(_lines(figures)),
        as_of=date.fromisoformat(figures["as_of"]),
        form=form if any(move.name == "evaluate" for move in moves) else None,
    )


def _grades(evaluation: Evaluation) -> Iterator[Line]:
    for name in GRADES:
        label = capfirst(str(label_for_field(name, Evaluation)))
        yield Line(label, _("%(n)s of 5") % {"n": getattr(evaluation, name)})


def _lines(told: dict[str, Any]) -> Iterator[Line]:
    """The figures in words; those of money only where the programme has a currency."""
    n = {name: names.number(each) for name, each in told.items() if name not in {"as_of", "currency"}}
    yield Line(_("Partners"), _("%(partners)s in %(countries)s countries") % n)
    yield Line(_("Milestones"), _("%(reached)s of %(milestones)s reached, %(on_time)s on time") % n)
    yield Line(_("Runs at facilities"), _("%(runs)s, %(hours)s hours") % n)
    yield Line(_("Publications"), n["publications"])
    yield Line(_("Exchange stays"), _("%(months)s person-months") % n)
    yield Line(_("Trained people"), n["trained"])
    if told["currency"]:
        money = {name: f"{n[name]} {told['currency']}" for name in ("spent", "planned", "contributed", "in_kind")}
        yield Line(_("Spent"), _("%(spent)s of %(planned)s") % money)
        yield Line(_("Contributed"), _("%(contributed)s, and %(in_kind)s in kind") % money)
