"""The form of a request for time: the same choice as the timeline, in words."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from core import names, times
from facilities.models import Access, Equipment, Instrument, Safety
from facilities.queries.availability import grid_of
from facilities.queries.requesting import Account
from facilities.rules import BookingRequest
from frontend.forms.blamed import Blamed
from frontend.forms.days import DayField
from frontend.forms.facilities.beside import BesideFields
from frontend.forms.facilities.overriding import OverrideFields
from frontend.forms.facilities.series import RepeatFields

MOST_OPTIONS = 96


def starting(instrument: Instrument, day: date, clock: str) -> datetime:
    """The instant of a wall-clock time at an instrument."""
    hour, minute = map(int, clock.split(":"))
    return datetime.combine(day, time(hour, minute), tzinfo=ZoneInfo(instrument.facility.zone)).astimezone(UTC)


def starts_of_day(instrument: Instrument) -> list[str]:
    """The times of day at which a booking may start, `HH:MM` in the facility's wall clock."""
    step = instrument.granularity_minutes
    step = step if 1440 % step == 0 and step >= 30 else 30 if step < 30 else 1440
    first = instrument.day_starts_at.hour * 60 + instrument.day_starts_at.minute
    return [f"{m // 60:02}:{m % 60:02}" for m in sorted((first + n * step) % 1440 for n in range(1440 // step))]


def lengths(instrument: Instrument) -> list[tuple[int, str]]:
    """The lengths that may be asked for, in minutes, with their units in words."""
    step = instrument.granularity_minutes
    first = -(-instrument.min_minutes // step) * step
    every = range(first, instrument.max_minutes + 1, step)
    while len(every) > MOST_OPTIONS:
        every = range(first, instrument.max_minutes + 1, every.step * 2)
    unit = "hour" if instrument.unit == "node_hour" else instrument.unit
    size = 60 if instrument.unit == "node_hour" else instrument.unit_minutes
    return [(minutes, names.units(minutes / size, unit)) for minutes in every]


def mode_choices(instrument: Instrument) -> list[tuple[str, Any]]:
    """The ways of working that an instrument offers."""
    labels = dict(Instrument.Mode.choices)
    return [(mode, labels[mode]) for mode in instrument.modes or list(labels)]


OWN = _("My own, without an allocation")


def account_choices(instrument: Instrument, accounts: Iterable[Account], own: Any = OWN) -> list[tuple[str, Any]]:
    """The accounts that can pay for time of an instrument; first `own` where it needs no allocation."""
    first = [] if instrument.requires_allocation else [("", own)]
    paying = [row for row in accounts if row.allocation or not instrument.requires_allocation]
    return [*first, *((row.key, row.label) for row in paying)]


class RequestForm(Blamed, RepeatFields, BesideFields, OverrideFields):
    """Asked of one instrument among candidates; what may be chosen follows from the instrument."""

    SHOWN_AT: ClassVar = {
        "starts_at": "day", "ends_at": "minutes", "units": "minutes", "program": "account", "allocation": "account",
    }  # fmt: skip

    instrument = forms.ChoiceField(label=_("Instrument"))
    day = DayField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    start = forms.ChoiceField(label=_("Starts at"))
    minutes = forms.TypedChoiceField(label=_("How long"), coerce=int)
    mode = forms.ChoiceField(label=_("How you work"), widget=forms.RadioSelect)
    safety = forms.ChoiceField(
        label=_("Safety class"),
        help_text=_("As you judge it; the facility's safety office has the last word."),
        choices=Safety.choices,
        initial=Safety.GREEN,
        required=False,
    )
    account = forms.ChoiceField(label=_("On whose account"), required=False)
    category = forms.ChoiceField(label=_("Access category"), required=False)
    people = forms.MultipleChoiceField(label=_("Who comes along"), required=False, widget=forms.CheckboxSelectMultiple)
    purpose = forms.CharField(
        label=_("What you will do"),
        help_text=_("The instrument team reads this."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
    )

    def __init__(
        self,
        data: Any = None,
        *,
        candidates: Sequence[Instrument],
        chosen: Instrument,
        accounts: Sequence[Account],
        companions: Sequence[Any],
        categories: Sequence[str] = (),
        equipment: Sequence[Equipment] = (),
        reader: Any = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.candidates, self.chosen = list(candidates), chosen
        self.accounts, self.companions = list(accounts), list(companions)
        self.offer_beside(chosen, equipment)
        fields: dict[str, Any] = self.fields
        fields["instrument"].choices = [(row.slug, f"{row.code}, {row.facility}") for row in candidates]
        fields["start"].choices = [(text, text) for text in starts_of_day(chosen)]
        fields["start"].label = _("Starts at, %(zone)s time") % {"zone": times.zone_city(chosen.facility.zone)}
        fields["minutes"].choices = lengths(chosen)
        fields["mode"].choices = mode_choices(chosen)
        fields["account"].choices = account_choices(chosen, accounts)
        fields["category"].choices = [
            ("", _("That of the account")),
            *((value, label) for value, label in Access.choices if value in categories),
        ]
        fields["people"].choices = [(str(person.pk), str(person)) for person in companions]
        if not companions:
            del fields["people"]
        self.offer_override(reader, chosen.facility)

    @cached_property
    def paying(self) -> Account | None:
        """The account that was chosen, of a valid form."""
        key = self.cleaned_data.get("account", "")
        return next((row for row in self.accounts if row.key == key), None)

    @property
    def starts_at(self) -> datetime:
        return starting(self.chosen, self.cleaned_data["day"], self.cleaned_data["start"])

    @property
    def ends_at(self) -> datetime:
        return grid_of(self.chosen).end_after(self.starts_at, self.cleaned_data["minutes"])

    def request(self, by: Any) -> BookingRequest:
        """What the valid form asks for, in the name of `by`, who comes too."""
        account = self.paying
        chosen = set(self.cleaned_data.get("people", ()))
        return BookingRequest(
            instrument=self.chosen,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            purpose=self.cleaned_data["purpose"],
            mode=self.cleaned_data["mode"],
            safety=self.cleaned_data["safety"] or Safety.GREEN,
            title=account.team.title if account else "",
            team=account.team if account else None,
            allocation=account.allocation if account else None,
            people=(by, *(person for person in self.companions if str(person.pk) in chosen)),
            overrides=self.overrides,
            category=self.cleaned_data["category"],
            equipment=self.things,
            places=self.places_wanted,
        )
