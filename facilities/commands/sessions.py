"""The run of a booking: check-in, check-out with the time really used, time lost by the facility, the end."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock, times
from core.errors import Invalid, RulesRefuse, Violation, WrongState
from facilities.commands import ledger
from facilities.commands.bookings.ending import end_booking
from facilities.commands.bookings.moving import move_booking, move_change
from facilities.commands.bookings.shifting import give_back
from facilities.commands.bookings.timers import mark_no_show, no_show_at
from facilities.commands.locks import lock_allocations, lock_booking, lock_time
from facilities.models import Booking, LedgerEntry, Session
from facilities.permissions import booking_parties
from facilities.queries.downtime import lost_during
from facilities.queries.readiness import readiness_for
from facilities.queries.running import check_in_opens
from facilities.rules.readiness import missing
from facilities.units import THOUSANDTH, elapsed_minutes, places_charged, units_of
from facilities.workflows import BOOKING
from workflow import approvals
from workflow.commands import permitted_move

__all__ = ["check_in", "check_out", "close_booking", "lose_booking", "mark_no_show", "report_loss"]

MOST_MINUTES = 366 * 24 * 60


@transaction.atomic
def check_in(booking: Booking, *, by: Any, at: datetime | None = None, note: str = "") -> Booking:
    """The session begins, now or when staff say it did. Again: a replay. Raises WrongState, RulesRefuse.

    While something that the booking needs is missing only staff let it begin, with a reason.

    Once the no-show time has passed only staff can say that people came before it, so that a late timer gives the
    same result as one on time.
    """
    lock_time([booking.instrument_id])
    booking = lock_booking(booking.pk)
    parties = booking_parties(by, booking)
    if booking.state == "running" and parties & {"requester", "operator"}:
        return booking
    permitted_move(BOOKING, "check-in", booking.state, parties)
    at = _instant(at, parties)
    if at >= no_show_at(booking):
        raise WrongState(_("Nobody checked in in time: it counts as a no-show."), code="no_show")
    _require_open(booking, at, parties)
    lacking = _require_ready(booking, at, parties, note)
    _record_session(booking, starts_at=at)
    _drop_changes(booking, by=by)
    move_booking(booking, "check-in", by=by, parties=parties, note=note, at=at.isoformat(), **lacking)
    return booking


@transaction.atomic
def check_out(
    booking: Booking, *, by: Any, at: datetime | None = None, used_minutes: int | None = None, note: str = ""
) -> Booking:
    """The session ends: what was held is released and what was used is charged, by elapsed time or by `used_minutes`.

    Lost time, told by hand or by a downtime, is not charged (R-29). What goes beyond the balance is not charged either,
    and noted. Again: a replay.
    """
    lock_time([booking.instrument_id])
    booking = lock_booking(booking.pk)
    parties = booking_parties(by, booking)
    if booking.state == "completed" and parties & {"requester", "operator"}:
        return booking
    permitted_move(BOOKING, "check-out", booking.state, parties)
    session = Session.objects.select_for_update().get(booking=booking)
    session.ends_at = max(_instant(at, parties), session.starts_at)
    if used_minutes is None:
        used_minutes = elapsed_minutes(session.starts_at, session.ends_at)
    elif not 0 <= used_minutes <= MOST_MINUTES:
        message = _("The minutes used lie between nothing and a year.")
        raise Invalid(message, [Violation("used_minutes", message, field="used_minutes")])
    lost = lost_during(session, session.ends_at)
    own_minutes = used_minutes - min(lost.minutes_within, used_minutes)
    places = places_charged(booking.unit, booking.places)
    used = units_of(own_minutes * places, booking.instrument.unit_minutes)
    session.units = max(used - session.lost_units, Decimal(0))
    session.lost_units, session.lost_cause = session.lost_units + lost.units, session.lost_cause or lost.cause
    session.note = note
    session.save(update_fields=["ends_at", "units", "lost_units", "lost_cause", "note", "updated_at"])
    charged = _charge(booking, session.units, by=by)
    told = {"at": session.ends_at.isoformat(), "units": str(session.units), "charged": str(charged)}
    move_booking(booking, "check-out", by=by, parties=parties, note=note, **told)
    return booking


@transaction.atomic
def report_loss(booking: Booking, *, by: Any, units: Decimal, cause: str, note: str) -> Booking:
    """Time of a session that the facility lost, by cause; after the check-out the allocation gets it back (R-29)."""
    lock_time([booking.instrument_id])
    booking = lock_booking(booking.pk)
    parties = booking_parties(by, booking)
    permitted_move(BOOKING, "report-loss", booking.state, parties, note)
    _require_loss(booking, units, cause)
    session = Session.objects.select_for_update().get(booking=booking)
    session.lost_units += units
    session.lost_cause = cause
    if booking.state == "completed":
        credited = min(units, session.units)
        session.units -= credited
        account = lock_allocations(booking.allocation_id).get(booking.allocation_id)
        ledger.post(account, LedgerEntry.Kind.COMPENSATED, credited, by=by, booking=booking, note=note)
    session.save(update_fields=["lost_units", "lost_cause", "units", "updated_at"])
    move_booking(booking, "report-loss", by=by, parties=parties, note=note, units=str(units), cause=cause)
    return booking


@transaction.atomic
def lose_booking(booking: Booking, *, by: Any, cause: str, note: str) -> Booking:
    """The facility cannot give an approved booking its time: all of it is lost, nothing is charged."""
    lock_time([booking.instrument_id])
    booking = lock_booking(booking.pk)
    parties = booking_parties(by, booking)
    if booking.state == "lost" and "operator" in parties:
        return booking
    permitted_move(BOOKING, "lose", booking.state, parties, note)
    _require_loss(booking, booking.units, cause)
    nothing = {"starts_at": booking.starts_at, "ends_at": booking.starts_at}
    _record_session(booking, **nothing, lost_units=booking.units, lost_cause=cause, note=note)
    return end_booking(booking, "lose", by=by, parties=parties, note=note, kind="booking_lost")


@transaction.atomic
def close_booking(booking: Booking, *, by: Any) -> Booking:
    """Nothing is due any more. Again: a replay."""
    lock_time([booking.instrument_id])
    booking = lock_booking(booking.pk)
    parties = booking_parties(by, booking)
    if booking.state != "closed" or not parties & {"operator", "system"}:
        move_booking(booking, "close", by=by, parties=parties)
    return booking


def _record_session(booking: Booking, **said: Any) -> None:
    """Whose session it is stays with it, also when the booking's team or person moves on."""
    Session.objects.create(
        instrument=booking.instrument,
        booking=booking,
        team=booking.team,
        organisation=booking.organisation,
        country=booking.country,
        mode=booking.mode,
        unit=booking.unit,
        **said,
    )


def _charge(booking: Booking, units: Decimal, *, by: Any) -> Decimal:
    """Release what was held and charge what was used, as far as the balance goes; what was charged."""
    account = lock_allocations(booking.allocation_id).get(booking.allocation_id)
    if account is None:
        return Decimal(0)
    ledger.post(account, LedgerEntry.Kind.RELEASED, booking.units, by=by, booking=booking)
    units = units.quantize(THOUSANDTH)
    charged = min(units, account.left)
    overrun = _("%(units)s more were used than the allocation had.") % {"units": (units - charged).normalize()}
    note = overrun if units > charged else ""
    ledger.post(account, LedgerEntry.Kind.USED, charged, by=by, booking=booking, note=note)
    return charged


def _instant(at: datetime | None, parties: frozenset[str]) -> datetime:
    """Now; staff may say another instant that has passed."""
    now = clock.now()
    if at is None or "operator" not in parties:
        return now
    if at > now:
        message = _("This instant has not come yet.")
        raise Invalid(message, [Violation("in_the_future", message, field="at")])
    return at


def _require_open(booking: Booking, at: datetime, parties: frozenset[str]) -> None:
    opens_at = check_in_opens(booking, parties)
    if opens_at is not None and at < opens_at:
        message = _("Check-in opens at %(time)s. Ask the staff if the instrument is ready earlier.") % {
            "time": times.moment(opens_at, booking.instrument.facility.zone)
        }
        raise RulesRefuse(message, [Violation("check_in_opens", message, field="at", source="instrument")])


def _require_ready(booking: Booking, at: datetime, parties: frozenset[str], note: str) -> dict[str, Any]:
    """Refuses with everything that is missing; what staff set aside with a reason, for the history."""
    lacking = missing(readiness_for(booking))
    if not lacking:
        return {}
    if at >= booking.starts_at and any(item.cancels for item in lacking):
        raise WrongState(_("The team had not said who comes when the time began: it is cancelled."), code="lapsed")
    if "operator" in parties and note.strip():
        return {"overrides": [item.name for item in lacking]}
    violations = [
        Violation(item.name, _("Missing: %(what)s") % {"what": item.what}, "note", overridable=True, source=item.source)
        for item in lacking
    ]
    raise RulesRefuse(_("The booking is not ready. Staff may let it begin and say why."), violations)


def _require_loss(booking: Booking, units: Decimal, cause: str) -> None:
    violations = []
    if not 0 < units <= booking.units:
        message = _("Between nothing and the %(units)s of the booking can be lost.") % {"units": booking.units}
        violations.append(Violation("lost_units", message, field="units", source="R-29"))
    if cause not in Session.Cause.values:
        violations.append(Violation("lost_cause", _("Choose a cause."), field="cause", source="R-29"))
    if violations:
        raise Invalid(_("The loss cannot be recorded as it is."), violations)


def _drop_changes(booking: Booking, *, by: Any) -> None:
    """A session that has begun is not moved any more."""
    for change in booking.changes.filter(state="open"):
        give_back(change, booking, lock_allocations(booking.allocation_id, change.allocation_id), by=by)
        move_change(change, "drop", by=by, parties={"system"})
        approvals.stop(booking, by=by)
