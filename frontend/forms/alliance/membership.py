"""Forms of members: filters of the list, recording one, what each move asks, representatives, rights of a class."""

from collections.abc import Callable
from dataclasses import fields
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.commands import membership as members
from alliance.commands.representatives import end_representation, name_representative
from alliance.models import Alliance, MemberClass, Membership, MembershipChange, Representative
from alliance.rules.days import today_in
from alliance.rules.membership import MAY_BE_ASKED_FOR, Rights
from alliance.workflows.membership import MEMBERSHIP
from core import clock
from frontend.forms.blamed import Blamed
from frontend.forms.days import DayField
from frontend.forms.filters import Filters
from frontend.forms.people import PersonField
from frontend.forms.programs.drafting import OrganisationField

ENDED = ("withdrawn", "excluded")


def _day(label: Any, *, required: bool = True, today: bool = True, **options: Any) -> DayField:
    initial = (lambda: clock.now().date()) if today else None
    widget = forms.DateInput(attrs={"type": "date"})
    return DayField(label=label, required=required, initial=initial, widget=widget, **options)


class MemberFilters(Filters):
    """Which members, as they stood on a day; what cannot be read filters nothing."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("Any state")), *MEMBERSHIP.choices])
    member_class = forms.ChoiceField(
        label=_("Class"), required=False, choices=[("", _("All classes")), *MemberClass.choices]
    )
    on = _day(_("On the day"), required=False, today=False)

    def asked(self) -> dict[str, Any]:
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in ("state", "member_class")}

    def day(self, alliance: Alliance) -> date:
        """The day asked for, else today where the alliance has its seat."""
        self.is_valid()
        return self.cleaned_data.get("on") or today_in(alliance)


class RecordForm(Blamed, forms.Form):
    """A member from before this record, with the day and where that is known from."""

    organisation = OrganisationField(label=_("Centre"), help_text=_("Its name or ROR id."))
    member_class = forms.ChoiceField(label=_("Class"), choices=MemberClass.choices)
    joined_on = _day(_("Member since"), today=False)
    source = forms.CharField(label=_("Source"), max_length=200, help_text=_("Where this is written."))


class MoveForm(Blamed, forms.Form):
    """Why, and from which day."""

    on = _day(_("From the day"))
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any = None, *, row: Membership, **options: Any) -> None:
        super().__init__(data, **options)
        self.row = row


class ClassForm(MoveForm):
    member_class = forms.ChoiceField(
        label=_("New class"), choices=[(each.value, each.label) for each in MAY_BE_ASKED_FOR]
    )
    field_order = ["member_class"]


class StandingForm(MoveForm):
    good_standing = forms.TypedChoiceField(
        label=_("Standing"),
        choices=[("yes", _("In good standing")), ("no", _("Not in good standing: no vote"))],
        coerce=lambda text: text == "yes",
    )
    field_order = ["good_standing"]


class CorrectionForm(Blamed, forms.Form):
    """What an entry should have said; the wrong one stays readable."""

    SHOWN_AT: ClassVar = {"on": "effective_on"}
    entry = forms.ModelChoiceField(label=_("Wrong entry"), queryset=MembershipChange.objects.none())
    effective_on = _day(_("Right day"), required=False, today=False, help_text=_("Empty: the day was right."))
    kind = forms.ChoiceField(
        label=_("What it was"),
        required=False,
        choices=[("", _("As entered")), *MembershipChange.Kind.choices],
        help_text=_("A suspension that never was: suspension lifted, on the same day."),
    )
    member_class = forms.ChoiceField(
        label=_("Right class"), required=False, choices=[("", _("As entered")), *MemberClass.choices]
    )
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any = None, *, row: Membership, **options: Any) -> None:
        super().__init__(data, **options)
        field: Any = self.fields["entry"]
        field.queryset = row.changes.filter(corrected_by=None)
        field.label_from_instance = lambda each: f"{each.get_kind_display()}, {each.effective_on}"


class NameForm(Blamed, forms.Form):
    """Somebody who speaks for the member."""

    kind = forms.ChoiceField(label=_("As"), choices=Representative.Kind.choices, initial=Representative.Kind.DELEGATE)
    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    person = PersonField(
        label=_("Their account"),
        required=False,
        help_text=_("The e-mail address of the account; without one they are named only, and cannot vote here."),
    )
    starts_on = _day(_("From the day"))
    ends_on = _day(_("Until the day"), required=False, today=False)

    def __init__(self, data: Any = None, *, row: Membership, **options: Any) -> None:
        super().__init__(data, **options)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if not told.get("name") and not told.get("person") and "person" not in self.errors:
            self.add_error("name", _("Give a name or an account."))
        return told


class EndForm(Blamed, forms.Form):
    representative = forms.ModelChoiceField(label=_("Who"), queryset=Representative.objects.none())
    on = _day(_("From the day"))

    def __init__(self, data: Any = None, *, row: Membership, **options: Any) -> None:
        super().__init__(data, **options)
        field: Any = self.fields["representative"]
        field.queryset = row.representatives.filter(ends_on=None)
        field.label_from_instance = lambda each: f"{each.name}, {each.get_kind_display()}"


class RightsForm(forms.Form):
    """What one class may do."""

    def __init__(self, data: Any = None, *, rights: Rights, **options: Any) -> None:
        super().__init__(data, **options)
        labels = {
            "votes": _("Votes"),
            "speaks": _("Speaks in meetings"),
            "stands": _("May hold offices"),
            "sponsors": _("May sponsor applications"),
            "proposes": _("May propose motions and joint programmes"),
        }
        for field in fields(Rights):
            self.fields[field.name] = forms.BooleanField(
                label=labels[field.name], required=False, initial=getattr(rights, field.name)
            )

    def rights(self) -> Rights:
        return Rights(**self.cleaned_data)


FORMS: dict[str, tuple[Any, Callable[[Membership, Any, Any], Any]]] = {
    "name": (NameForm, lambda row, by, told: name_representative(row, told.pop("kind"), by=by, **told)),
    "end": (EndForm, lambda row, by, told: end_representation(told["representative"], by=by, on=told["on"])),
    "change-class": (
        ClassForm,
        lambda row, by, told: members.change_class(row, told.pop("member_class"), by=by, **told),
    ),
    "set-standing": (StandingForm, lambda row, by, told: members.set_standing(row, by=by, **told)),
    "correct": (CorrectionForm, lambda row, by, told: members.correct_entry(told.pop("entry"), by=by, **told)),
    "withdraw": (MoveForm, lambda row, by, told: members.withdraw_membership(row, by=by, **told)),
}
"""What each act on a membership asks, and the command that does it."""
