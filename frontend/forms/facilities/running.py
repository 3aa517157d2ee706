"""Forms of a run: who comes, whether it is safe, what a shift lost, and what a facility wants to see before."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import country_codes
from accounts.models import User
from accounts.queries import organisations_offered
from core import times
from facilities.commands.site_access import Details
from facilities.models import RunTerms, Session
from frontend.forms.blamed import Blamed
from frontend.forms.days import DayField
from frontend.forms.public import countries, offer
from frontend.timeline import midnight


class TeamForm(Blamed, forms.Form):
    """Who comes, of the people on the team."""

    people = forms.ModelMultipleChoiceField(
        label=_("Who comes"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(
        label=_("What the staff should know"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Any = None, *, people: Any, coming: Sequence[Any], note: str = "") -> None:
        super().__init__(data, initial={"people": list(coming), "note": note})
        field: Any = self.fields["people"]
        field.queryset = people


class SafetyForm(Blamed, forms.Form):
    """The experiment is approved, under conditions, for good or until the end of a day."""

    conditions = forms.CharField(
        label=_("Conditions"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    last_day = DayField(
        label=_("Valid until"),
        required=False,
        help_text=_("The last day on which it holds, where the instrument is. Empty: as long as the booking."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def answers(self, zone: str) -> dict[str, Any]:
        """What the command is told; the day ends on the clock of `zone`."""
        last = self.cleaned_data["last_day"]
        until = midnight(last + timedelta(days=1), zone) if last else None
        return {"conditions": self.cleaned_data["conditions"], "until": until}


class ShiftForm(Blamed, forms.Form):
    """What one shift lost; the rest of it was delivered."""

    starts_at = forms.ChoiceField(label=_("Shift"))
    lost_minutes = forms.IntegerField(label=_("Minutes lost"), min_value=0, initial=0)
    cause = forms.ChoiceField(label=_("Cause"), required=False, choices=[("", _("nothing was lost"))])
    note = forms.CharField(
        label=_("What happened"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any = None, *, shifts: Sequence[Any], zone: str) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["starts_at"].choices = [
            (shift.starts_at.isoformat(), times.moment(shift.starts_at, zone)) for shift in shifts
        ]
        fields["cause"].choices = [("", _("nothing was lost")), *Session.Cause.choices]


class RunTermsForm(forms.ModelForm):
    """What a facility wants to see before a booking runs."""

    class Meta:
        model = RunTerms
        fields = [
            "team_form",
            "form_days_onsite",
            "form_days_remote",
            "missing_form_cancels",
            "agreement",
            "site_access",
        ]


class AgreementForm(Blamed, forms.Form):
    """An organisation has signed."""

    organisation = forms.ModelChoiceField(label=_("Organisation"), queryset=organisations_offered())
    signed_on = DayField(label=_("Signed on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    valid_until = DayField(
        label=_("Valid until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class SiteAccessForm(Blamed, forms.Form):
    """What the gate must know of the reader."""

    nationality = forms.ChoiceField(label=_("Nationality"))
    born_on = DayField(label=_("Day of birth"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    document = forms.CharField(label=_("Number of your passport or identity card"), max_length=60)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        offer(self, "nationality", [("", "—"), *countries(country_codes())[1:]])

    def details(self) -> Details:
        return Details(**self.cleaned_data)
