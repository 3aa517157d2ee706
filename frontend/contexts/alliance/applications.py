"""Pages of applications for membership: joining, the list, and one application with what can be done now."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.models import Alliance, ApplicationFile, ApplicationPoint, MemberClass, MembershipApplication, Motion
from alliance.permissions.membership import application_parties
from alliance.queries.applications import OFFICE, application_moves, applications_listed, points_to_mend
from alliance.queries.membership import rights_of_classes
from alliance.rules.membership import MAY_BE_ASKED_FOR, Rights
from alliance.workflows.membership import APPLICATION
from core import audit, times
from frontend.contexts.facilities.bookings import Stage
from frontend.forms.alliance.applications import FORMS, ApplicationFilters, FileForm, MoveForm
from frontend.forms.asking import Asked
from frontend.history import Entry, told
from frontend.paging import Page, paged

STAGES = ("draft", "submitted", "checking", "voting", "signature", "member")
FIRST = ("submit", "check", "put-to-vote", "sign", "report-visit")
"""Moves that lead on; the others stand below them, folded."""
UNSAID = {"edit", "attach", "detach"}
"""Entries of the trail that the history of the page leaves out."""
WAITS: dict[str, Promise] = {
    "draft": gettext_lazy("You complete and submit it. Until then only you see it."),
    "submitted": gettext_lazy("The secretariat takes it up."),
    "checking": gettext_lazy("The secretariat checks it; the chair puts it to the vote."),
    "returned": gettext_lazy("The centre mends what is listed and submits it again."),
    "site_visit": gettext_lazy("The secretariat visits the centre."),
    "voting": gettext_lazy("The members vote."),
    "signature": gettext_lazy("The head of the centre signs the charter; from that day the centre is a member."),
}


@dataclass(frozen=True)
class ClassLine:
    """A class that may be applied for, with what its members may do."""

    label: str
    rights: Rights


@dataclass(frozen=True)
class JoinPage:
    """What joining means in an alliance."""

    alliance: Alliance
    classes: list[ClassLine]
    stages: list[Stage]
    others: list[Alliance]


@dataclass(frozen=True)
class ApplicationList:
    alliance: Alliance
    form: ApplicationFilters
    page: Page


@dataclass(frozen=True)
class ApplicationPage:
    """One application, as its applicant, its head or an office reads it."""

    row: MembershipApplication
    stages: list[Stage]
    waits: str | Promise
    files: list[ApplicationFile]
    points: list[ApplicationPoint]
    sponsors: list[str]
    motion: Motion | None
    asked: list[Asked]
    history: list[Entry]
    may_edit: bool
    is_office: bool
    file_form: FileForm


def join_page(alliance: Alliance) -> JoinPage:
    rights = rights_of_classes(alliance)
    classes = [ClassLine(str(MemberClass(name).label), rights[name]) for name in MAY_BE_ASKED_FOR]
    stages = [Stage(str(APPLICATION.states[name]), "todo") for name in STAGES]
    others = list(Alliance.objects.exclude(pk=alliance.pk).order_by("name", "id"))
    return JoinPage(alliance, classes, stages, others)


def application_list(alliance: Alliance, user: Any, asked: QueryDict) -> ApplicationList:
    form = ApplicationFilters(asked)
    return ApplicationList(alliance, form, paged(applications_listed(user, alliance, **form.asked()), asked))


def application_page(
    row: MembershipApplication, user: Any, *, file_form: FileForm | None = None, **bound: MoveForm
) -> ApplicationPage:
    """For one who may see it; `bound` is a form with its errors, by its move."""
    parties = application_parties(user, row)
    entries = list(audit.history(row))
    reached = {entry.to_state: entry.at for entry in entries if entry.to_state}
    moves = application_moves(user, row)
    return ApplicationPage(
        row=row,
        stages=_stages(row, reached),
        waits=WAITS.get(row.state, ""),
        files=list(row.files.all()),
        points=points_to_mend(row),
        sponsors=[str(each.organisation) for each in row.sponsors.select_related("organisation")],
        motion=row.motions.first() if parties & OFFICE else None,
        asked=[
            Asked(
                move.name,
                str(move.label),
                bound.get(move.name) or FORMS[move.name][0](row=row, reader=user, auto_id=f"{move.name}_%s"),
                reverse("application_move", args=[row.alliance.slug, row.pk, move.name]),
                move.name in FIRST,
            )
            for move in sorted(moves, key=lambda each: each.name not in FIRST)
            if move.name in FORMS
        ],
        history=told(
            (entry for entry in entries if entry.verb not in UNSAID),
            APPLICATION,
            row.alliance.zone,
            {"start": _("Drafted")},
        ),
        may_edit=any(move.name == "edit" for move in moves),
        is_office=bool(parties & OFFICE),
        file_form=file_form or FileForm(),
    )


def _stages(row: MembershipApplication, reached: dict[str, Any]) -> list[Stage]:
    aside = {"returned": "submitted", "site_visit": "checking"}
    if row.state in APPLICATION.final and row.state != "member":
        passed = [Stage(str(APPLICATION.states[name]), "done") for name in STAGES if name in reached]
        return [*passed, Stage(str(APPLICATION.states[row.state]), "current")]
    here = STAGES.index(aside.get(row.state, row.state))
    return [
        Stage(
            str(APPLICATION.states[row.state if place == here else name]),
            "done" if place < here or row.state == "member" else "current" if place == here else "todo",
            times.plain_day(reached[name].date()) if name in reached and place <= here else "",
        )
        for place, name in enumerate(STAGES)
    ]
