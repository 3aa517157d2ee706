"""A section of a questionnaire as a Django form: built from the frozen version, judged by its rules."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from core import names
from facilities.queries.catalogue import technique_called, techniques_offered
from programs.rules.questionnaire import (
    SAMPLE_COLUMNS,
    Answers,
    Content,
    Question,
    Section,
    answer_violations,
    questions_of,
    said,
    sections_of,
    visible_questions,
)

SPARE_ROWS = 2


class SamplesInput(forms.Widget):
    """A table with a row for each sample and some empty ones below; saving brings more."""

    template_name = "forms/samples.html"
    use_fieldset = True

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        rows = [*(value or ()), *({} for _spare in range(SPARE_ROWS))]
        context["columns"] = SAMPLE_COLUMNS.values()
        context["rows"] = [
            [(f"{name}.{place}.{column}", label, row.get(column, "")) for column, label in SAMPLE_COLUMNS.items()]
            for place, row in enumerate(rows)
        ]
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, str]]:
        rows, place = [], 0
        while any(f"{name}.{place}.{column}" in data for column in SAMPLE_COLUMNS):
            row = {column: data.get(f"{name}.{place}.{column}", "").strip() for column in SAMPLE_COLUMNS}
            if any(row.values()):
                rows.append(row)
            place += 1
        return rows

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}.0.{next(iter(SAMPLE_COLUMNS))}" not in data


class SamplesSeen(forms.HiddenInput):
    """The table that its reader was shown."""

    def format_value(self, value: Any) -> str:
        return json.dumps(value or [], ensure_ascii=False)


class SamplesField(forms.Field):
    widget = SamplesInput
    hidden_widget = SamplesSeen

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            return []

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _filled(initial) != _filled(data)


class TechniqueInput(forms.TextInput):
    """A PaNET code or a technique's name, with suggestions."""

    template_name = "forms/techniques.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["list"] = f"{context['widget']['attrs']['id']}_offered"
        return context | {"techniques": list(techniques_offered())}


class TechniqueField(forms.CharField):
    """The code of a technique, read from its code or its name."""

    widget = TechniqueInput

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        if not text:
            return ""
        if found := technique_called(text):
            return found.code
        raise forms.ValidationError(_("Choose a technique from the list: “%(text)s” is none.") % {"text": text})


class SectionForm(forms.Form):
    """What one section asks, filled with what was answered so far.

    A question that hangs on a choice of an earlier section is left out until it is asked; one that hangs on a choice
    of the same section is there, says so, and its answer counts only where it is asked. Nothing is required here: a
    draft is saved as it is, and `answer_violations` judges the whole before it is sent. It remembers what its reader
    was shown, so that `changed_data` is what they changed and not what others did since.
    """

    def __init__(
        self, content: Content, section: str, answers: Answers, data: Any = None, files: Any = None, **options: Any
    ) -> None:
        self.content, self.known = content, dict(answers)
        self.section = section_of(content, section)
        super().__init__(data, files, initial=self.known, **options)
        mine = {question.key for question in self.section.questions}
        self.awaited = {question.key for question in self.section.questions if question.required}
        asked = {question.key for question in visible_questions(content, answers)}
        every = questions_of(content)
        for question in self.section.questions:
            here = question.when is not None and question.when[0] in mine
            if here or question.key in asked:
                field = self.fields[question.key] = field_for(question, every)
                field.show_hidden_initial = question.kind != "file"
            if here and question.when is not None:
                asks, chosen = self.add_prefix(question.when[0]), " ".join(sorted(question.when[1]))
                self.fields[question.key].widget.attrs["data-when"] = f"{asks}={chosen}"

    def add_prefix(self, field_name: str) -> str:
        """As violations of the questionnaire's rules name their inputs."""
        return f"answers.{field_name}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for violation in answer_violations(self.content, self._together(cleaned), complete=False):
            key = violation.field.removeprefix("answers.")
            if key in self.fields:
                self.add_error(key, violation.message)
        return cleaned

    def answers(self) -> dict[str, Any]:
        """The answers of a valid form by question, without files; one that is not asked any more is None."""
        asked = {question.key for question in visible_questions(self.content, self._together(self.cleaned_data))}
        return {
            key: _stored(self.cleaned_data.get(key)) if key in asked else None
            for key, field in self.fields.items()
            if not isinstance(field, forms.FileField)
        }

    def uploads(self) -> dict[str, Any]:
        """The files that were sent, by question."""
        return {
            key: self.cleaned_data[key]
            for key, field in self.fields.items()
            if isinstance(field, forms.FileField) and self.cleaned_data.get(key)
        }

    def as_sent(self) -> dict[str, Any]:
        """The answers with what was sent here, also where it cannot be kept: for judging them as a whole."""
        return self._together({key: self.cleaned_data.get(key, self[key].value()) for key in self.fields})

    def _together(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """What was answered elsewhere with what is answered here; a new file counts beside those that are there."""
        together = {key: value for key, value in self.known.items() if key in questions_of(self.content)}
        for key, value in cleaned.items():
            if isinstance(self.fields[key], forms.FileField):
                if value:
                    together[key] = [*(self.known.get(key) or ()), {"name": value.name, "size": value.size}]
            else:
                together[key] = _stored(value)
        return together


def section_of(content: Content, key: str) -> Section:
    """The section of that key. Raises KeyError."""
    return {section.key: section for section in sections_of(content)}[key]


def field_for(question: Question, every: Mapping[str, Question]) -> forms.Field:
    """The field that asks a question; it accepts what can be read and leaves judging to the rules."""
    options: dict[str, Any] = {
        "label": f"{question.said} ({question.unit})" if question.unit else question.said,
        "help_text": " ".join(filter(None, (_condition(question, every), said(question.help), _limits(question)))),
        "required": False,
    }
    choices = [(key, said(label)) for key, label in question.options.items()]
    match question.kind:
        case "text":
            rows = 3 if question.words and question.words <= 100 else 8
            widget: forms.Widget = forms.Textarea(attrs={"rows": rows})
            return forms.CharField(widget=widget, **options)
        case "number":
            return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **options)
        case "choice" if question.several:
            return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **options)
        case "choice":
            return forms.ChoiceField(choices=[("", "–"), *choices], **options)
        case "samples":
            return SamplesField(**options)
        case "technique":
            return TechniqueField(**options)
        case "file":
            accept = ",".join(f".{suffix}" for suffix in question.suffixes)
            return forms.FileField(widget=forms.FileInput(attrs={"accept": accept} if accept else {}), **options)
    raise ValueError(question.kind)


def _condition(question: Question, every: Mapping[str, Question]) -> str:
    """On which answer a question hangs, in words."""
    if question.when is None:
        return ""
    asked = every[question.when[0]]
    chosen = ", ".join(said(label) for key, label in asked.options.items() if key in question.when[1])
    return _("Only if “%(question)s” is: %(chosen)s.") % {"question": asked.said, "chosen": chosen}


def _limits(question: Question) -> str:
    if question.words is not None:
        return _("At most %(n)d words.") % {"n": question.words}
    if question.kind == "number":
        least, most = (None if each is None else names.number(each) for each in (question.least, question.most))
        if least and most:
            return _("From %(least)s to %(most)s.") % {"least": least, "most": most}
        if least or most:
            return _("At least %(n)s.") % {"n": least} if least else _("At most %(n)s.") % {"n": most}
    if question.kind == "file" and question.suffixes:
        offered = ", ".join(question.suffixes)
        if question.megabytes is not None:
            return _("One of: %(offered)s; at most %(most)d MB.") % {"offered": offered, "most": question.megabytes}
        return _("One of: %(offered)s.") % {"offered": offered}
    return ""


def _filled(rows: Any) -> list[dict[str, str]]:
    """Rows of samples without what was left empty."""
    table = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return [{column: text for column, text in row.items() if text} for row in table]


def _stored(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value
