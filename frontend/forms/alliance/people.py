"""What the directory of people is searched for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.filters import Filters


class People(Filters):
    q = forms.CharField(
        label=_("Name or organisation"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
