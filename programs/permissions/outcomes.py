"""Who says how a run went, and who reads it."""

from typing import Any

from django.db.models import QuerySet

from facilities.models import Booking
from facilities.permissions import booking_parties
from programs.models import Feedback

OVER = ("completed", "closed", "lost", "no_show")
"""States of a booking whose run is over."""


def feedback_side(user: Any, booking: Booking) -> str | None:
    """On which side a person was: who asked, took part or is on the team; else who runs the instrument."""
    on_team = booking.team_id and booking.team is not None and booking.team.members.filter(user=user).exists()
    if booking.requester_id == user.pk or on_team or booking.people.filter(user=user).exists():
        return Feedback.Side.USER
    if booking_parties(user, booking) & {"operator", "decider"}:
        return Feedback.Side.FACILITY
    return None


def feedback_seen(user: Any, booking: Booking) -> QuerySet[Feedback]:
    """What was said of a run: one's own words; for the facility everyone's."""
    rows = Feedback.objects.filter(booking=booking).select_related("by").order_by("created_at", "id")
    return rows if feedback_side(user, booking) == Feedback.Side.FACILITY else rows.filter(by=user)


def own_feedback(user: Any, booking: Booking) -> Feedback | None:
    """What a person said of a run."""
    return Feedback.objects.filter(booking=booking, by=user).first()
