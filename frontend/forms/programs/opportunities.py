"""Forms of offers of places and of applications for them: filters, what an offer says, and what each move asks."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import validate_zone
from frontend.forms.alliance.applications import FileForm
from frontend.forms.blamed import Blamed
from frontend.forms.calls.editing import LocalInstant, instant, on_the_clock
from frontend.forms.days import DayField
from frontend.forms.filters import Filters
from frontend.forms.programs.drafting import DayInput, OrganisationField
from frontend.forms.public import countries, offer
from programs.commands import opportunities
from programs.models import Candidacy, Opportunity

__all__ = ["FileForm", "OfferForm", "OpportunityFilters", "StatementForm"]


class OpportunityFilters(Filters):
    """Which offers."""

    search = forms.CharField(
        label=_("What you look for"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *Opportunity.Kind.choices])
    when = forms.ChoiceField(
        label=_("Applications"),
        required=False,
        choices=[("", _("At any time")), ("open", _("Open now")), ("coming", _("Opens later")), ("over", _("Closed"))],
    )
    country = forms.ChoiceField(label=_("Country"), required=False)

    def __init__(self, data: Any, *, codes: Iterable[str]) -> None:
        super().__init__(data)
        offer(self, "country", countries(codes))


def _long(label: Any, rows: int = 4, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=help_text,
    )


class OfferForm(Blamed, forms.Form):
    """What an offer says; the hours are those of its time zone."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Opportunity.Kind.choices)
    title = forms.CharField(label=_("Title"), max_length=200)
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=200, required=False)
    host = OrganisationField(label=_("Host"), help_text=_("Full name or ROR id."))
    places = forms.IntegerField(label=_("Places"), min_value=1, max_value=10_000)
    starts_on = DayField(label=_("First day"), widget=DayInput())
    ends_on = DayField(label=_("Last day"), widget=DayInput())
    zone = forms.CharField(label=_("Time zone"), validators=[validate_zone], max_length=40)
    opens_at = LocalInstant(label=_("Applications from"))
    closes_at = LocalInstant(label=_("Deadline"))
    text = _long(_("What it is about"), 6)
    text_zh = _long(_("What it is about, in Chinese"))
    pays = _long(_("What is paid"), 3, _("“Nothing” is an answer."))
    pays_zh = _long(_("What is paid, in Chinese"), 3)
    eligibility = _long(_("Who may apply"), 3)
    eligibility_zh = _long(_("Who may apply, in Chinese"), 3)
    members_only = forms.BooleanField(label=_("For people of the alliance's members only"), required=False)
    nomination_needed = forms.BooleanField(label=_("The applicant's centre must nominate"), required=False)

    def __init__(self, data: Any = None, *, row: Opportunity | None = None, zone: str = "UTC") -> None:
        super().__init__(data)
        self.initial = {"zone": zone}
        if row is not None:
            self.initial = {name: getattr(row, name) for name in self.fields if hasattr(row, name)}
            self.initial |= {"host": row.host.name, "starts_on": row.days.lower, "ends_on": row.last_day}
            self.initial |= {name: on_the_clock(getattr(row, name), row.zone) for name in ("opens_at", "closes_at")}

    def places_offered(self) -> opportunities.Places:
        told = dict(self.cleaned_data)
        return opportunities.Places(**told | {name: instant(told[name], told["zone"]) for name in INSTANTS})


INSTANTS = ("opens_at", "closes_at")


class MoveForm(Blamed, forms.Form):
    """A move that asks nothing."""

    def __init__(self, data: Any = None, *, row: Any, **options: Any) -> None:
        super().__init__(data, **options)
        self.row = row


class ReasonForm(MoveForm):
    note = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class RankForm(MoveForm):
    rank = forms.IntegerField(label=_("Rank"), min_value=1, max_value=10_000, help_text=_("1 is the best."))

    def __init__(self, data: Any = None, *, row: Any, **options: Any) -> None:
        super().__init__(data, row=row, **options)
        self.initial = {"rank": row.rank}


class StatementForm(MoveForm):
    """The texts of a draft."""

    SHOWN_AT: ClassVar = {}
    statement = forms.CharField(
        label=_("Why you apply"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 8})
    )
    supervisor_name = forms.CharField(label=_("Supervisor"), required=False, max_length=200)
    supervisor_email = forms.EmailField(label=_("Their e-mail address"), required=False)

    def __init__(self, data: Any = None, *, row: Any, **options: Any) -> None:
        super().__init__(data, row=row, **options)
        self.initial = {name: getattr(row, name) for name in self.fields}


Act = Callable[[Candidacy, Any, dict[str, Any]], Any]


def _plain(command: Callable[..., Any]) -> Act:
    return lambda row, by, told: command(row, by=by, **told)


FORMS: dict[str, tuple[type[MoveForm], Act]] = {
    "edit": (StatementForm, _plain(opportunities.edit_candidacy)),
    "submit": (MoveForm, _plain(opportunities.submit_candidacy)),
    "nominate": (MoveForm, _plain(opportunities.nominate)),
    "check": (MoveForm, _plain(opportunities.check_candidacy)),
    "rank": (RankForm, lambda row, by, told: opportunities.rank_candidacy(row, told["rank"], by=by)),
    "offer": (MoveForm, _plain(opportunities.offer_place)),
    "reserve": (MoveForm, _plain(opportunities.reserve_candidacy)),
    "accept": (MoveForm, _plain(opportunities.accept_place)),
    "decline": (MoveForm, _plain(opportunities.decline_place)),
    "give-back": (ReasonForm, _plain(opportunities.give_place_back)),
    "refuse": (ReasonForm, _plain(opportunities.refuse_candidacy)),
    "withdraw": (MoveForm, _plain(opportunities.withdraw_candidacy)),
}
"""What each move of an application asks, and the command that makes it."""

OFFER_FORMS: dict[str, tuple[type[MoveForm], Callable[..., Any]]] = {
    "publish": (MoveForm, opportunities.publish_opportunity),
    "finish": (MoveForm, opportunities.finish_opportunity),
    "take-down": (ReasonForm, opportunities.take_down_opportunity),
}
