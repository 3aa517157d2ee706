"""How long a term of office lasts and when its end is announced."""

from collections.abc import Sequence
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta


def end_of_term(starts_on: date, months: int) -> date:
    """The day on which a term is over (exclusive), by the calendar: 60 months from 2021-09-25 are over on 2026-09-25
    (R-45)."""
    return starts_on + relativedelta(months=months)


def alert_due(ends_on: date, today: date, days: Sequence[int]) -> int | None:
    """The shortest of the spans before the end that has begun; 0 from the end on; None while none has."""
    if today >= ends_on:
        return 0
    return min((each for each in days if today >= ends_on - timedelta(days=each)), default=None)
