"""Forms of panels: what one is about, a seat with its term, and what a reviewer knows about."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.names import local
from facilities.models import Technique
from frontend.forms.blamed import Blamed
from frontend.forms.days import DayField
from frontend.forms.filters import Filters
from frontend.forms.people import PersonField
from frontend.forms.programs.drafting import DayInput, rows_of
from programs.models import Expertise, Panel, PanelMember, ScoreScale, Theme
from programs.queries.panels import subjects_offered

DAY = timedelta(days=1)


class PanelFilters(Filters):
    """Which panels; they live in the address."""

    search = forms.CharField(
        label=_("Name"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )


class PanelForm(Blamed, forms.Form):
    """What a panel is about, and on which scale it scores."""

    name = forms.CharField(label=_("Name"), max_length=120)
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=120, required=False)
    scale = forms.ModelChoiceField(ScoreScale.objects.all(), label=_("Score scale"), empty_label="–")
    themes = forms.ModelMultipleChoiceField(
        Theme.objects.order_by("name", "id"),
        label=_("Themes"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Parts of a proposal go to the panel that knows most of their techniques and themes."),
    )
    techniques = forms.ModelMultipleChoiceField(
        Technique.objects.none(), label=_("Techniques"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, data: Any = None, *, panel: Panel | None = None, owners: Mapping[str, str] | None = None
    ) -> None:
        initial: dict[str, Any] = {}
        if panel is not None:
            initial = {"name": panel.name, "name_zh": panel.name_zh, "scale": panel.scale_id}
            initial |= {"themes": panel.themes.all(), "techniques": panel.techniques.all()}
        super().__init__(data, initial=initial)
        fields: dict[str, Any] = self.fields
        known = Technique.objects.filter(instruments__archived_at=None, instruments__isnull=False)
        if panel is not None:
            known = known | panel.techniques.all()
        fields["techniques"].queryset = known.distinct().order_by("label", "id")
        fields["scale"].label_from_instance = lambda row: f"{row.name} ({row.get_best_display().lower()})"
        for name, column in (("themes", "name"), ("techniques", "label")):
            fields[name].label_from_instance = lambda row, column=column: local(row, column)
        if owners is not None:
            self.fields = {"owner": forms.ChoiceField(label=_("Belongs to"), choices=list(owners.items())), **fields}

    def plan(self) -> dict[str, Any]:
        """As the commands read it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "owner"}


class TermForm(Blamed, forms.Form):
    """From when until when, as what, and how much; the last day is included."""

    SHOWN_AT: ClassVar = {"ends_on": "last_on"}

    role = forms.ChoiceField(label=_("Role"), choices=PanelMember.Role.choices, initial=PanelMember.Role.MEMBER)
    starts_on = DayField(label=_("From"), widget=DayInput())
    last_on = DayField(
        label=_("Last day"), required=False, widget=DayInput(), help_text=_("Without one the term has no end.")
    )
    most = forms.IntegerField(label=_("Most reviews in a call"), min_value=0, max_value=500, initial=12)

    def __init__(self, data: Any = None, *, seat: PanelMember | None = None, today: date | None = None) -> None:
        initial: dict[str, Any] = {"starts_on": today}
        if seat is not None:
            upper = seat.term.upper
            initial = {"role": seat.role, "starts_on": seat.term.lower, "most": seat.most}
            initial["last_on"] = upper - DAY if upper else None
        super().__init__(data, initial=initial)

    def term(self) -> dict[str, Any]:
        """As the commands read it: the end is the first day after."""
        said = dict(self.cleaned_data)
        last = said.pop("last_on")
        return {**said, "ends_on": last + DAY if last else None}


class SeatForm(TermForm):
    """A person and their term."""

    person = PersonField(label=_("E-mail address"), help_text=_("Of their account."))
    field_order = ("person", "role", "starts_on", "last_on", "most")

    def __init__(self, data: Any = None, *, people: Any = (), today: date | None = None) -> None:
        super().__init__(data, today=today)
        widget: Any = self.fields["person"].widget
        widget.people = people


class KnownRow(forms.Form):
    """One thing, and how well it is known."""

    subject = forms.ChoiceField(label=_("Theme or technique"))
    level = forms.TypedChoiceField(
        label=_("How well"), choices=[(1, _("some")), (2, _("well")), (3, _("expert"))], coerce=int, initial=2
    )

    def __init__(self, *args: Any, choices: list[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        fields: dict[str, Any] = self.fields
        fields["subject"].choices = choices


class Knowledge:
    """What a person knows about, one row for each thing and an empty one."""

    def __init__(self, data: Any, *, person: User) -> None:
        themes, techniques = subjects_offered(person)
        self.subjects: dict[str, Theme | Technique] = {}
        self.subjects.update((key_of(row), row) for row in themes)
        self.subjects.update((key_of(row), row) for row in techniques)
        choices = [
            ("", "–"),
            (str(_("Themes")), [(key_of(row), local(row, "name")) for row in themes]),
            (str(_("Techniques")), [(key_of(row), local(row, "label")) for row in techniques]),
        ]
        rows: list[Expertise] = list(person.expertise.select_related("technique", "theme"))
        initial = [{"subject": key_of(row.technique or row.theme), "level": row.level} for row in rows]
        self.rows = rows_of(KnownRow, data, initial, 1, choices=choices)

    def levels(self) -> dict[Technique | Theme, int]:
        given = [form.cleaned_data for form in self.rows if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        return {self.subjects[row["subject"]]: row["level"] for row in given if row.get("subject")}


def key_of(row: Any) -> str:
    return f"{row._meta.model_name}:{row.pk}"


class AttachForm(forms.Form):
    """One of the panels that may judge the call."""

    panel = forms.ModelChoiceField(Panel.objects.none(), label=_("Panel"), empty_label="–")

    def __init__(self, data: Any = None, *, offered: Any) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        self.offers = offered.exists()
        fields["panel"].queryset = offered
        fields["panel"].label_from_instance = lambda row: local(row, "name")
