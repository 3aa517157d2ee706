"""Named periods as leadership speaks of them: `2026-Q3`, `2026`, `last12`; half-open, with the ones before them."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from core import clock


@dataclass(frozen=True)
class Period:
    """Days from `first` up to, not including, `until`."""

    key: str
    first: date
    until: date

    @property
    def label(self) -> str:
        if self.key == "last12":
            return _("Last twelve months")
        year, _dash, quarter = self.key.partition("-Q")
        return _("%(year)s, quarter %(quarter)s") % {"year": year, "quarter": quarter} if quarter else year

    @property
    def before(self) -> "Period":
        """The period of the same kind right before it."""
        if self.key == "last12":
            return Period("last12", _year_back(self.first), _year_back(self.until))
        if "-Q" in self.key:
            return quarter_of(self.first - timedelta(days=1))
        return year_of(self.first.year - 1)

    @property
    def year_before(self) -> "Period":
        """The same period one year earlier."""
        if "-Q" in self.key:
            return quarter_of(_year_back(self.first))
        return self.before


def _year_back(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day)


def quarter_of(day: date) -> Period:
    quarter = (day.month - 1) // 3
    first = date(day.year, 3 * quarter + 1, 1)
    until = date(day.year + quarter // 3, (3 * quarter + 3) % 12 + 1, 1)
    return Period(f"{day.year}-Q{quarter + 1}", first, until)


def year_of(year: int) -> Period:
    return Period(str(year), date(year, 1, 1), date(year + 1, 1, 1))


def last_twelve() -> Period:
    """From the first of this month a year ago up to and including today (UTC)."""
    today = clock.now().date()
    return Period("last12", date(today.year - 1, today.month, 1), today + timedelta(days=1))


def period_named(key: str) -> Period:
    """The period of that name; the last complete quarter where there is none of it."""
    if key == "last12":
        return last_twelve()
    if found := re.fullmatch(r"(20\d\d)-Q([1-4])", key):
        return quarter_of(date(int(found[1]), 3 * int(found[2]) - 2, 1))
    if re.fullmatch(r"20\d\d", key):
        return year_of(int(key))
    return quarter_of(clock.now().date()).before


def offered() -> list[Period]:
    """What a page offers: this quarter and seven before it, this year and two before it, the last twelve months."""
    quarter = quarter_of(clock.now().date())
    quarters = [quarter]
    while len(quarters) < 8:
        quarters.append(quarters[-1].before)
    this_year = clock.now().date().year
    return [*quarters, *(year_of(this_year - back) for back in range(3)), last_twelve()]


def series(period: Period, length: int = 6) -> list[Period]:
    """The period with those before it, oldest first."""
    found = [period]
    while len(found) < length:
        found.append(found[-1].before)
    return found[::-1]


def days_named(name: str) -> tuple[date, date] | None:
    """First day and the day after the last of `2026-05`, `2026-Q2` or `2026`; None for any other word."""
    if found := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", name):
        year, month = int(found[1]), int(found[2])
        return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
    if found := re.fullmatch(r"(\d{4})-Q([1-4])", name):
        period = quarter_of(date(int(found[1]), 3 * int(found[2]), 1))
    elif re.fullmatch(r"\d{4}", name):
        period = year_of(int(name))
    else:
        return None
    return period.first, period.until
