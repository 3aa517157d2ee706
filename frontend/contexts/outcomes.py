"""Experiment reports and publications as their pages show them."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from core import audit, clock
from core.models import AuditEntry
from facilities.models import Booking
from frontend.forms.outcomes import FeedbackForm, PublicationFilters, ReportFilters, ReportForm
from frontend.paging import Page, paged
from programs.models import ExperimentReport, Feedback
from programs.permissions.outcomes import OVER, feedback_seen, feedback_side
from programs.queries.outcomes import publications_listed, report_parties, reports_listed
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


@dataclass(frozen=True)
class ReportsPage:
    form: ReportFilters
    rows: list[ReportRow]
    paging: Page


@dataclass(frozen=True)
class ReportPage:
    """One report; `form` where the reader may hand it in, `moves` those of the office."""

    row: ReportRow
    crumbs: list[dict[str, str]]
    moves: frozenset[str]
    form: ReportForm
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


def report_page(report: ExperimentReport, user: Any, form: ReportForm) -> ReportPage:
    moves = REPORT.open_moves(report.state, report_parties(user, report))
    crumbs = [
        {"label": _("Experiment reports"), "url": reverse("experiment_reports")},
        {"label": report.booking.reference, "url": ""},
    ]
    return ReportPage(
        ReportRow(report), crumbs, frozenset(move.name for move in moves), form, list(audit.history(report))
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
