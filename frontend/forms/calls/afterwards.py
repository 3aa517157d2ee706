"""Forms of what follows the results: an appeal and its answer, a reason, another instrument for a part."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from facilities.models import Instrument
from frontend.forms.blamed import Blamed
from frontend.forms.programs.drafting import instrument_choices


class AppealForm(Blamed, forms.Form):
    note = forms.CharField(
        label=_("Why the decision should be looked at again"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Those who decide the call read it and answer with a reason."),
    )


class LegNoteForm(Blamed, forms.Form):
    """A reason that the other side reads."""

    note = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class TransferForm(Blamed, forms.Form):
    """Where a part should go instead, and why."""

    SHOWN_AT: ClassVar = {"note": "reason", "leg": "target"}

    target = forms.ChoiceField(label=_("To the instrument"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Both facilities read it before they agree."),
    )

    def __init__(self, data: Any = None, *, instruments: list[Instrument], **options: Any) -> None:
        super().__init__(data, **options)
        self.by_id = {str(row.pk): row for row in instruments}
        fields: dict[str, Any] = self.fields
        fields["target"].choices = [("", "–"), *instrument_choices(instruments)]

    def wanted(self) -> dict[str, Any]:
        """What the command is told."""
        return {"target": self.by_id[self.cleaned_data["target"]], "reason": self.cleaned_data["reason"]}


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
