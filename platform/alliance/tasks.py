"""Background work of the alliances: what the days bring, and lists that are brought. Safe to run twice, or late."""

import io
from uuid import UUID

from celery import shared_task

from alliance.commands import documents, privacy, voting
from alliance.commands.actions import remind_owners
from alliance.commands.events import follow_due
from alliance.commands.events.importing import run_import
from alliance.commands.membership import settle_due
from alliance.commands.offices import follow_terms
from alliance.commands.term_alerts import alert_ends


@shared_task(name="alliance.follow_terms")
def follow_offices() -> None:
    follow_terms()
    alert_ends()


@shared_task(name="alliance.close_votes_due")
def close_votes_due() -> None:
    voting.close_due()


@shared_task(name="alliance.follow_documents")
def follow_documents() -> None:
    documents.take_effect_due()
    documents.read_files_due()


@shared_task(name="alliance.follow_memberships")
def follow_memberships() -> None:
    settle_due()


@shared_task(name="alliance.remind_owners")
def remind_of_actions() -> None:
    remind_owners()


@shared_task(name="alliance.answer_data_requests")
def answer_data_requests() -> None:
    privacy.answer_due()
    privacy.purge_copies()


@shared_task(name="alliance.follow_events")
def follow_events() -> None:
    follow_due()


@shared_task(name="alliance.import_registrations")
def import_registrations(job: str) -> None:
    run_import(UUID(job), out=io.StringIO())
