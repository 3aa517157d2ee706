"""Forms of the moves of a booking: a reason, another time, what was used, what was lost."""

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from core import names, times
from facilities.commands.bookings import Substitute
from facilities.models import Booking, Cancellation, Instrument, Session
from facilities.permissions import booking_parties
from facilities.queries.availability import grid_of
from facilities.queries.checks import request_of
from facilities.queries.readiness import companions_of
from facilities.queries.requesting import Account, accounts
from facilities.queries.terms import cancellation_cost, cost_for
from frontend.forms.blamed import Blamed
from frontend.forms.days import DayField
from frontend.forms.facilities.overriding import OverrideFields
from frontend.forms.facilities.requests import lengths, mode_choices, starting, starts_of_day
from frontend.timeline import instant_of


class NoteForm(Blamed, forms.Form):
    """A reason that the other side reads."""

    SHOWN_AT: ClassVar = {"starts_at": "day", "ends_at": "minutes"}

    note = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    told = ""
    """A sentence to read before the move is made."""

    def __init__(
        self, data: Any = None, *, booking: Booking, reader: Any = None, required: bool = True, **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.booking, self.reader = booking, reader
        self.fields["note"].required = required

    def answers(self) -> dict[str, Any]:
        """What the command is told."""
        return {"note": self.cleaned_data["note"]}


class CancelForm(NoteForm):
    """Why, what it costs, and who takes the time over; the facility says whose cancellation it is."""

    caused_by = forms.ChoiceField(label=_("Whose cancellation is it?"), widget=forms.RadioSelect, required=False)
    substitute = forms.ChoiceField(
        label=_("Pass the time on to"),
        required=False,
        help_text=_("Another of your accounts asks for the same time; nothing is deducted while that stands."),
    )
    field_order = ["caused_by", "substitute", "note"]

    def __init__(self, data: Any = None, *, booking: Booking, reader: Any = None, **options: Any) -> None:
        super().__init__(data, booking=booking, reader=reader, **options)
        fields: dict[str, Any] = self.fields
        self.cost = cost_for(booking, booking_parties(reader, booking))
        self.others = {} if reader is None else self._others(booking, reader)
        if self.cost is None or self.cost.caused_by == Cancellation.Cause.REQUESTER:
            del fields["caused_by"]
        else:
            asked = cancellation_cost(booking, Cancellation.Cause.REQUESTER)
            fields["caused_by"].choices = [("facility", self.cost.reason), ("requester", asked.reason)]
            fields["caused_by"].initial = "facility"
        if self.others and self.cost is not None and self.cost.is_late and "caused_by" not in fields:
            fields["substitute"].choices = [("", _("Nobody")), *((key, row.label) for key, row in self.others.items())]
        else:
            del fields["substitute"]
        self.told = self.cost.reason if self.cost and "caused_by" not in fields else ""

    @staticmethod
    def _others(booking: Booking, reader: Any) -> dict[str, Account]:
        """The reader's other accounts for the time."""
        found = accounts(reader, booking.instrument, booking.starts_at)
        return {
            row.key: row for row in found if row.team.pk != booking.team_id and not (
                row.allocation is None and booking.instrument.requires_allocation
            )
        }  # fmt: skip

    def answers(self) -> dict[str, Any]:
        given = self.others.get(self.cleaned_data.get("substitute", ""))
        return super().answers() | {
            "caused_by": self.cleaned_data.get("caused_by", ""),
            "substitute": Substitute(given.team, given.allocation) if given else None,
        }


class TimeForm(NoteForm, OverrideFields):
    """Another time for a booking, on the same instrument, and why; a manager sets rules aside for it."""

    day = DayField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    start = forms.ChoiceField(label=_("Starts at"))
    minutes = forms.TypedChoiceField(label=_("How long"), coerce=int)
    field_order = ["day", "start", "minutes", "mode", "people", "note", "override"]

    def __init__(self, data: Any = None, *, booking: Booking, **options: Any) -> None:
        super().__init__(data, booking=booking, **options)
        self.offer_override(self.reader, booking.instrument.facility)
        instrument: Instrument = booking.instrument
        zone = times.zone_of(instrument.facility.zone)
        local = booking.starts_at.astimezone(zone)
        length = grid_of(instrument).wall_minutes(booking.starts_at, booking.ends_at)
        fields: dict[str, Any] = self.fields
        starts = starts_of_day(instrument)
        offered = lengths(instrument)
        if length not in dict(offered):
            offered = sorted([*offered, (length, names.units(Decimal(length) / 60, "hour"))])
        fields["start"].label = _("Starts at, %(zone)s time") % {"zone": times.zone_city(instrument.facility.zone)}
        fields["start"].choices = [(text, text) for text in sorted({*starts, f"{local:%H:%M}"})]
        fields["minutes"].choices = offered
        self.initial = {"day": local.date(), "start": f"{local:%H:%M}", "minutes": length, **self.initial}

    def suggest(self, instant: str) -> None:
        """Fill in a start that an address names, as a calendar does; what is no instant suggests nothing."""
        try:
            local = instant_of(instant).astimezone(times.zone_of(self.booking.instrument.facility.zone))
        except ValueError:
            return
        fields: dict[str, Any] = self.fields
        start = f"{local:%H:%M}"
        fields["start"].choices = sorted({*fields["start"].choices, (start, start)})
        self.initial = {**self.initial, "day": local.date(), "start": start}

    def answers(self) -> dict[str, Any]:
        starts_at = starting(self.booking.instrument, self.cleaned_data["day"], self.cleaned_data["start"])
        ends_at = grid_of(self.booking.instrument).end_after(starts_at, self.cleaned_data["minutes"])
        return {
            "starts_at": starts_at, "ends_at": ends_at, "note": self.cleaned_data["note"], "overrides": self.overrides,
        }  # fmt: skip


class ChangeForm(TimeForm):
    """Another time or way of working, or other people, and why; what is left as it is stays."""

    mode = forms.ChoiceField(label=_("How you work"), widget=forms.RadioSelect, required=False)
    people = forms.MultipleChoiceField(
        label=_("Who takes part"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )

    def __init__(self, data: Any = None, *, booking: Booking, **options: Any) -> None:
        super().__init__(data, booking=booking, **options)
        fields: dict[str, Any] = self.fields
        self.companions = list(companions_of(booking))
        fields["mode"].choices = mode_choices(booking.instrument)
        fields["people"].choices = [(str(person.pk), str(person)) for person in self.companions]
        self.initial = {
            **self.initial,
            "mode": booking.mode,
            "people": [str(person.pk) for person in request_of(booking).people],
        }
        if len(self.companions) < 2:
            del fields["people"]

    def answers(self) -> dict[str, Any]:
        chosen = set(self.cleaned_data.get("people", ()))
        people = tuple(person for person in self.companions if str(person.pk) in chosen)
        return super().answers() | {"mode": self.cleaned_data["mode"], "people": people}


class PartForm(TimeForm):
    """A part of the time that a booking asks for, and why not all of it."""

    def __init__(self, data: Any = None, *, booking: Booking, **options: Any) -> None:
        super().__init__(data, booking=booking, **{"auto_id": "part_%s", **options})
        fields: dict[str, Any] = self.fields
        fields["minutes"].choices = [
            choice for choice in fields["minutes"].choices if choice[0] < self.initial["minutes"]
        ]
        if self.offers_any:
            self.initial["minutes"] = fields["minutes"].choices[-1][0]

    @property
    def offers_any(self) -> bool:
        """Whether the instrument allows a shorter stay at all."""
        fields: dict[str, Any] = self.fields
        return bool(fields["minutes"].choices)

    def part(self) -> tuple[datetime, datetime]:
        answers = self.answers()
        return answers["starts_at"], answers["ends_at"]


class CheckOutForm(NoteForm):
    """How long the instrument was really used."""

    hours = forms.DecimalField(
        label=_("Hours used"),
        help_text=_("Leave empty to count from check-in until now."),
        min_value=0,
        max_digits=8,
        decimal_places=2,
        required=False,
    )
    field_order = ["hours", "note"]

    def answers(self) -> dict[str, Any]:
        hours = self.cleaned_data["hours"]
        return {"used_minutes": None if hours is None else int(hours * 60), "note": self.cleaned_data["note"]}


class CauseForm(NoteForm):
    """The whole time is lost, and by what."""

    cause = forms.ChoiceField(label=_("Cause"), choices=Session.Cause.choices)
    field_order = ["cause", "note"]

    def answers(self) -> dict[str, Any]:
        return {"cause": self.cleaned_data["cause"], "note": self.cleaned_data["note"]}


class LossForm(CauseForm):
    """Units that the facility lost, and by what."""

    units = forms.DecimalField(label=_("How much was lost"), min_value=0, max_digits=10, decimal_places=3)
    field_order = ["units", "cause", "note"]

    def __init__(self, data: Any = None, *, booking: Booking, **options: Any) -> None:
        super().__init__(data, booking=booking, **options)
        self.fields["units"].label = _("Lost, in %(unit)s") % {"unit": names.unit_name(booking.unit)}
        self.fields["note"].label = _("What happened")

    def answers(self) -> dict[str, Any]:
        return super().answers() | {"units": self.cleaned_data["units"]}
