"""Offering time: the facility or a list offers it to somebody, who takes it or leaves it to others."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.errors import Invalid, Violation, WrongState
from core.permissions import require
from core.rows import insert
from facilities.commands.bookings.changing import ANSWER_WITHIN
from facilities.commands.bookings.ending import end_offered
from facilities.commands.bookings.looking import look, require_party
from facilities.commands.bookings.moving import move_booking
from facilities.commands.bookings.overriding import approve_legal
from facilities.commands.bookings.placing import judge, lost_race
from facilities.commands.bookings.requesting import entered, on_site, settled, told_of
from facilities.commands.bookings.routing import agree_for, send_through_route
from facilities.commands.locks import lock_booking, lock_time
from facilities.models import Booking, Offer, Waiting
from facilities.permissions import booking_parties
from facilities.rules import BookingRequest
from facilities.telling import messages_of, tell
from facilities.workflows import BOOKING, WAITING
from workflow.commands import advance, permitted_move


def offer_time(
    request: BookingRequest,
    *,
    to: Any,
    by: Any,
    note: str = "",
    answer_by: datetime | None = None,
    waiting: Waiting | None = None,
) -> Booking:
    """Keep time for a person until they answer: a week when nothing else is said (R-22), and never past its start.

    It obeys every rule of asking, as if the person asked; `by` may override rules where they may. `waiting` is the
    place on a list that it serves. Raises Invalid, NotPermitted, SlotTaken, RulesRefuse, and WrongState where the
    person is waiting no longer.
    """
    if not to.is_active or to.is_system:
        message = _("This account is not in use.")
        raise Invalid(message, [Violation("inactive_account", message, field="to")])
    require(by, "facilities.decide_bookings", request.instrument.facility)
    request = settled(request, to)
    with lost_race(request):
        return _place(request, to=to, by=by, note=note, answer_by=answer_by, waiting=waiting)


@transaction.atomic
def _place(
    request: BookingRequest, *, to: Any, by: Any, note: str, answer_by: datetime | None, waiting: Waiting | None
) -> Booking:
    people = on_site(request)
    seen = look(request, by=to, people=people)
    require_party(seen.request, seen.asker, by=to)
    if waiting is not None:
        waiting = Waiting.objects.select_for_update().get(pk=waiting.pk)
        permitted_move(WAITING, "offer", waiting.state, {"system"})
    placement = judge(seen.request, seen.gathered, by=by, people=people)
    booking, rows, charges = entered(seen, placement, by=to, state="offered", actor=by, note=note)
    expires_at = min(answer_by or clock.now() + ANSWER_WITHIN, booking.starts_at)
    booking.hold_expires_at = expires_at
    rows.append(
        Offer(
            waiting=waiting,
            booking=booking,
            instrument=booking.instrument,
            period=booking.period,
            by=by,
            expires_at=expires_at,
        )
    )
    told = told_of(seen, by=to)
    rows += messages_of(booking, "booking_offered", told, by=by, note=note, answer_by=expires_at.isoformat())
    insert(rows, also=charges)
    if waiting is not None:
        advance(waiting, WAITING, "offer", by=by, parties={"system"}, booking=booking.reference)
    return booking


@transaction.atomic
def confirm_offer(booking: Booking, *, by: Any) -> Booking:
    """Take offered time: it becomes a request, to which whoever offered it has agreed by that. Again: a replay.

    Raises WrongState when the time to answer is over, whether a timer ran or not, and as asking does where the route
    approves by itself and a rule stands against the time by now.
    """
    lock_time([booking.instrument_id])
    booking = lock_booking(booking.pk)
    parties = booking_parties(by, booking)
    offer = Offer.objects.select_related("by", "waiting").filter(booking=booking).first()
    if booking.state in ("requested", "approved") and offer is not None and "requester" in parties:
        return booking
    permitted_move(BOOKING, "confirm", booking.state, parties)
    if booking.hold_expires_at is not None and booking.hold_expires_at <= clock.now():
        raise WrongState(_("The offer has expired. Ask for the time anew."), code="offer_expired")
    booking.requested_at, booking.hold_expires_at = clock.now(), None
    move_booking(booking, "confirm", by=by, parties=parties, also=["requested_at", "hold_expires_at"])
    if offer is not None and offer.waiting is not None:
        waiting = Waiting.objects.select_for_update().get(pk=offer.waiting.pk)
        advance(waiting, WAITING, "serve", by=by, parties={"requester"})
    send_through_route(booking, by=by, approve=approve_legal)
    if offer is not None and not offer.by.is_system:
        agree_for(booking, offer.by, note=_("Offered this time."))
    booking.refresh_from_db()
    if booking.state == "requested":
        tell(booking, "booking_requested", by=by)
    return booking


def pass_on(booking: Booking, *, by: Any) -> Booking:
    """Leave offered time to others; a place on the list is kept. Again: a replay."""
    return end_offered(booking, "pass-on", by=by)
