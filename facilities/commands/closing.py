"""Closes bookings whose run is over and of which nothing is due any more."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from accounts.queries import system_user
from core import clock
from facilities.commands.sessions import close_booking
from facilities.models import Booking, Team


def close_due(now: datetime | None = None) -> int:
    """Close completed bookings CLOSE_AFTER_DAYS after their check-out; how many. Until then lost time is reported.

    What was brought in from elsewhere has no check-out here and stays as its source says.
    """
    over = (now or clock.now()) - timedelta(days=settings.CLOSE_AFTER_DAYS)
    due = nothing_due(Booking.objects.filter(state="completed", source="", session__ends_at__lte=over))
    bookings = list(due.order_by("pk"))
    for booking in bookings:
        close_booking(booking, by=system_user())
    return len(bookings)


def nothing_due(completed: QuerySet[Booking]) -> QuerySet[Booking]:
    """Those of which no report is awaited. Runs of a proposal owe one: who takes it closes them (`close_booking`)."""
    return completed.exclude(team__kind=Team.Kind.PROPOSAL)
