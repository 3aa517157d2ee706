"""Background work of the reports: roll-ups kept current and checked every night, annual reports."""

from uuid import UUID

from celery import shared_task

from accounts.queries import system_user
from reports.commands import annual, rollups, subscriptions


@shared_task(name="reports.refresh")
def refresh() -> None:
    """A reader refreshes before reading as well; this keeps what he has to wait for small."""
    rollups.refresh_rollups()


@shared_task(name="reports.send_subscriptions")
def send_subscriptions() -> None:
    subscriptions.send_due()


@shared_task(name="reports.check")
def check() -> None:
    rollups.check_rollups(by=system_user())


@shared_task(name="reports.annual_report")
def annual_report(job: str) -> None:
    annual.make_annual_report(UUID(job))
