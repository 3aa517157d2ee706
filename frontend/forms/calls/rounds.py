"""Forms of an allocation round: which lines are shown, other limits to try, and a decision on one line."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from core import names
from core.names import local
from facilities.models import Access
from frontend.forms.blamed import Blamed
from frontend.forms.filters import Filters
from programs.commands.rounds import Verdict
from programs.models import Call, Leg, Line
from programs.queries.rounds.trials import leading_organisations


class LineFilters(Filters):
    """Which lines; they live in the address."""

    verdict = forms.ChoiceField(label=gettext_lazy("Result"), required=False)
    instrument = forms.ChoiceField(label=gettext_lazy("Instrument"), required=False)
    search = forms.CharField(label=gettext_lazy("Title"), required=False, max_length=100)

    def __init__(self, data: Any, *, call: Call) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["verdict"].choices = [("", _("All")), *Line.Verdict.choices]
        offered = call.offers.order_by("instrument__code").values_list("instrument__slug", "instrument__code")
        fields["instrument"].choices = [("", _("All instruments")), *offered]


@dataclass(frozen=True)
class Share:
    """The names of the two fields of a share, of what `key` says."""

    key: str
    least: str
    most: str


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
        super().__init__(data, initial={name: limits.get(name) for name in self.base_fields})
        categories, partners = limits.get("categories", {}), limits.get("partners", {})
        leading = leading_organisations(call, partners)
        self.categories = [self._share("category", value, categories.get(value)) for value in Access.values]
        self.partners = [
            self._share("partner", row.slug, partners[row.slug]) for row in leading if row.slug in partners
        ]
        self.fields["another"] = forms.ChoiceField(
            label=_("One more organisation that leads"),
            choices=[("", "–"), *((row.slug, local(row, "name")) for row in leading if row.slug not in partners)],
            required=False,
        )
        self.partners.append(self._share("partner", "another", None))
        self.instruments: list[str] = []
        for offer in call.offers.select_related("instrument").order_by("instrument__code", "id"):
            key = str(offer.instrument_id)
            self.instruments.append(key)
            self.fields[f"units_{key}"] = forms.DecimalField(
                label=f"{offer.instrument.code}, {names.unit_name(offer.instrument.unit)}",
                min_value=0,
                max_digits=14,
                decimal_places=3,
                initial=names.plain(Decimal(limits.get("units", {}).get(key, offer.units))),
            )

    def _share(self, kind: str, key: str, bounds: Sequence[int] | None) -> Share:
        """The two fields of a share of all the time; both empty where nothing limits it."""
        names_of = (f"{kind}_{key}_least", f"{kind}_{key}_most")
        for place, (name, label) in enumerate(zip(names_of, (_("at least %"), _("at most %")), strict=True)):
            self.fields[name] = forms.IntegerField(
                label=label, min_value=0, max_value=100, required=False, initial=bounds[place] if bounds else None
            )
        return Share(key, *names_of)

    def limits(self) -> dict[str, Any]:
        """As the command reads them."""
        given = self.cleaned_data
        categories = {each.key: bounds for each in self.categories if (bounds := self._bounds(each))}
        partners = {
            slug: bounds
            for each in self.partners
            if (slug := given["another"] if each.key == "another" else each.key) and (bounds := self._bounds(each))
        }
        units = {key: str(given[f"units_{key}"]) for key in self.instruments}
        plain = {name: given[name] for name in self.base_fields}
        return {**plain, "units": units, "categories": categories, "partners": partners}

    def _bounds(self, share: Share) -> list[int] | None:
        """Without the least there is none, without the most everything may be given."""
        least, most = self.cleaned_data[share.least], self.cleaned_data[share.most]
        if least is None and most is None:
            return None
        return [least or 0, 100 if most is None else most]

    @property
    def groups(self) -> list[tuple[str, bool, list[tuple[str, list[forms.BoundField]]]]]:
        """The fields as the page lays them out: a title, whether something is set, and labelled rows of fields."""
        access = dict(Access.choices)
        known = {row.slug: local(row, "name") for row in Organisation.objects.filter(slug__in=self._slugs())}
        by_category = [(str(access[each.key]), self._row(each)) for each in self.categories]
        by_partner = [
            (known.get(each.key, ""), [*([self["another"]] if each.key == "another" else []), *self._row(each)])
            for each in self.partners
        ]
        rest = [self[name] for name in self.base_fields] + [self[f"units_{key}"] for key in self.instruments]
        return [
            (_("Shares of access categories"), self._set(self.categories), by_category),
            (_("Shares of organisations that lead"), self._set(self.partners), by_partner),
            ("", True, [("", rest)]),
        ]

    def _slugs(self) -> list[str]:
        return [each.key for each in self.partners if each.key != "another"]

    def _row(self, share: Share) -> list[forms.BoundField]:
        return [self[share.least], self[share.most]]

    def _set(self, shares: Sequence[Share]) -> bool:
        return any(self[name].value() not in (None, "") for each in shares for name in (each.least, each.most))


class GivenForm(Blamed, forms.Form):
    """What a leg gets; it starts with what its line says, where there is one."""

    verdict = forms.ChoiceField(label=gettext_lazy("Result"), choices=Line.Verdict.choices)
    units = forms.DecimalField(
        label=gettext_lazy("Units"), min_value=0, max_digits=14, decimal_places=3, required=False
    )
    priority = forms.ChoiceField(
        label=gettext_lazy("Priority"),
        choices=[(value, label) for value, label in Leg.Priority.choices if value != Leg.Priority.RESERVE],
    )

    def __init__(self, data: Any = None, *, leg: Leg, line: Line | None = None, **options: Any) -> None:
        start = {"units": names.plain((line.units if line else None) or leg.units), "priority": Leg.Priority.A}
        if line:
            start |= {"verdict": line.verdict, "priority": line.priority or Leg.Priority.A}
        super().__init__(data, initial=start, **options)
        self.leg = leg
        instrument = line.instrument if line else leg.instrument
        self.fields["units"].label = _("Units, in %(unit)s") % {"unit": names.unit_name(instrument.unit)}

    def given(self) -> Verdict:
        said = self.cleaned_data
        return Verdict(said["verdict"], said["units"] or Decimal(0), said["priority"])


class VerdictForm(GivenForm):
    """The same of a line that is decided otherwise than it was proposed, and why."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The team reads it when the results are announced."),
    )

    def __init__(self, data: Any = None, *, line: Line) -> None:
        super().__init__(data, leg=line.leg, line=line)
