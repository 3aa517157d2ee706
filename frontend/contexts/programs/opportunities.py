"""Pages of offers of places (trainings, scholarships, exchanges) and of applications for them."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from accounts.models import Organisation
from alliance.queries import main_alliance
from core import audit, times
from core.names import local
from frontend.contexts.facilities.bookings import Stage
from frontend.forms.asking import Asked
from frontend.forms.programs.opportunities import FORMS, OFFER_FORMS, FileForm, MoveForm, OpportunityFilters
from frontend.history import Entry, told
from frontend.paging import Page, paged
from frontend.written import html
from programs.models import Candidacy, CandidacyFile, Opportunity
from programs.permissions.opportunities import candidacy_parties
from programs.queries.opportunities import (
    candidacies_listed,
    candidacy_moves,
    opportunities_listed,
    opportunity_moves,
    places_of,
    takes_applications,
)
from programs.workflows.opportunities import CANDIDACY

STAGES = ("draft", "submitted", "checked", "ranked", "offered", "accepted")
LEADING = frozenset({"edit", "submit", "nominate", "check", "rank", "offer", "accept", "publish"})
"""Moves that lead on; the others stand below them, folded."""
UNSAID = {"edit", "attach", "detach"}
OFFICE_ONLY = {"rank"}
"""Entries of the trail that an applicant's history leaves out."""


@dataclass(frozen=True)
class OfferLine:
    """An offer in a list."""

    row: Opportunity
    title: str
    host: str
    url: str
    is_open: bool


@dataclass(frozen=True)
class OpportunitiesPage:
    form: OpportunityFilters
    page: Page
    feed: str


@dataclass(frozen=True)
class OfferPage:
    """One offer, with what its reader may do."""

    row: Opportunity
    title: str
    text: SafeString
    pays: SafeString
    eligibility: SafeString
    is_open: bool
    own: Candidacy | None
    asked: list[Asked]
    may_edit: bool
    is_office: bool
    figures: dict[str, int]


@dataclass(frozen=True)
class CandidacyPage:
    """One application, as its applicant, the applicant's centre or the office reads it."""

    row: Candidacy
    stages: list[Stage]
    files: list[CandidacyFile]
    asked: list[Asked]
    history: list[Entry]
    may_edit: bool
    is_office: bool
    file_form: FileForm


def opportunities_page(user: Any, asked: QueryDict) -> OpportunitiesPage:
    codes = Organisation.objects.filter(opportunities__state__in=["published", "finished"]).order_by()
    form = OpportunityFilters(asked, codes=codes.values_list("country", flat=True).distinct())
    alliance = main_alliance()
    page = paged(opportunities_listed(user, alliance, **form.asked()), asked)
    lines = [
        OfferLine(
            row,
            local(row, "title"),
            local(row.host, "name"),
            reverse("opportunity", args=[row.slug]),
            takes_applications(row),
        )
        for row in page.rows
    ]
    feed = f"/feeds/{alliance.slug}/opportunities." if alliance else ""
    return OpportunitiesPage(form, Page(lines, page.earlier, page.later, page.caption), feed)


def offer_page(row: Opportunity, user: Any, **bound: MoveForm) -> OfferPage:
    """`bound` is a form with its errors, by its move."""
    moves = opportunity_moves(user, row)
    names = {move.name for move in moves}
    own = row.candidacies.filter(person=user.pk).exclude(state="withdrawn").first() if user.is_authenticated else None
    return OfferPage(
        row=row,
        title=local(row, "title"),
        text=html(local(row, "text")),
        pays=html(local(row, "pays")),
        eligibility=html(local(row, "eligibility")),
        is_open=takes_applications(row),
        own=own,
        asked=[
            _asked(move, OFFER_FORMS[move.name][0], row, reverse("opportunity_move", args=[row.slug, move.name]), bound)
            for move in moves
            if move.name in OFFER_FORMS
        ],
        may_edit="edit" in names,
        is_office=bool(moves) or (row.state in {"finished", "taken_down"} and candidacies_listed(user, row).exists()),
        figures=places_of(row) if names else {},
    )


def candidacies_page(row: Opportunity, user: Any, asked: QueryDict) -> Page:
    """The applications for one offer, by rank."""
    return paged(candidacies_listed(user, row), asked)


def candidacy_page(row: Candidacy, user: Any, *, file_form: FileForm | None = None, **bound: MoveForm) -> CandidacyPage:
    """For one who may see it; `bound` is a form with its errors, by its move."""
    is_office = "office" in candidacy_parties(user, row)
    entries = list(audit.history(row))
    unsaid = UNSAID if is_office else UNSAID | OFFICE_ONLY
    moves = candidacy_moves(user, row)
    return CandidacyPage(
        row=row,
        stages=_stages(row, {entry.to_state: entry.at for entry in entries if entry.to_state}),
        files=list(row.files.all()),
        asked=[
            _asked(move, FORMS[move.name][0], row, reverse("candidacy_move", args=[row.pk, move.name]), bound)
            for move in sorted(moves, key=lambda each: each.name not in LEADING)
        ],
        history=told(
            (entry for entry in entries if entry.verb not in unsaid),
            CANDIDACY,
            row.opportunity.zone,
            {"start": gettext("Drafted")},
        ),
        may_edit=any(move.name == "edit" for move in moves),
        is_office=is_office,
        file_form=file_form or FileForm(),
    )


def _asked(move: Any, form: type[MoveForm], row: Any, url: str, bound: dict[str, MoveForm]) -> Asked:
    made = bound.get(move.name) or form(row=row, auto_id=f"{move.name}_%s")
    return Asked(move.name, str(move.label), made, url, move.name in LEADING)


def _stages(row: Candidacy, reached: dict[str, Any]) -> list[Stage]:
    here = "ranked" if row.state == "reserve" else row.state
    if here not in STAGES:
        passed = [Stage(str(CANDIDACY.states[name]), "done") for name in STAGES if name in reached]
        return [*passed, Stage(str(CANDIDACY.states[row.state]), "current")]
    place = STAGES.index(here)
    return [
        Stage(
            str(CANDIDACY.states[row.state if number == place else name]),
            "done" if number < place or row.state == "accepted" else "current" if number == place else "todo",
            times.plain_day(reached[name].date()) if name in reached and number <= place else "",
        )
        for number, name in enumerate(STAGES)
    ]
