"""Forms around calendars: what to show, and time to block."""

from datetime import UTC, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext_lazy as _

from core.names import local
from facilities.commands.calendar import Plan
from facilities.models import Block, Facility, Instrument
from frontend.forms.blamed import Blamed
from frontend.forms.days import DayField, InstantField
from frontend.forms.filters import Filters


class CalendarForm(Filters):
    """What F3 shows; it lives in the address."""

    facility = forms.ChoiceField(label=_("Facility"), required=False)
    instrument = forms.ChoiceField(label=_("Instrument"), required=False)
    first = DayField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    days = forms.ChoiceField(label=_("Length"), required=False, choices=[("7", _("One week")), ("14", _("Two weeks"))])
    view = forms.ChoiceField(label=_("As"), required=False, choices=[("", _("Timeline")), ("list", _("List"))])

    def __init__(self, data: Any, *, facilities: list[Facility], instruments: list[Instrument], initial: Any) -> None:
        super().__init__(initial | {name: value for name, value in data.items() if value}, initial=initial)
        fields: dict[str, Any] = self.fields
        fields["facility"].choices = [(row.slug, str(row)) for row in facilities]
        fields["instrument"].choices = [
            ("", _("All")),
            *((row.slug, f"{row.code}, {local(row, 'name')}") for row in instruments),
        ]


class BlockForm(Blamed, forms.Form):
    """Time of a facility or of one of its instruments, and what it is for; times are on the facility's clock."""

    SHOWN_AT: ClassVar = {"period": "starts", "starts_at": "starts", "ends_at": "ends"}

    instrument = forms.ChoiceField(label=_("Instrument"), required=False)
    kind = forms.ChoiceField(label=_("What for"), choices=Block.Kind.choices, initial=Block.Kind.MAINTENANCE)
    starts = InstantField(
        label=_("From"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    ends = InstantField(
        label=_("Until"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    reason = forms.CharField(
        label=_("Reason"), help_text=_("Everybody who sees the calendar reads it."), max_length=300
    )
    planned = forms.BooleanField(label=_("Planned, not an outage"), required=False, initial=True)

    def __init__(
        self, data: Any = None, *, facility: Facility, instruments: list[Instrument], initial: Any = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.facility, self.instruments = facility, {row.slug: row for row in instruments}
        field: Any = self.fields["instrument"]
        field.choices = [
            ("", _("The whole facility")),
            *((row.slug, f"{row.code}, {local(row, 'name')}") for row in instruments),
        ]

    @property
    def instrument_chosen(self) -> Instrument | None:
        return self.instruments.get(self.cleaned_data["instrument"])

    def period(self) -> tuple[datetime, datetime]:
        """From and until as instants."""
        zone = ZoneInfo(self.facility.zone)
        start, end = (self.cleaned_data[name].replace(tzinfo=zone).astimezone(UTC) for name in ("starts", "ends"))
        return start, end

    def plan(self) -> Plan:
        """What the command is told."""
        answers = self.cleaned_data
        period = DateTimeTZRange(*self.period())
        return Plan(
            self.facility, self.instrument_chosen, answers["kind"], period, answers["reason"], answers["planned"]
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("starts") and cleaned.get("ends") and cleaned["ends"] <= cleaned["starts"]:
            self.add_error("ends", _("The end must come after the start."))
        return cleaned
