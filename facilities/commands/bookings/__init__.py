"""Commands on bookings: ask for time, decide, propose another, end, and what the clock does by itself."""

from facilities.commands.bookings.bulk import approve_clean
from facilities.commands.bookings.cancelling import Substitute, cancel_booking
from facilities.commands.bookings.changing import (
    accept_counter,
    counter_booking,
    refuse_counter,
    reschedule_booking,
)
from facilities.commands.bookings.ending import (
    decline_booking,
    expire_booking,
    withdraw_booking,
)
from facilities.commands.bookings.offering import confirm_offer, offer_time, pass_on
from facilities.commands.bookings.overriding import approve_despite, override_rules
from facilities.commands.bookings.requesting import Check, check_booking, hold_time, request_held, request_time
from facilities.commands.bookings.timers import expire_due, lapse_due, mark_no_shows_due
from facilities.commands.bookings.undoing import take_back_approval
from facilities.rules import BookingRequest, Override

__all__ = [
    "BookingRequest",
    "Check",
    "Override",
    "Substitute",
    "accept_counter",
    "approve_clean",
    "approve_despite",
    "cancel_booking",
    "check_booking",
    "confirm_offer",
    "counter_booking",
    "decline_booking",
    "expire_booking",
    "expire_due",
    "hold_time",
    "lapse_due",
    "mark_no_shows_due",
    "offer_time",
    "override_rules",
    "pass_on",
    "refuse_counter",
    "request_held",
    "request_time",
    "reschedule_booking",
    "take_back_approval",
    "withdraw_booking",
]
