"""Forms about being told: how to hear of each kind of message, a private calendar, a stand-in."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from frontend.forms.days import DayField
from frontend.forms.people import PersonField
from notifications.kinds import KINDS
from notifications.models import Preference


class Wishes(forms.Form):
    """One choice for each kind of message."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, kind in KINDS.items():
            self.fields[name] = forms.ChoiceField(label=kind.label, choices=Preference.Mode.choices)

    def topics(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields by what they are about, in order."""
        found: dict[Any, list[forms.BoundField]] = {}
        for name, kind in KINDS.items():
            found.setdefault(kind.topic, []).append(self[name])
        return [(topic.label, fields) for topic, fields in found.items()]


class NewFeed(forms.Form):
    feed = forms.ChoiceField(label=_("Calendar of"), help_text=_("Of an instrument you see what you may see here."))

    def __init__(self, data: Any = None, *, choices: list[tuple[str, Any]]) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["feed"].choices = choices

    def target(self) -> tuple[str, UUID]:
        """Kind and identifier of what was chosen."""
        kind, _colon, target = self.cleaned_data["feed"].partition(":")
        return kind, UUID(target)


class StandIn(forms.Form):
    taker = PersonField(label=_("Who stands in"), help_text=_("The e-mail address of a person with an account here."))
    first = DayField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    last = DayField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(
        label=_("Note"), max_length=300, required=False, help_text=_("Read by the one who stands in.")
    )

    def __init__(self, data: Any = None, *, people: Iterable[User] = ()) -> None:
        super().__init__(data)
        self.fields["taker"].widget.people = people

    def period(self, zone: str) -> tuple[datetime, datetime]:
        """From the start of the first day to the end of the last, by the clock of a zone."""
        days = self.cleaned_data["first"], self.cleaned_data["last"] + timedelta(days=1)
        first, after = (datetime.combine(day, time(), ZoneInfo(zone)) for day in days)
        return first, after
