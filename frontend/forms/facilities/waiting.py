"""The form with which somebody goes on a waiting list."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from facilities.commands.waiting import Wish
from facilities.models import Access, Equipment, Instrument, Waiting
from facilities.queries.requesting import Account
from frontend.forms.blamed import Blamed
from frontend.forms.days import DayField
from frontend.forms.facilities.beside import BesideFields
from frontend.forms.facilities.requests import OWN, account_choices, lengths, mode_choices
from frontend.forms.people import PersonField
from frontend.timeline import day_of, midnight

ASKED_AS = [
    ("least", "minutes"), ("most", "minutes"), ("mode", "mode"), ("account", "account"), ("purpose", "purpose"),
    ("places", "places"),
]  # fmt: skip
"""Our fields and those of a request for time that say the same."""

DAY = {"type": "date"}
DAYS = timedelta(days=59)
"""How long the form proposes to wait."""


class WaitForm(Blamed, BesideFields):
    """How much time of one instrument, between which days, and on whose account."""

    SHOWN_AT: ClassVar = {
        "starts_at": "first", "ends_at": "last", "min_minutes": "least", "max_minutes": "most", "program": "account",
    }  # fmt: skip

    first = DayField(label=_("First day"), widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))
    last = DayField(label=_("Last day"), widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))
    least = forms.TypedChoiceField(label=_("At least"), coerce=int)
    most = forms.TypedChoiceField(label=_("At most"), coerce=int)
    mode = forms.ChoiceField(label=_("How you work"), widget=forms.RadioSelect)
    account = forms.ChoiceField(label=_("On whose account"), required=False)
    purpose = forms.CharField(
        label=_("What you will do"),
        help_text=_("The instrument team reads this."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
    )

    own: Any = OWN
    """What the account is called that is nobody's but the person's."""

    def __init__(
        self,
        data: Any,
        *,
        instrument: Instrument,
        accounts: Iterable[Account],
        equipment: Sequence[Equipment],
        today: date,
        asked: QueryDict,
    ) -> None:
        """`asked` fills in what it says: a request refused for lack of room (`wish`), or the answers so far."""
        self.instrument, self.accounts = instrument, {row.key: row for row in accounts}
        offered = lengths(instrument)
        first = day_of(asked.get("day", "")) or today + timedelta(days=1)
        initial: dict[str, Any] = {
            "first": first,
            "last": first + DAYS,
            "least": offered[0][0],
            "most": offered[min(2, len(offered) - 1)][0],
            "mode": (instrument.modes or [""])[0],
        }
        said = ASKED_AS if "wish" in asked else [(name, name) for name in self.base_fields]
        initial |= {ours: asked[theirs] for ours, theirs in said if theirs in asked}
        super().__init__(data, initial=initial | {"equipment": asked.getlist("equipment")})
        fields: dict[str, Any] = self.fields
        fields["least"].choices = fields["most"].choices = offered
        fields["mode"].choices = mode_choices(instrument)
        fields["account"].choices = account_choices(instrument, self.accounts.values(), self.own)
        self.offer_beside(instrument, equipment)

    def wish(self) -> Wish:
        """What the command is told; days are those of the facility."""
        answers, zone = self.cleaned_data, self.instrument.facility.zone
        account = self.accounts.get(answers["account"])
        return Wish(
            starts_at=midnight(answers["first"], zone),
            ends_at=midnight(answers["last"] + timedelta(days=1), zone),
            min_minutes=answers["least"],
            max_minutes=answers["most"],
            instrument=self.instrument,
            mode=answers["mode"],
            purpose=answers["purpose"],
            team=account.team if account else None,
            allocation=account.allocation if account else None,
            category=answers.get("category", ""),
            places=self.places_wanted,
            equipment=self.things,
        )

    def place(self) -> dict[str, Any]:
        """Whose place on which list the command makes, beside the wish."""
        return {}


class PlaceForm(WaitForm):
    """The facility puts somebody on a list of its own, on the reserve list with a rank."""

    to = PersonField(label=_("For whom"), help_text=_("The e-mail address of a person with an account here."))
    kind = forms.ChoiceField(
        label=_("On which list"),
        choices=[(kind.value, kind.label) for kind in (Waiting.Kind.RESERVE, Waiting.Kind.WAITING)],
        widget=forms.RadioSelect,
    )
    rank = forms.IntegerField(
        label=_("Rank"), min_value=1, required=False, help_text=_("On the reserve list: 1 is asked first.")
    )
    category = forms.ChoiceField(
        label=_("Access category"), required=False, choices=[("", _("That of the account")), *Access.choices]
    )
    own = _("Their own, without an allocation")

    def __init__(self, data: Any, **options: Any) -> None:
        super().__init__(data, **options)
        self.initial = {"kind": Waiting.Kind.RESERVE, "rank": 1, **self.initial}
        self.fields["mode"].label, self.fields["purpose"].label = _("How they work"), _("What they will do")

    def place(self) -> dict[str, Any]:
        given = self.cleaned_data
        rank = given["rank"] if given["kind"] == Waiting.Kind.RESERVE else None
        return {"person": given["to"], "kind": given["kind"], "rank": rank}
