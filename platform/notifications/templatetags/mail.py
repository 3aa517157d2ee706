"""What mail templates may use: instants and ranges in words, in the thing's zone and the reader's."""

from datetime import datetime, timedelta

from django import template
from django.utils.translation import get_language

from core import names, times

register = template.Library()


@register.simple_tag(takes_context=True)
def moment(context: template.Context, at: str, zone: str) -> str:
    """`Tue 26 Jan 2027, 08:00 GMT (16:00 in Shanghai (CST))` from an ISO instant; empty without one."""
    if not at:
        return ""
    instant = datetime.fromisoformat(at)
    return _both(times.moment(instant, zone), times.elsewhere(instant, zone, context.get("reader_zone")))


@register.simple_tag(takes_context=True)
def span(context: template.Context, starts_at: str, ends_at: str, zone: str) -> str:
    """A range in the thing's zone, on the next line in the reader's where that differs."""
    start, end = datetime.fromisoformat(starts_at), datetime.fromisoformat(ends_at)
    return _both(times.span(start, end, zone), times.span_elsewhere(start, end, zone, context.get("reader_zone")))


@register.simple_tag
def days(starts_at: str, ends_at: str, zone: str) -> str:
    """The days of a range in the thing's zone, where nothing else is known of it."""
    start, end = (datetime.fromisoformat(at).astimezone(times.zone_of(zone)) for at in (starts_at, ends_at))
    return times.days(start.date(), (end - timedelta(microseconds=1)).date())


@register.simple_tag(takes_context=True)
def local(context: template.Context, field: str) -> str:
    """For a Chinese reader `<field>_zh` where there is one, else `<field>`."""
    chinese = context.get(f"{field}_zh") if (get_language() or "").startswith("zh") else ""
    return str(chinese or context.get(field, ""))


@register.simple_tag
def amount(units: str, unit: str) -> str:
    """`12 shifts` from the plain values of a message."""
    return names.units(units, unit)


def _both(there: str, here: str) -> str:
    return f"{there} ({here})" if here else there
