"""Filters and tags of the pages: states, times in two zones, units, countries, numbers. Built in, nothing to load."""

from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from alliance.models import Alliance
from core import clock, names, times
from core.names import local, names_of
from frontend.contexts.alliance.rooms import rooms_of
from frontend.contexts.shell import language_tag
from frontend.middleware import reader_zone
from frontend.refusals import explained
from frontend.status import Look, look
from frontend.written import home_of
from programs.rules.days import days_of

register = template.Library()

register.filter("explained", explained)


def _time(at: datetime, text: str) -> SafeString:
    return format_html('<time datetime="{}" title="{}">{}</time>', times.iso(at), times.utc(at), text)


def _beneath(text: str) -> SafeString:
    return format_html('<span class="sub">{}</span>', text) if text else SafeString("")


@register.simple_tag
def when(at: datetime, zone: str, short: bool = False) -> SafeString:
    """An instant in the zone of its place, and beneath it the reader's: `{% when booking.starts_at zone %}`."""
    text = times.short_moment(at, zone) if short else times.moment(at, zone)
    return _time(at, text) + _beneath(times.elsewhere(at, zone, reader_zone.get()))


@register.simple_tag
def instant(at: datetime, zone: str, short: bool = False) -> SafeString:
    """An instant in one zone only, for a line that names the reader's elsewhere."""
    return _time(at, times.short_moment(at, zone) if short else times.moment(at, zone))


@register.simple_tag
def reader_time(at: datetime, zone: str) -> str:
    """The reader's side of an instant as bare text: `16:00 in Shanghai (CST)`."""
    return times.elsewhere(at, zone, reader_zone.get())


@register.simple_tag
def span(starts_at: datetime, ends_at: datetime, zone: str) -> SafeString:
    """A range in the zone of its place, and beneath it the reader's."""
    return _time(starts_at, times.span(starts_at, ends_at, zone)) + _beneath(
        times.span_elsewhere(starts_at, ends_at, zone, reader_zone.get())
    )


@register.simple_tag
def hours(starts_at: datetime, ends_at: datetime, zone: str) -> SafeString:
    """A range within a day that is named above it: `15:00–16:00 CST`."""
    return _time(starts_at, times.hours(starts_at, ends_at, zone))


@register.simple_tag
def plain_span(starts_at: datetime, ends_at: datetime, zone: str) -> SafeString:
    """A range in one zone only."""
    return _time(starts_at, times.span(starts_at, ends_at, zone))


@register.simple_tag
def reader_span(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """The reader's side of a range as bare text."""
    return times.span_elsewhere(starts_at, ends_at, zone, reader_zone.get())


@register.simple_tag
def day_span(first: date, last: date) -> str:
    """Two days, both included: `15–17 Dec 2026`."""
    return times.days(first, last)


@register.filter
def day_range(text: str) -> str:
    """`2027-03-01/2027-05-31`, both included, in words."""
    return times.days(*days_of(text))


register.filter("day", times.day)
register.filter("short_day", times.short_day)
register.filter("plain_day", times.plain_day)
register.filter("month", times.month)
register.filter("duration", times.duration)
register.filter("city", times.zone_city)
register.filter("country", names.country)
register.filter("local", local)
register.filter("names_of", names_of)
register.filter("home", home_of)
register.filter("unit_name", names.unit_name)


@register.filter
def waits(since: datetime) -> str:
    """`waits 3 days`."""
    return times.waits(since, clock.now())


@register.filter
def left(until: datetime) -> str:
    """`7 days left`, `overdue by 2 days`."""
    return times.left(until, clock.now())


@register.filter
def units(amount: Any, unit: str) -> str:
    """`{{ allocation.balance|units:allocation.unit }}` is `6 shifts`."""
    return names.units(amount, unit)


@register.filter
def number(value: Any, decimals: int = 2) -> str:
    """`1,234.5`, with the grouping of the reader's language; `–` for None."""
    return names.number(value, decimals)


@register.filter
def percent(share: Any, decimals: int = 0) -> str:
    """A share of one: `83 %`; `n/a` for None."""
    return names.percent(share, decimals)


@register.filter
def nth(items: Any, index: int) -> Any:
    """The item at a place, for tables whose columns describe their cells."""
    return items[index]


@register.simple_tag
def html_language() -> str:
    """The language tag of this page."""
    return language_tag(get_language() or settings.LANGUAGE_CODE)


@register.filter
def state_look(state: str) -> Look:
    """Glyph, tone and word of a state."""
    return look(str(state))


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """The query string of this page with changes, so that a link keeps every filter: `href="{% query page=2 %}"`."""
    params = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            params.pop(key, None)
        else:
            params[key] = value
    return f"?{params.urlencode()}"


@register.inclusion_tag("alliance/rooms.html", takes_context=True)
def rooms(context: template.Context, alliance: Alliance, here: str) -> dict[str, Any]:
    """The tabs of an alliance on one of its lists, whose address has the name `here`."""
    return {"alliance": alliance, "rooms": rooms_of(context["request"].user, alliance, here)}
