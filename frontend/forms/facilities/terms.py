"""Forms of a place's terms, and of the rules by which time may displace other time."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from core.names import local
from facilities.models import Access, Instrument, PriorityRule, Terms
from frontend.forms.blamed import Blamed


class TermsForm(Blamed, forms.Form):
    """What cancelling costs, and how freed time is offered."""

    SHOWN_AT: ClassVar = {"precedence": "order_1"}

    notice_hours = forms.IntegerField(label=_("Free to cancel until, hours before the start"), min_value=0)
    deducted_percent = forms.IntegerField(
        label=_("Deducted after that, % of the units"), min_value=0, max_value=100
    )  # fmt: skip
    fee = forms.DecimalField(
        label=_("Fee for a late cancellation"), min_value=0, max_digits=10, decimal_places=2, required=False
    )
    currency = forms.CharField(label=_("Currency"), max_length=3, required=False, help_text=_("Such as EUR."))
    answer_hours = forms.IntegerField(label=_("An offer of freed time stands, hours"), min_value=1)
    contact_days = forms.IntegerField(label=_("The reserve list is asked ahead, days"), min_value=0)

    def __init__(self, data: Any = None, *, terms: Terms) -> None:
        self.terms = terms
        super().__init__(data, initial={name: getattr(terms, name) for name in self.base_fields})
        fields: dict[str, Any] = self.fields
        for n, category in enumerate(terms.precedence, 1):
            fields[f"order_{n}"] = forms.ChoiceField(
                label=_("Offered at place %(n)d to") % {"n": n}, choices=Access.choices, initial=category
            )

    @property
    def order(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith("order_")]

    def answers(self) -> dict[str, Any]:
        """What the command is told."""
        given = {name: self.cleaned_data[name] for name in self.base_fields}
        order = [self.cleaned_data[name] for name in self.fields if name.startswith("order_")]
        return given | {"fee": given["fee"] or Decimal(0), "precedence": order}


class RuleForm(Blamed, forms.Form):
    """Whom time of a category may displace; nobody withdraws the rule."""

    category = forms.ChoiceField(label=_("Time of"), choices=Access.choices, initial=Access.RAPID)
    displaces = forms.MultipleChoiceField(
        label=_("may displace"), choices=Access.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    notice_hours = forms.IntegerField(label=_("Notice before the start, hours"), min_value=0, initial=48)
    compensates = forms.BooleanField(
        label=_("Who gives way goes on the list for compensation"), required=False, initial=True
    )


def place_choices(instruments: list[Instrument]) -> list[tuple[str, str]]:
    """The facility, and each of its instruments, for the links between their terms."""
    return [(row.slug, f"{row.code}, {local(row, 'name')}") for row in instruments]


def rule_words(rule: PriorityRule) -> str:
    """`General, Joint programme`."""
    return ", ".join(str(Access(category).label) for category in rule.displaces)
