"""What those at an instrument write down: what each shift delivered and lost, and what the next crew should know."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from core import audit, clock
from core.errors import Invalid, NotPermitted, Violation, WrongState
from core.permissions import allowed
from core.rows import insert
from facilities.commands.locks import lock_booking, lock_time
from facilities.commands.sessions import report_loss
from facilities.models import Booking, HandoverNote, Instrument, Session, ShiftRecord
from facilities.permissions import booking_parties
from facilities.queries.running import shifts_planned, staff_of, teams_running
from facilities.telling import notices_of
from facilities.units import places_charged, units_of


@transaction.atomic
def record_shift(
    booking: Booking, starts_at: datetime, *, by: Any, lost_minutes: int = 0, cause: str = "", note: str = ""
) -> ShiftRecord:
    """What became of the planned shift that starts then: what was lost, by cause, adds up to the session's loss (R-29).

    Said once; the same again is a replay. Raises NotPermitted, WrongState, Invalid.
    """
    lock_time([booking.instrument_id])
    booking = lock_booking(booking.pk)
    if "operator" not in booking_parties(by, booking):
        raise NotPermitted(_("The facility's staff record what a shift delivered."))
    if booking.state not in ("running", "completed"):
        raise WrongState(_("A shift is recorded once the booking has begun."))
    period = next((each for each in shifts_planned(booking) if each.lower == starts_at), None)
    if period is None or period.lower > clock.now():
        message = _("Choose a shift of this booking that has begun.")
        raise Invalid(message, [Violation("unknown_shift", message, field="starts_at")])
    if known := booking.shifts.filter(period__startswith=starts_at).first():
        if (known.lost_minutes, known.cause, known.note) == (lost_minutes, cause, note):
            return known
        raise WrongState(_("This shift is recorded already."), code="shift_recorded")
    minutes = int((period.upper - period.lower).total_seconds() // 60)
    _require_sense(lost_minutes, minutes, cause)
    record = ShiftRecord.objects.create(
        booking=booking,
        period=DateTimeTZRange(period.lower, period.upper),
        lost_minutes=lost_minutes,
        cause=cause if lost_minutes else "",
        note=note,
        by=by,
    )
    told: dict[str, Any] = {"starts_at": starts_at.isoformat(), "lost_minutes": lost_minutes, "cause": record.cause}
    audit.record("record-shift", booking, by=by, note=note, **told)
    if lost_minutes:
        places = places_charged(booking.unit, booking.places)
        units = units_of(lost_minutes * places, booking.instrument.unit_minutes)
        report_loss(booking, by=by, units=units, cause=cause, note=note or _("Recorded with its shift."))
    return record


def _require_sense(lost: int, minutes: int, cause: str) -> None:
    violations = []
    if not 0 <= lost <= minutes:
        message = _("Between nothing and the %(minutes)d minutes of the shift can be lost.") % {"minutes": minutes}
        violations.append(Violation("lost_minutes", message, field="lost_minutes", source="R-29"))
    if lost and cause not in Session.Cause.values:
        violations.append(Violation("lost_cause", _("Choose a cause."), field="cause", source="R-29"))
    if violations:
        raise Invalid(_("The shift cannot be recorded as it is."), violations)


@transaction.atomic
def leave_note(instrument: Instrument, *, by: Any, text: str, booking: Booking | None = None) -> HandoverNote:
    """Tell the next crew something about an instrument: staff at any time, a team while it runs.

    Raises NotPermitted, Invalid.
    """
    staff = allowed(by, "facilities.run_sessions", instrument.facility)
    if not staff and not teams_running(by).filter(instrument=instrument).exists():
        raise NotPermitted(_("Notes are left by the facility's staff and by the team that is running."))
    if not text.strip():
        message = _("Write what the next crew should know.")
        raise Invalid(message, [Violation("text_missing", message, field="text")])
    note = HandoverNote.objects.create(instrument=instrument, booking=booking, by=by, text=text.strip())
    audit.record("leave-note", note, by=by, instrument=instrument.slug)
    return note


@transaction.atomic
def report_problem(booking: Booking, *, by: Any, text: str) -> HandoverNote:
    """Whoever takes part in a booking tells the staff, at once, that something is wrong at the instrument.

    Raises NotPermitted, Invalid.
    """
    takes_part = by.pk == booking.requester_id or booking.people.filter(user=by).exists()
    if not takes_part and not booking_parties(by, booking) & {"requester", "operator"}:
        raise NotPermitted(_("Those who take part in the booking report its problems."))
    if not text.strip():
        message = _("Write what is wrong.")
        raise Invalid(message, [Violation("text_missing", message, field="text")])
    note = HandoverNote.objects.create(instrument=booking.instrument, booking=booking, by=by, text=text.strip())
    audit.record("report-problem", booking, by=by, note=note.text)
    staff = [person.pk for person in staff_of(booking.instrument.facility) if person.pk != by.pk]
    insert(notices_of(booking, "instrument_problem", staff, by=by, note=note.text))
    return note
