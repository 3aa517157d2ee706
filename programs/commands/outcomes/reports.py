"""Experiment reports: asked for when a run is over, reminded of, handed in, returned, accepted or waived (R-31)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import holders, system_user
from core import audit, clock
from core.errors import Invalid, Violation
from facilities.commands.sessions import close_booking
from facilities.models import Booking, Team
from notifications.commands import notify
from programs.models import ExperimentReport, Proposal, ProposalMember
from programs.queries.outcomes import BLOCKED, report_parties
from programs.rules.outcomes import reminder_due, report_due_on
from programs.workflows.outcomes import OWED, REPORT
from workflow.commands import advance

OVER = ("completed", "closed")
"""States of a booking whose run is over."""


def ask_for_reports() -> int:
    """Open a report for every run of a proposal that is over and has none yet; how many. Safe to run twice."""
    over = Booking.objects.filter(state__in=OVER, team__kind=Team.Kind.PROPOSAL, experiment_report=None)
    return sum(_ask(pk) for pk in over.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _ask(pk: UUID) -> bool:
    booking = Booking.objects.select_for_update(of=("self",)).select_related("instrument__facility").get(pk=pk)
    proposal = Proposal.objects.filter(team=booking.team).first()
    if proposal is None or ExperimentReport.objects.filter(booking=booking).exists():
        return False
    zone = booking.instrument.facility.zone
    due_on = report_due_on(booking.ends_at, zone, settings.REPORT_MONTHS)
    publish_by = report_due_on(booking.ends_at, zone, settings.PUBLICATION_MONTHS)
    report = ExperimentReport.objects.create(proposal=proposal, booking=booking, due_on=due_on, publish_by=publish_by)
    audit.record("ask-for-report", report, by=system_user(), to_state=report.state, due_on=due_on.isoformat())
    return True


def remind_of_reports(now: datetime | None = None) -> int:
    """Remind the leads of every report whose next reminder day has come; how many. Safe to run late and twice."""
    today = (now or clock.now()).date()
    owed = ExperimentReport.objects.filter(state__in=OWED).order_by("pk")
    return sum(_remind(pk, today) for pk in owed.values_list("pk", flat=True))


@transaction.atomic
def _remind(pk: UUID, today: date) -> bool:
    report = locked_report(pk)
    day = reminder_due(report.due_on, today, settings.REPORT_REMINDERS, report.reminded)
    if day is None or report.state not in OWED:
        return False
    report.reminded = [*report.reminded, day]
    report.save(update_fields=["reminded", "updated_at"])
    tell_of_report(report, "report_due", leads_of(report.proposal), late=report.due_on < today)
    return True


@transaction.atomic
def submit_report(report: ExperimentReport, text: str, *, by: Any) -> ExperimentReport:
    """The team hands in what was done and found. Raises NotPermitted, WrongState, Invalid without a text."""
    report = locked_report(report.pk)
    report.text, report.submitted_at = text.strip(), clock.now()
    report.submitted_by = by
    if not report.text and report.state in OWED and "team" in report_parties(by, report):
        message = _("Write what was done and found.")
        raise Invalid(message, [Violation("text_missing", message, "text")])
    parties = report_parties(by, report)
    advance(report, REPORT, "submit", by=by, parties=parties, also=["text", "submitted_at", "submitted_by"])
    tell_of_report(report, "report_submitted", office_of(report.proposal), by=by)
    return report


@transaction.atomic
def return_report(report: ExperimentReport, *, by: Any, note: str) -> ExperimentReport:
    """The office gives it back with the reason; the team owes it again."""
    return _judged(report, "return", by=by, note=note)


@transaction.atomic
def accept_report(report: ExperimentReport, *, by: Any, note: str = "") -> ExperimentReport:
    """The office accepts; the booking has nothing due any more and is closed."""
    return _done(_judged(report, "accept", by=by, note=note))


@transaction.atomic
def waive_report(report: ExperimentReport, *, by: Any, note: str) -> ExperimentReport:
    """The office lets the team off, and says why; it blocks nobody any more, and the booking is closed."""
    return _done(_judged(report, "waive", by=by, note=note))


def leads_of(proposal: Proposal) -> list[User]:
    """PI and co-PIs: whom an overdue report blocks."""
    rows = proposal.members.filter(role__in=BLOCKED, state=ProposalMember.State.JOINED).select_related("person")
    return [row.person for row in rows if row.person is not None]


def office_of(proposal: Proposal) -> Iterable[User]:
    """Who runs the call: the facility's user office and managers, or the alliance's secretariat."""
    call = proposal.call
    if call.facility_id:
        return [*holders("user_office", call.facility_id), *holders("facility_manager", call.facility_id)]
    return holders("secretariat", call.alliance_id)


def locked_report(pk: UUID) -> ExperimentReport:
    rows = ExperimentReport.objects.select_for_update(of=("self",))
    return rows.select_related("proposal__call__alliance", "proposal__call__facility", "booking__instrument").get(pk=pk)


def _judged(report: ExperimentReport, move: str, *, by: Any, note: str) -> ExperimentReport:
    report = locked_report(report.pk)
    advance(report, REPORT, move, by=by, parties=report_parties(by, report), note=note)
    tell_of_report(report, "report_judged", leads_of(report.proposal), by=by, note=note)
    return report


def _done(report: ExperimentReport) -> ExperimentReport:
    if report.booking.state == "completed":
        close_booking(report.booking, by=system_user())
    return report


def tell_of_report(
    report: ExperimentReport, kind: str, people: Iterable[User], *, by: Any = None, note: str = "", late: bool = False
) -> None:
    recipients = {person.pk: person for person in people if by is None or person.pk != by.pk}
    context = {
        "proposal": report.proposal.title,
        "number": report.proposal.reference,
        "instrument": report.booking.instrument.name,
        "booking": report.booking.reference,
        "due_on": report.due_on.isoformat(),
        "publish_by": report.publish_by.isoformat(),
        "state": report.state,
        "late": late,
        "by": by.name if by else "",
        "note": note,
    }
    notify(list(recipients.values()), kind, subject=report, context=context)
