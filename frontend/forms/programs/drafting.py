"""Forms of a draft programme: one editor for each page of the task list, which knows the changes it makes."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.queries import organisations_offered
from alliance.queries import memberships
from core import clock, names
from core.errors import Invalid, Violation
from core.names import local
from facilities.models import Cycle, Instrument
from frontend.forms.days import DayField
from programs.commands.cooperation import PartnerPart, PlannedMilestone, WantedTime
from programs.models import Milestone, Partner, Program, Theme


class DayInput(forms.DateInput):
    """A date as browsers ask for one."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


class Details(forms.Form):
    """What the programme is, and when."""

    title = forms.CharField(label=_("Title"), max_length=400)
    acronym = forms.CharField(label=_("Short name"), max_length=60, required=False)
    kind = forms.ChoiceField(label=_("Type"), choices=Program.Kind.choices)
    summary = forms.CharField(
        label=_("Summary"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What the partners will do together and why it takes several of them."),
    )
    themes = forms.ModelMultipleChoiceField(
        label=_("Themes"),
        queryset=Theme.objects.all(),
        required=False,
        to_field_name="slug",
        widget=forms.CheckboxSelectMultiple,
    )
    starts_on = DayField(label=_("First day"), required=False, widget=DayInput())
    ends_on = DayField(label=_("Last day"), required=False, widget=DayInput())


class Declaration(forms.Form):
    """What the lead declares for all."""

    peaceful_use = forms.BooleanField(
        label=_("The programme serves peaceful ends only"),
        required=False,
        help_text=_("Needed before submission: the alliance works for peaceful ends only."),
    )
    open_outputs = forms.BooleanField(label=_("Its results will be open"), required=False)


class OrganisationField(forms.CharField):
    """An organisation by slug, ROR id, name or acronym, where exactly one fits."""

    def clean(self, value: Any) -> Organisation | None:
        text = super().clean(value)
        if not text:
            return None
        rows = organisations_offered()
        bare = text.rstrip("/").rsplit("/", 1)[-1]
        for condition in ({"slug": bare}, {"ror_id": bare}, {"name__iexact": text}, {"acronym__iexact": text}):
            found = list(rows.filter(**condition)[:2])
            if len(found) == 1:
                return found[0]
            if found:
                break
        message = (
            _("Several organisations are called so. Give the ROR id.")
            if found
            else _("No organisation is called “%(text)s”. Give the full name or the ROR id.")
        )
        raise forms.ValidationError(message, params={"text": text})


class PartnerRow(forms.Form):
    """One partner, or the next one to add."""

    organisation = forms.ChoiceField(label=_("Member organisation"), required=False)
    other = OrganisationField(label=_("Or another organisation"), required=False, help_text=_("Its name or ROR id."))
    role = forms.ChoiceField(label=_("Role"), choices=Partner.Role.choices, initial=Partner.Role.PARTNER)
    task = forms.CharField(
        label=_("Its part"), max_length=300, required=False, help_text=_("Its signatory confirms this.")
    )

    def __init__(self, *args: Any, organisations: list[Organisation], **options: Any) -> None:
        super().__init__(*args, **options)
        self.by_id = {str(row.pk): row for row in organisations}
        field: Any = self.fields["organisation"]
        field.choices = [("", "–"), *((key, row.name) for key, row in self.by_id.items())]

    def part(self) -> PartnerPart | None:
        given = self.cleaned_data
        organisation = self.by_id.get(given.get("organisation", "")) or given.get("other")
        if organisation is None or given.get("DELETE"):
            return None
        return PartnerPart(organisation, role=given["role"], task=given["task"])


class MilestoneRow(forms.Form):
    """One milestone."""

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(label=_("Milestone"), max_length=200)
    starts_on = DayField(label=_("Work starts"), required=False, widget=DayInput())
    due_on = DayField(label=_("Due"), widget=DayInput())
    weight = forms.IntegerField(
        label=_("Weight"), min_value=0, max_value=1000, initial=1, help_text=_("Its share of the whole.")
    )


class TimeRow(forms.Form):
    """Facility time that is wanted at one instrument."""

    instrument = forms.ChoiceField(label=_("Instrument"))
    units = forms.DecimalField(
        label=_("How much"), min_value=0, max_digits=14, decimal_places=3, help_text=_("In the instrument's unit.")
    )
    cycle = forms.ChoiceField(label=_("Cycle"), required=False, help_text=_("Leave it open for the whole programme."))
    purpose = forms.CharField(label=_("For what"), max_length=300, required=False)

    def __init__(self, *args: Any, instruments: list[Any], cycles: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        fields: dict[str, Any] = self.fields
        fields["instrument"].choices = [("", "–"), *instruments]
        fields["cycle"].choices = [("", _("The whole programme")), *cycles]


class Editor(ABC):
    """One page of the task list: its form or rows, and the changes it makes."""

    name = ""
    form: forms.Form | None = None
    rows: "BaseFormSet[Any] | None" = None

    def __init__(self, subject: Any, data: QueryDict | None) -> None:
        self.subject = subject

    def is_valid(self) -> bool:
        asked = self.form or self.rows
        return asked is not None and asked.is_valid()

    @abstractmethod
    def changes(self) -> dict[str, Any]:
        """The fields that its answers change, as the command takes them."""

    def refusal(self) -> Invalid | None:
        """What is wrong in the rows, as one list with links to the fields."""
        if self.rows is None or not self.rows.is_bound or self.rows.is_valid():
            return None
        violations = [
            Violation("invalid", f"{form.fields[name].label}: {error}", f"{form.prefix}-{name}")
            for form in self.rows
            for name, errors in form.errors.items()
            for error in errors
            if name in form.fields
        ]
        return Invalid(str(_("Please look at these answers again")), violations)


class DetailsEditor(Editor):
    name = "details"

    def __init__(self, program: Program, data: QueryDict | None) -> None:
        super().__init__(program, data)
        fields = ("title", "acronym", "kind", "summary", "starts_on", "ends_on")
        initial = {field: getattr(program, field) for field in fields} | {"themes": list(program.themes.all())}
        self.form = Details(data, initial=initial)

    def changes(self) -> dict[str, Any]:
        assert self.form is not None
        return {**self.form.cleaned_data, "themes": list(self.form.cleaned_data["themes"])}


class DeclarationEditor(Editor):
    name = "declaration"

    def __init__(self, program: Program, data: QueryDict | None) -> None:
        super().__init__(program, data)
        initial = {field: getattr(program, field) for field in ("peaceful_use", "open_outputs")}
        self.form = Declaration(data, initial=initial)

    def changes(self) -> dict[str, Any]:
        assert self.form is not None
        return dict(self.form.cleaned_data)


class Rows(BaseFormSet):
    """Rows that exist and can be taken out, and one or more to add."""

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Take it out")
        if index is not None and index < self.initial_form_count():
            form.fields.pop("other", None)


def rows_of(
    form: type[forms.Form], data: Any, initial: list[dict[str, Any]], extra: int, *, ids: str = "id_", **kwargs: Any
) -> Any:
    """Forms for rows that exist and `extra` empty ones; `kwargs` go to each of them.

    `ids` begins the ids of their fields, for a page with several such lists.
    """
    made = formset_factory(form, formset=Rows, extra=extra, can_delete=True, can_delete_extra=False)
    return made(data, initial=initial, prefix="rows", auto_id=f"{ids}%s", form_kwargs=kwargs)


class PartnersEditor(Editor):
    """The partners; the lead organisation's role is not asked."""

    name = "partners"

    def __init__(self, program: Program, data: QueryDict | None) -> None:
        super().__init__(program, data)
        present = list(program.partners.select_related("organisation").order_by("role", "organisation__name", "id"))
        members = memberships(program.alliance, clock.now().date()).order_by().values("organisation_id")
        offered = {row.pk: row for row in organisations_offered().filter(pk__in=members)}
        offered |= {row.organisation_id: row.organisation for row in present}
        initial = [
            {
                "organisation": str(row.organisation_id),
                "role": row.role,
                "task": row.task,
            }
            for row in sorted(present, key=lambda row: row.role != Partner.Role.LEAD)
        ]
        organisations = sorted(offered.values(), key=lambda row: row.name)
        self.rows = rows_of(PartnerRow, data, initial, 1, organisations=organisations)
        self.contributions = {row.organisation_id: row.contribution for row in present}

    def changes(self) -> dict[str, Any]:
        assert self.rows is not None
        parts = [part for form in self.rows if form.has_changed() or form.initial if (part := form.part())]
        return {
            "partners": [
                PartnerPart(part.organisation, part.role, part.task, self.contributions.get(part.organisation.pk))
                for part in parts
            ]
        }


class MilestonesEditor(Editor):
    name = "milestones"

    def __init__(self, program: Program, data: QueryDict | None) -> None:
        super().__init__(program, data)
        rows: list[Milestone] = list(program.milestones.all())
        initial = [
            {"id": row.pk, "title": row.title, "starts_on": row.starts_on, "due_on": row.due_on, "weight": row.weight}
            for row in rows
        ]
        self.rows = rows_of(MilestoneRow, data, initial, 1 if rows else 2)

    def changes(self) -> dict[str, Any]:
        assert self.rows is not None
        given = [form.cleaned_data for form in self.rows if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        return {
            "milestones": [
                PlannedMilestone(row["title"], row["due_on"], row["weight"], row["starts_on"], row["id"])
                for row in given
            ]
        }


def instrument_choices(instruments: Iterable[Instrument]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Instruments by facility, each with its unit."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in instruments:
        label = f"{row.code}, {local(row, 'name')} ({row.get_unit_display().lower()})"
        groups.setdefault(str(row.facility), []).append((str(row.pk), label))
    return list(groups.items())


def cycles_to_come() -> dict[str, Cycle]:
    """Cycles of all facilities that are not over, by identifier."""
    cycles = Cycle.objects.filter(period__endswith__gt=clock.now()).select_related("facility")
    return {str(row.pk): row for row in cycles.order_by("facility__name", "period", "id")}


class TimeEditor(Editor):
    name = "time"

    def __init__(self, program: Program, data: QueryDict | None) -> None:
        super().__init__(program, data)
        present = list(program.entitlements.all())
        bookable = Instrument.objects.filter(is_bookable=True, archived_at=None)
        wanted = Instrument.objects.filter(pk__in=[row.instrument_id for row in present])
        instruments = (bookable | wanted).select_related("facility").order_by("facility__name", "code", "id").distinct()
        self.instruments = {str(row.pk): row for row in instruments}
        self.cycles = cycles_to_come()
        initial = [
            {
                "instrument": str(row.instrument_id),
                "units": names.plain(row.units),
                "cycle": str(row.cycle_id or ""),
                "purpose": row.purpose,
            }
            for row in present
        ]
        self.rows = rows_of(
            TimeRow,
            data,
            initial,
            1,
            instruments=instrument_choices(instruments),
            cycles=[(key, f"{row.facility}, {row.name}") for key, row in self.cycles.items()],
        )

    def changes(self) -> dict[str, Any]:
        assert self.rows is not None
        given = [form.cleaned_data for form in self.rows if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        return {
            "entitlements": [
                WantedTime(
                    self.instruments[row["instrument"]],
                    row["units"],
                    cycle=self.cycles.get(row["cycle"]),
                    purpose=row["purpose"],
                )
                for row in given
            ]
        }


EDITORS: dict[str, type[Editor]] = {
    editor.name: editor for editor in (DetailsEditor, PartnersEditor, MilestonesEditor, TimeEditor, DeclarationEditor)
}
"""The pages of the task list, in their order."""
