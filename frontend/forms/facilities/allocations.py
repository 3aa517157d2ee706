"""Filters of the list of allocations, and the forms of what may be done with the units of one."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core import clock, names
from facilities.models import Access, Allocation, Cycle, Instrument, Team
from frontend.forms.blamed import Blamed
from frontend.forms.days import DayField
from frontend.forms.filters import Filters
from frontend.timeline import midnight

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AllocationsForm(Filters):
    """Whose, of which instrument, which; they live in the address."""

    team = forms.ChoiceField(label=_("On whose account"), required=False)
    instrument = forms.ChoiceField(label=_("Instrument"), required=False)
    when = forms.ChoiceField(
        label=_("Which"),
        required=False,
        choices=[("", _("Running and to come")), ("over", _("Over")), ("all", _("All"))],
    )

    def offer(self, rows: QuerySet[Allocation]) -> None:
        """Offer the teams and instruments that there is something of."""
        fields: dict[str, Any] = self.fields
        teams = rows.order_by("team__title", "team_id").values_list("team_id", "team__title").distinct()
        fields["team"].choices = [("", _("All")), *((str(pk), title) for pk, title in teams)]
        instruments = rows.order_by("instrument__code").values_list("instrument__slug", "instrument__code").distinct()
        fields["instrument"].choices = [("", _("All instruments")), *instruments]

    def filtered(self, rows: QuerySet[Allocation]) -> QuerySet[Allocation]:
        """The allocations that the filters leave; what cannot be read filters nothing."""
        self.is_valid()
        wanted = self.cleaned_data
        if team := wanted.get("team"):
            rows = rows.filter(team=team)
        if slug := wanted.get("instrument"):
            rows = rows.filter(instrument__slug=slug)
        if wanted.get("when") == "over":
            rows = rows.filter(valid_until__lte=clock.now())
        elif not wanted.get("when"):
            rows = rows.filter(valid_until__gt=clock.now())
        return rows


class UnitsForm(Blamed, forms.Form):
    """How many units, and why."""

    units = forms.DecimalField(label=_("How much"), min_value=0, max_digits=12, decimal_places=3)
    note = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("It stays on the account; the team and the facility read it."),
        widget=forms.TextInput(),
    )

    def __init__(self, data: Any = None, *, act: str, allocation: Allocation) -> None:
        super().__init__(data, auto_id=f"{act}_%s")
        self.fields["units"].label = _("How much, in %(unit)s") % {"unit": names.unit_name(allocation.unit)}

    def answers(self) -> dict[str, Any]:
        """What the command is told."""
        return dict(self.cleaned_data)


class GrantForm(Blamed, forms.Form):
    """Time of an instrument for a team, for a cycle or between two days on the facility's calendar."""

    SHOWN_AT: ClassVar = {"valid_from": "first", "valid_until": "last"}

    instrument = forms.ChoiceField(label=_("Instrument"))
    team = forms.ChoiceField(
        label=_("For which team"), required=False, help_text=_("Those that your facility knows, by its calendar.")
    )
    reference = forms.CharField(label=_("Or the reference of another team"), required=False, max_length=60)
    units = forms.DecimalField(label=_("How much, in units of the instrument"), max_digits=12, decimal_places=3)
    category = forms.ChoiceField(label=_("Access category"), choices=Access.choices, initial=Access.GENERAL)
    cycle = forms.ChoiceField(label=_("Cycle"), required=False)
    first = DayField(label=_("First day"), required=False, widget=DATE)
    last = DayField(label=_("Last day"), required=False, widget=DATE)
    note = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("It stays on the account; the team and the facility read it.")
    )

    def __init__(
        self, data: Any = None, *, instruments: Iterable[Instrument], teams: Iterable[Team], cycles: Iterable[Cycle]
    ) -> None:
        super().__init__(data)
        self.instruments = {row.slug: row for row in instruments}
        self.teams, self.cycles = {str(row.pk): row for row in teams}, {str(row.pk): row for row in cycles}
        fields: dict[str, Any] = self.fields
        fields["instrument"].choices = [(slug, f"{row.facility}: {row.code}") for slug, row in self.instruments.items()]
        fields["team"].choices = [("", "–"), *((key, row.title) for key, row in self.teams.items())]
        named = ((key, f"{row.facility}: {row.name}") for key, row in self.cycles.items())
        fields["cycle"].choices = [("", _("no cycle: between the days below")), *named]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        found = self.teams.get(cleaned.get("team", ""))
        if reference := cleaned.get("reference", "").strip():
            found = Team.objects.filter(reference__iexact=reference, is_active=True, archived_at=None).first()
            if found is None:
                self.add_error("reference", _("No team has this reference."))
        elif found is None:
            self.add_error("team", _("Choose a team, or give its reference."))
        cleaned["team"] = found
        return cleaned

    def answers(self) -> dict[str, Any]:
        """What the command is told."""
        given = self.cleaned_data
        instrument = self.instruments[given["instrument"]]
        zone = instrument.facility.zone
        return {
            "instrument": instrument,
            "valid_from": midnight(given["first"], zone) if given["first"] else None,
            "valid_until": midnight(given["last"] + timedelta(days=1), zone) if given["last"] else None,
            "cycle": self.cycles.get(given["cycle"]),
            **{name: given[name] for name in ("team", "units", "category", "note")},
        }


class TransferForm(UnitsForm):
    """Where the units go, of the same team's allocations."""

    target = forms.ChoiceField(label=_("To"))
    field_order = ["target", "units", "note"]

    def __init__(self, data: Any = None, *, targets: Iterable[Allocation], **options: Any) -> None:
        super().__init__(data, **options)
        self.targets = {str(row.pk): row for row in targets}
        fields: dict[str, Any] = self.fields
        fields["target"].choices = [(key, _place(row)) for key, row in self.targets.items()]

    def answers(self) -> dict[str, Any]:
        return super().answers() | {"target": self.targets[self.cleaned_data["target"]]}


class RolloverForm(UnitsForm):
    """To which cycle what is left is carried over."""

    cycle = forms.ChoiceField(label=_("Cycle"))
    field_order = ["cycle", "units", "note"]

    def __init__(self, data: Any = None, *, allocation: Allocation, cycles: Iterable[Cycle], **options: Any) -> None:
        super().__init__(data, allocation=allocation, **options)
        self.cycles = {str(row.pk): row for row in cycles}
        fields: dict[str, Any] = self.fields
        fields["cycle"].choices = [(key, row.name) for key, row in self.cycles.items()]
        self.initial["units"] = names.plain(allocation.left)

    def answers(self) -> dict[str, Any]:
        return super().answers() | {"cycle": self.cycles[self.cleaned_data["cycle"]]}


def _place(row: Allocation) -> str:
    cycle = f" · {row.cycle}" if row.cycle else ""
    return f"{row.instrument.code}, {row.instrument.facility}{cycle} · {names.units(row.left, row.unit)}"
