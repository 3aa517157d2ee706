"""What is asked of an annual report."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from core import clock
from facilities.models import Facility
from frontend.forms.reports.figures import facilities_offered
from reports.annual.chapters import CHAPTERS
from reports.permissions import Reader
from reports.queries.annual import LOCALES

YEARS = 10
"""As many years back as are offered."""


class AnnualForm(forms.Form):
    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    about = forms.ChoiceField(label=_("About"), required=False)
    locale = forms.ChoiceField(label=_("Language"), choices=list(LOCALES.items()))
    edition = forms.ChoiceField(
        label=_("Edition"),
        choices=[
            ("full", _("For those who read these figures in full")),
            ("public", _("Public: cells about fewer than three groups are left out")),
        ],
    )
    chapters = forms.MultipleChoiceField(
        label=_("Chapters"),
        choices=[(chapter.key, chapter.title) for chapter in CHAPTERS],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, reader: Reader, data: QueryDict | None = None) -> None:
        today = clock.now()
        begun = {
            "year": today.year - 1,
            "locale": (get_language() or "en").lower(),
            "edition": "full",
            "chapters": [chapter.key for chapter in CHAPTERS],
        }
        super().__init__(data, initial=begun)
        places = facilities_offered(reader)
        years = [(year, str(year)) for year in range(today.year, today.year - YEARS, -1)]
        self.fields["year"] = forms.TypedChoiceField(label=_("Year"), coerce=int, choices=years)
        self.fields["about"] = forms.ChoiceField(
            label=_("About"),
            required=False,
            choices=[("", gettext("The alliance")), *places] if reader.reads_all else places,
        )

    def asked(self) -> dict[str, Any]:
        """The arguments of the command."""
        given = self.cleaned_data
        return {
            "year": given["year"],
            "locale": given["locale"],
            "facility": Facility.objects.get(slug=given["about"]) if given["about"] else None,
            "chapters": given["chapters"],
            "public": given["edition"] == "public",
        }
