"""The question with which S3 begins."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import names
from facilities.models import Instrument
from frontend.forms.days import DayField
from frontend.forms.filters import Filters


class FindForm(Filters):
    """What somebody needs; it lives in the address."""

    q = forms.CharField(
        label=_("Technique"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"list": "techniques", "autocomplete": "off"}),
    )
    first = DayField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last = DayField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    hours = forms.IntegerField(label=_("Hours"), required=False, min_value=1, max_value=2000)
    mode = forms.ChoiceField(
        label=_("How you work"), required=False, choices=[("", _("Any way")), *Instrument.Mode.choices]
    )
    country = forms.ChoiceField(label=_("Country"), required=False)

    def __init__(self, data: Any, *, countries: list[str]) -> None:
        super().__init__(data)
        field: Any = self.fields["country"]
        known = sorted(((code, names.country(code)) for code in countries), key=lambda pair: pair[1])
        field.choices = [("", _("Any country")), *known]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("first") and cleaned.get("last") and cleaned["last"] < cleaned["first"]:
            self.add_error("last", _("Choose a day after the first one."))
        return cleaned
