"""The task list of a draft, its pages, and the answers to check before it is sent."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.errors import DomainError, Violation
from frontend.contexts.programs.told import Told, told
from frontend.contexts.tasks import Task
from frontend.forms.programs.drafting import EDITORS, Editor
from frontend.forms.programs.listing import NewMember
from programs.frozen.cooperation import content_of
from programs.models import Program
from programs.queries.cooperation.inside import history_of, team_of
from programs.queries.cooperation.submission import answers_that_hold, current_version, submission_facts
from programs.rules.cooperation import submission_violations

TITLES = {
    "details": gettext_lazy("What it is, and when"),
    "partners": gettext_lazy("Partners and their parts"),
    "milestones": gettext_lazy("Milestones"),
    "time": gettext_lazy("Facility time"),
    "declaration": gettext_lazy("Declarations"),
}
SECTION_OF = {
    "title": "details",
    "summary": "details",
    "starts_on": "details",
    "ends_on": "details",
    "partners": "partners",
    "milestones": "milestones",
    "entitlements": "time",
    "peaceful_use": "declaration",
}
"""On which page a rule's field is answered."""
OPTIONAL = {"milestones", "time"}


@dataclass(frozen=True)
class DraftPage:
    program: Program
    crumbs: list[dict[str, str]]
    tasks: list[Task]
    done: int
    answers_url: str
    returned: str
    team: list[Any]
    member_form: NewMember


@dataclass(frozen=True)
class SectionPage:
    """One page of the task list with its form or its rows."""

    program: Program
    crumbs: list[dict[str, str]]
    title: str
    editor: Editor
    refusal: DomainError | None
    version: int


@dataclass(frozen=True)
class AnswersPage:
    """What would be sent, what still stands in the way, and whom it would ask."""

    program: Program
    crumbs: list[dict[str, str]]
    told: Told
    problems: list[tuple[Violation, str]]
    asked: list[str]
    kept: list[str]
    refusal: DomainError | None


def crumbs_of(program: Program, *more: tuple[str, str]) -> list[dict[str, str]]:
    trail = [(_("Programmes"), reverse("programs")), (str(program), reverse("program", args=[program.pk])), *more]
    return [{"label": label, "url": url if place < len(trail) - 1 else ""} for place, (label, url) in enumerate(trail)]


def draft_page(program: Program, form: NewMember, returned: str) -> DraftPage:
    """The task list; each task says what is missing."""
    missing: dict[str, list[str]] = {}
    for violation in submission_violations(submission_facts(program)):
        missing.setdefault(SECTION_OF.get(violation.field, "details"), []).append(violation.message)
    tasks = [_task(program, name, missing.get(name, [])) for name in EDITORS]
    return DraftPage(
        program=program,
        crumbs=crumbs_of(program, (_("Edit"), "")),
        tasks=tasks,
        done=sum(task.state == "done" for task in tasks),
        answers_url=reverse("program_answers", args=[program.pk]),
        returned=returned,
        team=list(team_of(program)),
        member_form=form,
    )


def section_page(program: Program, editor: Editor, refusal: DomainError | None) -> SectionPage:
    return SectionPage(
        program=program,
        crumbs=crumbs_of(
            program, (_("Edit"), reverse("program_edit", args=[program.pk])), (str(TITLES[editor.name]), "")
        ),
        title=str(TITLES[editor.name]),
        editor=editor,
        refusal=refusal,
        version=program.version,
    )


def answers_page(program: Program, refusal: DomainError | None) -> AnswersPage:
    """Everything that would be frozen, with the rules that refuse and the page where each is answered."""
    problems = [
        (violation, reverse("program_section", args=[program.pk, SECTION_OF.get(violation.field, "details")]))
        for violation in submission_violations(submission_facts(program))
    ]
    content = content_of(program)
    holding = {str(key) for key in answers_that_hold(current_version(program), content)}
    return AnswersPage(
        program=program,
        crumbs=crumbs_of(
            program, (_("Edit"), reverse("program_edit", args=[program.pk])), (_("Check your answers"), "")
        ),
        told=told(content),
        problems=problems,
        asked=[row["name"] for row in content["partners"] if row["organisation"] not in holding],
        kept=[row["name"] for row in content["partners"] if row["organisation"] in holding],
        refusal=refusal if refusal and not problems else None,
    )


def returned_because(program: Program) -> str:
    """Why a draft that was submitted before came back, in the words of who gave it back."""
    if current_version(program) is None:
        return ""
    entry = history_of(program).filter(verb__in=("return", "refuse-partner")).last()
    return f"{entry.actor_name}: {entry.note}" if entry else ""


def _task(program: Program, name: str, missing: list[str]) -> Task:
    counted = {
        "partners": program.partners.count(),
        "milestones": program.milestones.count(),
        "time": program.entitlements.count(),
    }
    begun = counted.get(name, 1 if name == "details" else int(program.peaceful_use))
    state = "in_progress" if missing and begun else "not_started" if not begun else "done"
    note = missing[0] if missing else _said(program, name, counted)
    return Task(str(TITLES[name]), reverse("program_section", args=[program.pk, name]), state, note)


def _said(program: Program, name: str, counted: dict[str, int]) -> str:
    match name:
        case "partners":
            return ngettext("%(n)d organisation", "%(n)d organisations", counted[name]) % {"n": counted[name]}
        case "milestones" if counted[name]:
            return ngettext("%(n)d milestone", "%(n)d milestones", counted[name]) % {"n": counted[name]}
        case "time" if counted[name]:
            return ngettext("at %(n)d instrument", "at %(n)d instruments", counted[name]) % {"n": counted[name]}
        case "milestones" | "time":
            return _("Optional")
        case "details":
            return program.title
    return _("For peaceful ends only")
