"""Filters of public lists; every one is in the address, so that a view can be sent to a colleague."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation
from alliance.models import Membership, NewsItem
from core import names
from facilities.models import Facility
from frontend.forms.filters import Filters


def countries(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Choices of countries by name in the reader's language, with one for all."""
    known = sorted(((code, names.country(code)) for code in set(codes) if code), key=lambda pair: pair[1])
    return [("", str(_("All countries"))), *known]


def offer(form: forms.Form, field: str, choices: Iterable[tuple[str, Any]]) -> None:
    """The choices of a filter, which depend on what there is to find."""
    cast(forms.ChoiceField, form.fields[field]).choices = list(choices)


class Members(Filters):
    q = forms.CharField(
        label=_("Name or place"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    country = forms.ChoiceField(label=_("Country"), required=False)
    kind = forms.ChoiceField(label=_("Type"), required=False)
    member_class = forms.ChoiceField(label=_("Class"), required=False)

    def __init__(self, data: QueryDict, *, codes: Iterable[str]) -> None:
        super().__init__(data)
        offer(self, "country", countries(codes))
        offer(self, "kind", [("", _("All types")), *Organisation.Kind.choices])
        offer(self, "member_class", [("", _("All classes")), *Membership.Class.choices])


class News(Filters):
    q = forms.CharField(
        label=_("Title or text"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    section = forms.ChoiceField(
        label=pgettext_lazy("of news", "Section"),
        required=False,
        choices=[("", _("All sections")), *NewsItem.Section.choices],
    )


class Facilities(Filters):
    q = forms.CharField(
        label=_("Technique, facility or place"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    technique = forms.CharField(label=_("Technique"), required=False, max_length=20, widget=forms.Select)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)

    def __init__(self, data: QueryDict, *, codes: Iterable[str], techniques: list[tuple[str, str | Promise]]) -> None:
        super().__init__(data)
        self.fields["technique"].widget.choices = techniques
        offer(self, "kind", [("", _("All kinds")), *Facility.Kind.choices])
        offer(self, "country", countries(codes))


class Search(Filters):
    q = forms.CharField(
        label=_("Facility, technique, organisation, news, event, document or offer"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )


class Offers(Filters):
    """Which offers to industry."""

    q = forms.CharField(
        label=_("What you look for"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    technique = forms.ChoiceField(label=_("Technique"), required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)

    def __init__(self, data: QueryDict, *, techniques: Iterable[tuple[str, str]], codes: Iterable[str]) -> None:
        super().__init__(data)
        offer(self, "technique", [("", _("All techniques")), *techniques])
        offer(self, "country", countries(codes))
