"""Forms of what an instrument is, the same for a new one, and of what a facility is at."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.names import local
from facilities.models import Facility, Instrument, Technique
from facilities.queries.catalogue import technique_called
from frontend.forms.blamed import Blamed
from frontend.forms.days import DayField


class TechniquesField(forms.CharField):
    """Techniques by code or name, one a line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def clean(self, value: Any) -> list[Technique]:
        names = [line.strip() for line in str(super().clean(value)).splitlines() if line.strip()]
        found = [(name, technique_called(name)) for name in names]
        if unknown := [name for name, row in found if row is None]:
            said = {"names": ", ".join(f"“{name}”" for name in unknown)}
            raise forms.ValidationError(_("There is no technique called %(names)s. See the list of techniques.") % said)
        return [row for _name, row in found if row is not None]


class InstrumentForm(Blamed, forms.ModelForm):
    """Name and place, how its time is counted, and how one can use it."""

    techniques = TechniquesField(
        label=_("Techniques"), required=False, help_text=_("Code or name of a PaNET term, one a line.")
    )
    modes = forms.MultipleChoiceField(
        label=_("Ways to use it"), choices=Instrument.Mode.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Instrument
        fields = [
            "code", "name", "name_zh", "description", "parent", "techniques", "unit", "unit_minutes", "day_starts_at",
            "capacity", "modes", "is_bookable", "requires_allocation", "country", "pidinst",
        ]  # fmt: skip
        widgets = {
            "day_starts_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "description": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "parent": _("Booking the whole blocks its parts, and the reverse."),
            "capacity": _("Bookings side by side: nodes, sample places, users."),
            "country": _("Two letters, as in ISO 3166."),
        }

    def __init__(self, data: Any = None, *, facility: Facility, **options: Any) -> None:
        super().__init__(data, **options)
        fields: dict[str, Any] = self.fields
        others = facility.instruments.filter(archived_at=None).order_by("code", "id")
        fields["parent"].queryset = others.exclude(pk=self.instance.pk)
        fields["parent"].label, fields["parent"].empty_label = _("Part of"), _("Nothing: it stands by itself")
        fields["parent"].label_from_instance = lambda row: f"{row.code}, {local(row, 'name')}"
        if not self.instance._state.adding:
            rows = self.instance.techniques.order_by("label", "id")
            self.initial["techniques"] = "\n".join(local(row, "label") for row in rows)

    def _post_clean(self) -> None:
        """The command checks the row; the form only reads what was typed."""


class StatusForm(Blamed, forms.Form):
    """What a facility is at, since which day."""

    status = forms.ChoiceField(label=_("Status"), choices=Facility.Status.choices)
    since = DayField(label=_("Since"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    note = forms.CharField(label=_("What happened"), max_length=300, required=False)
