"""Reads the terms of a place, and what a cancellation would cost by them: the same sentence before and after."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from core import clock, names, times
from facilities.models import Booking, Cancellation, Facility, Instrument, Terms
from facilities.units import THOUSANDTH

Cause = Cancellation.Cause
HUNDRED = Decimal(100)


def terms_of(instrument: Instrument, at: datetime | None = None) -> Terms:
    """The instrument's own terms, else those of its facility, else unsaved ones with the defaults.

    Those in force now, or those that were at an instant.
    """
    rows = Terms.objects.filter(
        Q(instrument=instrument) | Q(instrument=None), _in_force(at), facility=instrument.facility
    )
    found = rows.order_by(F("instrument").asc(nulls_last=True), "-created_at").first()
    return found or Terms(facility=instrument.facility)


def terms_at(facility: Facility, instrument: Instrument | None = None) -> Terms:
    """The terms that are set for exactly this place, unsaved ones with the defaults where there are none."""
    found = Terms.objects.filter(_in_force(None), facility=facility, instrument=instrument).first()
    return found or Terms(facility=facility, instrument=instrument)


def _in_force(at: datetime | None) -> Q:
    if at is None:
        return Q(archived_at=None)
    return Q(created_at__lte=at) & (Q(archived_at=None) | Q(archived_at__gt=at))


@dataclass(frozen=True)
class CancellationCost:
    """What it costs to cancel a booking at an instant: units of the booking's unit, and a fee. `reason` is for people.

    `free_until` is the last instant at which the requester cancels for nothing; that instant is included (R-28).
    """

    caused_by: str
    free_until: datetime
    notice: timedelta
    is_late: bool
    due: Decimal
    unit: str
    fee: Decimal
    currency: str
    reason: str
    waived: bool = False
    """A substitute takes the time, so that nothing is deducted as long as it stands."""


def cancellation_cost(booking: Booking, caused_by: str, at: datetime | None = None) -> CancellationCost:
    """Now or at another instant, by the terms that held when the time was asked for.

    Sources: R-28; R-29 (the facility's own are free).
    """
    terms = terms_of(booking.instrument, booking.requested_at or booking.created_at)
    at = at or clock.now()
    notice = booking.starts_at - at
    free_until = booking.starts_at - timedelta(hours=terms.notice_hours)
    late = at > free_until
    charged = late and caused_by == Cause.REQUESTER
    due = fee = Decimal(0)
    if charged:
        fee = terms.fee
        if booking.allocation_id is not None:
            due = (booking.units * terms.deducted_percent / HUNDRED).quantize(THOUSANDTH)
    return CancellationCost(
        caused_by=caused_by,
        free_until=free_until,
        notice=notice,
        is_late=late,
        due=due,
        unit=booking.unit,
        fee=fee,
        currency=terms.currency if fee else "",
        reason=_reason(booking, terms, caused_by, free_until, due, fee, late=late),
    )


def cancelling_promise(instrument: Instrument, starts_at: datetime, *, paid: bool) -> str:
    """The terms in a sentence, for one who is about to ask; `paid` says that an account pays."""
    terms = terms_of(instrument)
    until = starts_at - timedelta(hours=terms.notice_hours)
    told = {
        "until": times.moment(until, instrument.facility.zone),
        "percent": terms.deducted_percent,
        "fee": f"{terms.fee} {terms.currency}",
    }
    charged = paid and terms.deducted_percent
    if charged and terms.fee:
        return _("Free until %(until)s; after that %(percent)d %% of the units and a fee of %(fee)s.") % told
    if charged:
        return _("Free until %(until)s; after that %(percent)d %% of the units are deducted.") % told
    if terms.fee:
        return _("Free until %(until)s; after that a fee of %(fee)s.") % told
    return _("Free until %(until)s; after that it counts as a late cancellation.") % told


def _reason(
    booking: Booking, terms: Terms, caused_by: str, free_until: datetime, due: Decimal, fee: Decimal, *, late: bool
) -> str:
    if caused_by == Cause.FACILITY:
        return _("The facility cancels: nothing is deducted.")
    until = times.moment(free_until, booking.instrument.facility.zone)
    if not late:
        return _("Cancelled by %(until)s: nothing is deducted.") % {"until": until}
    told = {"until": until, "units": names.units(due, booking.unit), "fee": f"{fee} {terms.currency}"}
    if due and fee:
        return _("Cancelled after %(until)s: %(units)s are deducted and a fee of %(fee)s is due.") % told
    if due:
        return _("Cancelled after %(until)s: %(units)s are deducted.") % told
    if fee:
        return _("Cancelled after %(until)s: a fee of %(fee)s is due.") % told
    return _("Cancelled after %(until)s: it counts as a late cancellation, and nothing is deducted.") % told


def cause_of(parties: frozenset[str]) -> str:
    """Whose cancellation it is: the requester's whenever the one who cancels is one, so that nobody exempts himself."""
    return Cause.REQUESTER if "requester" in parties else Cause.FACILITY


def cost_for(booking: Booking, parties: frozenset[str]) -> CancellationCost | None:
    """What cancelling now would cost these parties; None where it is not theirs or the booking is not approved."""
    if booking.state != "approved" or not parties & {"requester", "decider"}:
        return None
    return cancellation_cost(booking, cause_of(parties))


def cancellation_of(booking: Booking) -> Any:
    """How an approved booking was cancelled, or None."""
    return Cancellation.objects.filter(booking=booking).select_related("substitute", "by").first()
