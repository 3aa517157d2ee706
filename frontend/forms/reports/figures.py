"""Filters of the figures; every one is in the address, so that a view can be sent to a colleague."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.db.models import Case, When
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from core.names import local
from facilities.models import Facility, Instrument
from frontend.forms.blamed import Blamed
from frontend.forms.days import DayField
from frontend.forms.filters import Filters
from frontend.forms.public import countries
from programs.models import Call, Program
from programs.workflows.cooperation import RUNNING
from reports import periods
from reports.dashboards import Dashboard
from reports.parameters import Parameter
from reports.permissions import Reader
from reports.registry import Report

Choices = list[tuple[str, str]]


def facilities_offered(reader: Reader | None = None) -> Choices:
    """Facilities that have instruments, by name; with a reader, only those whose figures are his to see in full."""
    rows = Facility.objects.filter(archived_at=None, instruments__isnull=False).distinct()
    if reader is not None and not reader.reads_all:
        rows = rows.filter(pk__in=reader.facilities)
    return sorted(((row.slug, str(row)) for row in rows), key=lambda pair: pair[1])


def _with_period(data: QueryDict) -> dict[str, Any]:
    """What the address says, with the period that is shown when it names none."""
    return {**data.dict(), "period": periods.period_named(data.get("period", "")).key}


class PeriodField(forms.ChoiceField):
    def __init__(self) -> None:
        super().__init__(
            label=_("Period"), required=False, choices=lambda: [(row.key, row.label) for row in periods.offered()]
        )


class OverviewFilters(Filters):
    """`centre` is a facility's slug; `with` says what a number is compared with."""

    period = PeriodField()
    centre = forms.ChoiceField(label=_("Facility"), required=False)
    against = forms.ChoiceField(
        label=_("Compare with"),
        required=False,
        choices=[("before", _("Period before")), ("year", _("A year earlier"))],
    )

    def __init__(self, data: QueryDict, reader: Reader) -> None:
        super().__init__(
            {**{name: data[name] for name in data}, "period": periods.period_named(data.get("period", "")).key}
        )
        self.centres = facilities_offered(reader)
        if reader.reads_all:
            self.centres = [("", gettext("All facilities")), *self.centres]
        self.fields["centre"] = forms.ChoiceField(label=_("Facility"), required=False, choices=self.centres)


class UseFilters(Filters):
    period = PeriodField()
    country = forms.ChoiceField(label=_("Country"), required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(
            {**{name: data[name] for name in data}, "period": periods.period_named(data.get("period", "")).key}
        )
        codes = Facility.objects.filter(instruments__isnull=False).values_list("country", flat=True)
        self.fields["country"] = forms.ChoiceField(label=_("Country"), required=False, choices=countries(codes))


class FlowFilters(Filters):
    period = PeriodField()
    unit = forms.ChoiceField(
        label=_("Unit"), required=False, choices=[("hour", _("Hours")), ("node_hour", _("Node-hours"))]
    )
    count = forms.ChoiceField(
        label=_("Cooperation counts"),
        required=False,
        choices=[
            ("all", _("Programmes and use")),
            ("programs", _("Programmes only")),
            ("use", _("Use only")),
        ],
    )
    counting = forms.ChoiceField(
        label=_("Weighing"), required=False, choices=[("full", _("In full")), ("fractional", _("In fractions"))]
    )
    cells = forms.ChoiceField(
        label=_("Cells"), required=False, choices=[("together", _("Joint objects")), ("salton", _("Salton"))]
    )

    def __init__(self, data: QueryDict) -> None:
        super().__init__(
            {**{name: data[name] for name in data}, "period": periods.period_named(data.get("period", "")).key}
        )


def calls_offered() -> Choices:
    """Calls that were announced: those with results first, then the latest."""
    rows = Call.objects.exclude(state="draft").order_by(
        Case(When(state="notified", then=0), default=1), "-opens_at", "-id"
    )
    return [(row.slug, local(row, "name")) for row in rows]


def programs_offered() -> Choices:
    """Approved programmes, which everybody may know, by number."""
    rows = Program.objects.filter(state__in=RUNNING).order_by("number", "id")
    return [(str(row.pk), f"{row.number} {row.acronym or row.title}") for row in rows]


def centres_offered() -> Choices:
    members = Organisation.objects.filter(memberships__left_on=None, memberships__isnull=False).distinct()
    return [(row.slug, row.acronym or row.name) for row in members]


class DashboardFilters(Filters):
    """What a dashboard is about, its period, and what its numbers are compared with."""

    ABOUT: ClassVar[dict[str, tuple[Any, Callable[[], Choices]]]] = {
        "facility": (_("Facility"), facilities_offered),
        "call": (_("Call"), calls_offered),
        "program": (_("Programme"), programs_offered),
        "organisation": (_("Centre"), centres_offered),
    }

    def __init__(self, dashboard: Dashboard, values: dict[str, str]) -> None:
        super().__init__(values)
        if dashboard.of:
            label, offered = self.ABOUT[dashboard.of]
            self.fields[dashboard.of] = forms.ChoiceField(label=label, required=False, choices=offered())
        if dashboard.has_period:
            self.fields["period"] = PeriodField()
            self.fields["against"] = OverviewFilters.base_fields["against"]


class ReportFilters(Blamed, Filters):
    """The parameters of a report as fields: days, places, groupings."""

    def __init__(self, report: Report, given: dict[str, str], *, facility: UUID | None = None) -> None:
        super().__init__(given)
        for parameter in report.asks:
            if field := self._field(parameter, facility):
                self.fields[parameter.name] = field

    def _field(self, parameter: Parameter, facility: UUID | None) -> forms.Field | None:
        """None for what is chosen by the address only: an instrument whose facility is not named."""
        if parameter.choices:
            return forms.ChoiceField(label=parameter.label, required=False, choices=parameter.choices)
        if parameter.name in ("from", "to"):
            date = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            return DayField(label=parameter.label, required=False, widget=date)
        if parameter.name == "as_of":
            return forms.CharField(label=parameter.label, required=False, help_text=parameter.help)
        choices = self._places(parameter.name, facility)
        return forms.ChoiceField(label=parameter.label, required=False, choices=choices) if choices else None

    def _places(self, name: str, facility: UUID | None) -> Choices:
        if name == "facility":
            return [("", gettext("All facilities")), *facilities_offered()]
        if name == "instrument" and facility is not None:
            instruments = Instrument.objects.filter(facility=facility, archived_at=None).order_by("code", "id")
            return [("", gettext("All instruments")), *((row.slug, row.code) for row in instruments)]
        if name == "country":
            return countries(Facility.objects.filter(instruments__isnull=False).values_list("country", flat=True))
        if name == "home":
            return countries(Organisation.objects.order_by().values_list("country", flat=True).distinct())
        if name in ("organisation", "house"):
            return [("", gettext("All centres")), *centres_offered()]
        if name == "call":
            return [("", gettext("All calls")), *calls_offered()]
        if name == "program":
            return [("", gettext("All programmes")), *programs_offered()]
        return []
