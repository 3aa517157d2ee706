"""What the clock does to bookings: each works from “due before now” and may run late, twice or not for an hour."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.queries import system_user
from core import clock
from core.errors import RulesRefuse, Violation
from facilities.commands.bookings.ending import end_booking, expire_booking
from facilities.commands.bookings.moving import move_change
from facilities.commands.bookings.shifting import give_back
from facilities.commands.locks import lock_allocations, lock_booking, lock_time
from facilities.models import Booking, Cancellation
from facilities.permissions import booking_parties
from facilities.queries.downtime import usable_from
from facilities.queries.readiness import readiness_for
from facilities.queries.terms import cancellation_cost
from facilities.rules.readiness import missing
from facilities.workflows import BOOKING
from workflow import approvals
from workflow.commands import permitted_move


def expire_due(now: datetime | None = None) -> int:
    """End holds and offers whose time is over and requests whose start has passed undecided; drop changes likewise.

    How many it ended.
    """
    moment = now or clock.now()
    overdue = Q(changes__state="open", changes__expires_at__lte=moment)
    due = Booking.objects.filter(
        Q(state__in=["held", "offered"], hold_expires_at__lte=moment)
        | Q(state="countered") & overdue
        | Q(state__in=["requested", "countered"], period__startswith__lte=moment)
    )
    return _each(due, expire_booking) + _each(Booking.objects.filter(overdue, state="approved"), drop_change)


def mark_no_shows_due(now: datetime | None = None) -> int:
    """End approved bookings at which nobody checked in within the instrument's minutes; how many.

    Those that were not ready at their start lapsed then, whichever timer is first.
    """
    moment = now or clock.now()
    lapse_due(moment)
    begun = Booking.objects.filter(state="approved", period__startswith__lte=moment).select_related("instrument")
    late = [booking.pk for booking in begun if no_show_at(booking) <= moment]
    return _each(Booking.objects.filter(pk__in=late), lambda booking: mark_no_show(booking, by=system_user()))


def lapse_due(now: datetime | None = None) -> int:
    """Cancel approved bookings whose team had not said who comes at the start, where the facility says so; how many."""
    unready = Booking.objects.filter(
        state="approved",
        period__startswith__lte=now or clock.now(),
        instrument__facility__run_terms__team_form=True,
        instrument__facility__run_terms__missing_form_cancels=True,
        team_form=None,
    )
    return _each(unready, lapse_booking)


@transaction.atomic
def lapse_booking(booking: Booking) -> Booking:
    """The clock cancels a booking that is not ready at its start (R-23): the team's own cancellation, as late as can be
    by the terms of the place (R-28). Ended already: nothing happens."""
    lock_time([booking.instrument_id])
    booking = lock_booking(booking.pk)
    if booking.state != "approved" or not any(item.cancels for item in missing(readiness_for(booking))):
        return booking
    note = _("The team had not said who comes when the time began.")
    parties, cost = frozenset({"system"}), cancellation_cost(booking, Cancellation.Cause.REQUESTER, booking.starts_at)
    told: dict[str, Any] = {"note": note, "kind": "booking_cancelled", "facility_too": True}
    return end_booking(booking, "lapse", by=system_user(), parties=parties, cost=cost, **told)


def no_show_at(booking: Booking) -> datetime:
    """From this instant on a booking that nobody checked in to counts as missed, whenever the timer runs.

    Downtime at its start gives that much longer to come."""
    return usable_from(booking) + timedelta(minutes=booking.instrument.no_show_minutes)


@transaction.atomic
def mark_no_show(booking: Booking, *, by: Any) -> Booking:
    """Nobody came: staff say so, or the clock after the instrument's minutes. Units are released."""
    lock_time([booking.instrument_id])
    booking = lock_booking(booking.pk)
    parties = booking_parties(by, booking)
    if booking.state == "no_show" and parties & {"operator", "system"}:
        return booking
    permitted_move(BOOKING, "no-show", booking.state, parties)
    if clock.now() < booking.starts_at:
        message = _("The booking has not begun yet.")
        raise RulesRefuse(message, [Violation("not_begun", message, source="instrument")])
    return end_booking(booking, "no-show", by=by, parties=parties, note="", kind="booking_no_show")


@transaction.atomic
def drop_change(booking: Booking) -> None:
    """Another time that nobody decided about in time is dropped; the booking stays where it is."""
    lock_time([booking.instrument_id])
    booking = lock_booking(booking.pk)
    for change in booking.changes.filter(state="open", expires_at__lte=clock.now()):
        give_back(change, booking, lock_allocations(booking.allocation_id, change.allocation_id), by=system_user())
        move_change(change, "drop", by=system_user(), parties={"system"})
        approvals.stop(booking, by=system_user())


def _each(due: QuerySet[Booking], act: Callable[[Booking], Any]) -> int:
    """Act on each in a transaction of its own, so that one in trouble keeps no other."""
    bookings = list(due.distinct().order_by("pk"))
    for booking in bookings:
        act(booking)
    return len(bookings)
