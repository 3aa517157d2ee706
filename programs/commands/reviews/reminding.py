"""Reminds reviewers of what is due within a week, and once more when it is overdue. Late or twice: the same."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.queries import system_user
from core import audit, clock
from core.models import AuditEntry
from programs.commands.reviews.telling import tell
from programs.models import Review

AHEAD = timedelta(days=7)


def remind_due(now: datetime | None = None) -> int:
    """How many were told. Only people are told: no review and no proposal changes its state because time passed."""
    moment = now or clock.now()
    due = Review.objects.filter(
        state__in=("asked", "accepted"), due_at__lte=moment + AHEAD, assessment__proposal__state__in=("review", "panel")
    )
    return sum(_remind(pk, moment) for pk in due.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _remind(pk: UUID, moment: datetime) -> bool:
    review = (
        Review.objects.select_for_update(of=("self",))
        .select_related("reviewer", "assessment__proposal__call")
        .get(pk=pk)
    )
    if review.state not in ("asked", "accepted") or review.due_at is None:
        return False
    verb = "remind" if review.due_at > moment else "remind-overdue"
    if AuditEntry.objects.filter(object_id=review.pk, object_type=audit.label(review), verb=verb).exists():
        return False
    system = system_user()
    tell([review.reviewer], "review_due", review, by=system, overdue=verb == "remind-overdue")
    audit.record(verb, review, by=system)
    return True
