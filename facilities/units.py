"""What an instrument's time costs: charged by elapsed time, so a night when clocks change has 7 or 9 hours."""

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

MINUTE = timedelta(minutes=1)
THOUSANDTH = Decimal("0.001")


def elapsed_minutes(starts_at: datetime, ends_at: datetime) -> int:
    """Whole minutes between two aware instants."""
    return (ends_at - starts_at) // MINUTE


def units_of(minutes: int | Decimal, unit_minutes: int) -> Decimal:
    """Minutes in an instrument's own unit, to three decimals: 540 minutes of a shift of 480 are 1.125."""
    return (Decimal(minutes) / unit_minutes).quantize(THOUSANDTH, ROUND_HALF_UP)


def units_between(starts_at: datetime, ends_at: datetime, unit_minutes: int) -> Decimal:
    """What a stay costs. Source: R-02 (8-hour shift), charged by elapsed time."""
    return units_of(elapsed_minutes(starts_at, ends_at), unit_minutes)
