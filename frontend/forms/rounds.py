"""Forms of an allocation round: which lines are shown, other limits to try, and a decision on one line."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import names
from frontend.forms.blamed import Blamed
from programs.commands.rounds import Verdict
from programs.models import Call, Leg, Line


class LineFilters(forms.Form):
    """Which lines; they live in the address."""

    is_filter = True
    verdict = forms.ChoiceField(label=gettext_lazy("Result"), required=False)
    instrument = forms.ChoiceField(label=gettext_lazy("Instrument"), required=False)
    search = forms.CharField(label=gettext_lazy("Title"), required=False, max_length=100)

    def __init__(self, data: Any, *, call: Call) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["verdict"].choices = [("", _("All")), *Line.Verdict.choices]
        offered = call.offers.order_by("instrument__code").values_list("instrument__slug", "instrument__code")
        fields["instrument"].choices = [("", _("All instruments")), *offered]

    def wanted(self) -> dict[str, str]:
        """What cannot be read filters nothing."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class LimitsForm(forms.Form):
    """The limits of a round: shares in per cent, and for each instrument the units on offer."""

    certain = forms.IntegerField(
        label=gettext_lazy("Priority A up to, % of the units on offer"), min_value=0, max_value=100
    )
    reserve = forms.IntegerField(
        label=gettext_lazy("Reserve list, % of the units on offer"), min_value=0, max_value=100
    )
    outsiders = forms.IntegerField(
        label=gettext_lazy("Teams mostly from non-member countries, at most %"),
        min_value=0,
        max_value=100,
        required=False,
    )
    least_merit = forms.DecimalField(label=gettext_lazy("Merit from"), min_value=0, max_value=100, required=False)
    balances = forms.BooleanField(
        label=gettext_lazy("Centres that gave more than they got have a larger share"), required=False
    )

    def __init__(self, data: Any = None, *, call: Call, limits: dict[str, Any]) -> None:
        self.kept = {name: limits.get(name, {}) for name in ("categories", "partners")}
        super().__init__(data, initial={name: limits.get(name) for name in self.base_fields})
        self.instruments = []
        for offer in call.offers.select_related("instrument").order_by("instrument__code", "id"):
            key = str(offer.instrument_id)
            self.instruments.append(key)
            self.fields[f"units_{key}"] = forms.DecimalField(
                label=f"{offer.instrument.code}, {names.unit_name(offer.instrument.unit)}",
                min_value=0,
                max_digits=14,
                decimal_places=3,
                initial=Decimal(limits.get("units", {}).get(key, offer.units)).normalize(),
            )

    def limits(self) -> dict[str, Any]:
        """As the command reads them; quotas and shares of the round stay."""
        given = self.cleaned_data
        units = {key: str(given[f"units_{key}"]) for key in self.instruments}
        return {**self.kept, "units": units, **{name: given[name] for name in self.base_fields}}


class VerdictForm(Blamed, forms.Form):
    """What a leg gets, and why it differs from what was proposed."""

    verdict = forms.ChoiceField(label=gettext_lazy("Result"), choices=Line.Verdict.choices)
    units = forms.DecimalField(
        label=gettext_lazy("Units"), min_value=0, max_digits=14, decimal_places=3, required=False
    )
    priority = forms.ChoiceField(
        label=gettext_lazy("Priority"),
        choices=[(value, label) for value, label in Leg.Priority.choices if value != Leg.Priority.RESERVE],
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The team reads it when the results are announced."),
    )

    def __init__(self, data: Any = None, *, line: Line) -> None:
        given = line.units or line.leg.units
        start = {"verdict": line.verdict, "units": given.normalize(), "priority": line.priority or Leg.Priority.A}
        super().__init__(data, initial=start)
        self.fields["units"].label = _("Units, in %(unit)s") % {"unit": names.unit_name(line.instrument.unit)}

    def answer(self) -> tuple[Verdict, str]:
        given = self.cleaned_data
        return Verdict(given["verdict"], given["units"] or Decimal(0), given["priority"]), given["reason"]
