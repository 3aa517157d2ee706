"""Experiment reports and publications as their pages show them."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from core import audit, clock
from core.models import AuditEntry
from facilities.models import Booking
from frontend.forms.programs.outcomes import (
    ExplanationForm,
    FeedbackForm,
    PublicationFilters,
    ReportFilters,
    ReportForm,
    UnpublishedFilters,
)
from frontend.paging import Page, paged
from programs.models import ExperimentReport, Feedback, Publication
from programs.permissions.outcomes import OVER, feedback_seen, feedback_side
from programs.queries.outcomes import (
    publications_from,
    publications_listed,
    report_parties,
    reports_listed,
    unpublished_listed,
)
from programs.workflows.outcomes import OWED, REPORT


@dataclass(frozen=True)
class ReportRow:
    report: ExperimentReport

    @property
    def look(self) -> str:
        return "late" if self.late else self.report.state

    @property
    def late(self) -> bool:
        return self.report.state in OWED and self.report.due_on < clock.now().date()

    @property
    def unpublished_late(self) -> bool:
        return not self.report.explanation and self.report.publish_by < clock.now().date()


@dataclass(frozen=True)
class ReportsPage:
    form: ReportFilters | UnpublishedFilters
    rows: list[ReportRow]
    paging: Page


@dataclass(frozen=True)
class ReportPage:
    """One report; `form` where the reader may hand it in, `moves` those of the office; what was published of the run,
    and `explaining` where the team may say why nothing was."""

    row: ReportRow
    crumbs: list[dict[str, str]]
    moves: frozenset[str]
    form: ReportForm
    published: list[Publication]
    explaining: ExplanationForm | None
    history: list[AuditEntry]

    @property
    def report(self) -> ExperimentReport:
        return self.row.report


@dataclass(frozen=True)
class FeedbackPage:
    """A run, what the reader says of it, and what others said as far as the reader may know."""

    booking: Booking
    crumbs: list[dict[str, str]]
    form: FeedbackForm
    side: str | None
    open: bool
    others: list[Feedback]


@dataclass(frozen=True)
class PublicationsPage:
    form: PublicationFilters
    paging: Page
    asked: bool


def reports_page(user: Any, asked: QueryDict) -> ReportsPage:
    form = ReportFilters(asked)
    form.is_valid()
    which, mine = form.cleaned_data.get("which", ""), form.cleaned_data.get("mine", False)
    page = paged(reports_listed(user, which=which, mine=mine), asked)
    return ReportsPage(form, [ReportRow(row) for row in page.rows], page)


def unpublished_page(user: Any, asked: QueryDict) -> ReportsPage:
    """Runs without a publication, the first expected first."""
    form = UnpublishedFilters(asked)
    form.is_valid()
    which, mine = form.cleaned_data.get("which", ""), form.cleaned_data.get("mine", False)
    page = paged(unpublished_listed(user, which=which, mine=mine), asked)
    return ReportsPage(form, [ReportRow(row) for row in page.rows], page)


def report_page(
    report: ExperimentReport, user: Any, form: ReportForm, explaining: ExplanationForm | None = None
) -> ReportPage:
    parties = report_parties(user, report)
    moves = REPORT.open_moves(report.state, parties)
    published = list(publications_from(report))
    may_explain = "team" in parties and not published
    crumbs = [
        {"label": _("Experiment reports"), "url": reverse("experiment_reports")},
        {"label": report.booking.reference, "url": ""},
    ]
    return ReportPage(
        row=ReportRow(report),
        crumbs=crumbs,
        moves=frozenset(move.name for move in moves),
        form=form,
        published=published,
        explaining=(explaining or ExplanationForm(initial={"text": report.explanation})) if may_explain else None,
        history=list(audit.history(report)),
    )


def feedback_page(booking: Booking, user: Any, form: FeedbackForm) -> FeedbackPage:
    crumbs = [
        {"label": _("Bookings"), "url": reverse("bookings")},
        {"label": booking.reference, "url": reverse("booking", args=[booking.pk])},
        {"label": _("Feedback"), "url": ""},
    ]
    return FeedbackPage(
        booking=booking,
        crumbs=crumbs,
        form=form,
        side=feedback_side(user, booking),
        open=booking.state in OVER,
        others=list(feedback_seen(user, booking).exclude(by=user)),
    )


def publications_page(asked: QueryDict) -> PublicationsPage:
    form = PublicationFilters(asked)
    form.is_valid()
    wanted = {name: form.cleaned_data.get(name, "") for name in form.fields}
    return PublicationsPage(form, paged(publications_listed(**wanted), asked), any(wanted.values()))
