"""Forms of bodies and offices: a body, a seat, an office, a nomination, and what each move of a term asks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.commands import bodies, corrections, offices
from alliance.models import Body, BodyMembership, Membership, Office, OfficeTerm
from alliance.queries.membership import active_memberships
from core.names import local
from frontend.forms.asking import Ask, AskForm, NoteForm, day, told
from frontend.forms.filters import Filters
from frontend.forms.people import PersonField


class MemberField(forms.ModelChoiceField):
    """One of the active members of an alliance, by its organisation's name."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Membership.objects.none(), required=False, **options)

    def label_from_instance(self, row: Membership) -> str:
        return local(row.organisation, "name")


class AsOf(Filters):
    """The day as of which officers are shown."""

    on = day(_("As of"), required=False)


class BodyForm(AskForm):
    name = forms.CharField(label=_("Name"), max_length=200)
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Body.Kind.choices)
    of_members = forms.BooleanField(
        label=_("Every member sits on it"),
        required=False,
        help_text=_("Then every member with a vote votes in it; otherwise those that hold a seat."),
    )
    seat = forms.CharField(label=_("Seat"), max_length=120, required=False)
    seat_zh = forms.CharField(label=_("Seat in Chinese"), max_length=120, required=False)
    places = forms.IntegerField(label=_("Number of seats"), required=False, min_value=1, max_value=500)


class SeatForm(AskForm):
    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    person = PersonField(label=_("E-mail of the account, if there is one"), required=False)
    membership = MemberField(label=_("For the member"), empty_label=_("For no member"))
    function = forms.CharField(label=_("Function"), max_length=120, required=False)
    starts_on = day(_("From"))

    def __init__(self, data: Any = None, *, row: Body, **options: Any) -> None:
        super().__init__(data, row=row, **options)
        field: Any = self.fields["membership"]
        field.queryset = active_memberships(row.alliance, offices.today_in(row.alliance))


class OfficeForm(AskForm):
    title = forms.CharField(label=_("Title"), max_length=120)
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=120, required=False)
    single_holder = forms.BooleanField(label=_("One holder at a time"), required=False, initial=True)
    default_term_months = forms.IntegerField(label=_("Usual term, months"), required=False, min_value=1, max_value=600)


class NominationForm(AskForm):
    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    name_local = forms.CharField(label=_("Name in own script"), max_length=200, required=False)
    person = PersonField(label=_("E-mail of the account, if there is one"), required=False)
    designation = forms.ChoiceField(
        label=_("As"),
        choices=[
            (OfficeTerm.Designation.ELECT, _("Elect, who will hold it")),
            (OfficeTerm.Designation.ACTING, _("Acting")),
        ],
    )
    ordinal = forms.IntegerField(
        label=_("Ordinal"), required=False, min_value=1, max_value=500, help_text=_("3 for the third chairman.")
    )
    starts_on = day(_("From"), required=False, help_text=_("Empty: by handover, whenever that is."))
    ends_on = day(_("Until"), required=False, help_text=_("Empty: after the usual term, if there is one."))


class ElectionForm(AskForm):
    decided_on = day(_("Decided on"))
    source = forms.CharField(label=_("Written down in"), max_length=200, help_text=_("Minutes or a published report."))


class TakeOfficeForm(NoteForm):
    on = day(_("In office from"))
    ends_on = day(_("Until"), required=False, help_text=_("Empty: after the usual term, if there is one."))
    field_order = ["on", "ends_on", "note"]


class EndForm(AskForm):
    ending = forms.ChoiceField(
        label=_("Ended by"), choices=[each for each in OfficeTerm.Ending.choices if each[0] != "term"]
    )
    on = day(_("On"))
    note = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class CorrectTermForm(AskForm):
    """What is recorded of a term, to be put right with the reason."""

    name = forms.CharField(label=_("Name"), max_length=200)
    name_local = forms.CharField(label=_("Name in own script"), max_length=200, required=False)
    ordinal = forms.IntegerField(label=_("Ordinal"), required=False, min_value=1, max_value=500)
    decided_on = day(_("Decided on"), required=False)
    source = forms.CharField(label=_("Written down in"), max_length=200, required=False)
    starts_on = day(_("From"), required=False)
    ends_on = day(_("Until"), required=False, help_text=_("The first day on which it is over."))
    note = forms.CharField(label=_("What was wrong"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any = None, *, row: OfficeTerm, **options: Any) -> None:
        initial = {name: getattr(row, name) for name in corrections.OF_TERM}
        super().__init__(data, row=row, initial=initial, **options)


class CorrectOfficeForm(OfficeForm):
    """What is recorded of an office, to be put right with the reason."""

    note = forms.CharField(label=_("What was wrong"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any = None, *, row: Office, **options: Any) -> None:
        initial = {name: getattr(row, name) for name in corrections.OF_OFFICE}
        super().__init__(data, row=row, initial=initial, **options)


class CorrectBodyForm(BodyForm):
    """What is recorded of a body, to be put right or brought up to date with the reason."""

    source = forms.CharField(label=_("Written down in"), max_length=200, required=False)
    note = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any = None, *, row: Body, **options: Any) -> None:
        initial = {name: getattr(row, name) for name in corrections.OF_BODY}
        super().__init__(data, row=row, initial=initial, **options)
        del self.fields["of_members"]


class EndSeatForm(AskForm):
    seat = forms.ModelChoiceField(label=_("Who"), queryset=BodyMembership.objects.none())
    on = day(_("Until"), help_text=_("The first day on which it is over."))
    note = forms.CharField(label=_("Reason"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any = None, *, row: Body, **options: Any) -> None:
        super().__init__(data, row=row, **options)
        field: Any = self.fields["seat"]
        field.queryset = row.seats.filter(ends_on=None).order_by("name", "id")
        field.label_from_instance = lambda seat: local(seat, "name")


TERM_ASKS = {
    "elect": Ask(_("Record the election"), ElectionForm, told(offices.record_election), leads_on=True),
    "take-office": Ask(_("Take office"), TakeOfficeForm, told(offices.take_office), leads_on=True),
    "end": Ask(_("End the term"), EndForm, told(offices.end_term)),
    "correct": Ask(_("Correct"), CorrectTermForm, told(corrections.correct_term)),
}
OFFICE_ASKS = {
    "nominate": Ask(_("Nominate somebody"), NominationForm, told(offices.nominate)),
    "correct": Ask(_("Correct the office"), CorrectOfficeForm, told(corrections.correct_office)),
}
BODY_ASKS = {
    "seat": Ask(_("Give a seat"), SeatForm, told(bodies.seat_person)),
    "end-seat": Ask(
        _("End a seat"),
        EndSeatForm,
        lambda _body, by, given: bodies.end_seat(given["seat"], by=by, on=given["on"], note=given["note"]),
    ),
    "correct": Ask(_("Change"), CorrectBodyForm, told(corrections.correct_body)),
}
