"""Forms of those who keep a facility's things: equipment, the limits of an instrument, the time between bookings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.names import local
from facilities.commands.limits import LIMITS
from facilities.models import Equipment, Facility, Instrument
from frontend.forms.blamed import Blamed


class EquipmentForm(Blamed, forms.ModelForm):
    """A thing or a local contact, and where it can be used."""

    instruments = forms.ModelMultipleChoiceField(
        label=_("Can be used at"),
        help_text=_("At every instrument when none is chosen."),
        queryset=Instrument.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ["kind", "code", "name", "name_zh", "person", "capacity", "turnaround_minutes", "instruments"]

    class Meta:
        model = Equipment
        fields = ["kind", "code", "name", "name_zh", "person", "capacity", "turnaround_minutes", "is_active"]

    def __init__(self, data: Any = None, *, facility: Facility, staff: Any, **options: Any) -> None:
        super().__init__(data, **options)
        fields: dict[str, Any] = self.fields
        fields["person"].queryset = staff
        fields["person"].label = _("Person")
        fields["person"].help_text = _("A local contact with an account is never in two places.")
        rows = facility.instruments.filter(archived_at=None).order_by("code", "id")
        fields["instruments"].queryset = rows
        fields["instruments"].label_from_instance = lambda row: f"{row.code}, {local(row, 'name')}"
        if self.instance.pk and not self.instance._state.adding:
            fields["instruments"].initial = [row.pk for row in self.instance.instruments.all()]

    def _post_clean(self) -> None:
        """The command checks the row; the form only reads what was typed."""

    def answers(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


def minutes(label: Any, *, required: bool) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=7 * 1440, required=required)


class BufferForm(forms.Form):
    """Set-up before and cooling after a booking of an instrument, and for each mode that differs."""

    setup = minutes(_("Set-up before a booking, minutes"), required=True)
    cooling = minutes(_("Cooling after a booking, minutes"), required=True)

    def __init__(self, data: Any = None, *, instrument: Instrument) -> None:
        kept = instrument.mode_minutes
        first = {"setup": instrument.setup_minutes, "cooling": instrument.cooling_minutes}
        own = {f"{mode}_{name}": kept[mode][name] for mode in kept for name in kept[mode]}
        super().__init__(data, initial=first | own)
        self.modes = [(mode, str(Instrument.Mode(mode).label)) for mode in instrument.modes]
        for mode, label in self.modes:
            self.fields[f"{mode}_setup"] = minutes(_("%(mode)s: set-up, minutes") % {"mode": label}, required=False)
            self.fields[f"{mode}_cooling"] = minutes(_("%(mode)s: cooling, minutes") % {"mode": label}, required=False)

    def answers(self) -> dict[str, Any]:
        """The columns of the instrument; a mode that says nothing is as the others."""
        given = self.cleaned_data
        own = {
            mode: {
                name: given[f"{mode}_{name}"] for name in ("setup", "cooling") if given[f"{mode}_{name}"] is not None
            }
            for mode, _label in self.modes
        }
        return {
            "setup_minutes": given["setup"],
            "cooling_minutes": given["cooling"],
            "mode_minutes": {mode: times for mode, times in own.items() if times},
        }


class LimitsForm(Blamed, forms.ModelForm):
    """Steps, lengths, notice and horizon of an instrument, in the words of its columns."""

    class Meta:
        model = Instrument
        fields = LIMITS

    def _post_clean(self) -> None:
        """The command checks the row; the form only reads what was typed."""

    def as_if(self) -> Instrument:
        """The instrument with what was typed, unsaved."""
        for name in LIMITS:
            setattr(self.instance, name, self.cleaned_data[name])
        return self.instance
