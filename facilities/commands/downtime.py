"""Downtime: a fault is one entry; who is affected is told, what was lost is recorded, making up for it is offered."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from core import audit, clock
from core.errors import Invalid, RulesRefuse, Violation, WrongState
from core.permissions import require
from core.rows import insert
from facilities.commands.bookings.freeing import wake_waiting
from facilities.commands.locks import lock_time
from facilities.commands.sessions import lose_booking, report_loss
from facilities.commands.waiting import Wish, join_waiting
from facilities.models import Booking, Correction, Downtime, Facility, Instrument, Session, Waiting
from facilities.queries.downtime import is_wholly_lost, new_losses, touched_by
from facilities.telling import tell_together
from facilities.workflows import LIVE

RUN = "facilities.run_sessions"
COMPENSATED_WITHIN = timedelta(days=180)
"""How far ahead reserve time is looked for where nobody says."""


@transaction.atomic
def report_downtime(
    facility: Facility,
    instrument: Instrument | None,
    starts_at: datetime,
    ends_at: datetime,
    *,
    by: Any,
    cause: str,
    title: str,
    note: str = "",
    planned: bool = False,
) -> Downtime:
    """Something does not work: from when, and until when it is expected. Nobody can book that time any more.

    Whoever has time there is told, once each; nothing is cancelled. Raises NotPermitted and Invalid.
    """
    require(by, RUN, facility)
    _require_readable(facility, instrument, starts_at, ends_at, cause, title)
    _lock(facility, instrument)
    period = DateTimeTZRange(starts_at, ends_at)
    same = Downtime.objects.filter(facility=facility, instrument=instrument, period=period, title=title, cause=cause)
    if known := same.first():
        return known
    downtime = Downtime.objects.create(
        facility=facility,
        instrument=instrument,
        period=period,
        cause=cause,
        planned=planned,
        title=title,
        note=note,
        created_by=None if by.is_system else by,
    )
    audit.record("report", downtime, by=by, note=note, cause=cause, planned=planned)
    _tell(downtime, touched_by(facility, instrument, period), "downtime_reported", by=by)
    return downtime


@transaction.atomic
def extend_downtime(downtime: Downtime, *, by: Any, until: datetime, note: str = "") -> Downtime:
    """It lasts longer than was expected; whoever is affected newly is told. Raises WrongState, Invalid."""
    downtime = _locked(downtime, by=by)
    before = downtime.period
    if until <= before.upper:
        message = _("Choose a later end than the one expected now, or say that it has ended.")
        raise Invalid(message, [Violation("not_later", message, field="ends_at")])
    downtime.period = DateTimeTZRange(before.lower, until)
    _save(downtime, ["period"])
    audit.record("extend", downtime, by=by, note=note, until=until.isoformat())
    told = {row.pk for row in touched_by(downtime.facility, downtime.instrument, before)}
    now_too = touched_by(downtime.facility, downtime.instrument, downtime.period)
    _tell(downtime, [row for row in now_too if row.pk not in told], "downtime_reported", by=by)
    return downtime


@transaction.atomic
def end_downtime(downtime: Downtime, *, by: Any, at: datetime | None = None, note: str = "") -> Downtime:
    """It works again, now or since an instant that has passed. What each booking lost is recorded, by its cause.

    A booking that was lost whole ends as lost; a run in which time was lost is charged for the rest (R-29). Again: a
    replay. Raises NotPermitted, Invalid.
    """
    require(by, RUN, downtime.facility)
    _lock(downtime.facility, downtime.instrument)
    downtime = _fresh(downtime)
    if downtime.ended_at is not None:
        return downtime
    at = at or clock.now()
    if not downtime.period.lower < at <= clock.now():
        message = _("It ended after it began, and not in the future.")
        raise Invalid(message, [Violation("ended_at", message, field="at")])
    touched = touched_by(downtime.facility, downtime.instrument, _wider(downtime.period, at))
    downtime.period, downtime.ended_at = DateTimeTZRange(downtime.period.lower, at), at
    _save(downtime, ["period", "ended_at"])
    audit.record("end", downtime, by=by, note=note, at=at.isoformat())
    for booking in touched:
        _lose(downtime, booking, by=by)
    live = Booking.objects.filter(pk__in=[row.pk for row in touched], state__in=LIVE)
    _tell(downtime, live.select_related("instrument__facility", "requester", "team"), "downtime_ended", by=by)
    wake_waiting()
    return downtime


@transaction.atomic
def correct_downtime(downtime: Downtime, *, by: Any, cause: str, planned: bool, reason: str) -> Correction:
    """Say later that the cause was another, or that it was planned or not: a new entry beside the first report.

    Losses and figures keep what was first said; only a plan that was none after all counts (ADR on downtime).
    """
    require(by, "facilities.manage_calendar", downtime.facility)
    violations = []
    if cause not in Session.Cause.values:
        violations.append(Violation("lost_cause", _("Choose a cause."), field="cause"))
    if not reason.strip():
        violations.append(Violation("reason_required", _("Give a reason: the other side reads it."), field="reason"))
    if violations:
        raise Invalid(_("Please correct what is marked."), violations)
    correction = Correction.objects.create(downtime=downtime, cause=cause, planned=planned, reason=reason, by=by)
    audit.record("correct", downtime, by=by, note=reason, cause=cause, planned=planned)
    return correction


@transaction.atomic
def compensate(booking: Booking, *, by: Any, note: str = "", until: datetime | None = None) -> Waiting:
    """Put who lost time on the list for compensation: reserve blocks are offered to them in its order, if any come
    free. The facility decides this; it is nobody's right (R-29). Again: a replay. Raises NotPermitted, RulesRefuse.
    """
    require(by, "facilities.decide_bookings", booking.instrument.facility)
    lock_time([booking.instrument_id])
    if known := Waiting.objects.filter(makes_up_for=booking).first():
        return known
    minutes = int(_lost_units(booking) * booking.instrument.unit_minutes)
    if not minutes or booking.requester is None:
        message = _("Nothing of this booking was lost.")
        raise RulesRefuse(message, [Violation("nothing_lost", message, source="R-29")])
    now = clock.now()
    wish = Wish(
        starts_at=now,
        ends_at=until or now + COMPENSATED_WITHIN,
        min_minutes=min(minutes, booking.instrument.min_minutes),
        max_minutes=max(minutes, booking.instrument.min_minutes),
        instrument=booking.instrument,
        mode=booking.mode,
        purpose=booking.purpose,
        title=booking.title,
        team=booking.team,
        allocation=booking.allocation,
        category=booking.category,
    )
    row = join_waiting(
        wish, by=by, person=booking.requester, kind=Waiting.Kind.COMPENSATION, makes_up_for=booking
    )  # fmt: skip
    audit.record("compensate", booking, by=by, note=note)
    return row


def _lost_units(booking: Booking) -> Decimal:
    session = Session.objects.filter(booking=booking).first()
    losses = sum((each.units for each in booking.losses.all()), Decimal(0))
    displaced = booking.units if hasattr(booking, "displacement") else Decimal(0)
    return max(losses, session.lost_units if session else Decimal(0), displaced)


def _lose(downtime: Downtime, booking: Booking, *, by: Any) -> None:
    """Record what a downtime took from a booking, and draw the consequence that its state allows now."""
    losses = new_losses(downtime, booking)
    if not losses:
        return
    insert(losses)
    units = sum((each.units for each in losses), Decimal(0))
    audit.record("lose-time", booking, by=by, note=downtime.title, units=str(units), cause=downtime.cause)
    if booking.state == "approved" and is_wholly_lost(booking):
        lose_booking(booking, by=by, cause=downtime.cause, note=downtime.title)
    elif booking.state == "completed":
        report_loss(booking, by=by, units=units, cause=downtime.cause, note=downtime.title)


def _tell(downtime: Downtime, bookings: Iterable[Booking], kind: str, *, by: Any) -> None:
    told = {
        "what": downtime.title,
        "down_from": downtime.period.lower.isoformat(),
        "down_until": downtime.period.upper.isoformat(),
    }
    tell_together(bookings, kind, by=by, note=downtime.note, **told)


def _locked(downtime: Downtime, *, by: Any) -> Downtime:
    require(by, RUN, downtime.facility)
    _lock(downtime.facility, downtime.instrument)
    downtime = _fresh(downtime)
    if downtime.ended_at is not None:
        raise WrongState(_("This downtime has ended. Report a new one."), code="downtime_ended")
    return downtime


def _fresh(downtime: Downtime) -> Downtime:
    rows = Downtime.objects.select_for_update(of=("self",)).select_related("facility", "instrument__facility")
    return rows.get(pk=downtime.pk)


def _save(downtime: Downtime, columns: list[str]) -> None:
    downtime.version += 1
    downtime.save(update_fields=[*columns, "version", "updated_at"])


def _wider(period: DateTimeTZRange, at: datetime) -> DateTimeTZRange:
    """Until the later of what was expected and what came."""
    return DateTimeTZRange(period.lower, max(period.upper, at))


def _lock(facility: Facility, instrument: Instrument | None) -> None:
    lock_time([instrument.pk] if instrument else facility.instruments.values_list("pk", flat=True))


def _require_readable(
    facility: Facility, instrument: Instrument | None, starts_at: datetime, ends_at: datetime, cause: str, title: str
) -> None:
    violations = []
    if instrument is not None and instrument.facility_id != facility.pk:
        violations.append(
            Violation("foreign_instrument", _("This instrument belongs to another facility."), "instrument")
        )
    if ends_at <= starts_at:
        violations.append(Violation("ends_before_start", _("The end must come after the start."), "ends_at"))
    if cause not in Session.Cause.values:
        violations.append(Violation("lost_cause", _("Choose a cause."), "cause"))
    if not title.strip():
        violations.append(Violation("title", _("Say in a few words what happened."), "title"))
    if violations:
        raise Invalid(_("Please correct what is marked."), violations)
