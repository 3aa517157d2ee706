"""The form of one part of a proposal: an instrument, units, order, and as many ranges of days as there are."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import names
from facilities.models import Instrument, Safety
from frontend.forms.days import DayField
from frontend.forms.programs.drafting import DayInput
from programs.commands.proposals import LegPart
from programs.models import Leg, Proposal

RANGES = {
    "preferred": (_("Best from"), _("Best from (%(n)s)")),
    "impossible": (_("Impossible from"), _("Impossible from (%(n)s)")),
}
"""The two kinds of ranges, what the first day of the first one is called and of the others."""
MOST_RANGES = 10


class LegForm(forms.Form):
    """One part. Each kind of ranges of days ends with an empty one: it is saved and there is room for one more."""

    instrument = forms.ChoiceField(label=_("Instrument"))
    units = forms.DecimalField(
        label=_("How much"), min_value=0, max_digits=14, decimal_places=3, help_text=_("In the instrument's unit.")
    )
    least_units = forms.DecimalField(
        label=_("Needed at least"),
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=3,
        help_text=_("All of it where you leave this open."),
    )
    mode = forms.ChoiceField(label=_("How you work"), choices=Instrument.Mode.choices)
    required = forms.BooleanField(label=_("The proposal makes no sense without it"), required=False, initial=True)
    may_be_split = forms.BooleanField(label=_("It may be split into several stays"), required=False)
    alternates = forms.MultipleChoiceField(
        label=_("Instruments that would do as well"), required=False, widget=forms.CheckboxSelectMultiple
    )
    depends_on = forms.TypedMultipleChoiceField(
        label=_("Only after"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    safety = forms.ChoiceField(label=_("Safety class, as you see it"), choices=Safety.choices)
    samples = forms.CharField(label=_("Samples"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any, *, proposal: Proposal, leg: Leg | None) -> None:
        self.leg = leg
        part = LegPart.of(leg) if leg else None
        offered = Instrument.objects.filter(offers__call=proposal.call_id).select_related("facility")
        self.offered = {str(row.pk): row for row in offered.order_by("facility__name", "code", "id")}
        if leg is not None:
            here = [leg.preferred, *leg.alternates.select_related("facility")]
            self.offered |= {str(row.pk): row for row in here}
        super().__init__(data, initial=_initial(leg, part) if leg and part else None)
        fields: dict[str, Any] = self.fields
        labels = [
            (key, f"{row.code}, {row.facility} ({row.get_unit_display().lower()})") for key, row in self.offered.items()
        ]
        fields["instrument"].choices = [("", "–"), *labels]
        fields["alternates"].choices = labels
        others = proposal.legs.select_related("preferred").order_by("position")
        rows = [(row.position, f"{row.position}. {row.preferred.code}") for row in others if leg is None or row != leg]
        fields["depends_on"].choices = rows
        if not rows:
            del fields["depends_on"]
        self.counts = {kind: self._offer_ranges(kind, part) for kind in RANGES}
        self.order_fields([name for name in fields if name not in ("safety", "samples")])

    def _offer_ranges(self, kind: str, part: LegPart | None) -> int:
        """Fields for the ranges there are, or were sent, and one more; how many."""
        known: list[Any] = list(getattr(part, f"{kind}_dates")) if part else []
        sent = sum(f"{kind}_{n}_first" in self.data for n in range(1, MOST_RANGES + 1))
        count = min(max(len(known) + 1, sent), MOST_RANGES)
        first_label, next_label = RANGES[kind]
        for n in range(1, count + 1):
            first, last = known[n - 1] if n <= len(known) else (None, None)
            label = first_label if n == 1 else next_label % {"n": names.number(n)}
            self.fields[f"{kind}_{n}_first"] = _day(label, first)
            self.fields[f"{kind}_{n}_last"] = _day(_("until"), last)
        return count

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for kind, count in self.counts.items():
            for n in range(1, count + 1):
                if bool(cleaned.get(f"{kind}_{n}_first")) != bool(cleaned.get(f"{kind}_{n}_last")):
                    self.add_error(f"{kind}_{n}_last", _("Give both days, or neither."))
        return cleaned

    def part(self) -> LegPart:
        """What the command is told."""
        given = self.cleaned_data
        return LegPart(
            instrument=self.offered[given["instrument"]],
            units=given["units"],
            least_units=given["least_units"],
            alternates=[self.offered[key] for key in given["alternates"]],
            mode=given["mode"],
            required=given["required"],
            may_be_split=given["may_be_split"],
            depends_on=given.get("depends_on", ()),
            preferred_dates=self._days("preferred"),
            impossible_dates=self._days("impossible"),
            safety=given["safety"],
            samples=given["samples"],
            id=self.leg.pk if self.leg else None,
        )

    def _days(self, kind: str) -> list[tuple[date, date]]:
        given = self.cleaned_data
        pairs = ((given[f"{kind}_{n}_first"], given[f"{kind}_{n}_last"]) for n in range(1, self.counts[kind] + 1))
        return [(first, last) for first, last in pairs if first and last]


def _day(label: Any, initial: date | None) -> DayField:
    return DayField(label=label, required=False, widget=DayInput(), initial=initial)


def _initial(leg: Leg, part: LegPart) -> dict[str, Any]:
    return {
        "instrument": str(leg.preferred_id),
        "units": names.plain(leg.units),
        "least_units": names.plain(leg.least_units),
        "alternates": [str(row.pk) for row in part.alternates],
        "depends_on": list(part.depends_on),
        **{name: getattr(leg, name) for name in ("mode", "required", "may_be_split", "safety", "samples")},
    }
