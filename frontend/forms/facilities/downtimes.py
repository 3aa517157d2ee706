"""Forms of downtime: a fault in one form, and what happens to it later."""

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext_lazy as _

from core import clock
from core.names import local
from facilities.models import Downtime, Facility, Instrument, Session
from frontend.forms.blamed import Blamed
from frontend.forms.days import InstantField

LOCAL = "%Y-%m-%dT%H:%M"


def instant_field(label: Any, **more: Any) -> InstantField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL)
    return InstantField(label=label, widget=widget, **more)


class ClockForm(Blamed, forms.Form):
    """A form with times on a facility's clock."""

    SHOWN_AT: ClassVar = {"starts_at": "starts", "ends_at": "ends", "at": "ends"}

    facility: Facility

    def instant(self, name: str) -> datetime:
        given: datetime = self.cleaned_data[name]
        return given.replace(tzinfo=ZoneInfo(self.facility.zone)).astimezone(UTC)


class FaultForm(ClockForm):
    """What does not work, from when, until when it is expected, and why."""

    instrument = forms.ChoiceField(label=_("Instrument"), required=False)
    title = forms.CharField(label=_("What happened"), max_length=200)
    cause = forms.ChoiceField(label=_("Cause"), choices=Session.Cause.choices, initial=Session.Cause.INSTRUMENT)
    starts = instant_field(_("From"))
    ends = instant_field(_("Expected until"))
    note = forms.CharField(
        label=_("Message to those affected"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    planned = forms.BooleanField(
        label=_("Planned, not a fault"),
        required=False,
        help_text=_("What is first said here stays in the figures; later you can only add another opinion."),
    )

    def __init__(
        self, data: Any = None, *, facility: Facility, instruments: list[Instrument], chosen: str = ""
    ) -> None:
        now = clock.now().astimezone(ZoneInfo(facility.zone)).replace(second=0, microsecond=0, tzinfo=None)
        initial = {"instrument": chosen, "starts": now, "ends": now + timedelta(hours=8)}
        super().__init__(data, initial=initial)
        self.facility, self.instruments = facility, {row.slug: row for row in instruments}
        field: Any = self.fields["instrument"]
        field.choices = [
            ("", _("The whole facility")),
            *((row.slug, f"{row.code}, {local(row, 'name')}") for row in instruments),
        ]

    @property
    def chosen(self) -> Instrument | None:
        return self.instruments.get(self.cleaned_data["instrument"])

    def period(self) -> DateTimeTZRange:
        return DateTimeTZRange(self.instant("starts"), self.instant("ends"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("starts") and cleaned.get("ends") and cleaned["ends"] <= cleaned["starts"]:
            self.add_error("ends", _("The end must come after the start."))
        return cleaned

    def answers(self) -> dict[str, Any]:
        """What the command is told beside the place and the time."""
        return {name: self.cleaned_data[name] for name in ("title", "cause", "note", "planned")}


class UntilForm(ClockForm):
    """When it ended, or until when it is expected now."""

    ends = instant_field(_("Until"))

    def __init__(self, data: Any = None, *, downtime: Downtime, **options: Any) -> None:
        zone = ZoneInfo(downtime.facility.zone)
        at = min(clock.now(), downtime.period.upper) if options.pop("past", True) else downtime.period.upper
        local_at = at.astimezone(zone).replace(second=0, microsecond=0, tzinfo=None)
        super().__init__(data, initial={"ends": local_at}, **options)
        self.facility = downtime.facility


class CorrectionForm(ClockForm):
    """What somebody thinks of it now, and why."""

    cause = forms.ChoiceField(label=_("Cause"), choices=Session.Cause.choices)
    planned = forms.BooleanField(label=_("Planned, not a fault"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any = None, *, downtime: Downtime, **options: Any) -> None:
        super().__init__(data, initial={"cause": downtime.cause, "planned": downtime.planned}, **options)
        self.facility = downtime.facility
