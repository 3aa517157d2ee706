"""Forms of what follows the results: an appeal and its answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.blamed import Blamed


class AppealForm(Blamed, forms.Form):
    note = forms.CharField(
        label=_("Why the decision should be looked at again"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Those who decide the call read it and answer with a reason."),
    )


class AnswerForm(Blamed, forms.Form):
    upheld = forms.ChoiceField(
        label=_("Answer"),
        widget=forms.RadioSelect,
        choices=[("no", _("The decision stays")), ("yes", _("The appeal is right: it is decided again"))],
    )
    answer = forms.CharField(
        label=_("Reason"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The team reads it word for word."),
    )

    def said(self) -> dict[str, Any]:
        """What the command is told."""
        return {"upheld": self.cleaned_data["upheld"] == "yes", "answer": self.cleaned_data["answer"]}
