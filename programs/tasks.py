"""Background work: what the clock does to calls. Safe to run twice, late, or not for an hour."""

from celery import shared_task

from programs.commands import calls


@shared_task(name="programs.move_calls_due")
def move_calls_due() -> None:
    calls.open_due()
    calls.close_due()
