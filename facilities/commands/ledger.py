"""The ledger: each entry changes one sum of the locked allocation, and the sums are never set in another way."""

from decimal import Decimal
from typing import Any

from facilities.models import Allocation, Booking, LedgerEntry

Kind = LedgerEntry.Kind

EFFECTS: dict[str, tuple[str, int]] = {
    Kind.GRANTED: ("granted", 1),
    Kind.COMPENSATED: ("granted", 1),
    Kind.RETURNED: ("granted", -1),
    Kind.EXPIRED: ("granted", -1),
    Kind.HELD: ("held", 1),
    Kind.RELEASED: ("held", -1),
    Kind.USED: ("used", 1),
}
"""Which sum an entry of each kind changes, and which way. What is left is granted − held − used."""


def post(
    allocation: Allocation | None,
    kind: str,
    units: Decimal,
    *,
    by: Any,
    booking: Booking | None = None,
    note: str = "",
) -> None:
    """Enter `units` (positive, in the allocation's unit) on a locked allocation; nothing for none or zero.

    The database refuses a balance below zero; check it by the rules before.
    """
    if allocation is None or not units:
        return
    column, sign = EFFECTS[kind]
    setattr(allocation, column, getattr(allocation, column) + sign * units)
    allocation.version += 1
    allocation.save(update_fields=[column, "version", "updated_at"])
    LedgerEntry.objects.create(
        allocation=allocation, booking_id=booking.pk if booking else None, kind=kind, units=units, by=by, note=note
    )
