"""Pages of members: the list as of a day, a member's own page, and the rights of the classes."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.models import Alliance, Circular, MemberClass, Membership, MembershipChange, Motion, Representative
from alliance.permissions.membership import membership_parties
from alliance.permissions.news import circulars_visible_to
from alliance.queries.membership import (
    entries_holding,
    members_listed,
    representatives_of,
    rights_of_classes,
)
from alliance.queries.voting import open_to_member
from alliance.rules.days import today_in
from alliance.rules.membership import Rights
from alliance.workflows.membership import MEMBERSHIP
from core import audit
from frontend.forms.alliance.membership import FORMS, MemberFilters, RightsForm
from frontend.forms.asking import Asked
from frontend.history import Entry, told
from frontend.paging import Page, paged

RECENT = 5
"""Circulars that a member's page shows; the list has all."""


@dataclass(frozen=True)
class HistoryLine:
    """An entry of the history; one that a later entry corrects is shown struck out."""

    entry: MembershipChange
    corrected: bool


@dataclass(frozen=True)
class MemberLine:
    """A member as it stood on the day of the list."""

    row: Membership
    member_class: str
    state: str
    in_good_standing: bool


@dataclass(frozen=True)
class MemberList:
    alliance: Alliance
    form: MemberFilters
    day: date
    page: Page


@dataclass(frozen=True)
class MemberPage:
    """A membership, as its representatives and the secretariat read it; only who `speaks` sees whether it voted."""

    row: Membership
    rights: Rights
    may_vote: bool
    speakers: list[Representative]
    former: list[Representative]
    speaks: bool
    votes: list[Motion]
    circulars: list[Circular]
    lines: list[HistoryLine]
    asked: list[Asked]
    history: list[Entry]


@dataclass(frozen=True)
class RightsPage:
    alliance: Alliance
    forms: list[tuple[str, str, RightsForm]]


def member_list(alliance: Alliance, user: Any, asked: QueryDict) -> MemberList:
    form = MemberFilters(asked)
    day = form.day(alliance)
    page = paged(members_listed(user, alliance, day, **form.asked()), asked)
    lines = [
        MemberLine(
            row,
            str(MemberClass(row.member_class_then).label),
            str(MEMBERSHIP.states[row.state_then]),
            row.good_standing_then,
        )
        for row in page.rows
    ]
    return MemberList(alliance, form, day, replace(page, rows=lines))


def member_page(row: Membership, user: Any, **bound: Any) -> MemberPage:
    """For one who may read its inside; `bound` is a form with its errors, by its name."""
    today = today_in(row.alliance)
    rights = rights_of_classes(row.alliance)[row.member_class]
    holding = {entry.pk for entry in entries_holding(row)}
    entries = row.changes.select_related("by", "resolution").order_by("-effective_on", "-created_at", "-id")
    speakers = list(representatives_of(row, today))
    known = {each.pk for each in speakers}
    return MemberPage(
        row=row,
        rights=rights,
        may_vote=rights.votes and row.good_standing and row.state == "active",
        speakers=speakers,
        former=[each for each in row.representatives.select_related("person") if each.pk not in known],
        speaks=bool(membership_parties(user, row) & {"head", "delegate"}),
        votes=list(open_to_member(user, row)),
        circulars=list(circulars_visible_to(user).filter(alliance=row.alliance, sent_at__isnull=False)[:RECENT]),
        lines=[HistoryLine(entry, entry.pk not in holding) for entry in entries],
        asked=_asked(row, user, bound),
        history=told(audit.history(row), MEMBERSHIP, row.alliance.zone, OTHER_WORDS),
    )


def rights_page(alliance: Alliance) -> RightsPage:
    rights = rights_of_classes(alliance)
    forms = [
        (each.value, str(each.label), RightsForm(rights=rights[each], auto_id=f"{each}_%s")) for each in MemberClass
    ]
    return RightsPage(alliance, forms)


def _asked(row: Membership, user: Any, bound: dict[str, Any]) -> list[Asked]:
    parties = membership_parties(user, row)
    offered = {}
    speakers = row.representatives.filter(ends_on=None)
    if "secretary" not in parties:
        speakers = speakers.exclude(kind=Representative.Kind.HEAD)
    if parties & {"secretary", "head"} and row.state not in MEMBERSHIP.final:
        offered = {"name": _("Name a representative"), "end": _("End a representation")}
        if not speakers.exists():
            offered.pop("end")
    moves = {move.name: str(move.label) for move in MEMBERSHIP.open_moves(row.state, parties) if move.name in FORMS}
    if row.left_on is not None:
        moves = {name: label for name, label in moves.items() if name == "correct"}
    if row.member_class == MemberClass.FOUNDING:
        moves.pop("change-class", None)
    if not row.changes.exists():
        moves.pop("correct", None)
    return [
        Asked(
            name,
            label,
            _within(bound.get(name) or FORMS[name][0](row=row, auto_id=f"{name}_%s"), parties),
            reverse("member_act", args=[row.alliance.slug, row.pk, name]),
        )
        for name, label in {**offered, **moves}.items()
    ]


def _within(form: Any, parties: frozenset[str]) -> Any:
    """The form with what its reader may choose: only the secretariat records who is the head of a member."""
    if "secretary" not in parties:
        head = Representative.Kind.HEAD
        if "kind" in form.fields:
            form.fields["kind"].choices = [each for each in form.fields["kind"].choices if each[0] != head]
        if "representative" in form.fields:
            form.fields["representative"].queryset = form.fields["representative"].queryset.exclude(kind=head)
    return form


OTHER_WORDS = {
    "join": gettext_lazy("Joined"),
    "name": gettext_lazy("Representative named"),
    "end-representation": gettext_lazy("Representation ended"),
}
