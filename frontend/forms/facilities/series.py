"""Forms of a series: how a request repeats, and how far a change of it reaches."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import names, times
from facilities.commands.series import Scope
from facilities.models import Series, SeriesDate
from frontend.forms.days import DayField

RHYTHMS = {
    "daily": ("FREQ=DAILY", _("Every day")),
    "weekly": ("FREQ=WEEKLY", _("Every week")),
    "fortnightly": ("FREQ=WEEKLY;INTERVAL=2", _("Every two weeks")),
    "monthly": ("FREQ=MONTHLY", _("Every month, on the same day")),
}
WEEKDAYS = [
    ("MO", _("Monday")),
    ("TU", _("Tuesday")),
    ("WE", _("Wednesday")),
    ("TH", _("Thursday")),
    ("FR", _("Friday")),
    ("SA", _("Saturday")),
    ("SU", _("Sunday")),
]


class RepeatFields(forms.Form):
    """The part of a request that says how it repeats; a base of the form of a request."""

    repeat = forms.ChoiceField(
        label=_("How often"),
        required=False,
        choices=[("", _("Once")), *((key, label) for key, (_rule, label) in RHYTHMS.items())],
    )
    weekdays = forms.MultipleChoiceField(
        label=_("On which weekdays"),
        help_text=_("Of every week or two weeks; none means the weekday of the first day."),
        required=False,
        choices=WEEKDAYS,
        widget=forms.CheckboxSelectMultiple,
    )
    until = DayField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_until(self) -> Any:
        until = self.cleaned_data.get("until")
        if self.cleaned_data.get("repeat") and until is None:
            raise forms.ValidationError(_("Say until when it repeats."))
        return until

    @property
    def rule(self) -> str:
        """The rule of a valid form; empty where the time is wanted once."""
        rhythm, until = self.cleaned_data.get("repeat"), self.cleaned_data.get("until")
        if not rhythm or until is None:
            return ""
        days = self.cleaned_data.get("weekdays") if "WEEKLY" in RHYTHMS[rhythm][0] else []
        by_day = f";BYDAY={','.join(days)}" if days else ""
        return f"{RHYTHMS[rhythm][0]}{by_day};UNTIL={until:%Y%m%d}"


def rule_in_words(series: Series) -> str:
    """How a series repeats, in the words of the form where it was made there, else the rule itself."""
    parts = dict(part.split("=", 1) for part in series.rule.split(";") if "=" in part)
    base = ";".join(f"{name}={parts[name]}" for name in ("FREQ", "INTERVAL") if name in parts)
    if parts.keys() - {"FREQ", "INTERVAL", "BYDAY", "UNTIL", "COUNT"}:
        return series.rule
    word = next((str(label) for rule, label in RHYTHMS.values() if rule == base), "")
    labels = dict(WEEKDAYS)
    days = [str(labels[day]) for day in parts.get("BYDAY", "").split(",") if day in labels]
    return ": ".join(part for part in (word, ", ".join(days)) if part) if word else series.rule


class SeriesMoveForm(forms.Form):
    """Which dates are meant, and why."""

    scope = forms.ChoiceField(
        label=_("How far it reaches"), choices=Scope.choices, widget=forms.RadioSelect, initial="all"
    )
    date = forms.ChoiceField(label=_("Which date"))
    note = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any = None, *, dates: list[SeriesDate], required: bool = True, **options: Any) -> None:
        super().__init__(data, **options)
        self.dates = dates
        fields: dict[str, Any] = self.fields
        fields["note"].required = required
        fields["date"].choices = [(str(each), _label(each)) for each in dates]

    def answers(self) -> dict[str, Any]:
        """What the command is told."""
        given = self.cleaned_data
        return {"scope": given["scope"], "date": datetime.fromisoformat(given["date"]), "note": given["note"]}


class SeriesTimeForm(SeriesMoveForm):
    """Another local time for one date; others shift by as much."""

    day = DayField(label=_("New day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    start = forms.TimeField(label=_("Starts at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    hours = forms.DecimalField(label=_("Hours"), min_value=0, max_digits=7, decimal_places=2)
    field_order = ["scope", "date", "day", "start", "hours", "note"]

    def __init__(self, data: Any = None, *, dates: list[SeriesDate], required: bool = True, **options: Any) -> None:
        super().__init__(data, dates=dates, required=required, **options)
        if dates:
            first = dates[0]
            hours = names.number(first.minutes / 60) if first.minutes % 60 else str(first.minutes // 60)
            self.initial = {"day": first.starts.date(), "start": first.starts.time(), "hours": hours, **self.initial}
            zone = times.zone_city(first.series.zone)
            self.fields["start"].label = _("Starts at, %(zone)s time") % {"zone": zone}

    def answers(self) -> dict[str, Any]:
        given = self.cleaned_data
        starts = datetime.combine(given["day"], given["start"])
        return super().answers() | {"starts": starts, "minutes": round(given["hours"] * 60)}


def _label(each: SeriesDate) -> str:
    zone = each.series.zone
    lower, upper = each.series.pattern.period(each.starts, each.minutes)
    return times.span(lower, upper, zone)
