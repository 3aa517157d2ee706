"""Blocks: what a stretch of a calendar is for; changing one looks first at the bookings that would be in the way."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core import audit
from core.errors import DomainError, Invalid, NotFound, Violation
from core.permissions import require
from facilities.commands.bookings import counter_booking, reschedule_booking
from facilities.commands.bookings.shifting import request_again
from facilities.commands.calendar.bounds import MANAGE, apart, period_of
from facilities.commands.locks import lock_time
from facilities.models import Block, Booking, Facility, Instrument
from facilities.queries.availability import nearest_slots
from facilities.queries.calendar import openness
from facilities.telling import tell
from facilities.workflows import LIVE

MOVES = {"requested": counter_booking, "approved": reschedule_booking}
"""How the facility proposes another time to a booking of a state; those of other states are only told."""

PROPOSED_TO = 20
"""So many bookings get proposals of other times; a search for each costs some tenths of a second."""


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


@dataclass(frozen=True)
class Slot:
    """Another time that is proposed to a booking."""

    instrument: UUID
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Affected:
    """A booking whose time would not be open any more, and up to three legal times that could be proposed."""

    booking: Booking
    proposals: tuple[Slot, ...] = ()


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
        _propose(affected, moves or {}, by=by, note=plan.reason)
        return written


def remove_block(block: Block, *, by: Any, moves: Mapping[UUID, Slot | None] | None = None) -> None:
    """The time is for nothing in particular any more. Removed already: nothing happens. Otherwise as `change_block`."""
    require(by, MANAGE, block.facility)
    with transaction.atomic():
        _lock(plan_of(block), None)
        if Block.objects.filter(pk=block.pk).exists():
            _propose(_remove(block, by=by), moves or {}, by=by, note=block.reason)


def review_block_change(
    plan: Plan | None, *, by: Any, block: Block | None = None, proposals: int = PROPOSED_TO
) -> list[Affected]:
    """The bookings that a change (a removal where there is no plan) would put outside open time, by start, so many of
    them with times that are legal after it. The change is tried and taken back: nothing is written. Raises as it would.
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
        proposed = _proposals(affected, changed.facility, proposals)
        transaction.set_rollback(True)
    return proposed


def affected_by_block(facility: Facility, instrument: Instrument | None, period: DateTimeTZRange) -> list[Booking]:
    """Bookings still to come or running that touch a period of a facility, or of one instrument; by start."""
    touched = Booking.objects.filter(instrument__facility=facility, state__in=LIVE, period__overlap=period)
    if instrument is not None:
        touched = touched.filter(instrument=instrument)
    return _listed(touched)


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
    return block, _now_closed(was_open, before, plan)


def _remove(block: Block, *, by: Any) -> list[Booking]:
    before = plan_of(block)
    was_open = _open_bookings(before, before)
    audit.record("remove-block", block, by=by, kind=block.kind, period=str(block.period))
    Block.objects.filter(pk=block.pk).delete()
    return _now_closed(was_open, before, before)


def _open_bookings(*plans: Plan) -> frozenset[UUID]:
    """Live bookings near these plans whose time is open now."""
    return frozenset(pk for pk, is_open in _openness(*plans).items() if is_open)


def _openness(*plans: Plan) -> dict[UUID, bool]:
    hull = DateTimeTZRange(min(plan.period.lower for plan in plans), max(plan.period.upper for plan in plans))
    places = {plan.instrument.pk if plan.instrument else None for plan in plans}
    return openness(plans[0].facility, places.pop() if len(places) == 1 else None, hull)


def _now_closed(was_open: frozenset[UUID], *plans: Plan) -> list[Booking]:
    lost = [pk for pk, is_open in _openness(*plans).items() if not is_open and pk in was_open]
    return _listed(Booking.objects.filter(pk__in=lost))


def _listed(bookings: QuerySet[Booking]) -> list[Booking]:
    """By start; thousands of them share a few instruments, so that these are read once and not joined to each."""
    return list(bookings.prefetch_related("instrument__facility", "requester", "team").order_by("period", "pk"))


def _proposals(affected: list[Booking], facility: Facility, most: int) -> list[Affected]:
    """Nearest legal times for the first of them; what is offered first to one is not offered to the next."""
    here = {str(pk) for pk in facility.instruments.values_list("pk", flat=True)}
    found: list[Affected] = []
    first_choices: list[Slot] = []
    for number, booking in enumerate(affected):
        offered: list[Slot] = []
        if number < most and booking.state in MOVES:
            near = nearest_slots(request_again(booking, None, None, None), 3 + len(first_choices), booking=booking)
            own = [_slot(each) for each in near if each["instrument"] in here]
            offered = [each for each in own if not any(_meet(each, other) for other in first_choices)][:3]
            first_choices += offered[:1]
        found.append(Affected(booking, tuple(offered)))
    return found


def _propose(affected: list[Booking], moves: Mapping[UUID, Slot | None], *, by: Any, note: str) -> None:
    """Counter a request, reschedule an approved booking, tell the others. Raises NotFound for one not affected."""
    if not {pk for pk, slot in moves.items() if slot} <= {booking.pk for booking in affected}:
        raise NotFound(_("One of these bookings is not affected any more. Look again."))
    note = note or _("The facility needs the time.")
    for booking in affected:
        slot = moves.get(booking.pk)
        if slot is None:
            tell(booking, "booking_affected", by=by, note=note)
            continue
        if booking.state not in MOVES:
            message = _("%(booking)s cannot be moved as it is.") % {"booking": booking.reference}
            raise Invalid(message, [Violation("not_movable", message, field="moves")])
        instrument = Instrument.objects.select_related("facility").get(pk=slot.instrument)
        propose = MOVES[booking.state]
        try:
            propose(booking, by=by, starts_at=slot.starts_at, ends_at=slot.ends_at, instrument=instrument, note=note)
        except DomainError as refusal:
            refusal.message = f"{booking.reference}: {refusal.message}"
            refusal.violations = [
                replace(each, message=f"{booking.reference}: {each.message}", field="moves")
                for each in refusal.violations
            ]
            raise


def _slot(found: dict[str, Any]) -> Slot:
    starts_at, ends_at = (datetime.fromisoformat(found[name]) for name in ("starts_at", "ends_at"))
    return Slot(UUID(found["instrument"]), starts_at, ends_at)


def _meet(slot: Slot, other: Slot) -> bool:
    same = slot.instrument == other.instrument
    return same and slot.starts_at < other.ends_at and other.starts_at < slot.ends_at


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
