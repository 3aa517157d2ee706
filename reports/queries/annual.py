"""Annual reports that a person may read, and those that are being made."""

from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from core.models import Job
from reports.models import AnnualReport
from reports.permissions import reader_of

ANNUAL_REPORT = "annual_report"
"""The kind of job that makes one."""
LOCALES = {code.lower(): name for code, name in settings.LANGUAGES}


def annual_reports_visible_to(user: Any) -> QuerySet[AnnualReport]:
    """Public editions for everybody; others for those who read all figures, or those of the facility, in full. Newest
    first."""
    rows = AnnualReport.objects.select_related("facility").defer("content")
    reader = reader_of(user)
    if reader.reads_all:
        return rows
    return rows.filter(Q(is_public=True) | Q(facility__in=reader.facilities))


def orders_of(user: Any) -> QuerySet[Job]:
    """The reports that a person ordered and that are being made or could not be made; newest first."""
    return Job.objects.filter(kind=ANNUAL_REPORT, started_by_id=user.pk).exclude(state=Job.State.DONE)
