"""Questionnaires as an office builds them: the list, one with its sections, a trial, and two versions compared."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Violation
from core.names import local
from frontend.contexts.calls.office import owners_of
from frontend.forms.proposals.questionnaire import SectionForm
from frontend.paging import Page, paged
from programs.models import Questionnaire, QuestionnaireVersion
from programs.permissions.calls import questionnaires_visible_to
from programs.rules.building import Difference, definition_violations, differences, missing_translations
from programs.rules.questionnaire import KINDS, Question, Section, answer_violations, said, sections_of

FIELDS = {
    "kind": gettext_lazy("answered by"),
    "label": gettext_lazy("question"),
    "help": gettext_lazy("help"),
    "required": gettext_lazy("an answer is needed"),
    "words": gettext_lazy("most words"),
    "unit": gettext_lazy("unit"),
    "least": gettext_lazy("at least"),
    "most": gettext_lazy("at most"),
    "options": gettext_lazy("options"),
    "several": gettext_lazy("several options"),
    "suffixes": gettext_lazy("kinds of files"),
    "megabytes": gettext_lazy("largest file"),
    "when": gettext_lazy("when it is asked"),
    "section": gettext_lazy("section"),
}


@dataclass(frozen=True)
class Line:
    """A questionnaire in a list."""

    row: Questionnaire
    owner: str
    versions: int


@dataclass(frozen=True)
class ListPage:
    page: Page
    makes: bool


@dataclass(frozen=True)
class Asked:
    """A question in the builder, and in words what its kind and limits are."""

    question: Question
    kind: str
    note: str


@dataclass(frozen=True)
class Part:
    section: Section
    title: str
    help: str
    questions: list[Asked]


@dataclass(frozen=True)
class BuilderPage:
    row: Questionnaire
    crumbs: list[dict[str, str]]
    parts: list[Part]
    problems: list[Violation]
    lacking: list[str]
    versions: list[QuestionnaireVersion]
    is_frozen: bool


@dataclass(frozen=True)
class TrialPage:
    """The questionnaire as applicants get it, and what is wrong with answers given for a trial."""

    row: Questionnaire
    crumbs: list[dict[str, str]]
    forms: list[tuple[str, str, SectionForm]]
    violations: list[Violation]
    could_be_sent: bool


@dataclass(frozen=True)
class Changed:
    difference: Difference
    fields: list[tuple[str, str, str]]


@dataclass(frozen=True)
class ComparePage:
    row: Questionnaire
    crumbs: list[dict[str, str]]
    before: QuestionnaireVersion
    after: QuestionnaireVersion
    changes: list[Changed]


def crumbs_of(row: Questionnaire | None = None, *more: str) -> list[dict[str, str]]:
    trail = [(_("Calls"), reverse("office_calls")), (_("Questionnaires"), reverse("questionnaires"))]
    if row is not None:
        trail.append((row.name, reverse("questionnaire", args=[row.pk])))
    trail += [(label, "") for label in more]
    return [{"label": label, "url": url if place < len(trail) - 1 else ""} for place, (label, url) in enumerate(trail)]


def list_page(user: Any, asked: QueryDict) -> ListPage:
    rows = questionnaires_visible_to(user).select_related("alliance", "facility").annotate(frozen=Count("versions"))
    page = paged(rows, asked)
    lines = [Line(row, local(row.facility or row.alliance, "name"), row.frozen) for row in page.rows]
    return ListPage(Page(lines, page.earlier, page.later, page.caption), makes=bool(owners_of(user)))


def builder_page(row: Questionnaire) -> BuilderPage:
    versions = list(row.versions.all())
    return BuilderPage(
        row=row,
        crumbs=crumbs_of(row),
        parts=[
            Part(section, said(section.title), said(section.help), [_asked(each) for each in section.questions])
            for section in sections_of(row.draft)
        ],
        problems=definition_violations(row.draft),
        lacking=missing_translations(row.draft),
        versions=versions,
        is_frozen=bool(versions) and versions[0].content == row.draft,
    )


def trial_page(row: Questionnaire, data: Any, files: Any) -> TrialPage:
    """All sections at once; given answers are judged as those of a proposal that is sent."""
    answers: dict[str, Any] = {}
    sound = data is not None
    for section in sections_of(row.draft) if data is not None else ():
        form = SectionForm(row.draft, section.key, answers, data, files)
        sound = form.is_valid() and sound
        answers = form.as_sent()
    forms = [
        (said(section.title), said(section.help), SectionForm(row.draft, section.key, answers, data, files))
        for section in sections_of(row.draft)
    ]
    violations = answer_violations(row.draft, answers) if data is not None else []
    return TrialPage(row, crumbs_of(row, _("Preview")), forms, violations, sound and not violations)


def compare_page(row: Questionnaire, before: QuestionnaireVersion, after: QuestionnaireVersion) -> ComparePage:
    title = _("v%(before)d and v%(after)d") % {"before": before.number, "after": after.number}
    changes = [
        Changed(
            each,
            [(str(FIELDS.get(name, name)), _shown(each.before.get(name)), _shown(each.after.get(name)))
             for name in each.fields] if each.what == "changed" else [],
        )
        for each in differences(before.content, after.content)
    ]  # fmt: skip
    return ComparePage(row, crumbs_of(row, title), before, after, changes)


def _asked(question: Question) -> Asked:
    notes = []
    if question.required:
        notes.append(_("an answer is needed"))
    if question.words:
        notes.append(_("at most %(n)d words") % {"n": question.words})
    if question.unit:
        notes.append(question.unit)
    if question.options:
        notes.append(", ".join(said(label) for label in question.options.values()))
    if question.suffixes:
        notes.append(", ".join(question.suffixes))
    if question.when:
        notes.append(_("only after a choice"))
    return Asked(question, str(KINDS.get(question.kind, question.kind)), " · ".join(notes))


def _shown(value: Any) -> str:
    """A value of a question in words."""
    if isinstance(value, dict) and {"question", "is"} <= value.keys():
        return f"{value['question']}: {', '.join(value['is'])}"
    if isinstance(value, dict):
        return said(value)
    if isinstance(value, list):
        return ", ".join(said(each["label"]) if isinstance(each, dict) else str(each) for each in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "–" if value is None else str(value)
