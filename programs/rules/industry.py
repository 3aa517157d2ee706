"""Money and dates of industrial access: sliding prices, how long a quotation stands, when paid time may begin."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

CENT = Decimal("0.01")
Price = tuple[int, Decimal]
"""From the how-manieth unit on, and what one unit costs from there."""


def price_of(units: Decimal, prices: Sequence[Price]) -> Decimal:
    """What `units` cost, in the currency of the prices, rounded half to even to a hundredth.

    Prices rise in `from unit`, the first is from 1; a later price holds only for the units from it on, as at the ESRF
    (a lower price from the eleventh shift). Raises ValueError for prices that do not begin at 1 or do not rise.
    """
    starts = [start for start, _price in prices]
    if not starts or starts[0] != 1 or starts != sorted(set(starts)) or any(price < 0 for _start, price in prices):
        raise ValueError("prices begin at unit 1 and rise")
    total = Decimal(0)
    for place, (start, price) in enumerate(prices):
        upto = Decimal(starts[place + 1] - 1) if place + 1 < len(starts) else units
        total += max(min(units, upto) - (start - 1), Decimal(0)) * price
    return total.quantize(CENT, ROUND_HALF_EVEN)


def valid_until(quoted_at: datetime, months: int, zone: str) -> datetime:
    """The end of the day on which a quotation expires, in the facility's zone: calendar months later (R-33, ESRF)."""
    day = (quoted_at.astimezone(ZoneInfo(zone)) + relativedelta(months=months)).date()
    return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(zone)).astimezone(UTC)


def first_day_after(paid_on: date, business_days: int, weekdays: frozenset[int]) -> date:
    """The first day on which paid time may begin: `business_days` whole working days (ISO weekdays) lie between."""
    day, left = paid_on, business_days
    while left:
        day += timedelta(days=1)
        left -= day.isoweekday() in weekdays
    return day + timedelta(days=1)
