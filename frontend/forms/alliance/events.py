"""Forms of events: filters, registering, planning one, its programme, its people."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.identifiers import country_codes, validate_zone
from alliance.commands.events.registering import Guest
from alliance.models import Event, EventPartner, EventSession, Membership, Registration, Talk
from core import names, times
from core.names import local
from frontend.forms.blamed import Blamed
from frontend.forms.calls.editing import LocalInstant, instant, on_the_clock
from frontend.forms.filters import Filters
from frontend.forms.people import PersonField
from frontend.forms.programs.drafting import OrganisationField
from frontend.forms.public import offer


class Events(Filters):
    """Which events; they live in the address."""

    alliance = forms.ChoiceField(label=_("Alliance"), required=False)
    series = forms.ChoiceField(label=pgettext_lazy("of events", "Series"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *Event.Kind.choices])

    def __init__(self, data: Any, *, alliances: Iterable[Any], series: Iterable[Any]) -> None:
        super().__init__(data)
        offer(self, "alliance", [("", _("All alliances")), *((row.slug, row.acronym) for row in alliances)])
        offer(self, "series", [("", _("All series")), *((row.slug, local(row, "name")) for row in series)])


class RegisterForm(Blamed, forms.Form):
    """How somebody with an account takes part."""

    mode = forms.ChoiceField(label=_("How do you take part?"), widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, event: Event, initial: Mapping[str, Any] | None = None) -> None:
        modes = [row for row in Registration.Mode.choices if event.mode in (Event.Mode.HYBRID, row[0])]
        super().__init__(data, initial={"mode": modes[0][0] if len(modes) == 1 else None, **(initial or {})})
        offer(self, "mode", modes)


class GuestForm(RegisterForm):
    """The same for somebody without one. `website` is left empty by people; programs fill it in."""

    SHOWN_AT: ClassVar = {"organisation_name": "organisation"}

    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(label=_("E-mail address"), help_text=_("The confirmation goes there."))
    organisation = forms.CharField(
        label=_("Organisation"),
        max_length=400,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    country = forms.ChoiceField(label=_("Country or region"), required=False)
    field_order = ("name", "email", "organisation", "country", "mode")

    def __init__(self, data: Any = None, *, event: Event, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, event=event, initial=initial)
        offer(self, "country", countries())

    def guest(self) -> Guest:
        given = self.cleaned_data
        return Guest(given["name"], given["email"], given["organisation"], given["country"])


def countries() -> list[tuple[str, str]]:
    """All countries by name in the reader's language."""
    known = sorted(((code, names.country(code)) for code in country_codes()), key=lambda pair: pair[1])
    return [("", "–"), *known]


class EventForm(Blamed, forms.ModelForm):
    """What an event is and when, on the clock of its zone."""

    INSTANTS: ClassVar = ("starts_at", "ends_at", "registration_from", "registration_until")
    zone = forms.CharField(label=_("Time zone"), validators=[validate_zone], help_text=_("For example Asia/Shanghai."))
    starts_at = LocalInstant(label=_("Starts"), required=False)
    ends_at = LocalInstant(label=_("Ends"), required=False)
    online_link = forms.URLField(label=_("Link to join online"), required=False, assume_scheme="https", max_length=200)
    registration_from = LocalInstant(label=_("Registration opens"), required=False)
    registration_until = LocalInstant(label=_("Registration closes"), required=False)
    reason = forms.CharField(
        label=_("Why the dates change"), required=False, max_length=500, help_text=_("Who is registered reads it.")
    )

    class Meta:
        model = Event
        fields: ClassVar = [
            "kind", "title", "title_zh", "theme", "theme_zh", "zone", "starts_at", "ends_at", "by_day", "planned_for",
            "planned_for_zh", "venue", "venue_zh", "mode", "online_link", "is_link_public", "registration_from",
            "registration_until", "places_onsite", "places_online", "places_per_member", "attendance_told",
            "attendance_told_zh",
        ]  # fmt: skip
        widgets: ClassVar = {"theme": forms.Textarea(attrs={"rows": 3}), "theme_zh": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, data: Any = None, *, event: Event) -> None:
        zone = event.zone
        shown = {name: on_the_clock(getattr(event, name), zone) for name in self.INSTANTS}
        super().__init__(data, instance=event, initial=shown)
        if event._state.adding:
            del self.fields["reason"]

    def _post_clean(self) -> None:
        """The row is judged by the command."""

    def changes(self) -> dict[str, Any]:
        """As the command reads it: an untouched instant stays to the second, another zone moves all."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "reason"}
        zone = given["zone"]
        for name in self.INSTANTS:
            if name in self.changed_data or zone != self.initial.get("zone"):
                given[name] = instant(given[name], zone)
            else:
                given.pop(name)
        return given


class DatesForm(Blamed, forms.Form):
    """Why an event is postponed, and until when, if that is known."""

    note = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    starts_at = LocalInstant(label=_("Starts"), required=False)
    ends_at = LocalInstant(label=_("Ends"), required=False)
    planned_for = forms.CharField(label=_("Or what it is planned for now"), max_length=120, required=False)
    planned_for_zh = forms.CharField(label=_("The same in Chinese"), max_length=120, required=False)

    def dates(self, zone: str) -> dict[str, Any]:
        given = self.cleaned_data
        return {name: instant(given[name], zone) for name in ("starts_at", "ends_at")} | {
            name: given[name] for name in ("planned_for", "planned_for_zh")
        }


class Timed(Blamed, forms.ModelForm):
    """A part of the programme with its times on the event's clock."""

    starts_at = LocalInstant(label=_("Starts"), required=False)
    ends_at = LocalInstant(label=_("Ends"), required=False)

    def __init__(self, data: Any = None, *, row: Any, event: Event) -> None:
        self.event = event
        shown = {name: on_the_clock(getattr(row, name), event.zone) for name in ("starts_at", "ends_at")}
        super().__init__(data, instance=row, initial=shown)
        for name in ("starts_at", "ends_at"):
            self.fields[name].help_text = _("%(zone)s time") % {"zone": times.zone_city(event.zone)}

    def _post_clean(self) -> None:
        """The row is judged by the command."""

    def details(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return given | {name: instant(given[name], self.event.zone) for name in ("starts_at", "ends_at")}


class SessionForm(Timed):
    class Meta:
        model = EventSession
        fields: ClassVar = ["kind", "title", "title_zh", "track", "chair_name", "starts_at", "ends_at", "position"]


class TalkForm(Timed):
    speaker = PersonField(
        label=_("Speaker's account"), required=False, help_text=_("E-mail address, if they have one.")
    )
    organisation = OrganisationField(label=_("Organisation"), required=False)

    class Meta:
        model = Talk
        fields: ClassVar = [
            "kind", "title", "title_zh", "speaker_name", "speaker", "organisation", "mode", "abstract", "starts_at",
            "ends_at", "position",
        ]  # fmt: skip
        widgets: ClassVar = {"abstract": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, data: Any = None, *, row: Talk, event: Event) -> None:
        super().__init__(data, row=row, event=event)
        self.initial["speaker"] = row.speaker.email if row.speaker else ""
        self.initial["organisation"] = row.organisation.slug if row.organisation else ""


class InviteForm(Blamed, forms.Form):
    """Somebody to invite, and in whose name."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail address"))
    membership = forms.ModelChoiceField(Membership.objects.none(), label=_("In the name of"), required=False)

    def __init__(self, data: Any = None, *, members: Any, required: bool = False) -> None:
        super().__init__(data)
        field: Any = self.fields["membership"]
        field.queryset, field.required = members.select_related("organisation"), required
        field.label_from_instance = lambda row: local(row.organisation, "name")
        if required:
            field.empty_label = None
        else:
            field.empty_label = str(_("The alliance"))


class AttendanceForm(Blamed, forms.Form):
    """Whether somebody came, and for how long."""

    attended = forms.TypedChoiceField(
        label=_("Attended"), choices=[("yes", _("Yes")), ("no", _("No"))], coerce=lambda value: value == "yes"
    )
    minutes = forms.IntegerField(label=_("Minutes"), required=False, min_value=0, max_value=100_000)


class ListForm(Blamed, forms.Form):
    """A registration list from elsewhere."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV, XLSX or ODS: the column name and, where known, email, organisation, country, mode, attended, minutes."
        ),
    )


class PartnerRow(forms.Form):
    """An organisation and its role."""

    organisation = OrganisationField(label=_("Organisation"), help_text=_("Its name or ROR id."))
    role = forms.ChoiceField(label=_("Role"), choices=EventPartner.Role.choices)


class ChairRow(forms.Form):
    """Somebody who chairs the event."""

    name = forms.CharField(label=_("Name"), max_length=200)
    name_local = forms.CharField(label=_("Name in own script"), max_length=200, required=False)
    organisation = OrganisationField(label=_("Organisation"), required=False)


class EditionRow(forms.Form):
    """The number of an event in a series; a new series by its name."""

    series = forms.CharField(label=pgettext_lazy("of events", "Series"), max_length=200)
    ordinal = forms.IntegerField(label=pgettext_lazy("of an edition", "Number"), min_value=1, max_value=9999)
