"""Forms of a call that its office plans: one editor for each page of the task list, in the call's own zone."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import validate_zone
from core import names
from core.times import zone_of
from facilities.models import Access, Instrument
from frontend.forms.days import InstantField
from frontend.forms.programs.drafting import Editor, OrganisationField, cycles_to_come, instrument_choices, rows_of
from programs.commands.calls import EarlierDeadline, OfferedTime, PlannedWindow, Weighed
from programs.commands.calls.drafting import EDITABLE
from programs.models import Call, Questionnaire, QuestionnaireVersion, ScoreScale, Window


class LocalInstant(InstantField):
    """An instant on the clock of the call's zone."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **options)


def on_the_clock(at: datetime | None, zone: str) -> datetime | None:
    """An instant as its field shows it, to the minute."""
    return at.astimezone(zone_of(zone)).replace(tzinfo=None, second=0, microsecond=0) if at else None


def instant(read: datetime | None, zone: str) -> datetime | None:
    """What a field of the call's zone says."""
    return read.replace(tzinfo=zone_of(zone)) if read else None


class NewCall(forms.Form):
    """What a draft begins with, and whose call it is."""

    name = forms.CharField(label=_("Name"), max_length=200, help_text=_("It can be changed until you announce it."))
    owner = forms.ChoiceField(label=_("Run by"))

    def __init__(self, data: Any = None, *, owners: dict[str, str]) -> None:
        super().__init__(data)
        field: Any = self.fields["owner"]
        field.choices = list(owners.items())


class Details(forms.Form):
    """What it is about, in both languages."""

    name = forms.CharField(label=_("Name"), max_length=200)
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Call.Kind.choices)
    category = forms.ChoiceField(
        label=_("Access category"),
        choices=Access.choices,
        help_text=_("The quotas of a cycle count the time given here under it."),
    )
    text = forms.CharField(
        label=_("What it is about"), required=False, widget=forms.Textarea(attrs={"rows": 7}), help_text="Markdown"
    )
    text_zh = forms.CharField(
        label=_("What it is about, in Chinese"), required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    contact = forms.EmailField(label=_("Address for questions"), required=False)


class Dates(forms.Form):
    """From when and until when."""

    zone = forms.CharField(
        label=_("Time zone"),
        validators=[validate_zone],
        help_text=_("All dates of the call are meant in it, for instance Asia/Shanghai."),
    )
    opens_at = LocalInstant(label=_("Opens"))
    closes_at = LocalInstant(
        label=_("Deadline"), required=False, help_text=_("This instant is still in time. None for a rolling call.")
    )
    office_closes_at = LocalInstant(
        label=_("Deadline for the office"), required=False, help_text=_("Until then the office completes what is late.")
    )
    notify_at = LocalInstant(
        label=_("Results from"), required=False, help_text=_("Nobody learns of results before this instant.")
    )


class Judging(forms.Form):
    """What applicants answer and how it is judged."""

    questionnaire = forms.ChoiceField(label=_("Questionnaire"), required=False)
    scale = forms.ChoiceField(label=_("Score scale"), required=False)
    reviews_wanted = forms.IntegerField(label=_("Reviews for each proposal"), min_value=0, max_value=50)
    internal_wanted = forms.IntegerField(label=_("Of these by the facilities' own people"), min_value=0, max_value=50)
    abstract_words = forms.IntegerField(label=_("Most words of the abstract"), min_value=1, max_value=100_000)
    blind = forms.BooleanField(label=_("Reviewers do not see who proposes"), required=False)
    needs_consent = forms.BooleanField(label=_("Every partner's signatory confirms"), required=False)


class WindowRow(forms.Form):
    stage = forms.ChoiceField(label=_("Stage"), choices=Window.Stage.choices)
    starts_at = LocalInstant(label=_("From"))
    ends_at = LocalInstant(label=_("Until"))


class DeadlineRow(forms.Form):
    organisation = OrganisationField(label=_("Organisation"), help_text=_("Its name or ROR id."))
    closes_at = LocalInstant(label=_("Its deadline"))


class OfferRow(forms.Form):
    instrument = forms.ChoiceField(label=_("Instrument"))
    units = forms.DecimalField(label=_("On offer"), max_digits=14, decimal_places=3, help_text=_("In its unit."))
    cycle = forms.ChoiceField(label=_("Cycle"), required=False)
    most_per_proposal = forms.DecimalField(
        label=_("Most for one proposal"), max_digits=14, decimal_places=3, required=False
    )

    def __init__(self, *args: Any, instruments: list[Any], cycles: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        fields: dict[str, Any] = self.fields
        fields["instrument"].choices = [("", "–"), *instruments]
        fields["cycle"].choices = [("", _("Any time")), *cycles]


class CriterionRow(forms.Form):
    name = forms.CharField(label=_("Criterion"), max_length=120)
    name_zh = forms.CharField(label=_("In Chinese"), max_length=120, required=False)
    weight = forms.DecimalField(label=_("Weight"), max_digits=6, decimal_places=2, initial=1)
    help = forms.CharField(label=_("What to look at"), required=False)


class CallEditor(Editor):
    """One page of a call's task list; only what may still be edited is asked."""

    fields: tuple[str, ...] = ()

    def __init__(self, call: Call, data: QueryDict | None) -> None:
        super().__init__(call, data)
        self.call = call

    @classmethod
    def open_for(cls, call: Call) -> bool:
        """Whether anything of this page may still be edited."""
        return bool(EDITABLE.get(call.state, frozenset()) & set(cls.fields))

    def _kept(self, form: forms.Form) -> forms.Form:
        for name in set(form.fields) - EDITABLE.get(self.call.state, frozenset()):
            del form.fields[name]
        return form

    def changes(self) -> dict[str, Any]:
        """What was changed, and nothing else, so that what is shown rounded stays as it is."""
        assert self.form is not None
        return {name: self.form.cleaned_data[name] for name in self.form.changed_data}

    def _given(self) -> list[dict[str, Any]]:
        assert self.rows is not None
        return [form.cleaned_data for form in self.rows if form.cleaned_data and not form.cleaned_data.get("DELETE")]


class DetailsEditor(CallEditor):
    name = "details"
    fields = tuple(Details.base_fields)

    def __init__(self, call: Call, data: QueryDict | None) -> None:
        super().__init__(call, data)
        self.form = self._kept(Details(data, initial={name: getattr(call, name) for name in self.fields}))


class DatesEditor(CallEditor):
    name = "dates"
    fields = tuple(Dates.base_fields)

    def __init__(self, call: Call, data: QueryDict | None) -> None:
        super().__init__(call, data)
        times = {name: on_the_clock(getattr(call, name), call.zone) for name in self.fields if name != "zone"}
        self.form = self._kept(Dates(data, initial={"zone": call.zone, **times}))

    def changes(self) -> dict[str, Any]:
        """Instants in the zone of the call; a new zone keeps the hours and moves the instants."""
        assert self.form is not None
        given, zone = self.form.cleaned_data, self.form.cleaned_data.get("zone", self.call.zone)
        wanted = self.form.fields if zone != self.call.zone else self.form.changed_data
        return {name: given[name] if name == "zone" else instant(given[name], zone) for name in wanted}


class WindowsEditor(CallEditor):
    name = "windows"
    fields = ("windows",)

    def __init__(self, call: Call, data: QueryDict | None) -> None:
        super().__init__(call, data)
        initial = [
            {
                "stage": row.stage,
                "starts_at": on_the_clock(row.period.lower, call.zone),
                "ends_at": on_the_clock(row.period.upper, call.zone),
            }
            for row in call.windows.all()
        ]
        self.rows = rows_of(WindowRow, data, initial, 1)

    def changes(self) -> dict[str, Any]:
        zone = zone_of(self.call.zone)
        rows = [
            PlannedWindow(row["stage"], row["starts_at"].replace(tzinfo=zone), row["ends_at"].replace(tzinfo=zone))
            for row in self._given()
        ]
        return {"windows": rows}


class DeadlinesEditor(CallEditor):
    name = "deadlines"
    fields = ("partner_deadlines",)

    def __init__(self, call: Call, data: QueryDict | None) -> None:
        super().__init__(call, data)
        rows = call.partner_deadlines.select_related("organisation")
        initial = [
            {"organisation": row.organisation.slug, "closes_at": on_the_clock(row.closes_at, call.zone)} for row in rows
        ]
        self.rows = rows_of(DeadlineRow, data, initial, 1)

    def changes(self) -> dict[str, Any]:
        zone = zone_of(self.call.zone)
        rows = [EarlierDeadline(row["organisation"], row["closes_at"].replace(tzinfo=zone)) for row in self._given()]
        return {"partner_deadlines": rows}


class OffersEditor(CallEditor):
    name = "offers"
    fields = ("offers",)

    def __init__(self, call: Call, data: QueryDict | None) -> None:
        super().__init__(call, data)
        present = list(call.offers.all())
        offered = Instrument.objects.filter(is_bookable=True, archived_at=None)
        if call.facility_id is not None:
            offered = offered.filter(facility=call.facility_id)
        rows = (offered | Instrument.objects.filter(pk__in=[row.instrument_id for row in present])).distinct()
        rows = rows.select_related("facility").order_by("facility__name", "code", "id")
        self.instruments = {str(row.pk): row for row in rows}
        hosts = {row.facility_id for row in self.instruments.values()}
        self.cycles = {key: row for key, row in cycles_to_come().items() if row.facility_id in hosts}
        initial = [
            {
                "instrument": str(row.instrument_id),
                "units": names.plain(row.units),
                "cycle": str(row.cycle_id or ""),
                "most_per_proposal": names.plain(row.most_per_proposal) if row.most_per_proposal else None,
            }
            for row in present
        ]
        cycles = [(key, f"{row.facility}, {row.name}") for key, row in self.cycles.items()]
        known = instrument_choices(self.instruments.values())
        self.rows = rows_of(OfferRow, data, initial, 1, instruments=known, cycles=cycles)

    def changes(self) -> dict[str, Any]:
        rows = [
            OfferedTime(
                self.instruments[row["instrument"]],
                row["units"],
                self.cycles.get(row["cycle"]),
                row["most_per_proposal"],
            )
            for row in self._given()
        ]
        return {"offers": rows}


class CriteriaEditor(CallEditor):
    name = "criteria"
    fields = ("criteria",)

    def __init__(self, call: Call, data: QueryDict | None) -> None:
        super().__init__(call, data)
        columns = ("name", "name_zh", "weight", "help")
        initial = [{name: getattr(row, name) for name in columns} for row in call.criteria.all()]
        self.rows = rows_of(CriterionRow, data, initial, 1)
        self.help_zh = {row.name: row.help_zh for row in call.criteria.all()}

    def changes(self) -> dict[str, Any]:
        rows = [
            Weighed(row["name"], row["weight"], row["name_zh"], row["help"], self.help_zh.get(row["name"], ""))
            for row in self._given()
        ]
        return {"criteria": rows}


class JudgingEditor(CallEditor):
    name = "judging"
    fields = tuple(Judging.base_fields)

    def __init__(self, call: Call, data: QueryDict | None) -> None:
        super().__init__(call, data)
        self.versions = {str(row.pk): row for row in _versions_for(call)}
        self.scales = {str(row.pk): row for row in ScoreScale.objects.all()}
        initial = {name: getattr(call, name) for name in self.fields}
        initial |= {"questionnaire": str(call.questionnaire_id or ""), "scale": str(call.scale_id or "")}
        form = Judging(data, initial=initial)
        fields: dict[str, Any] = form.fields
        named = ((key, f"{row.questionnaire.name}, v{row.number}") for key, row in self.versions.items())
        fields["questionnaire"].choices = [("", _("None")), *named]
        said = ((key, f"{row.name} ({row.get_best_display().lower()})") for key, row in self.scales.items())
        fields["scale"].choices = [("", "–"), *said]
        self.form = self._kept(form)

    def changes(self) -> dict[str, Any]:
        found = super().changes()
        for name, rows in (("questionnaire", self.versions), ("scale", self.scales)):
            if name in found:
                found[name] = rows.get(found[name])
        return found


def _versions_for(call: Call) -> list[QuestionnaireVersion]:
    """The frozen versions that a call may use: of its facility and its alliance, the latest of each first."""
    own = Questionnaire.objects.filter(alliance=call.alliance_id)
    if call.facility_id is not None:
        own = own | Questionnaire.objects.filter(facility=call.facility_id)
    rows = QuestionnaireVersion.objects.filter(questionnaire__in=own).select_related("questionnaire")
    return list(rows.order_by("questionnaire__name", "-number", "id"))


class ReopeningOne(forms.Form):
    """Which proposal may still be submitted, until when, and why."""

    reference = forms.CharField(
        label=_("Reference"), max_length=20, help_text=_("As its team tells you, such as R-00042. Drafts are theirs.")
    )
    until = LocalInstant(label=_("May be submitted until"))
    note = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class Reopening(forms.Form):
    """Why proposals are taken again, and until when."""

    closes_at = LocalInstant(label=_("New deadline"))
    note = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
