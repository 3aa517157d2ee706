"""Which rules of eligibility a call applies: a form for each rule, made of the parameters that it declares."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid, Violation
from frontend.forms.calls.editing import CallEditor
from frontend.forms.facilities.policies import PARAMETER, field_of
from programs.commands.calls import AppliedRule
from programs.models import Call, CallRule
from programs.rules.eligibility import RULES, EligibilityRule


class RuleForm(forms.Form):
    """Whether a rule holds in the call, with which parameters, and whether the office may waive it."""

    is_unmarked = True
    holds = forms.BooleanField(label=_("Holds in this call"), required=False)
    can_be_waived = forms.BooleanField(label=_("The office may waive it with a reason"), required=False)
    source = forms.CharField(label=_("Whose rule it is"), max_length=200, required=False)

    def __init__(self, data: Any, *, rule: EligibilityRule, applied: CallRule | None) -> None:
        own = applied.parameters if applied else {}
        parameters = {PARAMETER + each.name: own.get(each.name, each.default) for each in rule.parameters}
        told = {
            "holds": applied is not None,
            "can_be_waived": applied.can_be_waived if applied else True,
            "source": applied.source if applied else rule.source,
        }
        super().__init__(data, prefix=rule.name, initial=told | parameters)
        self.rule = rule
        for each in rule.parameters:
            self.fields[PARAMETER + each.name] = field_of(each)
            self.fields[PARAMETER + each.name].required = False

    def applied(self) -> AppliedRule | None:
        """What the call is told; nothing where the rule does not hold. An empty number is the rule's default."""
        given = self.cleaned_data
        if not given["holds"]:
            return None
        named = {each.name: given[PARAMETER + each.name] for each in self.rule.parameters}
        parameters = {name: value for name, value in named.items() if value not in (None, "")}
        return AppliedRule(self.rule.name, parameters, given["can_be_waived"], given["source"])


class RulesEditor(CallEditor):
    name = "rules"
    fields = ("rules",)

    def __init__(self, call: Call, data: QueryDict | None) -> None:
        super().__init__(call, data)
        applied = {row.rule: row for row in call.rules.all()}
        self.groups = [
            (str(rule.label), RuleForm(data, rule=rule, applied=applied.get(rule.name))) for rule in RULES.values()
        ]

    def is_valid(self) -> bool:
        valid = [form.is_valid() for _label, form in self.groups]
        return all(valid)

    def changes(self) -> dict[str, Any]:
        return {"rules": [rule for _label, form in self.groups if (rule := form.applied()) is not None]}

    def refusal(self) -> Invalid | None:
        violations = [
            Violation("invalid", f"{label}: {error}", form.add_prefix(name))
            for label, form in self.groups
            for name, errors in form.errors.items()
            for error in errors
        ]
        return Invalid(str(_("Please look at these answers again")), violations) if violations else None
