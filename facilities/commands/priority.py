"""Priority access: the published rules of a facility, and displacing bookings by them with notice and a record."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.errors import Invalid, NotPermitted, RulesRefuse, SlotTaken, Violation
from core.permissions import require
from facilities.commands.bookings.ending import end_booking
from facilities.commands.bookings.requesting import on_site, request_time, settled
from facilities.commands.bookings.routing import agree_for
from facilities.commands.downtime import compensate
from facilities.commands.locks import lock_booking, lock_time
from facilities.models import Access, Booking, Displacement, Facility, PriorityRule
from facilities.permissions import may_override
from facilities.queries.priority import in_the_way, refusals_against
from facilities.queries.terms import cancellation_cost
from facilities.rules import BookingRequest
from facilities.telling import tell
from facilities.units import MINUTE

DECIDER = frozenset({"decider"})
ENDING = {"approved": "cancel", "requested": "decline", "countered": "decline", "offered": "decline", "held": "expire"}
"""How a booking in each state ends when it gives way."""


@transaction.atomic
def set_priority_rule(
    facility: Facility, category: str, *, by: Any, displaces: Sequence[str], notice_hours: int, compensates: bool
) -> PriorityRule | None:
    """Publish whom time of a category may displace; nobody where `displaces` is empty. Raises NotPermitted, Invalid."""
    require(by, "facilities.override_rules", facility)
    unknown = {category, *displaces} - set(Access.values)
    if unknown or category in displaces or notice_hours < 0:
        message = _("A category displaces others, never itself, with notice of zero hours or more.")
        raise Invalid(message, [Violation("displaces", message, field="displaces")])
    rows = PriorityRule.objects.select_for_update().filter(facility=facility, category=category)
    if not displaces:
        for rule in rows:
            audit.record("withdraw-rule", rule, by=by, category=category)
            rule.delete()
        return None
    rule = rows.first() or PriorityRule(facility=facility, category=category, created_by=by)
    rule.displaces, rule.notice_hours, rule.compensates = sorted(displaces), notice_hours, compensates
    rule.version += 1
    rule.save()
    audit.record(
        "publish-rule", rule, by=by, category=category, displaces=rule.displaces, notice_hours=notice_hours,
        compensates=compensates,
    )  # fmt: skip
    return rule


@dataclass(frozen=True)
class Displaced:
    """The booking that has got the time, and those that gave way to it."""

    booking: Booking
    gave_way: tuple[Booking, ...]


@transaction.atomic
def displace(request: BookingRequest, *, to: Any, by: Any, reason: str) -> Displaced:
    """Give a person time of a category with priority; every booking in the way gives way by the facility's rule.

    All or nothing: one that the rule does not reach, that is too near or has begun, refuses the whole. Who gives way is
    charged nothing, is told why, and is put on the list for compensation where the rule says so. The request obeys
    every other rule, and goes through the route, to which the one who displaces has agreed by that. Raises
    NotPermitted, Invalid (no reason), RulesRefuse with a violation for each booking that stays.
    """
    facility = request.instrument.facility
    if not may_override(by, facility):
        raise NotPermitted(_("Bookings are displaced by the facility's manager."))
    request = settled(request, to)
    if by.pk == to.pk or (request.team is not None and request.team.members.filter(user=by).exists()):
        raise NotPermitted(_("Nobody displaces others for work of their own."))
    if not reason.strip():
        message = _("Give a reason: the other side reads it.")
        raise Invalid(message, [Violation("reason_required", message, field="reason")], code="reason_required")
    rule = PriorityRule.objects.filter(facility=facility, category=request.access).first()
    victims = _locked_victims(request, in_the_way(request))
    violations = refusals_against(request, rule, victims)
    if rule is None or violations:
        raise RulesRefuse(violations[0].message, violations)
    for victim in victims:
        _end(victim, rule, by=by, reason=reason)
    booking = request_time(request, by=to)
    for victim in victims:
        _record(victim, booking, rule, by=by, reason=reason)
        if rule.compensates and victim.requester_id is not None:
            compensate(victim, by=by, note=reason)
    agree_for(booking, by, note=reason)
    booking.refresh_from_db()
    audit.record("displace", booking, by=by, note=reason, displaced=[str(victim) for victim in victims])
    return Displaced(booking, tuple(victims))


def _locked_victims(request: BookingRequest, found: Sequence[Booking]) -> list[Booking]:
    """The same bookings under the locks of everything they and the request touch, as they are now."""
    instruments: set[UUID] = {request.instrument.pk, *(each.instrument_id for each in found)}
    changing = {
        pk for each in found for pk in each.changes.filter(state="open").values_list("instrument_id", flat=True)
    }
    lock_time(instruments | changing, on_site(request), request.equipment)
    victims = in_the_way(request)
    if {each.instrument_id for each in victims} - instruments:
        raise SlotTaken(_("Somebody else was faster: this time is taken now. Choose another time."))
    return [lock_booking(each.pk) for each in victims]


def _end(victim: Booking, rule: PriorityRule, *, by: Any, reason: str) -> None:
    move = ENDING[victim.state]
    parties = DECIDER if move != "expire" else frozenset({"system"})
    cost = cancellation_cost(victim, "facility") if move == "cancel" else None
    end_booking(victim, move, by=by, parties=parties, note=reason, kind="", told=False, cost=cost)
    told: dict[str, Any] = {"category": str(Access(rule.category).label), "compensates": rule.compensates}
    tell(victim, "booking_displaced", by=by, note=reason, **told)


def _record(victim: Booking, booking: Booking, rule: PriorityRule, *, by: Any, reason: str) -> None:
    Displacement.objects.create(
        displaced=victim,
        by_booking=booking,
        by=by,
        reason=reason,
        category=rule.category,
        displaced_category=victim.category,
        notice_hours=rule.notice_hours,
        notice_minutes=(victim.starts_at - clock.now()) // MINUTE,
        compensates=rule.compensates,
    )
