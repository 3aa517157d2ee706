"""What an instrument's time costs: charged by elapsed time, so a night when clocks change has 7 or 9 hours."""

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

MINUTE = timedelta(minutes=1)
THOUSANDTH = Decimal("0.001")


def elapsed_minutes(starts_at: datetime, ends_at: datetime) -> int:
    """Whole minutes between two aware instants."""
    return (ends_at - starts_at) // MINUTE


def units_of(minutes: int | Decimal, unit_minutes: int) -> Decimal:
    """Minutes in an instrument's own unit, to three decimals: 540 minutes of a shift of 480 are 1.125."""
    return (Decimal(minutes) / unit_minutes).quantize(THOUSANDTH, ROUND_HALF_UP)


BY_PLACE = frozenset({"node_hour", "sample"})
"""Units that count places: node-hours are nodes × hours, sample slots are places × slots. The others count time."""


def units_of_stay(instrument: Any, starts_at: datetime, ends_at: datetime, places: int = 1) -> Decimal:
    """What a stay at so many places of an instrument costs, in its unit. Source: R-02, charged by elapsed time."""
    minutes = elapsed_minutes(starts_at, ends_at) * places_charged(instrument.unit, places)
    return units_of(minutes, instrument.unit_minutes)


def places_charged(unit: str, places: int) -> int:
    """By how many places a unit is multiplied."""
    return places if unit in BY_PLACE else 1


def exchangeable(source: str, target: str) -> bool:
    """Whether one unit can become another: time becomes time, what counts places only its own kind."""
    return source == target or not BY_PLACE & {source, target}
