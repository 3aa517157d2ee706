"""Blocks: what a stretch of a calendar is for; changing one looks first at the bookings that would be in the way."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from core import audit
from core.errors import Invalid, NotFound, Violation
from core.permissions import require
from facilities.commands.calendar.bounds import MANAGE, apart, period_of
from facilities.commands.calendar.touching import (
    FIRST,
    Affected,
    Slot,
    Window,
    listed,
    now_closed,
    open_bookings,
    proposals_to,
    propose_moves,
)
from facilities.commands.locks import lock_time
from facilities.models import Block, Booking, Facility, Instrument
from facilities.queries.calendar import openness


@dataclass(frozen=True)
class Plan:
    """What a block is to be."""

    facility: Facility
    instrument: Instrument | None
    kind: str
    period: DateTimeTZRange
    reason: str = ""
    planned: bool = True

    @property
    def closes(self) -> bool:
        return self.kind not in Block.OPEN


def plan_of(block: Block) -> Plan:
    """A block as it is."""
    return Plan(block.facility, block.instrument, block.kind, block.period, block.reason, block.planned)


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

    Bookings it touches stay as they are, and those people are told. Raises NotPermitted, Invalid, RulesRefuse where a
    block of the same kind is there.
    """
    return change_block(Plan(facility, instrument, kind, period, reason, planned), by=by)


def change_block(
    plan: Plan, *, by: Any, block: Block | None = None, moves: Mapping[UUID, Slot | None] | None = None
) -> Block:
    """Make a block, or change one, and propose another time to the bookings that `moves` names, all or nothing.

    Those in the way that get no proposal stay as they are and are told. Raises as `add_block`, and as proposing does.
    """
    require(by, MANAGE, plan.facility)
    plan = _readable(plan, block)
    with _blocks_apart():
        _lock(plan, block)
        block = _fresh(block)
        if block is None and (known := _same(plan)):
            return known
        written, affected = _write(plan, block, by=by)
        propose_moves(affected, moves or {}, by=by, note=plan.reason)
        return written


def remove_block(block: Block, *, by: Any, moves: Mapping[UUID, Slot | None] | None = None) -> None:
    """The time is for nothing in particular any more. Removed already: nothing happens. Otherwise as `change_block`."""
    require(by, MANAGE, block.facility)
    with transaction.atomic():
        _lock(plan_of(block), None)
        if Block.objects.filter(pk=block.pk).exists():
            propose_moves(_remove(block, by=by), moves or {}, by=by, note=block.reason)


def review_block_change(
    plan: Plan | None, *, by: Any, block: Block | None = None, window: Window = FIRST
) -> list[Affected]:
    """The bookings that a change (a removal where there is no plan) would put outside open time, by start, those in the
    window with times that are legal after it. The change is tried and taken back: nothing is written. Raises as it
    would.
    """
    changed = plan_of(block) if plan is None and block is not None else plan
    if changed is None:
        raise ValueError("neither a plan nor a block")
    require(by, MANAGE, changed.facility)
    with _blocks_apart():
        _lock(changed, block)
        current = _fresh(block)
        if plan is None and current is not None:
            affected = _remove(current, by=by)
        else:
            _written, affected = _write(_readable(changed, block), current, by=by)
        proposed = proposals_to(affected, changed.facility, window)
        transaction.set_rollback(True)
    return proposed


def affected_by_block(facility: Facility, instrument: Instrument | None, period: DateTimeTZRange) -> list[Booking]:
    """Bookings still to come or running that touch a period of a facility, or of one instrument; by start."""
    return listed(Booking.objects.filter(pk__in=openness(facility, instrument.pk if instrument else None, period)))


def _write(plan: Plan, block: Block | None, *, by: Any) -> tuple[Block, list[Booking]]:
    """The block as planned, and the bookings whose time is not open any more."""
    fields = {name: getattr(plan, name) for name in ("instrument", "kind", "period", "reason", "planned")}
    if block is None:
        made = Block.objects.create(facility=plan.facility, **fields, created_by=by)
        audit.record("add-block", made, by=by, note=plan.reason, kind=plan.kind, facility=plan.facility.slug)
        return made, affected_by_block(plan.facility, plan.instrument, plan.period) if plan.closes else []
    before = plan_of(block)
    was_open = _open_bookings(before, plan)
    for name, value in fields.items():
        setattr(block, name, value)
    block.version += 1
    block.save()
    audit.record(
        "change-block", block, by=by, note=plan.reason, kind=plan.kind, before=str(before.period), was=before.kind
    )
    return block, now_closed(was_open, plan.facility, *_hull(before, plan))


def _remove(block: Block, *, by: Any) -> list[Booking]:
    before = plan_of(block)
    was_open = _open_bookings(before)
    audit.record("remove-block", block, by=by, kind=block.kind, period=str(block.period))
    Block.objects.filter(pk=block.pk).delete()
    return now_closed(was_open, before.facility, *_hull(before))


def _open_bookings(*plans: Plan) -> frozenset[UUID]:
    """Live bookings near these plans whose time is open now."""
    return open_bookings(plans[0].facility, *_hull(*plans))


def _hull(*plans: Plan) -> tuple[UUID | None, DateTimeTZRange]:
    """The one instrument that the plans are about, if there is one, and the time around them."""
    period = DateTimeTZRange(min(plan.period.lower for plan in plans), max(plan.period.upper for plan in plans))
    places = {plan.instrument.pk if plan.instrument else None for plan in plans}
    return places.pop() if len(places) == 1 else None, period


def _readable(plan: Plan, block: Block | None) -> Plan:
    """The plan with its period checked. Raises Invalid."""
    if plan.kind not in Block.Kind.values:
        message = _("Choose what the time is for.")
        raise Invalid(message, [Violation("unknown_kind", message, field="kind")])
    if plan.instrument is not None and plan.instrument.facility_id != plan.facility.pk:
        message = _("This instrument belongs to another facility.")
        raise Invalid(message, [Violation("foreign_instrument", message, field="instrument")])
    if block is not None and block.facility_id != plan.facility.pk:
        raise NotFound()
    return replace(plan, period=period_of(plan.period.lower, plan.period.upper))


def _same(plan: Plan) -> Block | None:
    return Block.objects.filter(
        facility=plan.facility, instrument=plan.instrument, kind=plan.kind, period=plan.period
    ).first()


def _fresh(block: Block | None) -> Block | None:
    """The block as it is now. Raises NotFound when it was removed meanwhile."""
    if block is None:
        return None
    found = Block.objects.select_related("facility", "instrument__facility").filter(pk=block.pk).first()
    if found is None:
        raise NotFound(_("This block was removed meanwhile."))
    return found


def _lock(plan: Plan, block: Block | None) -> None:
    """The door to the time that a block is about: nobody books between the look at its bookings and its writing."""
    if plan.instrument is not None and block is None:
        lock_time([plan.instrument.pk])
    else:
        lock_time(plan.facility.instruments.values_list("pk", flat=True))


def _blocks_apart() -> Any:
    return apart("blocks_apart", _("There is a block of this kind already at that time. Change that one."))
