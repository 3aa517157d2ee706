"""Background work: what the clock does in all of this. Safe to run twice, or late."""

from uuid import UUID

from celery import shared_task

from programs.commands import afterwards, calls, industry, outcomes, proposals, reviews, rounds
from programs.commands.cooperation.agreements import announce_renewals
from programs.commands.cooperation.exchange import finish_stays
from programs.commands.opportunities import lapse_offers


@shared_task(name="programs.move_calls_due")
def move_calls_due() -> None:
    calls.open_due()
    calls.close_due()
    calls.remind_of_deadlines()


@shared_task(name="programs.expire_quotations")
def expire_quotations() -> None:
    industry.expire_quotations()


@shared_task(name="programs.follow_paid_time")
def follow_paid_time() -> None:
    industry.follow_bookings()


@shared_task(name="programs.purge_enquiries")
def purge_enquiries() -> None:
    industry.purge_enquiries()


@shared_task(name="programs.assign_reviewers")
def assign_reviewers(job: str) -> None:
    reviews.run_assignment(UUID(job))


@shared_task(name="programs.forward_call")
def forward_call(job: str) -> None:
    reviews.run_forwarding(UUID(job))


@shared_task(name="programs.solve_allocation")
def solve_allocation(job: str) -> None:
    rounds.run_solving(UUID(job))


@shared_task(name="programs.remind_reviewers")
def remind_reviewers() -> None:
    reviews.remind_due()


@shared_task(name="programs.follow_cooperation")
def follow_cooperation() -> None:
    finish_stays()
    lapse_offers()
    announce_renewals()


@shared_task(name="programs.remind_partners_due")
def remind_partners_due() -> None:
    proposals.remind_due()


@shared_task(name="programs.follow_reports")
def follow_reports() -> None:
    outcomes.ask_for_reports()
    outcomes.remind_of_reports()
    outcomes.remind_of_publications()


@shared_task(name="programs.follow_legs")
def follow_legs() -> None:
    afterwards.take_back_unconfirmed()
    afterwards.follow_due()
    afterwards.expire_proposals()
