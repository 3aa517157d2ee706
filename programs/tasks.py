"""Background work: what the clock does to calls and to requests of industry. Safe to run twice, late, or not at all."""

from celery import shared_task

from programs.commands import calls, industry


@shared_task(name="programs.move_calls_due")
def move_calls_due() -> None:
    calls.open_due()
    calls.close_due()


@shared_task(name="programs.expire_quotations")
def expire_quotations() -> None:
    industry.expire_quotations()


@shared_task(name="programs.follow_paid_time")
def follow_paid_time() -> None:
    industry.follow_bookings()
