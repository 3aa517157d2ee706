"""Forms of targets and of notes on numbers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.models import Alliance
from core.permissions import containers
from facilities.models import Facility
from frontend.forms.blamed import Blamed
from frontend.forms.days import DayField
from frontend.forms.programs.drafting import DayInput
from frontend.forms.reports.figures import facilities_offered
from reports.catalogue import KPIS
from reports.numbers import NUMBERS
from reports.permissions import reader_of


class TargetForm(Blamed, forms.Form):
    """What a figure of the catalogue is to be, where, and from when."""

    kpi = forms.ChoiceField(label=_("Figure"))
    of = forms.ChoiceField(label=_("Where"))
    value = forms.DecimalField(
        label=_("Target"), max_digits=14, decimal_places=4, help_text=_("A share as a fraction: 0.97 for 97 %.")
    )
    first = DayField(label=_("From"), widget=DayInput())
    until = DayField(label=_("Until"), required=False, widget=DayInput(), help_text=_("Empty: until another is set."))
    source = forms.CharField(
        label=_("Where it comes from"), max_length=300, help_text=_("A resolution, an agreement, a report.")
    )

    def __init__(self, data: Any = None, *, user: Any) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        shown = sorted({number.kpi for number in NUMBERS.values()})
        fields["kpi"].choices = [(key, f"{key} {KPIS[key].name}") for key in shown]
        alliances = containers(user, "alliance.view_figures", Alliance.objects.order_by("name", "id"))
        fields["of"].choices = [(f"alliance:{row.slug}", str(row)) for row in alliances] + [
            (f"facility:{slug}", name) for slug, name in facilities_offered(reader_of(user))
        ]

    def told(self) -> dict[str, Any]:
        """What the command takes."""
        given = dict(self.cleaned_data)
        kind, _colon, slug = given.pop("of").partition(":")
        model: Any = Alliance if kind == "alliance" else Facility
        return {**given, "of": model.objects.get(slug=slug)}


class NoteForm(Blamed, forms.Form):
    """Why the numbers of a report are as they are."""

    text = forms.CharField(label=_("Note"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    facility = forms.ChoiceField(label=_("Facility"), required=False)
    first = DayField(label=_("From"), widget=DayInput())
    until = DayField(label=_("Until"), widget=DayInput(), help_text=_("The day after the last."))

    def __init__(self, data: Any = None, *, user: Any, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        reader = reader_of(user)
        everywhere = [("", _("All facilities"))] if reader.reads_all else []
        fields: dict[str, Any] = self.fields
        fields["facility"].choices = [*everywhere, *facilities_offered(reader)]

    def told(self) -> dict[str, Any]:
        """What the command takes."""
        given = dict(self.cleaned_data)
        slug = given.pop("facility")
        return {**given, "facility": Facility.objects.get(slug=slug) if slug else None}
