"""Forms of joint programmes: filters, a new draft, people on the team, progress."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import country_codes
from accounts.models import Organisation, User
from core import names
from core.errors import Violation
from core.names import local
from frontend.forms.blamed import Blamed
from frontend.forms.days import DayField
from frontend.forms.filters import Filters
from frontend.forms.programs.drafting import DayInput
from frontend.forms.public import countries
from frontend.status import WORDS
from programs.commands.cooperation import Grant
from programs.models import Milestone, Program, ProgressReport, Theme
from programs.queries.cooperation.standing import UNREPORTED
from programs.workflows.cooperation import PROGRAM


class ProgramFilters(Filters):
    """Every filter is in the address."""

    q = forms.CharField(
        label=_("Title, number or partner"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(label=_("Stage"), required=False)
    kind = forms.ChoiceField(label=_("Type"), required=False, choices=[("", _("All types")), *Program.Kind.choices])
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    country = forms.ChoiceField(label=_("Country of a partner"), required=False)
    light = forms.ChoiceField(
        label=_("How it stands"),
        required=False,
        choices=[("", _("All")), *ProgressReport.Rating.choices, (UNREPORTED, WORDS[UNREPORTED])],
    )
    mine = forms.BooleanField(label=_("Mine only"), required=False)

    def __init__(
        self, data: QueryDict, *, codes: Iterable[str], themes: Iterable[Theme], states: Iterable[str] = PROGRAM.states
    ) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["state"].choices = [
            ("", _("All stages")),
            ("running", _("All approved")),
            *((state, PROGRAM.states[state]) for state in PROGRAM.states if state in set(states)),
        ]
        fields["theme"].choices = [("", _("All themes")), *((theme.slug, local(theme, "name")) for theme in themes)]
        asked = {data.get("country", "")} & country_codes()
        fields["country"].choices = countries({*codes, *asked})

    def asked(self) -> dict[str, Any]:
        """The filters of `programs_listed`; what makes no sense is left out."""
        self.is_valid()
        given = self.cleaned_data
        return {
            "search": given.get("q", ""),
            "state": given.get("state", ""),
            "kind": given.get("kind", ""),
            "theme": given.get("theme", ""),
            "country": given.get("country", ""),
            "light": given.get("light", ""),
            "mine": bool(given.get("mine")),
        }


class NewProgram(forms.Form):
    """What a draft begins with."""

    title = forms.CharField(label=_("Title"), max_length=400, help_text=_("It can be changed until you submit."))
    kind = forms.ChoiceField(label=_("Type"), choices=Program.Kind.choices, initial=Program.Kind.JOINT_RESEARCH)
    organisation = forms.ModelChoiceField(
        label=_("In the name of"), queryset=Organisation.objects.none(), to_field_name="slug", empty_label=None
    )

    def __init__(self, data: Any = None, *, proposing: Any) -> None:
        super().__init__(data)
        field: Any = self.fields["organisation"]
        field.queryset = proposing


def account_at(address: str) -> User:
    """The person of that e-mail. Raises ValidationError where nobody here has it."""
    person = User.objects.filter(email__iexact=address, is_active=True, is_system=False).first()
    if person is None:
        raise forms.ValidationError(_("Nobody has an account with this e-mail. Ask them to make one first."))
    return person


class NewMember(forms.Form):
    """A person who joins the team."""

    email = forms.EmailField(label=_("E-mail of the account"))
    role = forms.ChoiceField(
        label=_("May"), choices=[("member", _("Request time")), ("lead", _("Request time and edit the programme"))]
    )

    def clean_email(self) -> User:
        return account_at(self.cleaned_data["email"])


class Granting(Blamed, forms.Form):
    """For each line of wanted time the units that are granted, all of them unless fewer are typed, and why fewer."""

    def __init__(self, data: Any = None, *, program: Program) -> None:
        super().__init__(data)
        wanted = program.entitlements.select_related("instrument__facility", "cycle").filter(allocation=None)
        self.rows = list(wanted.order_by("instrument__facility__name", "instrument__code", "id"))
        fields: dict[str, Any] = self.fields
        for row in self.rows:
            place = {"code": row.instrument.code, "unit": names.unit_name(row.instrument.unit)}
            fields[f"units_{row.pk}"] = forms.DecimalField(
                label=_("%(code)s: granted, in %(unit)s") % place,
                help_text=_("%(units)s wanted") % {"units": names.units(row.units, row.instrument.unit)},
                initial=names.plain(row.units),
                max_digits=14,
                decimal_places=3,
            )
            fields[f"note_{row.pk}"] = forms.CharField(
                label=_("%(code)s: why fewer") % place, max_length=300, required=False
            )

    def grants(self) -> dict[UUID, Grant]:
        """What the command is told; nothing where the form was not sent."""
        if not self.is_bound:
            return {}
        given = self.cleaned_data
        return {row.pk: Grant(given[f"units_{row.pk}"], given[f"note_{row.pk}"]) for row in self.rows}

    def shown_at(self, violation: Violation) -> str:
        about = "note" if violation.rule == "reason_required" else "units"
        return violation.field.replace("grants.", f"{about}_")


class Progress(Blamed, forms.Form):
    """How the programme stands after a period."""

    starts_on = DayField(label=_("Period from"), required=False, widget=DayInput())
    ends_on = DayField(label=_("To, this day included"), required=False, widget=DayInput())
    rating = forms.ChoiceField(
        label=_("How it stands"), choices=ProgressReport.Rating.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(label=_("In a few sentences"), widget=forms.Textarea(attrs={"rows": 5}))


class Reached(forms.Form):
    """A milestone that was reached."""

    milestone = forms.UUIDField(widget=forms.HiddenInput)
    done_on = DayField(label=_("Reached on"), widget=DayInput())
    evidence = forms.CharField(
        label=_("What shows it"), required=False, max_length=1000, help_text=_("A report, a data set, a publication.")
    )

    def __init__(self, data: Any = None, *, milestone: Milestone, today: date) -> None:
        super().__init__(data, initial={"milestone": milestone.pk, "done_on": today}, auto_id=f"id_{milestone.pk}_%s")
        self.row = milestone
        self.late = milestone.due_on < today
