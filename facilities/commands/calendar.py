"""The calendar of a facility: operating cycles and the blocks that say what its time is for."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _
from psycopg import errors

from core import audit
from core.errors import Invalid, RulesRefuse, Violation
from core.permissions import require
from facilities.commands.locks import lock_time
from facilities.models import Block, Booking, Cycle, Facility, Instrument
from facilities.telling import tell
from facilities.workflows import LIVE

MANAGE = "facilities.manage_calendar"


def add_cycle(facility: Facility, name: str, starts_at: datetime, ends_at: datetime, *, by: Any) -> Cycle:
    """A new operating cycle. The same once more is a replay. Raises NotPermitted, Invalid, RulesRefuse (overlap)."""
    require(by, MANAGE, facility)
    period = _period(starts_at, ends_at)
    if known := Cycle.objects.filter(facility=facility, name=name, period=period).first():
        return known
    with _apart("cycles_apart", _("Cycles of a facility do not overlap, and a name is used once.")):
        cycle = Cycle.objects.create(facility=facility, name=name, period=period, created_by=by)
        audit.record("add-cycle", cycle, by=by, facility=facility.slug)
        return cycle


def add_block(
    facility: Facility,
    instrument: Instrument | None,
    kind: str,
    period: DateTimeTZRange,
    reason: str = "",
    *,
    by: Any,
    planned: bool = True,
) -> Block:
    """Say what a stretch of a facility's calendar, or of one instrument's, is for. The same once more is a replay.

    Bookings it touches stay as they are; `affected_by_block` lists them, and those people are told. Raises
    NotPermitted, Invalid, RulesRefuse where a block of the same kind is there.
    """
    require(by, MANAGE, facility)
    if kind not in Block.Kind.values:
        message = _("Choose what the time is for.")
        raise Invalid(message, [Violation("unknown_kind", message, field="kind")])
    if instrument is not None and instrument.facility_id != facility.pk:
        message = _("This instrument belongs to another facility.")
        raise Invalid(message, [Violation("foreign_instrument", message, field="instrument")])
    period = _period(period.lower, period.upper)
    with _apart("blocks_apart", _("There is a block of this kind already at that time. Change that one.")):
        _lock(facility, instrument)
        same = Block.objects.filter(facility=facility, instrument=instrument, kind=kind, period=period)
        if known := same.first():
            return known
        block = Block.objects.create(
            facility=facility,
            instrument=instrument,
            kind=kind,
            period=period,
            reason=reason,
            planned=planned,
            created_by=by,
        )
        audit.record("add-block", block, by=by, note=reason, kind=kind, facility=facility.slug)
        if kind not in Block.OPEN:
            for booking in affected_by_block(facility, instrument, period):
                tell(booking, "booking_affected", by=by, note=reason)
        return block


@transaction.atomic
def remove_block(block: Block, *, by: Any) -> None:
    """The time is for nothing in particular any more. Removed already: nothing happens."""
    require(by, MANAGE, block.facility)
    _lock(block.facility, block.instrument)
    if Block.objects.filter(pk=block.pk).exists():
        audit.record("remove-block", block, by=by, kind=block.kind, period=str(block.period))
        block.delete()


def affected_by_block(facility: Facility, instrument: Instrument | None, period: DateTimeTZRange) -> list[Booking]:
    """Bookings still to come or running that a block on a facility, or on one instrument, would touch; by start."""
    touched = Booking.objects.filter(instrument__facility=facility, state__in=LIVE, period__overlap=period)
    if instrument is not None:
        touched = touched.filter(instrument=instrument)
    return list(touched.select_related("instrument__facility", "requester", "team").order_by("period", "pk"))


def _lock(facility: Facility, instrument: Instrument | None) -> None:
    """The door to the time that a block is about: nobody books between the look at its bookings and its writing."""
    lock_time([instrument.pk] if instrument else facility.instruments.values_list("pk", flat=True))


def _period(starts_at: datetime, ends_at: datetime) -> DateTimeTZRange:
    if starts_at is None or ends_at is None or ends_at <= starts_at:
        message = _("The end must come after the start.")
        raise Invalid(message, [Violation("ends_before_start", message, field="ends_at")])
    return DateTimeTZRange(starts_at, ends_at)


@contextmanager
def _apart(rule: str, message: str) -> Iterator[None]:
    """A transaction in which an overlap, or a name used twice, becomes a refusal with this message."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if not isinstance(error.__cause__, errors.ExclusionViolation | errors.UniqueViolation):
            raise
        raise RulesRefuse(message, [Violation(rule, message, field="starts_at", source="1.5")]) from error
