"""The form of a campaign: what is common, and one form for each leg. Its rows grow by a button, without a script."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from facilities.commands.campaigns import CampaignWish, LegWish
from facilities.commands.campaigns.asking import MOST_LEGS
from facilities.coupling import Coupling
from facilities.models import Instrument, Team
from facilities.queries.availability import Slot, grid_of
from facilities.queries.equipment import usable_at
from facilities.queries.proposing import Stay
from facilities.rules import BookingRequest
from frontend.forms.days import DayField
from frontend.forms.facilities.beside import BesideFields

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class CampaignForm(forms.Form):
    """What the legs have in common, and between which days dates are to be proposed."""

    title = forms.CharField(label=_("Title"), max_length=400, help_text=_("Every facility reads this."))
    purpose = forms.CharField(label=_("What you will do"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    team = forms.ChoiceField(label=_("On whose account"), required=False)
    coupling = forms.ChoiceField(
        label=_("How the legs hold together"), choices=Coupling.choices, initial=Coupling.ALL, widget=forms.RadioSelect
    )
    at_least = forms.IntegerField(
        label=_("How many at least"),
        required=False,
        min_value=1,
        max_value=MOST_LEGS,
        help_text=_("Only for “at least some”."),
    )
    earliest = DayField(label=_("Propose dates from"), required=False, widget=DATE)
    latest = DayField(label=_("Propose dates until"), required=False, widget=DATE)

    def __init__(self, data: Any = None, *, teams: Sequence[Team], **options: Any) -> None:
        super().__init__(data, **options)
        self.teams = {str(team.pk): team for team in teams}
        field: Any = self.fields["team"]
        field.choices = [("", _("My own")), *((key, team.title) for key, team in self.teams.items())]


class LegForm(BesideFields):
    """One leg: where, how long, and when, if that is chosen already. Places and equipment are asked for once the
    instrument is known."""

    instrument = forms.ChoiceField(label=_("Instrument"))
    hours = forms.DecimalField(label=_("Hours"), min_value=0, max_digits=6, decimal_places=2)
    day = DayField(label=_("First day"), required=False, widget=DATE)
    start = forms.TimeField(
        label=_("Starts at, time of the instrument"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    mode = forms.ChoiceField(label=_("How you work"), choices=Instrument.Mode.choices)
    after = forms.TypedChoiceField(label=_("Comes after"), required=False, coerce=int, empty_value=None)
    min_gap = forms.IntegerField(label=_("Hours between, at least"), required=False, min_value=0, max_value=10_000)
    max_gap = forms.IntegerField(label=_("Hours between, at most"), required=False, min_value=0, max_value=10_000)
    is_lead = forms.BooleanField(label=_("This is the lead"), required=False)

    def __init__(
        self, data: Any = None, *, position: int, instruments: dict[str, Instrument], needs_time: bool, **options: Any
    ) -> None:
        super().__init__(data, prefix=f"leg{position}", **options)
        self.position, self.instruments = position, instruments
        self.refusals: list[str] = []
        fields: dict[str, Any] = self.fields
        choices = [(slug, f"{row.facility}: {row.code}, {row.name}") for slug, row in instruments.items()]
        fields["instrument"].choices = [("", _("Choose …")), *choices]
        before = [(n, _("leg %(n)d") % {"n": n}) for n in range(1, position)]
        fields["after"].choices = [("", _("no other leg")), *before]
        fields["day"].required = fields["start"].required = needs_time
        fields["places"].required = False
        known = instruments.get(str(self["instrument"].value()))
        if known is None:
            del fields["places"], fields["equipment"]
        else:
            self.offer_beside(known, list(usable_at(known)))

    @property
    def chosen(self) -> Instrument:
        return self.instruments[self.cleaned_data["instrument"]]

    @property
    def minutes(self) -> int:
        return round(self.cleaned_data["hours"] * 60)

    @property
    def gap(self) -> tuple[int, int | None]:
        """Minutes, at least and at most."""
        least, most = self.cleaned_data.get("min_gap"), self.cleaned_data.get("max_gap")
        return (least or 0) * 60, None if most is None else most * 60

    def stay(self) -> Stay:
        after, places = self.cleaned_data.get("after"), self.places_wanted
        return Stay(self.chosen, self.minutes, after, *self.gap, places, self.things)

    def wish(self, purpose: str) -> LegWish:
        """The leg of a valid form whose time is chosen."""
        given, instrument = self.cleaned_data, self.chosen
        local = datetime.combine(given["day"], given["start"], tzinfo=ZoneInfo(instrument.facility.zone))
        starts_at = local.astimezone(UTC)
        ends_at = grid_of(instrument).end_after(starts_at, max(self.minutes, 1))
        request = BookingRequest(
            instrument, starts_at, ends_at, purpose, given["mode"], places=self.places_wanted, equipment=self.things
        )
        return LegWish(request, given["is_lead"], given.get("after"), *self.gap)


class CampaignForms:
    """The common form with those of the legs; as many as the posted form had, or one more."""

    def __init__(
        self, data: Any, *, count: int, teams: Sequence[Team], instruments: Sequence[Instrument], needs_time: bool
    ) -> None:
        known = {row.slug: row for row in instruments}
        self.count = min(max(count, 2), MOST_LEGS)
        self.common = CampaignForm(data, teams=teams)
        self.legs = [
            LegForm(data, position=n, instruments=known, needs_time=needs_time) for n in range(1, self.count + 1)
        ]

    def is_valid(self) -> bool:
        return all([self.common.is_valid(), *[leg.is_valid() for leg in self.legs]])

    def stays(self) -> list[Stay]:
        return [leg.stay() for leg in self.legs]

    def span(self) -> tuple[datetime, datetime]:
        """Between which instants dates are proposed: from today on, for half a year, where no days were given."""
        given = self.common.cleaned_data
        first = given.get("earliest") or clock.now().date()
        last = given.get("latest") or first + timedelta(days=183)
        start = datetime.combine(first, datetime.min.time(), tzinfo=UTC)
        return start, datetime.combine(last, datetime.min.time(), tzinfo=UTC) + timedelta(days=1)

    def wish(self) -> CampaignWish:
        given = self.common.cleaned_data
        return CampaignWish(
            given["title"],
            [leg.wish(given["purpose"]) for leg in self.legs],
            given["coupling"],
            given.get("at_least") or 0,
            self.common.teams.get(given["team"]),
        )


def with_slots(data: Any, slots: Sequence[Slot]) -> Any:
    """A copy of the posted form in which every leg has its proposed time."""
    copy = data.copy()
    for n, slot in enumerate(slots, 1):
        local = slot.starts_at.astimezone(ZoneInfo(slot.instrument.facility.zone))
        copy[f"leg{n}-day"], copy[f"leg{n}-start"] = f"{local:%Y-%m-%d}", f"{local:%H:%M}"
    return copy
