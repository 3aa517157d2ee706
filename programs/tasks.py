"""Background work: what the clock does to calls, reviews and requests of industry. Safe to run twice, or late."""

from celery import shared_task

from programs.commands import calls, industry, reviews


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


@shared_task(name="programs.remind_reviewers")
def remind_reviewers() -> None:
    reviews.remind_due()
