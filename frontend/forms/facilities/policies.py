"""The form of a policy: made from the parameters that its rule declares, so that no rule has a form of its own."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.names import local
from facilities.commands.policies import PolicyDraft
from facilities.models import Facility, Instrument, Policy
from facilities.rules import Parameter, PolicyRule
from frontend.forms.blamed import Blamed
from frontend.forms.days import DayField

PARAMETER = "parameters."


class PolicyForm(Blamed, forms.Form):
    """Parameters first, then where it holds, since when, whose rule it is and who may override it."""

    is_unmarked = True
    instrument = forms.ChoiceField(label=_("Where"), required=False)
    starts_on = DayField(
        label=_("Holds from"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = DayField(
        label=_("Holds until, this day included"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    source = forms.CharField(
        label=_("Whose rule it is"),
        max_length=200,
        help_text=_("Those whom it refuses read this, for instance “House rules 2026 §4”."),
    )
    override = forms.ChoiceField(
        label=_("May be overridden by"), choices=Policy.Override.choices, widget=forms.RadioSelect
    )

    def __init__(
        self,
        data: Any = None,
        *,
        facility: Facility,
        rule: PolicyRule,
        instruments: list[Instrument],
        policy: Policy | None = None,
    ) -> None:
        super().__init__(data, initial=_initial(rule, policy))
        self.facility, self.rule = facility, rule
        self.instruments = {row.slug: row for row in instruments}
        fields: dict[str, Any] = self.fields
        for each in rule.parameters:
            fields[PARAMETER + each.name] = field_of(each, facility)
        fields["instrument"].choices = [
            ("", _("The whole facility")),
            *((row.slug, f"{row.code}, {local(row, 'name')}") for row in instruments),
        ]

    @property
    def parameters(self) -> list[forms.BoundField]:
        return [self[PARAMETER + each.name] for each in self.rule.parameters]

    def draft(self) -> PolicyDraft:
        """What the valid form writes down."""
        answers = self.cleaned_data
        return PolicyDraft(
            rule=self.rule.name,
            parameters={each.name: answers[PARAMETER + each.name] for each in self.rule.parameters},
            instrument=self.instruments.get(answers["instrument"]),
            override=answers["override"],
            source=answers["source"],
            starts_on=answers["starts_on"],
            ends_on=answers["ends_on"],
        )


def field_of(parameter: Parameter, facility: Facility | None = None) -> forms.Field:
    """The field of a parameter, as its declaration says; some offer what a facility has."""
    said: dict[str, Any] = {"label": parameter.label, "help_text": parameter.hint or parameter.unit}
    if parameter.kind == "number":
        widget = forms.NumberInput(attrs={"min": parameter.least, "max": parameter.most, "step": parameter.step})
        return forms.DecimalField(min_value=parameter.least, max_value=parameter.most, widget=widget, **said)
    options = list((parameter.offered(facility) if parameter.offered else parameter.options).items())
    if parameter.kind in ("choice", "name"):
        return forms.ChoiceField(choices=options, **said)
    required = not parameter.when_empty
    return forms.MultipleChoiceField(choices=options, required=required, widget=forms.CheckboxSelectMultiple, **said)


def _initial(rule: PolicyRule, policy: Policy | None) -> dict[str, Any]:
    values = rule.defaults | (policy.parameters if policy else {})
    own: dict[str, Any] = {"override": Policy.Override.MANAGER}
    if policy is not None:
        own = {name: getattr(policy, name) for name in ("override", "source", "starts_on", "ends_on")}
        own["instrument"] = policy.instrument.slug if policy.instrument else ""
    return own | {PARAMETER + name: value for name, value in values.items()}
