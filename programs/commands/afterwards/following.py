"""Legs follow their bookings: scheduled when time is approved, done when it is used, back when it falls away."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.queries import system_user
from core import clock
from programs.commands.afterwards.ending import end_leg
from programs.commands.afterwards.settling import locked_leg
from programs.commands.rounds.applying import SYSTEM
from programs.models import Leg
from programs.queries.following import FOLLOWED, out_of_step, where_it_stands
from programs.workflows.proposals import LEG
from workflow.commands import advance

MOVES = {"scheduled": "schedule", "allocated": "unschedule", "done": "finish", "lost": "lose"}


def follow_account(allocation: UUID) -> None:
    """Bookings on an account moved: the legs that it is the account of move with them."""
    for pk in Leg.objects.filter(allocation=allocation).order_by("pk").values_list("pk", flat=True):
        follow_leg(pk)


def follow_due(now: datetime | None = None) -> int:
    """Every leg that is out of step with its bookings, or whose time is over; how many moved. Safe to run twice."""
    moment = now or clock.now()
    return sum(follow_leg(pk, moment) for pk in list(out_of_step(moment)))


@transaction.atomic
def follow_leg(pk: UUID, now: datetime | None = None) -> bool:
    """Move one leg to where its bookings put it; whether it moved. Time that is booked counts as confirmed (R-22).

    A leg whose time went by unused is cancelled with that reason, and what depends on it is put on hold (R-12).
    """
    moment = now or clock.now()
    leg = locked_leg(pk)
    if leg.state not in FOLLOWED or leg.allocation is None:
        return False
    state = where_it_stands(leg, leg.allocation, moment)
    if state == leg.state:
        return False
    system = system_user()
    if state == "cancelled":
        end_leg(leg, by=system, parties=SYSTEM, note=_("Its time went by unused."))
        return True
    also = []
    if state == "scheduled" and leg.confirmed_at is None:
        leg.confirmed_at = moment
        also = ["confirmed_at"]
    advance(leg, LEG, MOVES[state], by=system, parties=SYSTEM, also=also)
    return True
