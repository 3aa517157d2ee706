"""Legs and the bookings on their accounts: where each should stand, which are out of step, what has expired."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from facilities.models import Allocation, Booking
from programs.models import Leg, Proposal
from programs.queries.feasibility import legs_visible_to
from programs.rules.standing import ASKED, COMING, stands_at
from programs.workflows.proposals import GRANTED

FOLLOWED = ("allocated", "scheduled")
"""States in which a leg follows its bookings; on hold it waits until the office resumes it."""
EXPIRING = (*GRANTED, "reserve")
"""States of a proposal that end with its time (R-19)."""
OPEN = (*FOLLOWED, "on_hold", "reserve")
"""States of a leg that end with its proposal. One whose units are all used has none left, and needs no end."""


def where_it_stands(leg: Leg, account: Allocation, moment: datetime) -> str:
    """The state that its bookings give a leg now."""
    least = Decimal(leg.instrument.min_minutes) / leg.instrument.unit_minutes
    spent = account.left < least or account.valid_until <= moment
    return stands_at(account.bookings.order_by().values_list("state", flat=True), spent=spent)


def out_of_step(moment: datetime) -> QuerySet[Leg, UUID]:
    """Legs whose bookings moved on without them, and those of accounts that are used up or over."""
    mine = Booking.objects.filter(allocation=OuterRef("allocation")).order_by()
    coming = Exists(mine.filter(state__in=COMING))
    live = Exists(mine.filter(state__in=COMING | ASKED))
    short = Q(allocation__granted__lte=F("allocation__held") + F("allocation__used"))
    ended = (short | Q(allocation__valid_until__lte=moment)) & ~Q(live)
    moved = Q(state="allocated") & Q(coming) | Q(state="scheduled") & ~Q(coming)
    rows = Leg.objects.filter(moved | ended, state__in=FOLLOWED, allocation__isnull=False)
    return rows.order_by("pk").values_list("pk", flat=True)


def account_of_leg(user: Any, pk: UUID) -> Allocation | None:
    """The account of a leg of a proposal that a person may see; None before the leg has one."""
    leg = legs_visible_to(user).filter(pk=pk).select_related("allocation__team").first()
    return leg.allocation if leg is not None else None


def live_bookings(leg: Leg) -> QuerySet[Booking]:
    """Time on the leg's account that was asked for or is to come, the next first."""
    rows = Booking.objects.filter(allocation=leg.allocation_id, state__in=COMING | ASKED)
    return rows.order_by("period", "id") if leg.allocation_id else Booking.objects.none()


def expiring(until: datetime) -> QuerySet[Proposal]:
    """Granted or waiting proposals whose results were announced before `until` and that have time left, or wait for
    some; the oldest first."""
    left = Leg.objects.filter(proposal=OuterRef("pk"), state__in=OPEN)
    rows = Proposal.objects.filter(Exists(left), state__in=EXPIRING, notified_at__lte=until)
    return rows.order_by("notified_at", "id")


def dependants_of(leg: Leg) -> QuerySet[Leg]:
    """Legs that only make sense after this one and have time."""
    return leg.dependants.filter(state__in=FOLLOWED).order_by("position", "id")
