"""Forms of what a programme's people share: stays, trainings, the budget and what is booked on it, agreements."""

from abc import ABCMeta, abstractmethod
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.forms.forms import DeclarativeFieldsMetaclass
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, User
from core import clock
from core.names import local
from frontend.forms.blamed import Blamed
from frontend.forms.days import DayField
from frontend.forms.programs.listing import account_at
from programs.commands.cooperation import agreements, exchange, money, training
from programs.models import BudgetLine, Program, Training


def _day(label: Any, **more: Any) -> DayField:
    return DayField(label=label, widget=forms.DateInput(attrs={"type": "date"}), **more)


def _today() -> Any:
    return clock.now().date()


class AbstractForm(DeclarativeFieldsMetaclass, ABCMeta):
    """Lets a form leave methods to those made of it: one that lacks them cannot be filled."""


class TogetherForm(Blamed, forms.Form, metaclass=AbstractForm):
    """A form on the page of a programme, which knows the command it asks for."""

    def __init__(self, data: Any = None, *, program: Program, **options: Any) -> None:
        super().__init__(data, **options)
        self.program = program
        for name in ("home", "host", "organisation"):
            if name in self.fields:
                field: Any = self.fields[name]
                field.queryset = Organisation.objects.filter(partnerships__program=program).order_by("name", "id")
                field.label_from_instance = lambda row: local(row, "name")

    @abstractmethod
    def act(self, by: Any) -> Any:
        """Make what was asked. Raises DomainError."""


def _partner(label: Any) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(label=label, queryset=Organisation.objects.none())


class StayForm(TogetherForm):
    email = forms.EmailField(label=gettext_lazy("E-mail of the account"))
    home = _partner(gettext_lazy("Comes from"))
    host = _partner(gettext_lazy("Stays at"))
    starts_on = _day(gettext_lazy("First day"))
    ends_on = _day(gettext_lazy("Last day"))
    purpose = forms.CharField(label=gettext_lazy("What for"), max_length=300)

    def clean_email(self) -> User:
        return account_at(self.cleaned_data["email"])

    def act(self, by: Any) -> Any:
        told = dict(self.cleaned_data)
        return exchange.plan_stay(self.program, told.pop("email"), told.pop("host"), by=by, **told)


class TrainingForm(TogetherForm):
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Training.Kind.choices)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    organisation = _partner(gettext_lazy("Held at"))
    starts_on = _day(gettext_lazy("First day"))
    ends_on = _day(gettext_lazy("Last day"))
    closes_on = _day(gettext_lazy("Enrolment until"), required=False)
    capacity = forms.IntegerField(label=gettext_lazy("Places"), min_value=1, max_value=100_000)
    text = forms.CharField(
        label=gettext_lazy("What it is about"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def act(self, by: Any) -> Any:
        return training.offer_training(self.program, by=by, **self.cleaned_data)


class BudgetForm(TogetherForm):
    currency = forms.CharField(label=gettext_lazy("Currency"), max_length=3)
    budget = forms.CharField(
        label=gettext_lazy("Planned"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("A line for each thing, e.g. Travel: 12000."),
    )

    def __init__(self, data: Any = None, *, program: Program, **options: Any) -> None:
        lines = [f"{row.category}: {row.planned}" for row in program.budget.all()]
        initial = {"currency": program.currency, "budget": "\n".join(lines)}
        super().__init__(data, program=program, initial=initial, **options)

    def clean_budget(self) -> dict[str, Decimal]:
        planned: dict[str, Decimal] = {}
        for line in filter(str.strip, self.cleaned_data["budget"].splitlines()):
            category, _colon, amount = line.rpartition(":")
            try:
                planned[category.strip()] = Decimal(amount.strip()).quantize(Decimal("0.01"))
            except InvalidOperation:
                planned[""] = Decimal(0)
        if "" in planned:
            raise forms.ValidationError(_("Write what for, a colon and an amount on each line."))
        return planned

    def act(self, by: Any) -> Any:
        told = self.cleaned_data
        return money.plan_budget(self.program, told["currency"], told["budget"], by=by)


class BookingForm(TogetherForm):
    """Money that is booked, at the rate of its day."""

    amount = forms.DecimalField(label=gettext_lazy("Amount"), max_digits=14, decimal_places=2)
    currency = forms.CharField(label=gettext_lazy("Currency"), max_length=3)
    rate = forms.DecimalField(
        label=gettext_lazy("Rate"),
        max_digits=16,
        decimal_places=8,
        initial=1,
        help_text=gettext_lazy("What 1 of it is worth in the programme's currency on that day."),
    )
    booked_on = _day(gettext_lazy("Day"), initial=_today)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)

    def paid(self) -> money.Amount:
        names = ("amount", "currency", "booked_on", "rate", "note")
        return money.Amount(**{name: self.cleaned_data[name] for name in names})


class ContributionForm(BookingForm):
    organisation = _partner(gettext_lazy("Partner"))
    in_kind = forms.BooleanField(label=gettext_lazy("In kind"), required=False)
    field_order = ("organisation", "in_kind")

    def act(self, by: Any) -> Any:
        told = self.cleaned_data
        return money.book_contribution(self.program, told["organisation"], self.paid(), by=by, in_kind=told["in_kind"])


class ExpenditureForm(BookingForm):
    line = forms.ModelChoiceField(label=gettext_lazy("For what"), queryset=BudgetLine.objects.none())
    field_order = ("line",)

    def __init__(self, data: Any = None, *, program: Program, **options: Any) -> None:
        super().__init__(data, program=program, **options)
        field: Any = self.fields["line"]
        field.queryset = program.budget.order_by("category", "id")

    def act(self, by: Any) -> Any:
        return money.book_expenditure(self.cleaned_data["line"], self.paid(), by=by)


class AgreementForm(TogetherForm):
    reference = forms.CharField(label=gettext_lazy("Where it is kept"), max_length=200)
    signed_on = _day(gettext_lazy("Signed on"), initial=_today)
    valid_from = _day(gettext_lazy("Valid from"), initial=_today)
    valid_until = _day(gettext_lazy("Valid until"))
    notice_days = forms.IntegerField(
        label=gettext_lazy("Days before its end on which all are told"), initial=90, min_value=0, max_value=3660
    )

    def act(self, by: Any) -> Any:
        return agreements.record_agreement(self.program, by=by, **self.cleaned_data)


FORMS: dict[str, tuple[type[TogetherForm], Any, Callable[[frozenset[str]], bool]]] = {
    "stay": (StayForm, gettext_lazy("Plan a stay"), lambda parties: "lead" in parties),
    "training": (TrainingForm, gettext_lazy("Offer a training"), lambda parties: "lead" in parties),
    "budget": (BudgetForm, gettext_lazy("Plan the budget"), lambda parties: bool(parties & {"lead", "secretariat"})),
    "contribution": (
        ContributionForm,
        gettext_lazy("Book a contribution"),
        lambda parties: bool(parties & {"lead", "secretariat"}),
    ),
    "expenditure": (
        ExpenditureForm,
        gettext_lazy("Book spending"),
        lambda parties: bool(parties & {"lead", "secretariat"}),
    ),
    "agreement": (AgreementForm, gettext_lazy("Record an agreement"), lambda parties: "secretariat" in parties),
}
"""What can be done on the page: its form, its name, and to whom it is shown; the command decides in the end."""
