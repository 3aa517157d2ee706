"""The ledger: each entry changes one sum of the locked allocation, and the sums are never set in another way."""

from decimal import Decimal
from typing import Any

from core import clock
from core.rows import insert
from facilities import sql
from facilities.models import Allocation, Booking, LedgerEntry
from facilities.units import THOUSANDTH

Kind = LedgerEntry.Kind

EFFECTS: dict[str, tuple[str, int]] = {
    Kind.GRANTED: ("granted", 1),
    Kind.COMPENSATED: ("granted", 1),
    Kind.RETURNED: ("granted", -1),
    Kind.EXPIRED: ("granted", -1),
    Kind.RECEIVED: ("granted", 1),
    Kind.SENT: ("granted", -1),
    Kind.HELD: ("held", 1),
    Kind.RELEASED: ("held", -1),
    Kind.USED: ("used", 1),
}
"""Which sum an entry of each kind changes, and which way. What is left is granted − held − used."""


def enter(
    allocation: Allocation,
    kind: str,
    units: Decimal,
    *,
    by: Any,
    booking: Booking | None = None,
    note: str = "",
    counterpart: Allocation | None = None,
) -> LedgerEntry:
    """The unsaved entry of `units` (positive, in the allocation's unit); its effect on the locked row is in memory.

    The database refuses a balance below zero; check it by the rules before.
    """
    column, sign = EFFECTS[kind]
    units = units.quantize(THOUSANDTH)
    setattr(allocation, column, getattr(allocation, column) + sign * units)
    allocation.version += 1
    return LedgerEntry(
        allocation=allocation,
        booking_id=booking.pk if booking else None,
        kind=kind,
        units=units,
        by=by,
        note=note[:300],
        counterpart=counterpart,
    )


def sums_of(allocation: Allocation) -> tuple[str, dict[str, Any]]:
    """The statement that writes the sums of an allocation."""
    columns = ("granted", "held", "used", "version")
    values = {column: getattr(allocation, column) for column in columns}
    return sql.SUMS, {"id": allocation.pk, "now": clock.now(), **values}


def post(allocation: Allocation | None, kind: str, units: Decimal, *, by: Any, **more: Any) -> None:
    """Enter units on a locked allocation, with what `enter` takes; nothing for none or zero."""
    if allocation is not None and units:
        entry = enter(allocation, kind, units, by=by, **more)
        insert([entry], also=[sums_of(allocation)])
