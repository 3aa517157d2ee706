"""When a report is due and reminded of, and what a DOI looks like: pure functions."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta


def report_due_on(ends_at: datetime, zone: str, months: int) -> date:
    """So many calendar months after the day a run ends where the instrument is (R-31): 30 November + 3 is the last
    day of February (F11). A run that ends at midnight ends with the day before."""
    last_day = (ends_at.astimezone(ZoneInfo(zone)) - timedelta(microseconds=1)).date()
    return last_day + relativedelta(months=months)


def reminder_due(due_on: date, today: date, days: Iterable[int], sent: Iterable[int]) -> int | None:
    """The latest of the reminder days (negative before the due day) that was reached and not yet sent; None for none.

    A timer that ran late sends one reminder, not several: earlier days count as sent with it.
    """
    reached = [day for day in days if due_on + timedelta(days=day) <= today]
    latest = max(reached, default=None)
    return latest if latest is not None and latest > max(sent, default=-10_000) else None


def normal_doi(value: str) -> str:
    """`10.1000/xyz` in lower case, from that, a `doi:` or a doi.org address. Raises ValueError for anything else.

    DOIs are compared without regard to case (DOI Handbook 2.4); the prefix is `10.` and four to nine digits.
    """
    bare = unquote(value.strip())
    bare = re.sub(r"^(https?://)?(dx\.)?doi\.org/|^doi:\s*", "", bare, flags=re.IGNORECASE).lower()
    if not re.fullmatch(r"10\.\d{4,9}/\S{1,180}", bare):
        raise ValueError(value)
    return bare
