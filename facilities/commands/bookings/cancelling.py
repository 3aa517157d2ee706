"""Cancelling an approved booking: by the terms of its place, with a substitute, or by the facility for nothing."""

from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid, NotPermitted, Violation
from facilities.commands.bookings.ending import end_booking
from facilities.commands.bookings.requesting import request_time
from facilities.commands.locks import lock_allocations, lock_booking, lock_time
from facilities.models import Allocation, Booking, Cancellation, Team
from facilities.permissions import booking_parties
from facilities.queries.allocations import paying_allocation
from facilities.queries.terms import cancellation_cost, cause_of
from facilities.rules import BookingRequest
from facilities.workflows import BOOKING
from workflow.commands import permitted_move

Cause = Cancellation.Cause


@dataclass(frozen=True)
class Substitute:
    """Who takes the time over: another account of the one who cancels, with its people and its work."""

    team: Team
    allocation: Allocation | None = None
    people: tuple[Any, ...] = ()
    title: str = ""
    purpose: str = ""


@transaction.atomic
def cancel_booking(
    booking: Booking, *, by: Any, note: str, caused_by: str = "", substitute: Substitute | None = None
) -> Booking:
    """Either side ends an approved booking: its units are released, and a late requester is charged by the terms.

    A facility says whose it was with `caused_by`; a requester's own is always the requester's. With a `substitute` the
    time passes on in the same step, as a request that obeys every rule, and nothing is deducted while that stands
    (R-28). Cancelled already: a replay. Raises WrongState, NotPermitted, Invalid, and as asking for time does.
    """
    wanted = _substituted(booking, substitute) if substitute else None
    on_site = [person.pk for person in wanted.people or (by,)] if wanted and wanted.on_site else []
    lock_time([booking.instrument_id], on_site)
    booking = lock_booking(booking.pk)
    parties = booking_parties(by, booking)
    if booking.state == "cancelled" and parties & BOOKING.find("cancel").who:
        return booking
    permitted_move(BOOKING, "cancel", booking.state, parties, note)
    cost = replace(cancellation_cost(booking, _cause(caused_by, parties)), waived=wanted is not None)
    paying = paying_allocation(wanted) if wanted else None
    lock_allocations(booking.allocation_id, paying.pk if paying else None)
    end_booking(
        booking, "cancel", by=by, parties=parties, note=note, kind="booking_cancelled", facility_too=True, cost=cost
    )
    if wanted is not None:
        taken_over = request_time(replace(wanted, allocation=paying), by=by)
        Cancellation.objects.filter(booking=booking).update(substitute=taken_over)
    return booking


def _cause(wanted: str, parties: frozenset[str]) -> str:
    if wanted not in ("", *Cause.values):
        message = _("It was the requester or the facility.")
        raise Invalid(message, [Violation("unknown_cause", message, field="caused_by")])
    if wanted == Cause.FACILITY and "decider" not in parties:
        raise NotPermitted(_("Only the facility says that a cancellation is its own."))
    return Cause.REQUESTER if wanted == Cause.REQUESTER else cause_of(parties)


def _substituted(booking: Booking, given: Substitute) -> BookingRequest:
    """The same time on another account. Raises Invalid where it is the same one."""
    if given.team.pk == booking.team_id and (given.allocation is None or given.allocation.pk == booking.allocation_id):
        message = _("A substitute is on another account. Choose another team or allocation.")
        raise Invalid(message, [Violation("same_account", message, field="substitute", source="R-28")])
    return BookingRequest(
        instrument=booking.instrument,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        purpose=given.purpose or booking.purpose,
        mode=booking.mode,
        places=booking.places,
        title=given.title or given.team.title,
        team=given.team,
        allocation=given.allocation,
        people=given.people,
    )
