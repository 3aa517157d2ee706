"""The part of a form that says how many places of an instrument are wanted, and what is used beside it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.names import local
from core.reading import whole_number
from facilities.models import Equipment, Instrument


class BesideFields(forms.Form):
    """A base of forms that ask for time; neither question is asked where there is nothing to choose."""

    places = forms.IntegerField(label=_("How many places"), min_value=1, initial=1)
    equipment = forms.MultipleChoiceField(
        label=_("What is used beside it"), required=False, widget=forms.CheckboxSelectMultiple
    )

    usable: Sequence[Equipment] = ()

    def offer_beside(self, instrument: Instrument, equipment: Sequence[Equipment]) -> None:
        """Offer the places of an instrument, and what can be used there."""
        self.usable = equipment
        fields: dict[str, Any] = self.fields
        fields["equipment"].choices = [(str(thing.pk), local(thing, "name")) for thing in equipment]
        fields["places"].help_text = _("Nodes, sample slots: there are %(n)d.") % {"n": instrument.capacity}
        fields["places"].widget.attrs["max"] = instrument.capacity
        if instrument.capacity == 1:
            del fields["places"]
        if not equipment:
            del fields["equipment"]

    @property
    def places_wanted(self) -> int:
        """How many places are asked for, as far as the form can be read."""
        return whole_number(str(self["places"].value())) or 1 if "places" in self.fields else 1

    @property
    def things(self) -> tuple[Equipment, ...]:
        """What was chosen in the valid form."""
        chosen = set(self.cleaned_data.get("equipment", ()))
        return tuple(thing for thing in self.usable if str(thing.pk) in chosen)
