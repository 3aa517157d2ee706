"""The form with which a facility gives time of an instrument to somebody: as an offer, or with priority."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import clock, times
from facilities.models import Access, Equipment, Instrument, Waiting
from facilities.queries.availability import grid_of
from facilities.queries.requesting import Account
from facilities.rules import BookingRequest
from frontend.forms.blamed import Blamed
from frontend.forms.days import DayField
from frontend.forms.facilities.beside import BesideFields
from frontend.forms.facilities.requests import account_choices, lengths, mode_choices, starting, starts_of_day
from frontend.forms.people import PersonField

MOST_HOURS = 24 * 60


class GiveForm(Blamed, BesideFields):
    """To whom, when, on whose account and as what; what may be chosen follows from instrument and person."""

    SHOWN_AT: ClassVar = {
        "starts_at": "day", "ends_at": "minutes", "units": "minutes", "program": "account", "allocation": "account",
        "people": "to", "reason": "note",
    }  # fmt: skip

    to = PersonField(label=_("For whom"), help_text=_("The e-mail address of a person with an account here."))
    day = DayField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    start = forms.ChoiceField(label=_("Starts at"))
    minutes = forms.TypedChoiceField(label=_("How long"), coerce=int)
    mode = forms.ChoiceField(label=_("How they work"))
    category = forms.ChoiceField(
        label=_("Access category"), required=False, choices=[("", _("That of the account")), *Access.choices]
    )
    account = forms.ChoiceField(
        label=_("On whose account"), required=False, help_text=_("Theirs are offered once you have named the person.")
    )
    purpose = forms.CharField(
        label=_("What they will do"), widget=forms.Textarea(attrs={"rows": 2}), max_length=4000, required=False
    )
    answer_hours = forms.IntegerField(label=_("Time to answer, hours"), min_value=1, max_value=MOST_HOURS)
    note = forms.CharField(
        label=_("Note"),
        help_text=_("The person reads it, and everybody who has to give way."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
        required=False,
    )

    def __init__(
        self,
        data: Any = None,
        *,
        instrument: Instrument,
        accounts: Iterable[Account],
        people: Iterable[User],
        equipment: Sequence[Equipment],
        initial: Mapping[str, Any],
    ) -> None:
        super().__init__(data, initial=dict(initial))
        self.instrument, self.accounts = instrument, {row.key: row for row in accounts}
        fields: dict[str, Any] = self.fields
        fields["to"].widget.people = people
        fields["start"].choices = [(text, text) for text in starts_of_day(instrument)]
        fields["start"].label = _("Starts at, %(zone)s time") % {"zone": times.zone_city(instrument.facility.zone)}
        fields["minutes"].choices = lengths(instrument)
        fields["mode"].choices = mode_choices(instrument)
        own = _("Their own, without an allocation")
        fields["account"].choices = account_choices(instrument, self.accounts.values(), own)
        self.offer_beside(instrument, equipment)

    def wanted(self) -> BookingRequest:
        """What the valid form gives, to the person alone."""
        given = self.cleaned_data
        account = self.accounts.get(given["account"])
        starts_at = starting(self.instrument, given["day"], given["start"])
        return BookingRequest(
            instrument=self.instrument,
            starts_at=starts_at,
            ends_at=grid_of(self.instrument).end_after(starts_at, given["minutes"]),
            purpose=given["purpose"],
            mode=given["mode"],
            title=account.team.title if account else "",
            team=account.team if account else None,
            allocation=account.allocation if account else None,
            people=(given["to"],),
            category=given["category"],
            places=self.places_wanted,
            equipment=self.things,
        )

    @property
    def answer_by(self) -> datetime:
        return clock.now() + timedelta(hours=self.cleaned_data["answer_hours"])


def answers_of(waiting: Waiting) -> dict[str, Any]:
    """What a place on a list fills in: who waits, for how long, on which account."""
    paying = f"allocation:{waiting.allocation_id}" if waiting.allocation_id else ""
    zone = times.zone_of(waiting.instrument.facility.zone) if waiting.instrument else None
    return {
        "to": waiting.person.email,
        "day": max(waiting.window.lower, clock.now()).astimezone(zone).date(),
        "minutes": waiting.min_minutes,
        "mode": waiting.mode,
        "category": waiting.category,
        "account": paying or (f"team:{waiting.team_id}" if waiting.team_id else ""),
        "purpose": waiting.purpose,
        "places": waiting.places,
        "equipment": [str(thing.pk) for thing in waiting.equipment.all()],
    }
