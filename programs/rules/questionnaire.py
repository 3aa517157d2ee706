"""What a questionnaire asks, and what is wrong with answers to it: pure functions over one version's content.

Content is `{"sections": [{"key", "title", "help", "questions": [{"key", "kind", "label", "help", "required", …}]}]}`;
every text is `{"en", "zh"}`. An answer, by the key of its question, is for `text` a string; for `number` a decimal as a
string, in the question's unit; for `choice` the key of an option, or a list of them where several are allowed; for
`technique` a PaNET code; for `samples` a list of rows by column; for `file` a list of `{"name", "size"}` in bytes.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from core.errors import Violation
from programs.rules.words import words_in

Content = Mapping[str, Any]
Answers = Mapping[str, Any]

KINDS = {
    "text": gettext_lazy("Text"),
    "number": gettext_lazy("Number with a unit"),
    "choice": gettext_lazy("Choice"),
    "samples": gettext_lazy("Table of samples"),
    "technique": gettext_lazy("Technique"),
    "file": gettext_lazy("File"),
}
SAMPLE_COLUMNS = {
    "name": gettext_lazy("Sample"),
    "substance": gettext_lazy("Substance or formula"),
    "amount": gettext_lazy("Amount"),
    "form": gettext_lazy("Form and container"),
    "hazards": gettext_lazy("Hazards"),
}
"""What safety staff read of every sample; the first two are needed."""
SAMPLE_NEEDS = ("name", "substance")
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Question:
    """One question, as a version has it. `when` is the earlier choice, and the options of it, that let it be asked."""

    key: str
    kind: str
    label: Mapping[str, str]
    help: Mapping[str, str]
    required: bool
    words: int | None
    unit: str
    least: Decimal | None
    most: Decimal | None
    several: bool
    options: Mapping[str, Mapping[str, str]]
    suffixes: tuple[str, ...]
    megabytes: int | None
    when: tuple[str, frozenset[str]] | None

    @property
    def said(self) -> str:
        return said(self.label)

    @property
    def field(self) -> str:
        """The name of the input in a violation."""
        return f"answers.{self.key}"


@dataclass(frozen=True)
class Section:
    key: str
    title: Mapping[str, str]
    help: Mapping[str, str]
    questions: tuple[Question, ...]


def said(text: Mapping[str, str]) -> str:
    """A text in the reader's language, or in the other where it has only that."""
    first, other = ("zh", "en") if (get_language() or "").startswith("zh") else ("en", "zh")
    return text.get(first) or text.get(other) or ""


def sections_of(content: Content) -> tuple[Section, ...]:
    """The sections of a version, in order."""
    return tuple(
        Section(
            key=row["key"],
            title=row.get("title", {}),
            help=row.get("help", {}),
            questions=tuple(question_of(each) for each in row.get("questions", ())),
        )
        for row in content.get("sections", ())
    )


def question_of(row: Mapping[str, Any]) -> Question:
    when = row.get("when")
    return Question(
        key=row["key"],
        kind=row["kind"],
        label=row.get("label", {}),
        help=row.get("help", {}),
        required=bool(row.get("required")),
        words=row.get("words"),
        unit=row.get("unit", ""),
        least=_decimal(row.get("least")),
        most=_decimal(row.get("most")),
        several=bool(row.get("several")),
        options={option["key"]: option["label"] for option in row.get("options", ())},
        suffixes=tuple(row.get("suffixes", ())),
        megabytes=row.get("megabytes"),
        when=(when["question"], frozenset(when["is"])) if when else None,
    )


def questions_of(content: Content) -> dict[str, Question]:
    """Every question of a version by its key, in order."""
    return {question.key: question for section in sections_of(content) for question in section.questions}


def visible_questions(content: Content, answers: Answers) -> list[Question]:
    """The questions that these answers let be asked, in order. What hangs on an unasked question is not asked."""
    visible: dict[str, Question] = {}
    for question in questions_of(content).values():
        if question.when is None or (
            question.when[0] in visible and _chosen(answers.get(question.when[0])) & question.when[1]
        ):
            visible[question.key] = question
    return list(visible.values())


def answer_violations(content: Content, answers: Answers, *, complete: bool = True) -> list[Violation]:
    """Everything that is wrong with the answers, in the order of the questions; hidden questions are not judged.

    `complete=False` judges what was given and lets what is still missing be: for a draft. Each violation's field is
    `answers.<key of the question>`.
    """
    found = []
    known = questions_of(content)
    for question in visible_questions(content, answers):
        value = answers.get(question.key)
        if not is_answered(value):
            if complete and question.required:
                message = _("Answer “%(question)s”.") % {"question": question.said}
                found.append(Violation("answer_missing", message, question.field))
            continue
        found += JUDGES[question.kind](question, value)
    for key in answers.keys() - known.keys():
        message = _("The questionnaire has no question “%(key)s”.") % {"key": key}
        found.append(Violation("unknown_question", message, f"answers.{key}"))
    return found


def is_answered(value: Any) -> bool:
    """Whether something was given: blanks and empty lists are nothing."""
    return bool(value.strip()) if isinstance(value, str) else value not in (None, [], {})


def _chosen(value: Any) -> frozenset[str]:
    return frozenset(map(str, value)) if isinstance(value, list | tuple) else frozenset({str(value)})


def _decimal(value: Any) -> Decimal | None:
    """The number as it was written down; None for nothing and for what is none."""
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _judge_text(question: Question, value: Any) -> Iterator[Violation]:
    if not isinstance(value, str):
        yield _malformed(question)
    elif question.words is not None and (count := words_in(value)) > question.words:
        message = ngettext(
            "“%(question)s” has %(count)d words where %(most)d is allowed.",
            "“%(question)s” has %(count)d words where %(most)d are allowed.",
            question.words,
        ) % {"question": question.said, "count": count, "most": question.words}
        yield Violation("too_many_words", message, question.field)


def _judge_number(question: Question, value: Any) -> Iterator[Violation]:
    number = None if isinstance(value, bool) else _decimal(value)
    if number is None:
        message = _("Give “%(question)s” as a number, for example 4.2.") % {"question": question.said}
        yield Violation("not_a_number", message, question.field)
        return
    words = {"question": question.said, "unit": question.unit}
    if question.least is not None and number < question.least:
        message = _("“%(question)s” is at least %(limit)s %(unit)s.") % (words | {"limit": _plain(question.least)})
        yield Violation("below_least", message.replace(" .", "."), question.field)
    if question.most is not None and number > question.most:
        message = _("“%(question)s” is at most %(limit)s %(unit)s.") % (words | {"limit": _plain(question.most)})
        yield Violation("above_most", message.replace(" .", "."), question.field)


def _judge_choice(question: Question, value: Any) -> Iterator[Violation]:
    if isinstance(value, list | tuple) != question.several or not _chosen(value) <= question.options.keys():
        offered = ", ".join(said(label) for label in question.options.values())
        message = _("Choose for “%(question)s” from: %(offered)s.") % {"question": question.said, "offered": offered}
        yield Violation("unknown_choice", message, question.field)


def _judge_technique(question: Question, value: Any) -> Iterator[Violation]:
    if not isinstance(value, str):
        yield _malformed(question)


def _judge_samples(question: Question, value: Any) -> Iterator[Violation]:
    if not isinstance(value, list) or not all(
        isinstance(row, dict) and row.keys() <= SAMPLE_COLUMNS.keys() and all(isinstance(x, str) for x in row.values())
        for row in value
    ):
        yield _malformed(question)
        return
    for place, row in enumerate(value, start=1):
        lacking = [str(SAMPLE_COLUMNS[name]).lower() for name in SAMPLE_NEEDS if not row.get(name, "").strip()]
        if lacking:
            message = _("“%(question)s”, row %(row)d: say the %(lacking)s.") % {
                "question": question.said,
                "row": place,
                "lacking": ", ".join(lacking),
            }
            yield Violation("sample_incomplete", message, question.field)
    if question.most is not None and len(value) > question.most:
        message = _("“%(question)s” takes at most %(most)s rows.") % {
            "question": question.said,
            "most": _plain(question.most),
        }
        yield Violation("too_many_rows", message, question.field)


def _judge_file(question: Question, value: Any) -> Iterator[Violation]:
    if not isinstance(value, list) or not all(isinstance(row, dict) and "name" in row for row in value):
        yield _malformed(question)
        return
    for row in value:
        words = {"question": question.said, "name": row["name"]}
        suffix = str(row["name"]).rpartition(".")[2].lower()
        if question.suffixes and suffix not in question.suffixes:
            message = _("“%(name)s” for “%(question)s” is to be one of: %(offered)s.")
            offered = ", ".join(question.suffixes)
            yield Violation("wrong_kind_of_file", message % (words | {"offered": offered}), question.field)
        if question.megabytes is not None and row.get("size", 0) > question.megabytes * MEGABYTE:
            message = _("“%(name)s” for “%(question)s” is larger than %(most)d MB.")
            yield Violation("file_too_large", message % (words | {"most": question.megabytes}), question.field)


def _malformed(question: Question) -> Violation:
    message = _("The answer to “%(question)s” cannot be read. Give it anew.") % {"question": question.said}
    return Violation("answer_malformed", message, question.field)


JUDGES: dict[str, Callable[[Question, Any], Iterator[Violation]]] = {
    "text": _judge_text,
    "number": _judge_number,
    "choice": _judge_choice,
    "samples": _judge_samples,
    "technique": _judge_technique,
    "file": _judge_file,
}
