"""Rules at the moment of approval: what is broken then is refused, unless the facility's manager sets it aside."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.errors import Invalid, RulesRefuse, Violation
from facilities.commands.bookings.deciding import approve_booking
from facilities.commands.bookings.placing import refusal
from facilities.commands.locks import lock_with_change
from facilities.models import Booking
from facilities.permissions import booking_parties
from facilities.queries.bookings import open_change
from facilities.queries.checks import request_of, standing_against
from facilities.queries.nearest import nearest_slots
from facilities.workflows import BOOKING
from workflow import approvals
from workflow.commands import advance, permitted_move
from workflow.models import Task


@transaction.atomic
def override_rules(booking: Booking, *, by: Any, note: str, rules: Collection[str] = ()) -> Booking:
    """Set aside rules that a booking, or its proposed other time, breaks now: the ones named, else all that it breaks.

    The reason is kept with the booking. Raises WrongState, NotPermitted, Invalid (no reason, nothing is broken) and
    RulesRefuse with the rules that nobody may override.
    """
    booking = lock_with_change(booking.pk)
    change = open_change(booking)
    parties = booking_parties(by, booking)
    permitted_move(BOOKING, "override", booking.state, parties, note)
    broken = [each for each in standing_against(booking, change) if not rules or each.rule in rules]
    if not broken:
        message = _("No rule stands against this booking. Approve it as it is.")
        raise Invalid(message, [Violation("nothing_broken", message, "rules")])
    if fixed := [each for each in broken if not each.overridable]:
        raise RulesRefuse(_("Nobody may override these rules. Propose another time, or decline."), fixed)
    named = sorted({each.rule for each in broken})
    row = {"reason": note, "by": str(by.pk), "name": by.name, "at": clock.now().isoformat()}
    booking.overrides = [*booking.overrides, *({"rule": rule, **row} for rule in named)]
    advance(booking, BOOKING, "override", by=by, parties=parties, note=note, also=["overrides"], rules=named)
    return booking


@transaction.atomic
def approve_despite(task: Task, booking: Booking, *, by: Any, note: str) -> Task:
    """Override every rule that stands against a booking and approve it, for one reason. Raises as both of them."""
    override_rules(booking, by=by, note=note)
    return approvals.decide(task, "approve", by=by, note=note)


def approve_legal(booking: Booking, *, by: Any, note: str) -> Booking:
    """Grant a request that was judged some time ago; for routes that ask nobody. Raises as `require_legal`."""
    require_legal(booking)
    return approve_booking(booking, by=by, note=note)


def require_legal(booking: Booking) -> None:
    """Raise RulesRefuse or SlotTaken where a rule stands against a locked booking that is about to be approved.

    A rule may be broken that was not when the time was asked for: a policy or a block is new, a training has run out.
    """
    change = open_change(booking)
    if left := standing_against(booking, change):
        raise refusal(left, nearest_slots(request_of(booking, change), booking=booking))
