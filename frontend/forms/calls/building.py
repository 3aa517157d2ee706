"""Forms of a questionnaire that an office builds: its name, a section, a question with what its kind needs."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programs.rules.arranging import options_from
from programs.rules.questionnaire import KINDS, Content, said, sections_of

LINES = 4


class NewQuestionnaire(forms.Form):
    """What a questionnaire begins with, and whose it is."""

    name = forms.CharField(label=_("Name"), max_length=120)
    owner = forms.ChoiceField(label=_("Belongs to"))

    def __init__(self, data: Any = None, *, owners: dict[str, str]) -> None:
        super().__init__(data)
        field: Any = self.fields["owner"]
        field.choices = list(owners.items())


class SectionTexts(forms.Form):
    """A page of the questionnaire, in both languages."""

    title_en = forms.CharField(label=_("Title"), max_length=200)
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=200, required=False)
    help_en = forms.CharField(label=_("Help"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    help_zh = forms.CharField(label=_("Help in Chinese"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any = None, *, section: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=_initial(section or {}, "title", "help"))

    def texts(self) -> dict[str, Any]:
        return {name: _both(self.cleaned_data, name) for name in ("title", "help")}


class QuestionForm(forms.Form):
    """A question, in both languages, and what its kind needs; what another kind needs is left alone."""

    kind = forms.ChoiceField(label=_("Answered by"), choices=list(KINDS.items()))
    label_en = forms.CharField(label=_("Question"), max_length=300)
    label_zh = forms.CharField(label=_("Question in Chinese"), max_length=300, required=False)
    help_en = forms.CharField(label=_("Help"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    help_zh = forms.CharField(label=_("Help in Chinese"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    required = forms.BooleanField(label=_("An answer is needed"), required=False)
    words = forms.IntegerField(
        label=_("Most words"), required=False, min_value=1, max_value=100_000, help_text=_("Of a text.")
    )
    unit = forms.CharField(label=_("Unit"), required=False, max_length=20, help_text=_("Of a number, for example K."))
    least = forms.DecimalField(label=_("At least"), required=False, help_text=_("Of a number."))
    most = forms.DecimalField(
        label=_("At most"), required=False, help_text=_("Of a number; of a table of samples, its rows.")
    )
    options = forms.CharField(
        label=_("Options"),
        required=False,
        widget=forms.Textarea(attrs={"rows": LINES}),
        help_text=_("Of a choice: one in each line, as English | 中文."),
    )
    several = forms.BooleanField(label=_("Several options may be chosen"), required=False)
    suffixes = forms.CharField(
        label=_("Kinds of files"), required=False, max_length=100, help_text=_("For example: pdf, csv.")
    )
    megabytes = forms.IntegerField(label=_("Largest file, MB"), required=False, min_value=1, max_value=1000)
    when = forms.MultipleChoiceField(
        label=_("Ask it only where this was chosen before"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, content: Content, question: Mapping[str, Any] | None = None) -> None:
        row = question or {}
        plain = ("kind", "required", "words", "unit", "least", "most", "several", "megabytes")
        initial = _initial(row, "label", "help") | {name: row[name] for name in plain if name in row}
        initial["suffixes"] = ", ".join(row.get("suffixes", ()))
        initial["options"] = "\n".join(
            f"{each['label'].get('en', '')} | {each['label'].get('zh', '')}" for each in row.get("options", ())
        )
        when = row.get("when") or {"question": "", "is": []}
        initial["when"] = [f"{when['question']}={option}" for option in when["is"]]
        super().__init__(data, initial=initial)
        self.known: Sequence[Mapping[str, Any]] = row.get("options", ())
        field: Any = self.fields["when"]
        field.choices = list(_conditions(content, row.get("key")))
        if not field.choices:
            del self.fields["when"]

    def clean_options(self) -> list[tuple[str, str]]:
        """The words of each option in English and Chinese."""
        lines = (line.partition("|") for line in self.cleaned_data["options"].splitlines() if line.strip())
        return [(english.strip(), chinese.strip()) for english, _bar, chinese in lines]

    def clean_when(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["when"]
        if len({each.partition("=")[0] for each in chosen}) > 1:
            raise forms.ValidationError(_("Choose options of one question only."))
        return chosen

    def question(self) -> dict[str, Any]:
        """The question as a version keeps it, without its key."""
        given = self.cleaned_data
        found: dict[str, Any] = {
            "kind": given["kind"],
            "label": _both(given, "label"),
            "help": _both(given, "help"),
            "required": given["required"],
        }
        match given["kind"]:
            case "text":
                found |= _given(words=given["words"])
            case "number":
                limits = {name: None if given[name] is None else f"{given[name]:f}" for name in ("least", "most")}
                found |= _given(unit=given["unit"], **limits)
            case "samples":
                found |= _given(most=None if given["most"] is None else f"{given['most']:f}")
            case "choice":
                found |= {"options": options_from(given["options"], self.known), "several": given["several"]}
            case "file":
                suffixes = [each.strip(" .").lower() for each in given["suffixes"].split(",") if each.strip(" .")]
                found |= _given(suffixes=suffixes, megabytes=given["megabytes"])
        if chosen := given.get("when"):
            asked = chosen[0].partition("=")[0]
            found["when"] = {"question": asked, "is": [each.partition("=")[2] for each in chosen]}
        return found


def _conditions(content: Content, key: str | None) -> Any:
    """Every option of every choice that is asked before a question; before a new one, all of them."""
    for section in sections_of(content):
        for question in section.questions:
            if question.key == key:
                return
            if question.kind == "choice":
                for option, label in question.options.items():
                    yield f"{question.key}={option}", f"{question.said}: {said(label)}"


def _initial(row: Mapping[str, Any], *names: str) -> dict[str, str]:
    return {f"{name}_{tongue}": row.get(name, {}).get(tongue, "") for name in names for tongue in ("en", "zh")}


def _both(given: Mapping[str, Any], name: str) -> dict[str, str]:
    return {tongue: given[f"{name}_{tongue}"].strip() for tongue in ("en", "zh")}


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [])}
