"""Dates of a series: an RFC 5545 rule on the wall clock of one zone, so that local time stays when clocks change."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import cast
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr
from django.utils.translation import gettext as _

from core.errors import Invalid, Violation
from core.reading import whole_number

MOST_DATES = 104
"""Two years of weeks: what one series may ask for."""

REACH = timedelta(days=5 * 366)
"""A rule is looked at no further than this from its start, so that one that never comes true ends."""

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
PARTS = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"})
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Pattern:
    """A rule (the value of an RRULE), the wall-clock time of its first date, and how long each date lasts.

    `starts` is naive local time of `zone`, `minutes` are minutes on the wall clock, `excluded` the days left out
    (EXDATE). A start that does not fall on the rule is not a date itself: the rule counts from it on.
    """

    rule: str
    starts: datetime
    minutes: int
    zone: str
    excluded: frozenset[date] = frozenset()

    def dates(self) -> list[datetime]:
        """The naive local start of every date, in order; each is the RECURRENCE-ID of its date.

        Days left out count towards COUNT, as RFC 5545 has it. Raises Invalid for a rule that cannot be read, has no
        end, gives no date, or more than MOST_DATES.
        """
        found = [start for start in islice(self._all(), MOST_DATES + 1) if start.date() not in self.excluded]
        if not found:
            raise _wrong("no_dates", _("This pattern has no date. Choose a later end or other days."))
        if len(found) > MOST_DATES:
            raise _wrong(
                "too_many_dates",
                _("A series has at most %(most)d dates. Choose an earlier end.") % {"most": MOST_DATES},
            )
        return found

    def period(self, starts: datetime, minutes: int | None = None) -> tuple[datetime, datetime]:
        """The instants of a date, in UTC; the end is `minutes` later on the wall clock."""
        lower = instant(starts, self.zone)
        length = (self.minutes if minutes is None else minutes) * MINUTE
        upper = instant(wall(lower, self.zone) + length, self.zone)
        return lower, upper if upper > lower else lower + length

    def _all(self) -> Iterator[datetime]:
        parts = _parts(self.rule)
        count, until = parts.pop("COUNT", None), parts.pop("UNTIL", None)
        if (count is None) == (until is None):
            raise _wrong(
                "rule_without_end", _("Say how often (COUNT) or until when (UNTIL) it repeats, one of the two.")
            )
        text = ";".join(f"{name}={value}" for name, value in parts.items())
        try:
            latest = self.starts + REACH if until is None else min(_until(until, self.zone), self.starts + REACH)
            rule = cast("rrule", rrulestr(text, dtstart=self.starts)).replace(until=latest)
        except (ValueError, TypeError, OverflowError) as error:
            raise _wrong("rule_unreadable", _("This is not a rule of RFC 5545: %(why)s.") % {"why": error}) from error
        return iter(rule) if count is None else islice(rule, _number("COUNT", count, 10_000))


def wall(moment: datetime, zone: str) -> datetime:
    """The wall clock of a zone at an instant, naive."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def instant(local: datetime, zone: str) -> datetime:
    """The instant, in UTC, at which the wall clock of a zone shows a naive time.

    A time that the clock skips in spring is read with the offset before the change (02:30 becomes 03:30), and of one
    that it shows twice in autumn the first is meant. Source: RFC 5545, 3.3.5.
    """
    return local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def _parts(rule: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in rule.strip().removeprefix("RRULE:").upper().split(";") if part]
    parts = {name: value for name, _equals, value in pairs}
    if strange := sorted(parts.keys() - PARTS):
        raise _wrong("rule_unreadable", _("“%(part)s” is not offered in a series.") % {"part": strange[0]})
    if len(parts) < len(pairs) or parts.get("FREQ") not in FREQUENCIES:
        raise _wrong(
            "rule_unreadable", _("A series repeats daily, weekly, monthly or yearly (FREQ), each part given once.")
        )
    if "INTERVAL" in parts:
        _number("INTERVAL", parts["INTERVAL"], 1000)
    return parts


def _number(name: str, text: str, most: int) -> int:
    found = whole_number(text)
    if found is None or not 1 <= found <= most:
        raise _wrong("rule_unreadable", _("%(name)s is a number from 1 to %(most)d.") % {"name": name, "most": most})
    return found


def _until(text: str, zone: str) -> datetime:
    """The last local instant; a bare day is meant with its whole length. Raises ValueError."""
    if not re.fullmatch(r"\d{8}(T\d{6}Z?)?", text, re.ASCII):
        raise ValueError(text)
    found = datetime.fromisoformat(text)
    if "T" not in text:
        return datetime.combine(found, time.max)
    return wall(found, zone) if found.tzinfo else found


def _wrong(rule: str, message: str) -> Invalid:
    return Invalid(message, [Violation(rule, message, field="rule", source="RFC 5545")], code=rule)
