"""Forms of motions: their filters, the draft, what opening and withdrawing ask, a vote, a resolution and a rule."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.commands.voting import Draft
from alliance.models import (
    AgendaItem,
    Alliance,
    Body,
    Choice,
    DocumentVersion,
    Membership,
    Motion,
    OfficeTerm,
    VotingRule,
)
from alliance.permissions.voting import deciding_bodies
from alliance.queries.voting import NamedRule, rules_offered
from alliance.rules.voting import Rule
from alliance.workflows.governance import MOTION
from core import times
from frontend.forms.blamed import Blamed
from frontend.forms.days import DayField
from frontend.forms.filters import Filters

HELD = ("planned", "called", "running")


class MotionFilters(Filters):
    """Which motions; filters live in the address, and what cannot be read filters nothing."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=[("", gettext_lazy("Any state")), *MOTION.choices]
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), required=False, choices=[("", gettext_lazy("Any kind")), *Motion.Kind.choices]
    )
    search = forms.CharField(label=gettext_lazy("Title"), required=False)


class ResolutionFilters(Filters):
    """Which resolutions."""

    year = forms.CharField(label=gettext_lazy("Year"), required=False, max_length=4)
    search = forms.CharField(label=gettext_lazy("Title"), required=False)


class DraftForm(Blamed, forms.Form):
    """What a motion says; officers also say what it is to change. An application is put to the vote on its page."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What it is to do"),
        choices=[choice for choice in Motion.Kind.choices if choice[0] != Motion.Kind.ADMIT],
        initial=Motion.Kind.OTHER,
    )
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    title_zh = forms.CharField(label=gettext_lazy("Title in Chinese"), max_length=200, required=False)
    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("What is decided if it is carried, word for word."),
    )
    body = forms.ModelChoiceField(label=gettext_lazy("Decided by"), queryset=Body.objects.none())
    agenda_item = forms.ModelChoiceField(
        label=gettext_lazy("In a meeting, under"),
        queryset=AgendaItem.objects.none(),
        required=False,
        empty_label=gettext_lazy("In writing"),
    )
    version = forms.ModelChoiceField(
        label=gettext_lazy("Document"), queryset=DocumentVersion.objects.none(), required=False
    )
    membership = forms.ModelChoiceField(
        label=gettext_lazy("Member"), queryset=Membership.objects.none(), required=False
    )
    term = forms.ModelChoiceField(label=gettext_lazy("Nomination"), queryset=OfficeTerm.objects.none(), required=False)
    effective_on = DayField(
        label=gettext_lazy("Takes effect on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Empty: when it is carried."),
    )

    def __init__(self, data: Any = None, *, alliance: Alliance, officer: bool, motion: Motion | None = None) -> None:
        self.motion = motion
        super().__init__(data, initial=_draft_of(motion) if motion else None)
        fields: dict[str, Any] = self.fields
        fields["body"].queryset = deciding_bodies(alliance)
        if not data and not motion:
            fields["body"].initial = fields["body"].queryset.filter(of_members=True).first()
        items = AgendaItem.objects.filter(meeting__body__alliance=alliance, meeting__state__in=HELD)
        fields["agenda_item"].queryset = items.select_related("meeting").order_by("-meeting__starts_at", "number", "id")
        fields["agenda_item"].label_from_instance = lambda item: f"{item.meeting}: {item}"
        if not officer or (motion and motion.kind == Motion.Kind.ADMIT):
            for name in ("kind", "version", "membership", "term"):
                del fields[name]
            return
        versions = DocumentVersion.objects.filter(document__alliance=alliance, state__in=("draft", "proposed"))
        fields["version"].queryset = versions.select_related("document").order_by("document__title", "-number", "id")
        members = Membership.objects.filter(alliance=alliance, left_on=None).select_related("organisation")
        fields["membership"].queryset = members.order_by("organisation__name", "id")
        fields["membership"].label_from_instance = lambda member: member.organisation.name
        terms = OfficeTerm.objects.filter(office__alliance=alliance, state="nominated").select_related("office")
        fields["term"].queryset = terms.order_by("office__title", "name", "id")

    def draft(self) -> Draft:
        kept = {"kind": self.motion.kind, "application": self.motion.application} if self.motion else {}
        return Draft(**{**kept, **self.cleaned_data})


class OpenForm(Blamed, forms.Form):
    """When the vote ends, in the alliance's zone, and whether it is secret."""

    SHOWN_AT = {"closes_at": "day"}
    day = DayField(
        label=gettext_lazy("Ends on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    at = forms.TimeField(
        label=gettext_lazy("at"),
        required=False,
        initial=time(18),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    secret = forms.BooleanField(label=gettext_lazy("Secret vote"), required=False)
    rule = forms.ModelChoiceField(
        label=gettext_lazy("Rule"),
        queryset=VotingRule.objects.none(),
        required=False,
        empty_label=gettext_lazy("The usual one"),
    )

    def __init__(self, data: Any = None, *, motion: Motion) -> None:
        super().__init__(data, auto_id="open_%s")
        fields: dict[str, Any] = self.fields
        self.zone = motion.alliance.zone
        fields["at"].label = _("at, %(zone)s time") % {"zone": times.zone_city(self.zone)}
        offered = rules_offered(motion.alliance)
        if motion.kind == Motion.Kind.OTHER and offered:
            fields["rule"].queryset = offered
        else:
            del fields["rule"]
        if motion.agenda_item is None:
            fields["day"].required = True

    def answers(self) -> dict[str, Any]:
        given = self.cleaned_data
        day, zone = given["day"], times.zone_of(self.zone)
        closes_at = datetime.combine(day, given["at"] or time(18), tzinfo=zone) if day else None
        return {"closes_at": closes_at, "secret": given["secret"], "rule": given.get("rule")}


class WithdrawForm(Blamed, forms.Form):
    note = forms.CharField(label=gettext_lazy("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any = None, *, motion: Motion) -> None:
        super().__init__(data, auto_id="withdraw_%s")

    def answers(self) -> dict[str, Any]:
        return {"note": self.cleaned_data["note"]}


class PlainForm(Blamed, forms.Form):
    """A move that asks nothing."""

    def __init__(self, data: Any = None, *, motion: Motion) -> None:
        super().__init__(data)

    def answers(self) -> dict[str, Any]:
        return {}


class VoteForm(Blamed, forms.Form):
    """For, against or abstain, for one of the members that the reader votes for."""

    choice = forms.ChoiceField(label=gettext_lazy("Your vote"), choices=Choice.choices, widget=forms.RadioSelect)
    member = forms.ModelChoiceField(label=gettext_lazy("For which member"), queryset=Membership.objects.none())

    def __init__(self, data: Any = None, *, members: list[Membership], chosen: str = "") -> None:
        super().__init__(data, initial={"choice": chosen}, auto_id="vote_%s")
        fields: dict[str, Any] = self.fields
        if len(members) < 2:
            del fields["member"]
            return
        keys = [member.pk for member in members]
        rows = Membership.objects.filter(pk__in=keys).select_related("organisation")
        fields["member"].queryset = rows.order_by("organisation__name", "id")
        fields["member"].label_from_instance = lambda member: member.organisation.name


class ResolutionForm(Blamed, forms.Form):
    """A resolution whose votes are not kept here, with where it is known from."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    title_zh = forms.CharField(label=gettext_lazy("Title in Chinese"), max_length=200, required=False)
    text = forms.CharField(label=gettext_lazy("Text"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 6}))
    decided_on = DayField(label=gettext_lazy("Decided on"), widget=forms.DateInput(attrs={"type": "date"}))
    effective_on = DayField(
        label=gettext_lazy("Takes effect on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    source = forms.CharField(
        label=gettext_lazy("Source"), max_length=400, help_text=gettext_lazy("Where this is known from.")
    )


class RuleForm(Blamed, forms.ModelForm):
    """By what is voted; the quorum is a fraction such as 1 / 2."""

    class Meta:
        model = VotingRule
        fields = [
            "name", "threshold", "base", "abstentions_count", "abstention_breaks_unanimity", "quorum_numerator",
            "quorum_denominator", "quorum_base", "proxies_max", "is_secret", "is_electronic", "source",
        ]  # fmt: skip

    def __init__(self, data: Any = None, *, found: NamedRule | None = None) -> None:
        start: dict[str, Any] = {}
        if found is not None:
            start = {**found.rule.as_dict(), "name": found.name, "source": found.source if found.row else ""}
        super().__init__(data, initial=start)

    def rule(self) -> Rule:
        return Rule(**{name: self.cleaned_data[name] for name in Rule().as_dict()})

    def _post_clean(self) -> None:
        """The command checks; a form of a model would do it twice."""


def _draft_of(motion: Motion) -> dict[str, Any]:
    names = ("kind", "title", "title_zh", "text", "body", "agenda_item", "membership", "term", "effective_on")
    return {**{name: getattr(motion, name) for name in names}, "version": motion.version_of_document}
