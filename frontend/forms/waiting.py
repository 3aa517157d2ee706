"""The form with which somebody goes on a waiting list."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from facilities.commands.waiting import Wish
from facilities.models import Instrument
from facilities.queries.requesting import Account
from frontend.forms.requests import account_choices, lengths, mode_choices
from frontend.timeline import day_of, midnight

FIELD_OF = {
    "starts_at": "first", "ends_at": "last", "min_minutes": "least", "max_minutes": "most", "program": "account",
}  # fmt: skip
"""Which field of the form shows what the command says about a field of the wish."""

ASKED_AS = [
    ("least", "minutes"), ("most", "minutes"), ("mode", "mode"), ("account", "account"), ("purpose", "purpose"),
]  # fmt: skip
"""Our fields and those of a request for time that say the same."""

DAY = {"type": "date"}
DAYS = timedelta(days=59)
"""How long the form proposes to wait."""


class WaitForm(forms.Form):
    """How much time of one instrument, between which days, and on whose account."""

    first = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))
    last = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))
    least = forms.TypedChoiceField(label=_("At least"), coerce=int)
    most = forms.TypedChoiceField(label=_("At most"), coerce=int)
    mode = forms.ChoiceField(label=_("How you work"), widget=forms.RadioSelect)
    account = forms.ChoiceField(label=_("On whose account"), required=False)
    purpose = forms.CharField(
        label=_("What you will do"),
        help_text=_("The instrument team reads this."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
    )

    def __init__(
        self, data: Any, *, instrument: Instrument, accounts: list[Account], today: date, asked: Mapping[str, str]
    ) -> None:
        """`asked` is a request that was refused for lack of room: what it says is filled in."""
        self.instrument, self.accounts = instrument, {row.key: row for row in accounts}
        offered = lengths(instrument)
        first = day_of(asked.get("day", "")) or today + timedelta(days=1)
        initial = {
            "first": first,
            "last": first + DAYS,
            "least": offered[0][0],
            "most": offered[min(2, len(offered) - 1)][0],
            "mode": (instrument.modes or [""])[0],
        } | {ours: asked[theirs] for ours, theirs in ASKED_AS if theirs in asked}
        super().__init__(data, initial=initial)
        fields: dict[str, Any] = self.fields
        fields["least"].choices = fields["most"].choices = offered
        fields["mode"].choices = mode_choices(instrument)
        fields["account"].choices = account_choices(instrument, accounts)

    def wish(self) -> Wish:
        """What the command is told; days are those of the facility."""
        answers, zone = self.cleaned_data, self.instrument.facility.zone
        account = self.accounts.get(answers["account"])
        return Wish(
            starts_at=midnight(answers["first"], zone),
            ends_at=midnight(answers["last"] + timedelta(days=1), zone),
            min_minutes=answers["least"],
            max_minutes=answers["most"],
            instrument=self.instrument,
            mode=answers["mode"],
            purpose=answers["purpose"],
            team=account.team if account else None,
            allocation=account.allocation if account else None,
        )

    def blame(self, refusal: DomainError) -> None:
        """Show what the command refused at the fields that it is about."""
        for violation in refusal.violations:
            name = FIELD_OF.get(violation.field, violation.field)
            self.add_error(name if name in self.fields else None, str(violation.message))
        if not refusal.violations:
            self.add_error(None, str(refusal))
