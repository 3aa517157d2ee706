"""Background work: what is overdue escalates. Safe to run twice, late, or not for an hour."""

from celery import shared_task

from workflow import approvals


@shared_task(name="workflow.escalate_due")
def escalate_due() -> None:
    approvals.escalate_due()
