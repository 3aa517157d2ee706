"""What a cycle with quotas has given so far, read for a request that asks for more of it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from core import clock
from core.rows import fetch_together
from facilities import sql
from facilities.models import Allocation, Booking
from facilities.queries.policies import Hold
from facilities.rules import CycleShare
from facilities.units import THOUSANDTH


def shares_for(
    allocation: Allocation | None, cycles: Iterable[UUID], *, booking: Booking | None = None, hold: Hold | None = None
) -> tuple[CycleShare, ...]:
    """The shares of these cycles without `booking`, save of the one that the paying `allocation` is of: that time was
    given with it. `hold` locks the cycles first, so that what is counted stays so."""
    counted = [pk for pk in cycles if allocation is None or pk != allocation.cycle_id]
    if not counted:
        return ()
    if hold is not None:
        hold(cycles=counted)
    found = fetch_together(*((sql.SHARES, given_parameters(pk, booking)) for pk in counted))
    return tuple(_share(row) for rows in found for row in rows if row[3])


def given_parameters(cycle: UUID, booking: Booking | None = None) -> dict[str, Any]:
    """The parameters of `sql.GIVEN` and `sql.SHARES`."""
    return {"cycle": cycle, "without": booking.pk if booking else None, "now": clock.now()}


def _share(row: tuple[Any, ...]) -> CycleShare:
    """A row of `sql.SHARES`; there is one only where there is user time."""
    name, lower, upper, user_hours, given, quotas, pk = row
    hours = {category: Decimal(text).quantize(THOUSANDTH) for category, text in given.items()}
    shares = {category: (least, most) for category, (least, most) in quotas.items()}
    return CycleShare(name, lower, upper, Decimal(user_hours).quantize(THOUSANDTH), hours, shares, pk)
