"""Forms of industrial access: the enquiry, the filters of the list, and what each move asks."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.names import local
from facilities.models import Facility, Instrument
from frontend.forms.blamed import Blamed
from frontend.forms.days import DayField
from frontend.forms.filters import Filters
from programs.commands import industry
from programs.models import IndustrialRequest
from programs.queries.industry import last_currency
from programs.rules.industry import Price
from programs.workflows.industry import INDUSTRIAL


class IndustrialFilters(Filters):
    """Which requests; filters live in the address, and what cannot be read filters nothing."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("Any state")), ("open", gettext_lazy("Not ended")), *INDUSTRIAL.choices],
    )
    search = forms.CharField(label=gettext_lazy("Title or company"), required=False)


class EnquiryForm(Blamed, forms.Form):
    """What a company wants to know."""

    company = forms.CharField(label=gettext_lazy("Company"), max_length=200)
    country = forms.CharField(
        label=gettext_lazy("Country"), max_length=2, required=False, help_text=gettext_lazy("Two letters, e.g. DE.")
    )
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=200,
        help_text=gettext_lazy("It may be published; say nothing secret here."),
    )
    question = forms.CharField(
        label=gettext_lazy("What is to be found out"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Only you and the office of the facility read this."),
    )
    instrument = forms.ModelChoiceField(
        label=gettext_lazy("Instrument"),
        queryset=Instrument.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label=gettext_lazy("I do not know yet"),
        help_text=gettext_lazy("Without one, the office of the alliance finds the right facility."),
    )

    def __init__(self, data: Any = None, *, instruments: Any, **options: Any) -> None:
        super().__init__(data, **options)
        field: Any = self.fields["instrument"]
        field.queryset = instruments
        field.label_from_instance = lambda row: f"{row.facility}, {row.code}: {local(row, 'name')}"

    def enquiry(self) -> industry.Enquiry:
        return industry.Enquiry(**{**self.cleaned_data, "country": self.cleaned_data["country"].upper()})


class MoveForm(Blamed, forms.Form):
    """A note, if one is wanted; `act` makes the move."""

    note = forms.CharField(label=gettext_lazy("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any = None, *, row: IndustrialRequest, **options: Any) -> None:
        super().__init__(data, **options)
        self.row = row


class ReasonForm(MoveForm):
    note = forms.CharField(label=gettext_lazy("Reason"), widget=forms.Textarea(attrs={"rows": 3}))


def _day(label: Any) -> DayField:
    return DayField(label=label, widget=forms.DateInput(attrs={"type": "date"}), initial=lambda: clock.now().date())


class AgreedForm(MoveForm):
    on = _day(gettext_lazy("Agreed on"))


class SignedForm(MoveForm):
    on = _day(gettext_lazy("Signed on"))
    reference = forms.CharField(label=gettext_lazy("Reference of the agreement"), max_length=120)


class PaymentForm(MoveForm):
    amount = forms.DecimalField(label=gettext_lazy("Amount"), max_digits=14, decimal_places=2)
    received_on = _day(gettext_lazy("Received on"))
    reference = forms.CharField(label=gettext_lazy("The bank's reference"), max_length=120)


class QuoteForm(MoveForm):
    """Units, prices and terms; prices are typed a line each."""

    instrument = forms.ModelChoiceField(
        label=gettext_lazy("Instrument"), queryset=Instrument.objects.none(), to_field_name="slug"
    )
    units = forms.DecimalField(label=gettext_lazy("Units, in the instrument's unit"), max_digits=14, decimal_places=3)
    prices = forms.CharField(
        label=gettext_lazy("Price of one unit"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("4000 for every unit; a lower price from a later unit on its own line, e.g. 11: 3000."),
    )
    currency = forms.CharField(label=gettext_lazy("Currency"), max_length=3, initial="EUR")
    services = forms.DecimalField(
        label=gettext_lazy("Services, in all"), max_digits=14, decimal_places=2, initial=0, min_value=0
    )
    terms = forms.CharField(
        label=gettext_lazy("Terms"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=10_000
    )

    def __init__(self, data: Any = None, *, row: IndustrialRequest, **options: Any) -> None:
        super().__init__(data, row=row, **options)
        field: Any = self.fields["instrument"]
        field.queryset = Instrument.objects.filter(facility=row.facility).order_by("code", "id")
        field.label_from_instance = lambda one: f"{one.code}: {local(one, 'name')} ({one.get_unit_display()})"
        field.initial = row.instrument
        self.fields["currency"].initial = last_currency(row) or self.fields["currency"].initial

    def clean_prices(self) -> list[Price]:
        try:
            return [_price(line, place) for place, line in enumerate(self.cleaned_data["prices"].splitlines())]
        except (ValueError, InvalidOperation) as error:
            raise forms.ValidationError(_("Write a price, or a unit, a colon and a price, on each line.")) from error

    def offered(self) -> industry.Offered:
        return industry.Offered(**{name: value for name, value in self.cleaned_data.items() if name != "note"})


class PassOnForm(MoveForm):
    facility = forms.ModelChoiceField(
        label=gettext_lazy("Facility"),
        queryset=Facility.objects.filter(archived_at=None).order_by("name", "id"),
        to_field_name="slug",
    )


def _price(line: str, place: int) -> Price:
    start, colon, price = line.rpartition(":")
    if not colon and place:
        raise ValueError("a later price names its unit")
    return (int(start) if colon else 1), Decimal(price.strip())


Act = Callable[[IndustrialRequest, Any, Any], Any]


def _told(command: Callable[..., Any]) -> Act:
    return lambda row, by, form: command(row, by=by, **form.cleaned_data)


FORMS: dict[str, tuple[type[MoveForm], Act]] = {
    "agree-nda": (AgreedForm, _told(industry.agree_nda)),
    "quote": (
        QuoteForm,
        lambda row, by, form: industry.quote(row, form.offered(), by=by, note=form.cleaned_data["note"]),
    ),
    "pass-on": (PassOnForm, _told(industry.pass_on)),
    "accept": (
        MoveForm,
        lambda row, by, form: industry.accept_quotation(
            row, by=by, number=int(form.data.get("number") or 0), note=form.cleaned_data["note"]
        ),
    ),
    "sign": (SignedForm, _told(industry.sign_agreement)),
    "pay": (PaymentForm, _told(industry.record_payment)),
    "finish": (MoveForm, _told(industry.finish_request)),
    "state": (MoveForm, _told(industry.send_statement)),
    "decline": (ReasonForm, _told(industry.decline_request)),
    "withdraw": (ReasonForm, _told(industry.withdraw_request)),
    "publish-title": (MoveForm, _told(industry.publish_title)),
    "withdraw-title": (MoveForm, _told(industry.withdraw_title)),
}
"""Move → the form that it asks and the command that makes it."""
