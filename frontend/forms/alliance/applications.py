"""Forms of applications for membership: what the centre says, and what each move asks."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.commands import applications
from alliance.models import Alliance, ApplicationPoint, Body, Membership, MembershipApplication
from alliance.permissions.membership import is_head
from alliance.permissions.voting import deciding_bodies
from alliance.queries.membership import active_memberships, rights_of_classes
from alliance.rules.membership import MAY_BE_ASKED_FOR
from alliance.workflows.membership import APPLICATION
from core import clock
from frontend.forms.blamed import Blamed
from frontend.forms.days import DayField
from frontend.forms.filters import Filters
from frontend.forms.programs.drafting import OrganisationField

POINTS = 5
"""So many points are offered at once."""


class ApplicationFilters(Filters):
    """Which applications; filters live in the address, and what cannot be read filters nothing."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("Any state")), ("open", _("Not ended")), *APPLICATION.choices]
    )
    search = forms.CharField(label=_("Name of the centre"), required=False)


class ApplicationForm(Blamed, forms.Form):
    """What the centre says; a draft may leave all but the class empty."""

    awaited = ("motivation", "facilities_offered", "head_name", "head_email")
    member_class = forms.ChoiceField(
        label=_("Class of membership"), choices=[(each.value, each.label) for each in MAY_BE_ASKED_FOR]
    )
    motivation = forms.CharField(
        label=_("Why the centre wants to join"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    facilities_offered = forms.CharField(
        label=_("Facilities it would open to members"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("“None” is an answer."),
    )
    sponsors = forms.ModelMultipleChoiceField(
        label=_("Sponsors"),
        queryset=Membership.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Members that speak for the application."),
    )
    head_name = forms.CharField(label=_("Head of the centre"), required=False, max_length=200)
    head_email = forms.EmailField(
        label=_("Their e-mail address"),
        required=False,
        help_text=_("With an account of this address the head signs the charter here."),
    )

    def __init__(self, data: Any = None, *, alliance: Alliance, row: MembershipApplication | None = None) -> None:
        super().__init__(data)
        sponsoring = [name for name, rights in rights_of_classes(alliance).items() if rights.sponsors]
        field: Any = self.fields["sponsors"]
        field.queryset = active_memberships(alliance, clock.now().date()).filter(member_class_then__in=sponsoring)
        field.label_from_instance = lambda each: str(each.organisation)
        if not field.queryset.exists():
            del self.fields["sponsors"]
        if row is not None:
            self.initial = {name: getattr(row, name) for name in self.fields if name != "sponsors"}
            self.initial["sponsors"] = list(row.sponsors.all())

    def wanted(self) -> applications.Wanted:
        names = ("member_class", "motivation", "facilities_offered", "head_name", "head_email")
        said = {name: self.cleaned_data[name] for name in names}
        return applications.Wanted(**said, sponsors=list(self.cleaned_data.get("sponsors", [])))


class NewApplicationForm(ApplicationForm):
    """The first page also asks which centre it is."""

    organisation = OrganisationField(
        label=_("Your centre"), help_text=_("Its full name or its ROR id, as the directory of organisations has it.")
    )
    field_order = ["organisation"]


class FileForm(Blamed, forms.Form):
    file = forms.FileField(label=_("Add a document"), help_text=_("PDF, picture, text or office document."))


class MoveForm(Blamed, forms.Form):
    """A move that asks nothing."""

    def __init__(self, data: Any = None, *, row: MembershipApplication, reader: Any, **options: Any) -> None:
        super().__init__(data, **options)
        self.row, self.reader = row, reader


class ReasonForm(MoveForm):
    note = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))


class PointsForm(MoveForm):
    """A list of points, each tied to a part of the application."""

    SHOWN_AT: ClassVar = {"points": "text_1"}

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        for number in range(1, POINTS + 1):
            self.fields[f"about_{number}"] = forms.ChoiceField(
                label=_("Point %(n)d is about") % {"n": number}, choices=ApplicationPoint.About.choices, required=False
            )
            self.fields[f"text_{number}"] = forms.CharField(
                label=_("What to mend"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
            )

    def points(self) -> list[applications.Point]:
        told = self.cleaned_data
        return [(told[f"about_{n}"], told[f"text_{n}"]) for n in range(1, POINTS + 1)]


class VisitForm(MoveForm):
    on = DayField(label=_("Day of the visit"), widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))


class ReportForm(MoveForm):
    report = forms.CharField(
        label=_("What the visit found"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Read by the secretariat and the chair only."),
    )


class VoteForm(MoveForm):
    body = forms.ModelChoiceField(label=_("Body that votes"), queryset=Body.objects.none(), required=False)
    text = forms.CharField(
        label=_("Text of the motion"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The members read this, never the application itself. Empty: to admit the centre in its class."),
    )

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        field: Any = self.fields["body"]
        field.queryset = deciding_bodies(self.row.alliance)
        field.empty_label = str(_("The body on which every member sits"))


class SignForm(MoveForm):
    SHOWN_AT: ClassVar = {"joined_on": "signed_on"}
    name = forms.CharField(label=_("Signed by"), max_length=200)
    signed_on = DayField(
        label=_("Signed on"), widget=forms.DateInput(attrs={"type": "date"}), initial=lambda: clock.now().date()
    )

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        if is_head(self.reader, self.row):
            del self.fields["signed_on"]
            self.initial = {"name": self.reader.name}
        else:
            self.fields["name"].help_text = _("As it stands on the paper.")
            self.initial = {**self.initial, "name": self.row.head_name}


Act = Callable[[MembershipApplication, Any, Any], Any]
FORMS: dict[str, tuple[type[MoveForm], Act]] = {
    "submit": (MoveForm, lambda row, by, form: applications.submit_application(row, by=by)),
    "check": (MoveForm, lambda row, by, form: applications.start_check(row, by=by)),
    "put-to-vote": (
        VoteForm,
        lambda row, by, form: applications.put_to_vote(
            row, by=by, text=form.cleaned_data["text"], body=form.cleaned_data["body"]
        ),
    ),
    "sign": (
        SignForm,
        lambda row, by, form: applications.sign_charter(
            row, by=by, name=form.cleaned_data["name"], signed_on=form.cleaned_data.get("signed_on")
        ),
    ),
    "report-visit": (
        ReportForm,
        lambda row, by, form: applications.report_visit(row, form.cleaned_data["report"], by=by),
    ),
    "plan-visit": (
        VisitForm,
        lambda row, by, form: applications.plan_visit(
            row, form.cleaned_data["on"], by=by, note=form.cleaned_data["note"]
        ),
    ),
    "return": (PointsForm, lambda row, by, form: applications.return_application(row, form.points(), by=by)),
    "withdraw": (
        ReasonForm,
        lambda row, by, form: applications.withdraw_application(row, by=by, note=form.cleaned_data["note"]),
    ),
}
"""What each move asks, and the command that makes it."""
