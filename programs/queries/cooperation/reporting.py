"""What a progress report is to be about."""

from datetime import date, timedelta

from django.db.models import Max

from core import clock
from programs.models import Program


def period_to_report(program: Program) -> tuple[date, date]:
    """The first and the last day that no progress report of a programme has told of; today alone if there is none."""
    today = clock.now().date()
    told = program.progress_reports.aggregate(last=Max("ends_on"))["last"]
    begins = told + timedelta(days=1) if told else program.starts_on or today
    return min(begins, today), today
