"""What is wrong with a questionnaire that an office builds, and what two versions of it differ in."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _

from core.errors import Violation
from programs.rules.questionnaire import KINDS, Content, Question, questions_of, said, sections_of

KEY = re.compile(r"[a-z][a-z0-9_]{0,58}")


def definition_violations(content: Content) -> list[Violation]:
    """Everything that keeps a questionnaire from being frozen. A violation's field is `<section>` or
    `<section>.<question>`, by their keys."""
    try:
        sections = sections_of(content)
    except (KeyError, TypeError, AttributeError):
        return [Violation("unreadable", _("The questionnaire cannot be read: a key or a kind is missing."))]
    if not sections:
        return [Violation("no_section", _("Add a first section."))]
    found: list[Violation] = []
    earlier: dict[str, Question] = {}
    seen: set[str] = set()
    for section in sections:
        if section.key in seen or not KEY.fullmatch(section.key):
            found.append(Violation("bad_key", _bad_key(section.key), section.key))
        seen.add(section.key)
        if not said(section.title):
            found.append(Violation("title_missing", _("Give every section a title."), section.key))
        if not section.questions:
            message = _("“%(section)s” asks nothing yet. Add a question or take the section out.")
            found.append(Violation("no_question", message % {"section": said(section.title)}, section.key))
        for question in section.questions:
            where = f"{section.key}.{question.key}"
            found += [Violation(rule, text, where) for rule, text in _wrong_with(question, earlier)]
            earlier[question.key] = question
    return found


def missing_translations(content: Content) -> list[str]:
    """What lacks one of the two languages, in the words that it has; it may be frozen all the same."""
    found = []
    for section in sections_of(content):
        texts = [section.title, section.help]
        for question in section.questions:
            texts += [question.label, question.help, *question.options.values()]
        found += [said(text) for text in texts if said(text) and not (text.get("en") and text.get("zh"))]
    return found


@dataclass(frozen=True)
class Difference:
    """A question that one version has, or has differently, and the other not."""

    label: str
    what: Literal["added", "removed", "changed"]
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    @property
    def fields(self) -> list[str]:
        """The names of what reads differently."""
        return sorted(
            name for name in self.before.keys() | self.after.keys() if self.before.get(name) != self.after.get(name)
        )


def differences(before: Content, after: Content) -> list[Difference]:
    """Question by question: what came, in the order of the new version, what changed, and then what went."""
    old, new = _rows(before), _rows(after)
    labels = {key: question.said for key, question in (questions_of(before) | questions_of(after)).items()}
    found = [
        Difference(labels[key], "changed" if key in old else "added", old.get(key, {}), row)
        for key, row in new.items()
        if old.get(key) != row
    ]
    return found + [Difference(labels[key], "removed", row, {}) for key, row in old.items() if key not in new]


def _rows(content: Content) -> dict[str, Mapping[str, Any]]:
    return {
        row["key"]: row | {"section": section["key"]}
        for section in content.get("sections", ())
        for row in section.get("questions", ())
    }


def _wrong_with(question: Question, earlier: Mapping[str, Question]) -> Iterator[tuple[str, str]]:
    words = {"question": question.said or question.key}
    if question.key in earlier or not KEY.fullmatch(question.key):
        yield "bad_key", _bad_key(question.key)
    if not question.said:
        yield "label_missing", _("Write the question.")
    if question.kind not in KINDS:
        yield "unknown_kind", _("“%(question)s” is of a kind that does not exist.") % words
    if question.kind == "choice":
        if len(question.options) < 2:
            yield "too_few_options", _("“%(question)s” needs two options or more.") % words
        if not all(map(said, question.options.values())):
            yield "option_without_words", _("Every option of “%(question)s” needs its words.") % words
    if question.least is not None and question.most is not None and question.least > question.most:
        yield "limits_crossed", _("“%(question)s” asks for at least more than it allows at most.") % words
    if question.words is not None and question.words < 1:
        yield "no_words", _("“%(question)s” must allow at least one word.") % words
    if question.when is not None:
        asked = earlier.get(question.when[0])
        if asked is None or asked.kind != "choice":
            yield "condition_unknown", _("“%(question)s” hangs on a choice that is not asked before it.") % words
        elif not question.when[1] or not question.when[1] <= asked.options.keys():
            yield "condition_impossible", _("“%(question)s” hangs on an option that does not exist.") % words


def _bad_key(key: str) -> str:
    return _("The key “%(key)s” is used twice, or is not made of small letters, digits and underscores.") % {"key": key}
