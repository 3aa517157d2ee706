"""Periodic work of the reports: keep the roll-ups current between readings, and check them every night."""

from celery import shared_task

from accounts.queries import system_user
from reports.commands import rollups


@shared_task(name="reports.refresh")
def refresh() -> None:
    """A reader refreshes before reading as well; this keeps what he has to wait for small."""
    rollups.refresh_rollups()


@shared_task(name="reports.check")
def check() -> None:
    rollups.check_rollups(by=system_user())
