"""Background work: what the clock does to bookings, and long trials. Safe to run twice, late, or not for an hour."""

from uuid import UUID

from celery import shared_task

from facilities.commands import balances, bookings, closing, reminding, site_access, trials, waiting


@shared_task(name="facilities.expire_due")
def expire_due() -> None:
    bookings.expire_due()


@shared_task(name="facilities.mark_no_shows_due")
def mark_no_shows_due() -> None:
    bookings.mark_no_shows_due()


@shared_task(name="facilities.close_due")
def close_due() -> None:
    closing.close_due()


@shared_task(name="facilities.offer_free_time")
def offer_free_time() -> None:
    waiting.offer_free_time()


@shared_task(name="facilities.remind_due")
def remind_due() -> None:
    reminding.remind_due()


@shared_task(name="facilities.expire_unused")
def expire_unused() -> None:
    balances.expire_unused()


@shared_task(name="facilities.try_policy")
def try_policy(job: str) -> None:
    trials.run_trial(UUID(job))


@shared_task(name="facilities.purge_site_access")
def purge_site_access() -> None:
    site_access.purge_site_access()
