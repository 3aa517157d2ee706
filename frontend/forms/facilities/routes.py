"""The route editor's form: any number of steps that are added, moved and removed without losing what was typed."""

import re
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.errors import Violation
from core.reading import whole_number
from workflow.approvals import RouteDraft, StepDraft
from workflow.approvals.conditions import CHOICES
from workflow.models import Edit

GROUP = "group:"
ACT = re.compile(r"(up|down|remove)\.([0-9]{1,2})$")
SHOWN_AT = {"group": "role", "condition": "units_above", "position": "together"}
LONGEST = 20


def number(label: Any, hint: Any = "", step: str = "1") -> dict[str, Any]:
    """Arguments of an optional number field."""
    return {
        "label": label,
        "required": False,
        "help_text": hint,
        "widget": forms.NumberInput(attrs={"min": "0", "step": step, "inputmode": "decimal"}),
    }


def words(label: Any, name: str) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, required=False, choices=list(CHOICES[name].items()), widget=forms.CheckboxSelectMultiple
    )


class Conditions(forms.Form):
    """Conditions, all of which must hold; nothing filled in asks nothing. Names are dotted, as violations name them."""

    use_required_attribute = False
    is_unmarked = True
    units_above = forms.DecimalField(**number(_("More than, units"), step="any"))
    units_up_to = forms.DecimalField(**number(_("Up to, units"), step="any"))
    mode = words(_("Mode"), "mode")
    purpose = words(_("On the account of"), "purpose")
    safety = words(_("Safety class"), "safety")

    def add_prefix(self, field_name: str) -> str:
        return f"{self.prefix}.{field_name}"

    def condition(self) -> dict[str, Any]:
        """As stored; only what was filled in."""
        given = {name: self.cleaned_data.get(name) for name in Conditions.base_fields}
        return {
            name: float(value) if name.startswith("units") else value
            for name, value in given.items()
            if value not in (None, [], "")
        }

    def condition_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in Conditions.base_fields]

    @property
    def asks_something(self) -> bool:
        return any(self[name].value() not in (None, "", []) for name in Conditions.base_fields)


class AutoForm(Conditions):
    """When the route approves by itself."""

    WHEN = [("never", _("Never")), ("some", _("Only when all of this holds")), ("always", _("Always"))]
    when = forms.ChoiceField(label=_("Approves by itself"), choices=WHEN, initial="never", widget=forms.RadioSelect)

    def rule(self) -> dict[str, Any]:
        """`{}` never, `{"always": true}`, or a condition."""
        when = self.cleaned_data.get("when")
        if when == "some":
            return self.condition()
        return {"always": True} if when == "always" else {}

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("when") == "some" and not self.condition():
            self.add_error("units_above", _("Say what must hold, or choose Never or Always."))
        return self.cleaned_data


class StepForm(Conditions):
    """One step as typed."""

    name = forms.CharField(label=_("Name of the step"), max_length=120, required=False)
    role = forms.ChoiceField(label=_("Who decides"))
    quorum = forms.IntegerField(**number(_("How many must agree")))
    within_hours = forms.IntegerField(
        **number(_("Working hours to decide"), _("By the office hours of the facility; empty: no deadline."))
    )
    escalate_to_role = forms.ChoiceField(
        label=_("If overdue, also ask"), required=False, help_text=_("Those asked first may still decide.")
    )
    together = forms.BooleanField(label=_("At the same time as the step above"), required=False)
    again_on = forms.MultipleChoiceField(
        label=_("Asked again when the change is"),
        required=False,
        choices=Edit.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Of what this step agreed to. Where no step is asked again, the booking moves at once."),
    )
    ALWAYS_SHOWN = ("name", "role", "quorum", "within_hours", "escalate_to_role")
    apart = forms.BooleanField(
        label=_("Not by people of the applicant's own organisation"),
        required=False,
        help_text=_("They are skipped as having a conflict of interest, and the skip is recorded."),
    )
    field_order = (*ALWAYS_SHOWN, "together", "again_on", "apart", *Conditions.base_fields)

    def __init__(self, *args: Any, deciders: list[Any], roles: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["role"].choices = [("", _("Choose")), *deciders]
        fields["escalate_to_role"].choices = [("", _("Nobody else")), *roles]

    def main_fields(self) -> list[forms.BoundField]:
        first = self.prefix == "steps.0"
        return [self[name] for name in (self.ALWAYS_SHOWN if first else (*self.ALWAYS_SHOWN, "together"))]

    @property
    def spares_some(self) -> bool:
        """Whether there are changes after which the step is not asked again, or people whom it does not ask."""
        return set(self["again_on"].value() or ()) != set(Edit.values) or bool(self["apart"].value())


class Head(forms.Form):
    use_required_attribute = False
    is_unmarked = True
    name = forms.CharField(label=_("Name of the route"), max_length=120, required=False)


class GroupForm(forms.Form):
    """A named group: people with a role at the place, and others by address."""

    name = forms.CharField(label=_("Name of the group"), max_length=120)
    members = forms.MultipleChoiceField(
        label=_("People with a role here"), required=False, widget=forms.CheckboxSelectMultiple
    )
    others = forms.CharField(
        label=_("Others"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("E-mail addresses of people with an account, one on a line."),
    )

    def __init__(self, data: Any = None, *, initial: Any = None, people: list[tuple[str, str]]) -> None:
        super().__init__(data, initial=initial)
        fields: dict[str, Any] = self.fields
        fields["members"].choices = people

    def addresses(self) -> list[str]:
        return [*self.cleaned_data["members"], *self.cleaned_data["others"].split()]


class RouteEditor:
    """The whole form. `typed` are the values of each step, `bound` whether they are to be judged."""

    def __init__(
        self,
        head: dict[str, Any],
        auto: dict[str, Any],
        steps: list[dict[str, Any]],
        *,
        deciders: list[Any],
        roles: list[Any],
        data: QueryDict | None = None,
        focus: str = "",
    ) -> None:
        self.focus, self.changed = focus, data is not None or bool(focus)
        self.head = Head(data, initial=head)
        self.auto = AutoForm(data, initial=auto, prefix="auto_approve")
        self.steps = [
            StepForm(data, initial=step, prefix=f"steps.{index}", deciders=deciders, roles=roles)
            for index, step in enumerate(steps)
        ]
        place, _dot, name = focus.rpartition(".")
        for form in self.steps:
            if form.prefix == place:
                form.fields[name].widget.attrs["autofocus"] = True

    @classmethod
    def from_draft(cls, draft: RouteDraft, **choices: Any) -> "RouteEditor":
        auto = dict(draft.auto_approve)
        auto["when"] = "always" if auto.pop("always", False) else "some" if auto else "never"
        steps, position = [], 0
        for step in draft.steps:
            steps.append(
                {
                    "name": step.name,
                    "role": f"{GROUP}{step.group}" if step.group else step.role,
                    "quorum": step.quorum,
                    "within_hours": step.within_hours,
                    "escalate_to_role": step.escalate_to_role,
                    "together": step.position == position,
                    "again_on": list(step.again_on),
                    "apart": step.apart,
                    **step.condition,
                }
            )
            position = step.position
        return cls({"name": draft.name}, auto, steps, **choices)

    @classmethod
    def from_post(cls, data: QueryDict, **choices: Any) -> "RouteEditor":
        """To be saved: judged as typed. Else with the steps added, moved or removed that the button names."""
        count = min(whole_number(data.get("count")) or 0, LONGEST)
        act = data.get("do", "save")
        if act == "save":
            return cls({}, {}, [{} for _index in range(count)], data=data, **choices)
        steps = [_typed(StepForm, data, f"steps.{index}.") for index in range(count)]
        focus = "steps"
        if act == "add" and count < LONGEST:
            steps.append({"quorum": 1, "within_hours": 16, "again_on": Edit.values})
            focus = f"steps.{count}.name"
        elif found := ACT.match(act):
            focus = _rearrange(steps, found[1], int(found[2]))
        return cls(_typed(Head, data, ""), _typed(AutoForm, data, "auto_approve."), steps, focus=focus, **choices)

    def violations(self) -> list[Violation]:
        """What cannot be read as typed, under the names that `check_route` uses."""
        forms_by_place = {"": self.head, "auto_approve": self.auto} | {step.prefix: step for step in self.steps}
        return [
            Violation("invalid", f"{form.fields[name].label}: {message}", field=f"{place}.{name}".lstrip("."))
            for place, form in forms_by_place.items()
            for name, messages in form.errors.items()
            for message in messages
        ]

    def draft(self, scope: tuple[str, UUID]) -> RouteDraft:
        """What was typed, once there are no violations."""
        steps, position = [], 0
        for step in self.steps:
            given = step.cleaned_data
            position += 0 if given["together"] and position else 1
            is_group = given["role"].startswith(GROUP)
            steps.append(
                StepDraft(
                    position=position,
                    name=given["name"],
                    role="" if is_group else given["role"],
                    group=UUID(given["role"].removeprefix(GROUP)) if is_group else None,
                    quorum=1 if given["quorum"] is None else given["quorum"],
                    within_hours=given["within_hours"],
                    escalate_to_role=given["escalate_to_role"],
                    condition=step.condition(),
                    again_on=tuple(given["again_on"]),
                    apart=given["apart"],
                )
            )
        return RouteDraft(self.head.cleaned_data["name"], scope, tuple(steps), self.auto.rule())

    def show(self, violations: list[Violation]) -> list[Violation]:
        """Put each violation beside its field; returns them with the fields a summary can link to."""
        shown = []
        for one in violations:
            place, _dot, column = one.field.rpartition(".")
            step = next((form for form in self.steps if form.prefix == place), None)
            name = one.field
            if step is not None:
                column = SHOWN_AT.get(column, column)
                name = f"{place}.{column}"
                step.add_error(column, one.message)
            elif one.field in ("name", "auto_approve"):
                form, column = (self.head, "name") if one.field == "name" else (self.auto, "when")
                name = "name" if form is self.head else "auto_approve.when"
                form.add_error(column, one.message)
            shown.append(Violation(one.rule, one.message, field=name))
        return shown


def _typed(form: type[forms.Form], data: QueryDict, prefix: str) -> dict[str, Any]:
    """What was typed into a form's fields, unjudged."""
    fields: dict[str, forms.Field] = form.base_fields
    return {name: field.widget.value_from_datadict(data, {}, prefix + name) for name, field in fields.items()}


def _rearrange(steps: list[dict[str, Any]], act: str, index: int) -> str:
    """Do what a step's button says; the name of what should have the focus afterwards."""
    if index >= len(steps):
        return "steps"
    if act == "remove":
        del steps[index]
        return "steps"
    other = index - 1 if act == "up" else index + 1
    if not 0 <= other < len(steps):
        return f"steps.{index}.name"
    steps[index], steps[other] = steps[other], steps[index]
    return f"steps.{other}.name"
