"""What follows when a booking has ended: what was waived for it is settled, and those who wait are looked at."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.jobs import enqueue
from facilities.commands import ledger
from facilities.commands.locks import lock_allocations
from facilities.models import Allocation, Booking, Cancellation, LedgerEntry, Waiting
from facilities.queries.terms import CancellationCost
from facilities.units import MINUTE
from facilities.workflows import WAITING
from workflow.commands import advance


def charge_cancellation(booking: Booking, cost: CancellationCost, account: Allocation | None, *, by: Any) -> None:
    """Record whose cancellation it was and charge the locked account what it costs, nothing where that is waived for
    a substitute. The booking's own units have just been released, so they are there."""
    deducted = Decimal(0) if cost.waived else cost.due
    ledger.post(account, LedgerEntry.Kind.USED, deducted, by=by, booking=booking, note=cost.reason)
    Cancellation.objects.create(
        booking=booking,
        caused_by=cost.caused_by,
        by=by,
        notice_minutes=cost.notice // MINUTE,
        is_late=cost.is_late,
        due=cost.due,
        deducted=deducted,
        fee=Decimal(0) if cost.waived else cost.fee,
        currency="" if cost.waived else cost.currency,
        reason=cost.reason,
    )


def settle_substitute(booking: Booking, *, by: Any) -> None:
    """A substitute that ends before it was approved stands for nothing: what was waived for it is charged after all,
    as far as the account still goes (R-28)."""
    waived = Cancellation.objects.filter(substitute=booking).select_related("booking").first()
    if waived is None or booking.decided_at is not None:
        return
    given_up = waived.booking
    account = lock_allocations(given_up.allocation_id).get(given_up.allocation_id)
    if account is not None and waived.due:
        waived.deducted = min(waived.due, account.left)
        note = _("The substitute %(booking)s does not take place.") % {"booking": booking.reference}
        ledger.post(account, LedgerEntry.Kind.USED, waived.deducted, by=by, booking=given_up, note=note)
        waived.save(update_fields=["deducted", "updated_at"])


def wait_on(booking: Booking, *, by: Any) -> None:
    """Offered time was not taken: whoever waited for it keeps their place on the list."""
    if waiting := Waiting.objects.select_for_update().filter(offers__booking=booking, state="offered").first():
        advance(waiting, WAITING, "wait-on", by=by, parties={"system"}, booking=booking.reference)


def wake_waiting() -> None:
    """Time has become free: after the commit those who wait are looked at, if there are any."""
    if Waiting.objects.filter(state="waiting").exists():
        enqueue("facilities.offer_free_time")
