"""Publications that are due: their teams are reminded, and say why there is none (R-32)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.errors import Invalid, NotPermitted, Violation
from programs.commands.outcomes.reports import leads_of, locked_report, office_of, tell_of_report
from programs.models import ExperimentReport
from programs.queries.outcomes import report_parties, unpublished
from programs.rules.outcomes import reminder_due


@transaction.atomic
def explain_unpublished(report: ExperimentReport, text: str, *, by: Any) -> ExperimentReport:
    """The team says why nothing of a run is published; the latest word counts. The office reads it.

    Raises NotPermitted, Invalid without a text.
    """
    report = locked_report(report.pk)
    if "team" not in report_parties(by, report):
        raise NotPermitted(_("The team of the proposal says why."))
    if not text.strip():
        message = _("Write why nothing is published, or add the publication.")
        raise Invalid(message, [Violation("text_missing", message, "text")])
    report.explanation, report.explained_by, report.explained_at = text.strip(), by, clock.now()
    report.save(update_fields=["explanation", "explained_by", "explained_at", "updated_at"])
    audit.record("explain-unpublished", report, by=by, note=report.explanation)
    tell_of_report(report, "publication_explained", office_of(report.proposal), by=by, note=report.explanation)
    return report


def remind_of_publications(now: datetime | None = None) -> int:
    """Remind the leads of runs without a publication whose next reminder day has come; how many. Safe to run late."""
    today = (now or clock.now()).date()
    return sum(_remind(pk, today) for pk in list(unpublished().order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _remind(pk: UUID, today: date) -> bool:
    report = locked_report(pk)
    days = settings.PUBLICATION_REMINDERS
    day = reminder_due(report.publish_by, today, days, report.publication_reminded)
    if day is None or not unpublished().filter(pk=pk).exists():
        return False
    report.publication_reminded = [*report.publication_reminded, day]
    report.save(update_fields=["publication_reminded", "updated_at"])
    tell_of_report(report, "publication_due", leads_of(report.proposal), late=report.publish_by < today)
    return True
