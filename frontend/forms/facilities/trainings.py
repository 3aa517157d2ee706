"""Forms of a facility's trainings: one that was passed, and one that is new."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.names import local
from facilities.models import Course, Facility, Instrument
from frontend.forms.blamed import Blamed
from frontend.forms.days import DayField
from frontend.forms.people import PersonField


class PassedForm(Blamed, forms.Form):
    """Who passed which training, and when."""

    person = PersonField(label=_("Who"), help_text=_("The e-mail address of a person with an account here."))
    course = forms.ModelChoiceField(label=_("Training"), queryset=Course.objects.none(), empty_label=None)
    passed_on = DayField(label=_("Passed on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, data: Any = None, *, facility: Facility) -> None:
        super().__init__(data, prefix="passed")
        fields: dict[str, Any] = self.fields
        fields["course"].queryset = facility.courses.filter(archived_at=None)
        fields["course"].label_from_instance = lambda row: local(row, "name")


class CourseForm(Blamed, forms.Form):
    """A new training and where it is required."""

    name = forms.CharField(label=_("Name"), max_length=200)
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=200, required=False)
    validity_months = forms.IntegerField(label=_("Valid for, months"), min_value=1, max_value=600, initial=12)
    instruments = forms.ModelMultipleChoiceField(
        label=_("Required at"),
        queryset=Instrument.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "short"}),
    )

    def __init__(self, data: Any = None, *, facility: Facility) -> None:
        super().__init__(data, prefix="course")
        fields: dict[str, Any] = self.fields
        fields["instruments"].queryset = facility.instruments.filter(archived_at=None).order_by("code", "id")
