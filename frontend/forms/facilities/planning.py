"""Forms of planning a facility's time: cycles, their quotas, opening hours, shifts, and a file to read them from."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import Violation
from core.names import local
from core.times import zone_of
from facilities.commands.calendar import Day, Stretch, Week
from facilities.models import Access, Block, Cycle, Facility, Instrument, OpeningHours
from frontend.forms.blamed import Blamed
from frontend.forms.days import DayField, InstantField
from frontend.forms.filters import Filters

STRETCH = re.compile(r"^(\d{1,2})(?::(\d{2}))?\s*[-–—]\s*(\d{1,2})(?::(\d{2}))?$")
WEEKDAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)
LARGEST = 1 << 20


class CycleForm(Blamed, forms.Form):
    """A new operating cycle, on the facility's clock."""

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("For example 2027-1"))
    starts_at = InstantField(
        label=_("From"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    ends_at = InstantField(
        label=_("Until"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    draft = forms.BooleanField(
        label=_("Draft: plan it first, open it to users when it is published"), required=False, initial=True
    )

    def __init__(self, data: Any = None, *, facility: Facility, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.zone = zone_of(facility.zone)

    def period(self) -> tuple[datetime, datetime]:
        start, end = (self.cleaned_data[name].replace(tzinfo=self.zone) for name in ("starts_at", "ends_at"))
        return start.astimezone(UTC), end.astimezone(UTC)


class FileForm(Filters):
    """Cycles and blocks from another system."""

    file = forms.FileField(label=_("File"), help_text=_("CSV with the columns cycle, kind, begin, end; or iCalendar"))
    kind = forms.ChoiceField(
        label=_("What rows without a kind are for"),
        required=False,
        choices=[("", _("Cycles only, no blocks")), *Block.Kind.choices],
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(
                _("The file is larger than 1 MB. Bring it in with the command import_calendar.")
            )
        return file


class QuotaForm(Blamed, forms.Form):
    """Least and most of the user time for each access category, in per cent; a row without either has no quota."""

    def __init__(self, data: Any = None, *, cycle: Cycle) -> None:
        super().__init__(data)
        known = {rule.category: rule for rule in cycle.quotas.all()}
        for category, label in Access.choices:
            rule = known.get(category)
            for side, word in (("least", _("at least, %")), ("most", _("at most, %"))):
                self.fields[f"{side}_{category}"] = forms.IntegerField(
                    label=f"{label}, {word}",
                    min_value=0,
                    max_value=100,
                    required=False,
                    initial=getattr(rule, side) if rule else None,
                    widget=forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"}),
                )

    def shown_at(self, violation: Violation) -> str:
        return f"least_{violation.field}"

    def pair(self, category: str) -> tuple[forms.BoundField, forms.BoundField]:
        return self[f"least_{category}"], self[f"most_{category}"]

    def quotas(self) -> dict[str, tuple[int, int]]:
        found = {}
        for category in Access.values:
            least, most = (self.cleaned_data[f"{side}_{category}"] for side in ("least", "most"))
            if least is not None or most is not None:
                found[category] = (least or 0, 100 if most is None else most)
        return found


class HoursForm(Blamed, forms.Form):
    """The opening hours of a week, a line for each day."""

    def __init__(self, data: Any = None, *, hours: Iterable[OpeningHours] = ()) -> None:
        super().__init__(data)
        written: dict[int, list[str]] = {}
        for row in hours:
            written.setdefault(row.weekday, []).append(stretch_text(row.opens, row.closes))
        for number, label in enumerate(WEEKDAYS, 1):
            self.fields[f"day{number}"] = forms.CharField(
                label=label, required=False, max_length=200, initial=", ".join(written.get(number, ()))
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.week: list[Stretch] = []
        for number in range(1, 8):
            try:
                read = stretches(cleaned.get(f"day{number}", ""))
            except ValueError as problem:
                self.add_error(f"day{number}", str(problem))
                continue
            self.week += [Stretch(number, opens, closes) for opens, closes in read]
        return cleaned

    def plan(self, facility: Facility, instrument: Instrument | None) -> Week:
        """What the command is told."""
        return Week(facility, instrument, self.week)


class ExceptionForm(Blamed, forms.Form):
    """A day that is different."""

    day = DayField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    hours = forms.CharField(
        label=_("Hours"), required=False, max_length=200, help_text=_("Empty where the day is closed.")
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=200)

    def clean_hours(self) -> list[tuple[time, time]]:
        try:
            return stretches(self.cleaned_data["hours"])
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from problem

    def plan(self, facility: Facility, instrument: Instrument | None) -> Day:
        """What the command is told."""
        given = self.cleaned_data
        return Day(facility, instrument, given["day"], given["hours"], given["reason"])


class ShiftsForm(Blamed, forms.Form):
    """When the shifts of a day start."""

    shifts = forms.CharField(
        label=_("Shifts start at"),
        required=False,
        max_length=100,
        help_text=_("For example 06:00, 14:00, 22:00. Empty: three of eight hours from midnight."),
    )

    def clean_shifts(self) -> list[time]:
        found = []
        for part in filter(None, (each.strip() for each in self.cleaned_data["shifts"].split(","))):
            try:
                found.append(time.fromisoformat(part.zfill(5)))
            except ValueError as problem:
                message = _("“%(text)s” is not a time. Write 06:00.") % {"text": part}
                raise forms.ValidationError(message) from problem
        return found


class SharesForm(forms.Form):
    """Whose shares the planning view shows; it lives in the address."""

    instrument = forms.ChoiceField(label=_("Shares of"), required=False)

    def __init__(self, data: Any, *, instruments: list[Instrument]) -> None:
        super().__init__(data)
        field: Any = self.fields["instrument"]
        field.choices = [
            ("", _("All instruments")),
            *((row.slug, f"{row.code}, {local(row, 'name')}") for row in instruments),
        ]


def stretches(text: str) -> list[tuple[time, time]]:
    """`08:00–12:00, 13:00–24:00` as pairs of times. Raises ValueError, saying what to write."""
    found = []
    for part in filter(None, (each.strip() for each in text.split(","))):
        match = STRETCH.match(part)
        hours = [int(group or 0) for group in match.groups()] if match else []
        if not hours or hours[0] > 23 or hours[2] > 24 or max(hours[1], hours[3]) > 59 or (hours[2] == 24 and hours[3]):
            raise ValueError(_("“%(text)s” cannot be read. Write 08:00–18:00, several with commas.") % {"text": part})
        found.append((time(hours[0], hours[1]), time(hours[2] % 24, hours[3])))
    return found


def stretch_text(opens: time, closes: time) -> str:
    """`08:00–24:00`: midnight at the end of a day is 24:00."""
    return f"{opens:%H:%M}–{'24:00' if closes == time(0) else f'{closes:%H:%M}'}"
