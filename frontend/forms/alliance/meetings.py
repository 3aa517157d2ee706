"""Forms of meetings: the plan, points of the agenda, who is there, what was said and promised, the minutes."""

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from alliance.commands import actions, agenda, attendance, meetings
from alliance.models import AgendaItem, Attendance, Body, Document, Event, Meeting
from alliance.permissions.documents import documents_visible_to
from alliance.queries.meetings import day_of, may_attend_for
from alliance.queries.membership import active_memberships
from alliance.rules.days import today_in
from core.names import local
from core.times import zone_of
from frontend.forms.alliance.governance import MemberField
from frontend.forms.asking import Act, Ask, AskForm, NoteForm, ReasonForm, day, told
from frontend.forms.calls.editing import LocalInstant, on_the_clock
from frontend.forms.people import PersonField


class PlanForm(AskForm):
    """When, where and how; times are those of the meeting's place."""

    SHOWN_AT = {"starts_at": "starts", "ends_at": "ends", "__all__": "ends"}

    title = forms.CharField(label=_("Title"), max_length=200)
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=200, required=False)
    starts = LocalInstant(label=_("Starts"))
    ends = LocalInstant(label=_("Ends"))
    mode = forms.ChoiceField(label=_("Mode"), choices=Event.Mode.choices, initial=Event.Mode.HYBRID)
    venue = forms.CharField(label=_("Venue"), max_length=200, required=False)
    link = forms.URLField(label=_("Link to join online"), required=False, assume_scheme="https")

    def __init__(self, data: Any = None, *, row: Body | Meeting, **options: Any) -> None:
        super().__init__(data, row=row, **options)
        self.zone = row.zone if isinstance(row, Meeting) else row.alliance.zone
        for name in ("starts", "ends"):
            self.fields[name].help_text = gettext("On the clock of %(zone)s.") % {"zone": self.zone}
        if isinstance(row, Meeting):
            self.initial = {
                **{name: getattr(row, name) for name in ("title", "title_zh", "mode", "venue", "link")},
                "starts": on_the_clock(row.starts_at, row.zone),
                "ends": on_the_clock(row.ends_at, row.zone),
            }

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("starts", "ends"):
            if at := given.pop(name, None):
                given[f"{name}_at"] = at.replace(tzinfo=zone_of(self.zone))
        begins, ends = given.get("starts_at"), given.get("ends_at")
        if begins and ends and ends <= begins:
            self.add_error("ends", gettext("It ends before it begins."))
        return given


class ItemForm(AskForm):
    title = forms.CharField(label=_("Title"), max_length=200)
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=200, required=False)
    text = forms.CharField(label=_("Text"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    documents = forms.ModelMultipleChoiceField(
        label=pgettext_lazy("of an agenda", "Papers"),
        queryset=Document.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Documents of the alliance. Each is read by whom its own access lets read it."),
    )

    def __init__(self, data: Any = None, *, row: Meeting | AgendaItem, **options: Any) -> None:
        if isinstance(row, AgendaItem):
            kept = {name: getattr(row, name) for name in ("title", "title_zh", "text")}
            options["initial"] = {**kept, "documents": list(row.documents.all())}
        super().__init__(data, row=row, **options)
        meeting = row.meeting if isinstance(row, AgendaItem) else row
        field: Any = self.fields["documents"]
        field.queryset = documents_visible_to(self.reader).filter(alliance=meeting.body.alliance, archived_at=None)
        field.label_from_instance = lambda each: f"{local(each, 'title')} ({each.get_kind_display()})"
        if not field.queryset.exists():
            del self.fields["documents"]

    def clean_documents(self) -> list[Document]:
        """What was chosen, and papers that the reader does not see and so could not choose."""
        chosen = list(self.cleaned_data["documents"])
        if isinstance(self.row, AgendaItem):
            field: Any = self.fields["documents"]
            chosen += list(self.row.documents.exclude(pk__in=field.queryset.order_by().values("pk")))
        return chosen


class OfItem(AskForm):
    """A form about one point of the agenda."""

    item = forms.ModelChoiceField(label=_("Point"), queryset=AgendaItem.objects.none())

    def __init__(self, data: Any = None, *, row: Meeting, **options: Any) -> None:
        super().__init__(data, row=row, **options)
        field: Any = self.fields["item"]
        field.queryset = row.agenda.order_by("number")


class SaidForm(OfItem):
    record = forms.CharField(label=_("What was said"), widget=forms.Textarea(attrs={"rows": 4}), max_length=20_000)


class PromiseForm(AskForm):
    """Who will do what until when; about a row of an alliance, whose members may be the owners."""

    title = forms.CharField(label=_("What is to be done"), max_length=300)
    owner = PersonField(label=_("Who does it, by e-mail"), required=False)
    owner_organisation = forms.ModelChoiceField(
        label=_("Or which member"), queryset=Organisation.objects.none(), required=False
    )
    due_on = day(_("Due"))
    weight = forms.IntegerField(label=_("Weight"), min_value=1, max_value=100, initial=1)

    def __init__(self, data: Any = None, *, row: Meeting | Document, **options: Any) -> None:
        super().__init__(data, row=row, **options)
        alliance = row.body.alliance if isinstance(row, Meeting) else row.alliance
        members = active_memberships(alliance, today_in(alliance)).order_by().values("organisation")
        field: Any = self.fields["owner_organisation"]
        field.queryset = Organisation.objects.filter(pk__in=members).order_by("name", "id")
        field.label_from_instance = lambda each: local(each, "name")


class ActionForm(PromiseForm, OfItem):
    """The same at a point of an agenda."""

    field_order = ["item"]


class AdmitForm(AskForm):
    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    person = PersonField(label=_("E-mail of the account, if there is one"), required=False)
    membership = MemberField(label=_("For the member"), empty_label=_("A guest"))
    mode = forms.ChoiceField(label=_("How"), choices=Attendance.Mode.choices)

    def __init__(self, data: Any = None, *, row: Meeting, **options: Any) -> None:
        super().__init__(data, row=row, **options)
        field: Any = self.fields["membership"]
        field.queryset = active_memberships(row.body.alliance, day_of(row))


class CheckInForm(AskForm):
    """For which member, asked only of who speaks for several."""

    membership = MemberField(label=_("For the member"), empty_label=None)

    def __init__(self, data: Any = None, *, row: Meeting, **options: Any) -> None:
        super().__init__(data, row=row, **options)
        mine = may_attend_for(self.reader, row)
        field: Any = self.fields["membership"]
        field.queryset = mine
        if len(mine) < 2:
            del self.fields["membership"]


class LeaveForm(AskForm):
    attendance = forms.ModelChoiceField(label=_("Who"), queryset=Attendance.objects.none())

    def __init__(self, data: Any = None, *, row: Meeting, **options: Any) -> None:
        super().__init__(data, row=row, **options)
        field: Any = self.fields["attendance"]
        field.queryset = row.attendances.filter(to_at=None)


class MinutesForm(AskForm):
    text = forms.CharField(
        label=_("Minutes"),
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 30}),
        help_text=_("Assembled from what happened. Correct and complete it; ## begins a heading."),
    )


class EvidenceForm(AskForm):
    evidence = forms.CharField(
        label=_("How one can see that it is done"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )


class MoveDayForm(ReasonForm):
    due_on = day(_("New day"))
    field_order = ["due_on", "note"]


def _promise(meeting: Meeting, by: Any, given: dict[str, Any]) -> Any:
    item = given.pop("item")
    return actions.promise_action(meeting.body.alliance, by=by, agenda_item=item, **given)


def _leave(_meeting: Meeting, by: Any, given: dict[str, Any]) -> Any:
    return attendance.leave(given["attendance"], by=by)


def _shifted(places: int) -> Act:
    return lambda _meeting, by, given: agenda.shift_agenda_item(given["item"], by=by, places=places)


MEETING_ASKS = {
    "check-in": Ask(_("Check in online"), CheckInForm, told(attendance.check_in), leads_on=True),
    "call": Ask(_("Send the notice"), NoteForm, told(meetings.call_meeting), leads_on=True),
    "circulate": Ask(_("Circulate the agenda"), NoteForm, told(meetings.circulate_agenda)),
    "start": Ask(_("Open the meeting"), NoteForm, told(meetings.start_meeting), leads_on=True),
    "admit": Ask(_("Note who is there"), AdmitForm, told(attendance.admit), leads_on=True),
    "add-item": Ask(_("Add a point to the agenda"), ItemForm, told(agenda.add_agenda_item)),
    "said": Ask(
        _("Record what was said"),
        SaidForm,
        lambda _meeting, by, given: agenda.record_said(given["item"], by=by, record=given["record"]),
    ),
    "promise": Ask(_("Record an action"), ActionForm, _promise),
    "change": Ask(_("Change the plan"), PlanForm, told(meetings.change_meeting)),
    "remove-item": Ask(
        _("Take it off the agenda"),
        OfItem,
        lambda _meeting, by, given: agenda.remove_agenda_item(given["item"], by=by),
    ),
    "earlier": Ask(
        _("Earlier"), OfItem, lambda _meeting, by, given: agenda.shift_agenda_item(given["item"], by=by, places=-1)
    ),
    "later": Ask(
        _("Later"), OfItem, lambda _meeting, by, given: agenda.shift_agenda_item(given["item"], by=by, places=1)
    ),
    "leave": Ask(_("Leave"), LeaveForm, _leave),
    "close": Ask(_("Close the meeting"), NoteForm, told(meetings.close_meeting)),
    "cancel": Ask(_("Cancel"), ReasonForm, told(meetings.cancel_meeting)),
}
ITEM_ASK = Ask(_("Change the point"), ItemForm, told(agenda.change_agenda_item))
PLAN_ASK = Ask(_("Plan a meeting"), PlanForm, told(meetings.plan_meeting))
ACTION_ASKS = {
    "finish": Ask(_("It is done"), EvidenceForm, told(actions.finish_action), leads_on=True),
    "move": Ask(_("Another day"), MoveDayForm, told(actions.move_action)),
    "drop": Ask(_("Drop it"), ReasonForm, told(actions.drop_action)),
}
MINUTES_ASK = Ask(_("Keep the minutes"), MinutesForm, told(meetings.make_minutes))
