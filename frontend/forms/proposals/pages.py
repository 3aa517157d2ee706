"""Forms of proposals: filters, a new draft, the pages of the task list, people to ask, points to mend."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import person_known_as
from core import names
from core.names import local
from frontend.forms.filters import Filters
from programs.commands.proposals import Point
from programs.models import Call, Leg, Program, Proposal, ProposalMember, Theme
from programs.permissions.cooperation import programs_visible_to
from programs.permissions.proposals import proposals_visible_to
from programs.workflows.proposals import PROPOSAL

ROLES = [(role.value, role.label) for role in ProposalMember.Role if role != ProposalMember.Role.PI]
"""What a person is asked to be; the principal investigator is who began the proposal."""


class ProposalFilters(Filters):
    """Every filter is in the address."""

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


class AccountsField(forms.Field):
    """People by the e-mail of their account or their ORCID iD, one in a line; a list of people."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(person.email for person in value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return {person.email for person in initial or ()} != set(_lines(data))

    def to_python(self, value: Any) -> list[User]:
        found: list[User] = []
        unknown: list[str] = []
        for line in _lines(value):
            person = person_known_as(line)
            if person:
                found.append(person)
            else:
                unknown.append(line)
        if unknown:
            message = _("Nobody has an account with this: %(lines)s. Write the name above instead.")
            raise forms.ValidationError(message, params={"lines": ", ".join(unknown)})
        return found


class Reviewers(forms.Form):
    excluded_names = forms.CharField(
        label=_("Who shall not review it, and why"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Only your team and the call's office read this."),
    )
    excluded_reviewers = AccountsField(
        label=_("People with an account who shall not review it"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The e-mail of the account or the ORCID iD, one in a line. They are never asked."),
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
    """The form of one page, filled with what stands there.

    It remembers what its reader was shown, so that `changed_data` is what they changed and not what others did since.
    """
    kind = PAGES[name]
    initial: dict[str, Any] = {}
    for field in kind.base_fields:
        value = getattr(proposal, field)
        initial[field] = list(value.all()) if hasattr(value, "all") else value
    form = kind(data, initial=initial)
    fields: dict[str, Any] = form.fields
    for field in fields.values():
        field.show_hidden_initial = True
    if name == "background":
        earlier = proposals_visible_to(user).filter(members__person=user).exclude(pk=proposal.pk).exclude(state="draft")
        fields["previous"].queryset = earlier.distinct()
        fields["previous"].label_from_instance = lambda row: f"{row.reference} {row.title}"
        mine = programs_visible_to(user).filter(team__members__user=user)
        fields["program"].queryset = mine.distinct()
    return form


class Invite(forms.Form):
    """A person to ask."""

    email = forms.EmailField(label=_("E-mail address"), required=False)
    orcid = forms.CharField(label=_("or ORCID iD"), required=False, max_length=60)
    role = forms.ChoiceField(
        label=_("Role"),
        choices=ROLES,
        initial=ProposalMember.Role.MEMBER,
    )


class RoleForm(forms.Form):
    """What a person of the team is."""

    role = forms.ChoiceField(choices=ROLES)


class ReturnForm(forms.Form):
    """What the team has to mend: one point a row, each at a page of the proposal or at one of its parts."""

    ROWS = 5

    def __init__(self, data: Any, *, places: list[tuple[str, str]], legs: Iterable[Leg] = ()) -> None:
        super().__init__(data)
        self.legs = {f"leg:{leg.pk}": leg for leg in legs}
        parts = [
            (key, _("Part %(n)s, %(code)s") % {"n": leg.position, "code": leg.preferred.code})
            for key, leg in self.legs.items()
        ]
        places = [*places, *parts]
        for place in range(1, self.ROWS + 1):
            self.fields[f"field_{place}"] = forms.ChoiceField(
                label=_("Where (%(n)s)") % {"n": names.number(place)}, choices=[("", "–"), *places], required=False
            )
            self.fields[f"text_{place}"] = forms.CharField(
                label=_("What to mend (%(n)s)") % {"n": names.number(place)}, required=False, max_length=1000
            )

    def points(self) -> list[Point]:
        """Each row that says something."""
        given = self.cleaned_data
        rows = ((given[f"field_{n}"], given[f"text_{n}"]) for n in range(1, self.ROWS + 1))
        return [self._point(place, text) for place, text in rows if text.strip()]

    def _point(self, place: str, text: str) -> Point:
        leg = self.legs.get(place)
        return Point(text, leg=leg) if leg else Point(text, field=place)


def _lines(text: Any) -> list[str]:
    return [line for each in str(text or "").splitlines() if (line := each.strip())]
