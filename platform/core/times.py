"""Instants, ranges and durations in words: the zone of the thing first, the reader's beneath, in the reader's language.

Patterns are CLDR date patterns and go through gettext like any other text, so that a language brings its own.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_datetime, get_timezone_location
from django.utils.translation import get_language, gettext, ngettext, pgettext

# China Standard Time is "Beijing time" in Chinese, whatever city gives the zone its name.
CITY_IN_LANGUAGE = {("zh", "Asia/Shanghai"): "北京"}


@cache
def babel_locale(language: str) -> Locale:
    """Babel's locale of a Django language code; English where Babel knows none."""
    try:
        return Locale.parse((language or "en").replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


def current_locale() -> Locale:
    return babel_locale((get_language() or "en").lower())


@cache
def zone_of(name: str) -> ZoneInfo:
    """The zone of an IANA name."""
    return ZoneInfo(name)


def zone_letters(at: datetime, zone: str) -> str:
    """`GMT`, `CEST`; where the zone has only a number, `UTC+4` or `UTC−3:30`."""
    local = at.astimezone(zone_of(zone))
    letters = local.tzname() or ""
    if letters[:1] not in "+-":
        return letters
    minutes = int((local.utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def zone_city(zone: str) -> str:
    """The city that names a zone: `Shanghai`, in Chinese 北京."""
    locale = current_locale()
    if special := CITY_IN_LANGUAGE.get((locale.language, zone)):
        return special
    return get_timezone_location(zone_of(zone), locale=locale, return_city=True)


def zone_label(at: datetime, zone: str) -> str:
    """A zone as it stands beside a name: `Shanghai, CST`; `UTC` alone."""
    letters = zone_letters(at, zone)
    return letters if zone in ("UTC", "Etc/UTC") else f"{zone_city(zone)}, {letters}"


def _text(at: datetime, zone: str, pattern: str) -> str:
    return format_datetime(at.astimezone(zone_of(zone)), pattern, locale=current_locale())


def clock_time(at: datetime, zone: str) -> str:
    """`08:00`, for places that name the zone themselves (the axis of a calendar)."""
    return _text(at, zone, pgettext("CLDR date pattern", "HH:mm"))


def moment(at: datetime, zone: str) -> str:
    """`Tue 26 Jan 2027, 08:00 GMT`."""
    pattern = pgettext("CLDR date pattern", "EEE d MMM yyyy, HH:mm")
    return f"{_text(at, zone, pattern)} {zone_letters(at, zone)}"


def short_moment(at: datetime, zone: str) -> str:
    """`Tue 26 Jan, 08:00 GMT`, where the year is clear."""
    pattern = pgettext("CLDR date pattern", "EEE d MMM, HH:mm")
    return f"{_text(at, zone, pattern)} {zone_letters(at, zone)}"


def elsewhere(at: datetime, zone: str, reader: str | None) -> str:
    """The same instant for a reader: `16:00 in Shanghai (CST)`, with the day where it differs; empty without a reader.

    Where both clocks show the same, `your time zone`.
    """
    if not reader:
        return ""
    there, here = at.astimezone(zone_of(zone)), at.astimezone(zone_of(reader))
    if there.utcoffset() == here.utcoffset():
        return gettext("your time zone")
    pattern = "HH:mm" if there.date() == here.date() else "EEE d MMM, HH:mm"
    return _in_city(_text(at, reader, pgettext("CLDR date pattern", pattern)), at, reader)


def _in_city(text: str, at: datetime, zone: str) -> str:
    if zone in ("UTC", "Etc/UTC"):
        return gettext("%(time)s UTC") % {"time": text}
    return gettext("%(time)s in %(city)s (%(zone)s)") % {
        "time": text,
        "city": zone_city(zone),
        "zone": zone_letters(at, zone),
    }


def ends(ends_at: datetime, zone: str) -> tuple[datetime, str]:
    """The end as it is read: midnight belongs to the day before, as 24:00."""
    end = ends_at.astimezone(zone_of(zone))
    clock = pgettext("CLDR date pattern", "HH:mm")
    if (end.hour, end.minute, end.second) == (0, 0, 0):
        return end - timedelta(microseconds=1), "24:00"
    return end, format_datetime(end, clock, locale=current_locale())


def span(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """`Tue 26 Jan, 08:00 – Thu 28 Jan 2027, 08:00 GMT`; within a day `Thu 10 Dec 2026, 15:00–18:00 CST`.

    Midnight as an end is written 24:00 of the day before. A range over a change of clocks names both abbreviations.
    """
    locale = current_locale()
    start = starts_at.astimezone(zone_of(zone))
    last, end_clock = ends(ends_at, zone)
    start_clock = _text(starts_at, zone, pgettext("CLDR date pattern", "HH:mm"))
    first_letters, letters = zone_letters(starts_at, zone), zone_letters(ends_at - timedelta(microseconds=1), zone)
    letters = zone_letters(ends_at, zone) if end_clock != "24:00" else letters
    long = pgettext("CLDR date pattern", "EEE d MMM yyyy")
    if start.date() == last.date() and first_letters == letters:
        return gettext("%(day)s, %(start)s–%(end)s %(zone)s") % {
            "day": format_date(start.date(), long, locale=locale),
            "start": start_clock,
            "end": end_clock,
            "zone": letters,
        }
    short = pgettext("CLDR date pattern", "EEE d MMM")
    return gettext("%(first)s, %(start)s – %(last)s, %(end)s %(zone)s") % {
        "first": format_date(start.date(), _year_first(short, long, same=start.year == last.year), locale=locale),
        "start": start_clock + ("" if first_letters == letters else f" {first_letters}"),
        "last": format_date(last.date(), _year_last(short, long, same=start.year == last.year), locale=locale),
        "end": end_clock,
        "zone": letters,
    }


def hours(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """Only the clock, where the day stands above it: `15:00–16:00 CST`; midnight as an end is 24:00."""
    start = _text(starts_at, zone, pgettext("CLDR date pattern", "HH:mm"))
    return f"{start}–{ends(ends_at, zone)[1]} {zone_letters(starts_at, zone)}"


def _year_first(short: str, long: str, *, same: bool) -> str:
    """Languages that write the year first name it on the first day of a range, the others on the last."""
    return short if same and not long.startswith("y") else long


def _year_last(short: str, long: str, *, same: bool) -> str:
    return short if same and long.startswith("y") else long


def span_elsewhere(starts_at: datetime, ends_at: datetime, zone: str, reader: str | None) -> str:
    """The same range for a reader: `16:00 to 16:00 in Shanghai (CST)`, with the days where they differ."""
    if not reader:
        return ""
    there = [at.astimezone(zone_of(zone)) for at in (starts_at, ends_at)]
    here = [at.astimezone(zone_of(reader)) for at in (starts_at, ends_at)]
    if [at.utcoffset() for at in there] == [at.utcoffset() for at in here]:
        return gettext("your time zone")
    same = [at.date() for at in there] == [at.date() for at in here]
    clock, day_and_clock = pgettext("CLDR date pattern", "HH:mm"), pgettext("CLDR date pattern", "EEE d MMM, HH:mm")
    pattern = clock if same else day_and_clock
    text = gettext("%(start)s to %(end)s") % {
        "start": _text(starts_at, reader, pattern),
        "end": _text(ends_at, reader, pattern),
    }
    return _in_city(text, ends_at, reader)


def utc(at: datetime) -> str:
    """`2027-01-26 08:00 UTC`, for the tooltip."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def iso(at: datetime) -> str:
    """The instant as a machine reads it, for the attribute `datetime`."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def day(value: date) -> str:
    """`Tue 26 Jan 2027`."""
    return format_date(value, pgettext("CLDR date pattern", "EEE d MMM yyyy"), locale=current_locale())


def short_day(value: date) -> str:
    """`Tue 26 Jan`, where the year is clear."""
    return format_date(value, pgettext("CLDR date pattern", "EEE d MMM"), locale=current_locale())


def month_day(value: date) -> str:
    """`Tue 26`, where the month is clear."""
    return format_date(value, pgettext("CLDR date pattern", "EEE d"), locale=current_locale())


def plain_day(value: date) -> str:
    """`26 Jan 2027`, for lists of dates."""
    return format_date(value, pgettext("CLDR date pattern", "d MMM yyyy"), locale=current_locale())


def short_plain_day(value: date) -> str:
    """`26 Jan`, where the year is clear."""
    return format_date(value, pgettext("CLDR date pattern", "d MMM"), locale=current_locale())


def weekday(value: date) -> str:
    """`Mon`."""
    return format_date(value, pgettext("CLDR date pattern", "EEE"), locale=current_locale())


def month(value: date) -> str:
    """`January 2027`."""
    return format_date(value, pgettext("CLDR date pattern", "MMMM yyyy"), locale=current_locale())


def short_month(value: date) -> str:
    """`Jan 2027`, for the axes of charts."""
    return format_date(value, pgettext("CLDR date pattern", "MMM yyyy"), locale=current_locale())


def days(first: date, last: date) -> str:
    """`15 Dec 2026`, `15–17 Dec 2026`, `30 Nov – 2 Dec 2026`, `30 Dec 2026 – 2 Jan 2027`; both days included."""
    locale = current_locale()
    if first == last:
        return plain_day(first)
    long = pgettext("CLDR date pattern", "d MMM yyyy")
    same_year, same_month = first.year == last.year, (first.year, first.month) == (last.year, last.month)
    if same_month and not long.startswith("y"):
        return f"{first.day}–{format_date(last, long, locale=locale)}"
    short = pgettext("CLDR date pattern", "d MMM")
    left = format_date(first, _year_first(short, long, same=same_year), locale=locale)
    right = format_date(last, _year_last(short, long, same=same_year), locale=locale)
    return f"{left} – {right}"


def _days(n: int) -> str:
    return ngettext("%(n)d day", "%(n)d days", n) % {"n": n}


def _hours(n: int) -> str:
    return ngettext("%(n)d hour", "%(n)d hours", n) % {"n": n}


def _minutes(n: int) -> str:
    return ngettext("%(n)d minute", "%(n)d minutes", n) % {"n": n}


def duration(length: timedelta) -> str:
    """The two largest units of a length: `3 days`, `2 days 4 hours`, `1 hour 30 minutes`, `0 minutes`."""
    minutes = int(length.total_seconds() // 60)
    amounts = ((_days, minutes // 1440), (_hours, minutes // 60 % 24), (_minutes, minutes % 60))
    return " ".join([words(n) for words, n in amounts if n][:2]) or _minutes(0)


def largest(length: timedelta) -> str:
    """The largest unit of a length, the rest cut off: `3 days`, `5 hours`, `12 minutes`."""
    minutes = int(length.total_seconds() // 60)
    if minutes >= 1440:
        return _days(minutes // 1440)
    return _hours(minutes // 60) if minutes >= 60 else _minutes(minutes)


def waits(since: datetime, now: datetime) -> str:
    """How long something has waited: `waits 3 days`, `waits 5 hours`."""
    return gettext("waits %(length)s") % {"length": largest(max(now - since, timedelta()))}


def left(until: datetime, now: datetime) -> str:
    """What remains to a deadline: `7 days left`, `5 hours left`; after it, `overdue by 2 days`."""
    if until < now:
        return gettext("overdue by %(length)s") % {"length": largest(now - until)}
    return gettext("%(length)s left") % {"length": largest(until - now)}
