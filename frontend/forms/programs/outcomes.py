"""Forms of outcomes: which reports and publications are shown, a report's text, a publication typed or from a file."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from frontend.forms.blamed import Blamed
from frontend.forms.filters import Filters
from programs.commands.outcomes import Author, Entry
from programs.models import Proposal, Publication
from programs.workflows.outcomes import REPORT


class ReportFilters(Filters):
    which = forms.ChoiceField(
        label=gettext_lazy("Which"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            ("owed", gettext_lazy("Still to be handed in")),
            ("overdue", gettext_lazy("Overdue")),
            *REPORT.choices[1:],
        ],
    )
    mine = forms.BooleanField(label=gettext_lazy("Of my proposals"), required=False)


class ReportForm(Blamed, forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What was done and found"),
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy("Aim, what was measured, first results, and what went wrong."),
    )


class UnpublishedFilters(Filters):
    which = forms.ChoiceField(
        label=gettext_lazy("Which"),
        required=False,
        choices=[
            ("", gettext_lazy("All without a publication")),
            ("late", gettext_lazy("Overdue")),
            ("explained", gettext_lazy("Explained by the team")),
        ],
    )
    mine = forms.BooleanField(label=gettext_lazy("Of my proposals"), required=False)


class ExplanationForm(Blamed, forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Why nothing is published"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("The office of the call reads it, and reminds you no more."),
    )


GRADES = [
    (5, gettext_lazy("5, very good")),
    (4, gettext_lazy("4, good")),
    (3, gettext_lazy("3, fair")),
    (2, gettext_lazy("2, poor")),
    (1, gettext_lazy("1, bad")),
]


class FeedbackForm(Blamed, forms.Form):
    """How a run went."""

    rating = forms.TypedChoiceField(
        label=gettext_lazy("How did it go?"),
        coerce=int,
        widget=forms.RadioSelect,
        choices=GRADES,
    )
    text = forms.CharField(
        label=gettext_lazy("In words"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 5})
    )


class PublicationFilters(Filters):
    search = forms.CharField(label=gettext_lazy("Title, author or DOI"), required=False, max_length=100)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), required=False, choices=[("", gettext_lazy("All")), *Publication.Kind.choices]
    )
    year = forms.CharField(label=gettext_lazy("Year"), required=False, max_length=4)


class Sourced(Blamed, forms.Form):
    """What a publication came from: one of the reader's granted proposals."""

    proposal = forms.ModelChoiceField(
        label=gettext_lazy("From the proposal"), queryset=Proposal.objects.none(), required=False
    )

    def __init__(
        self, data: Any = None, files: Any = None, *, proposals: QuerySet[Proposal], auto_id: str = "id_%s"
    ) -> None:
        super().__init__(data, files, auto_id=auto_id)
        fields: dict[str, Any] = self.fields
        fields["proposal"].queryset = proposals
        fields["proposal"].label_from_instance = lambda row: f"{row.reference} {row.title}"

    def sources(self) -> list[Any]:
        return [self.cleaned_data["proposal"]] if self.cleaned_data.get("proposal") else []


class PublicationForm(Sourced):
    doi = forms.CharField(label="DOI", max_length=250, help_text=gettext_lazy("10.1000/abc, or its doi.org address"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Publication.Kind.choices)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=1000)
    container = forms.CharField(label=gettext_lazy("Journal, book or repository"), max_length=300, required=False)
    year = forms.IntegerField(label=gettext_lazy("Year"))
    authors = forms.CharField(
        label=gettext_lazy("Authors"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One in a line, in their order; an ORCID iD may follow after a comma."),
    )
    embargo_until = forms.DateField(
        label=gettext_lazy("Data closed until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    field_order = ["doi", "kind", "title", "container", "year", "authors", "embargo_until", "proposal"]

    def __init__(self, data: Any = None, files: Any = None, **options: Any) -> None:
        super().__init__(data, files, **options)
        self.fields["year"].initial = clock.now().year

    def entry(self) -> Entry:
        given = self.cleaned_data
        names = ("doi", "kind", "title", "container", "year", "embargo_until")
        return Entry(**{name: given[name] for name in names}, authors=tuple(_authors(given["authors"])))


class PublicationFile(Sourced):
    file = forms.FileField(label=gettext_lazy("File"), help_text=gettext_lazy("BibTeX, RIS or CSL-JSON"))
    field_order = ["file", "proposal"]


def _authors(text: str) -> list[Author]:
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        name, _comma, last = line.rpartition(",")
        is_orcid = sum(each.isdigit() for each in last) >= 15
        found.append(Author(name.strip(), last.strip()) if is_orcid else Author(line))
    return found


def refused_text(refused: list[tuple[Entry, str]]) -> str:
    """What of a file could not be taken, in one sentence for each."""
    return " ".join(
        _("Not taken, %(doi)s: %(why)s") % {"doi": entry.doi or entry.title[:60] or "–", "why": why}
        for entry, why in refused
    )
