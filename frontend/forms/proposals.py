"""Forms of proposals: filters, a new draft, the pages of the task list, people to ask, points to mend."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core import names
from facilities.models import Instrument, Safety
from frontend.forms.drafting import DayInput
from frontend.written import local
from programs.commands.proposals import LegPart
from programs.models import Call, Leg, Program, Proposal, ProposalMember, Theme
from programs.permissions.cooperation import programs_visible_to
from programs.permissions.proposals import proposals_visible_to
from programs.rules.days import days_of
from programs.workflows.proposals import PROPOSAL


class ProposalFilters(forms.Form):
    """Every filter is in the address."""

    is_filter = True
    q = forms.CharField(
        label=_("Title, reference or person"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(label=_("Stage"), required=False)
    call = forms.ChoiceField(label=_("Call"), required=False)
    mine = forms.BooleanField(label=_("Mine only"), required=False)

    def __init__(self, data: QueryDict, *, calls: Iterable[Call]) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        together = [("submitted", _("All on their way")), ("decided", _("All decided"))]
        single = [(state, label) for state, label in PROPOSAL.choices if state != "submitted"]
        fields["state"].choices = [("", _("All stages")), *together, *single]
        fields["call"].choices = [("", _("All calls")), *((call.slug, local(call, "name")) for call in calls)]

    def asked(self) -> dict[str, Any]:
        """The filters of `proposals_listed`; what makes no sense is left out."""
        self.is_valid()
        given = self.cleaned_data
        named = {name: given.get(name, "") for name in ("state", "call")}
        return {**named, "search": given.get("q", ""), "mine": bool(given.get("mine"))}


class NewProposal(forms.Form):
    """What a draft begins with."""

    call = forms.ModelChoiceField(label=_("Call"), queryset=Call.objects.none(), to_field_name="slug")
    title = forms.CharField(label=_("Title"), max_length=400, help_text=_("It can be changed until you submit."))

    def __init__(self, data: Any, *, calls: Any, chosen: str = "") -> None:
        super().__init__(data, initial={"call": chosen})
        fields: dict[str, Any] = self.fields
        fields["call"].queryset = calls
        fields["call"].label_from_instance = lambda call: local(call, "name")


class Details(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=400)
    public_title = forms.CharField(
        label=_("Public title"), max_length=400, required=False, help_text=_("It may be published in any case.")
    )
    abstract = forms.CharField(label=_("Abstract"), required=False, widget=forms.Textarea(attrs={"rows": 8}))
    themes = forms.ModelMultipleChoiceField(
        label=_("Themes"),
        queryset=Theme.objects.all(),
        required=False,
        to_field_name="slug",
        widget=forms.CheckboxSelectMultiple,
    )
    confidentiality = forms.ChoiceField(label=_("Confidentiality"), choices=Proposal.Confidentiality.choices)


class Case(forms.Form):
    science_case = forms.CharField(
        label=_("Science case"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=_("What you want to find out, why these instruments, what you did before."),
    )


class Background(forms.Form):
    lineage = forms.ChoiceField(label=_("This proposal is"), choices=Proposal.Lineage.choices)
    previous = forms.ModelMultipleChoiceField(
        label=_("Earlier proposals of yours"),
        queryset=Proposal.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    program = forms.ModelChoiceField(
        label=_("Part of a joint programme"), queryset=Program.objects.none(), required=False, empty_label="–"
    )


class Declaration(forms.Form):
    peaceful_use = forms.BooleanField(
        label=_("The proposal serves peaceful ends only"),
        required=False,
        help_text=_("Needed before submission: the alliance works for peaceful ends only."),
    )


class Reviewers(forms.Form):
    excluded_names = forms.CharField(
        label=_("Who shall not review it, and why"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Only your team and the call's office read this."),
    )


PAGES: dict[str, type[forms.Form]] = {
    "details": Details,
    "case": Case,
    "background": Background,
    "declaration": Declaration,
    "reviewers": Reviewers,
}
"""The pages of the task list that are a form of the proposal's own fields."""


def page_form(name: str, proposal: Proposal, user: Any, data: Any = None) -> forms.Form:
    """The form of one page, filled with what stands there."""
    kind = PAGES[name]
    initial: dict[str, Any] = {}
    for field in kind.base_fields:
        value = getattr(proposal, field)
        initial[field] = list(value.all()) if hasattr(value, "all") else value
    form = kind(data, initial=initial)
    fields: dict[str, Any] = form.fields
    if name == "background":
        earlier = proposals_visible_to(user).filter(members__person=user).exclude(pk=proposal.pk).exclude(state="draft")
        fields["previous"].queryset = earlier.distinct()
        fields["previous"].label_from_instance = lambda row: f"{row.reference} {row.title}"
        mine = programs_visible_to(user).filter(team__members__user=user)
        fields["program"].queryset = mine.distinct()
    return form


class LegForm(forms.Form):
    """One leg."""

    instrument = forms.ChoiceField(label=_("Instrument"))
    units = forms.DecimalField(
        label=_("How much"), min_value=0, max_digits=14, decimal_places=3, help_text=_("In the instrument's unit.")
    )
    least_units = forms.DecimalField(
        label=_("Needed at least"),
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=3,
        help_text=_("All of it where you leave this open."),
    )
    mode = forms.ChoiceField(label=_("How you work"), choices=Instrument.Mode.choices)
    required = forms.BooleanField(label=_("The proposal makes no sense without it"), required=False, initial=True)
    may_be_split = forms.BooleanField(label=_("It may be split into several stays"), required=False)
    alternates = forms.MultipleChoiceField(
        label=_("Instruments that would do as well"), required=False, widget=forms.CheckboxSelectMultiple
    )
    depends_on = forms.TypedMultipleChoiceField(
        label=_("Only after"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    preferred_first = forms.DateField(label=_("Best from"), required=False, widget=DayInput())
    preferred_last = forms.DateField(label=_("until"), required=False, widget=DayInput())
    impossible_first = forms.DateField(label=_("Impossible from"), required=False, widget=DayInput())
    impossible_last = forms.DateField(label=_("until"), required=False, widget=DayInput())
    safety = forms.ChoiceField(label=_("Safety class, as you see it"), choices=Safety.choices)
    samples = forms.CharField(label=_("Samples"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any, *, proposal: Proposal, leg: Leg | None) -> None:
        self.leg = leg
        offered = Instrument.objects.filter(offers__call=proposal.call_id).select_related("facility")
        self.offered = {str(row.pk): row for row in offered.order_by("facility__name", "code", "id")}
        if leg is not None:
            here = [leg.preferred, *leg.alternates.select_related("facility")]
            self.offered |= {str(row.pk): row for row in here}
        super().__init__(data, initial=_initial(leg) if leg else None)
        fields: dict[str, Any] = self.fields
        labels = [
            (key, f"{row.code}, {row.facility} ({row.get_unit_display().lower()})") for key, row in self.offered.items()
        ]
        fields["instrument"].choices = [("", "–"), *labels]
        fields["alternates"].choices = labels
        others = proposal.legs.select_related("preferred").order_by("position")
        rows = [(row.position, f"{row.position}. {row.preferred.code}") for row in others if leg is None or row != leg]
        fields["depends_on"].choices = rows
        if not rows:
            del fields["depends_on"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("preferred", "impossible"):
            first, last = cleaned.get(f"{name}_first"), cleaned.get(f"{name}_last")
            if bool(first) != bool(last):
                self.add_error(f"{name}_last", _("Give both days, or neither."))
        return cleaned

    def part(self) -> LegPart:
        """What the command is told. Further ranges of days that came through the API stay."""
        given = self.cleaned_data
        return LegPart(
            instrument=self.offered[given["instrument"]],
            units=given["units"],
            least_units=given["least_units"],
            alternates=[self.offered[key] for key in given["alternates"]],
            mode=given["mode"],
            required=given["required"],
            may_be_split=given["may_be_split"],
            depends_on=given.get("depends_on", ()),
            preferred_dates=self._days("preferred"),
            impossible_dates=self._days("impossible"),
            safety=given["safety"],
            samples=given["samples"],
            id=self.leg.pk if self.leg else None,
        )

    def _days(self, name: str) -> list[Any]:
        first, last = self.cleaned_data[f"{name}_first"], self.cleaned_data[f"{name}_last"]
        more = getattr(self.leg, f"{name}_dates")[1:] if self.leg else []
        return [*([(first, last)] if first and last else []), *map(days_of, more)]


def _initial(leg: Leg) -> dict[str, Any]:
    part = LegPart.of(leg)
    preferred = part.preferred_dates[0] if part.preferred_dates else (None, None)
    impossible = part.impossible_dates[0] if part.impossible_dates else (None, None)
    return {
        "instrument": str(leg.preferred_id),
        "units": leg.units.normalize(),
        "least_units": leg.least_units.normalize(),
        "alternates": [str(row.pk) for row in part.alternates],
        "depends_on": list(part.depends_on),
        "preferred_first": preferred[0],
        "preferred_last": preferred[1],
        "impossible_first": impossible[0],
        "impossible_last": impossible[1],
        **{name: getattr(leg, name) for name in ("mode", "required", "may_be_split", "safety", "samples")},
    }


class Invite(forms.Form):
    """A person to ask."""

    email = forms.EmailField(label=_("E-mail address"), required=False)
    orcid = forms.CharField(label=_("or ORCID iD"), required=False, max_length=60)
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[(role.value, role.label) for role in ProposalMember.Role if role != ProposalMember.Role.PI],
        initial=ProposalMember.Role.MEMBER,
    )


class ReturnForm(forms.Form):
    """What the team has to mend: one point a row, each at a place."""

    ROWS = 5

    def __init__(self, data: Any, *, places: list[tuple[str, str]]) -> None:
        super().__init__(data)
        for place in range(1, self.ROWS + 1):
            self.fields[f"field_{place}"] = forms.ChoiceField(
                label=_("Where (%(n)s)") % {"n": names.number(place)}, choices=[("", "–"), *places], required=False
            )
            self.fields[f"text_{place}"] = forms.CharField(
                label=_("What to mend (%(n)s)") % {"n": names.number(place)}, required=False, max_length=1000
            )

    def points(self) -> list[tuple[str, str]]:
        """Place and text of each row that says something."""
        given = self.cleaned_data
        rows = ((given[f"field_{n}"], given[f"text_{n}"]) for n in range(1, self.ROWS + 1))
        return [(place, text) for place, text in rows if text.strip()]
