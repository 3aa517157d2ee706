"""Carries the programme of an event to its new days: it keeps the order of its days and their hours on the clock."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from alliance.models import Event
from core import times


def carry_programme(event: Event) -> None:
    """After a change of dates: move sessions and talks by as many days as the event moved from what was told before.

    Within an event that still holds its programme, or without dates, everything stays. Locks nothing: the event is.
    """
    days = _days_moved(event)
    if not days or _holds(event):
        return
    _carry(event.sessions.all(), days, event.zone)
    _carry(event.talks.all(), days, event.zone)


def _carry(timed: QuerySet[Any], days: timedelta, zone: str) -> None:
    rows = list(timed.exclude(starts_at=None))
    for row in rows:
        row.starts_at, row.ends_at = (_moved(at, days, zone) for at in (row.starts_at, row.ends_at))
    # One may come to where the next one still is: all times are given up before they are taken.
    timed.update(starts_at=None, ends_at=None)
    timed.bulk_update(rows, ["starts_at", "ends_at"])


def _days_moved(event: Event) -> timedelta:
    told = event.schedules.exclude(starts_at=None).order_by("-created_at", "-id").first()
    if event.starts_at is None or told is None or told.starts_at is None:
        return timedelta()
    zone = times.zone_of(event.zone)
    return event.starts_at.astimezone(zone).date() - told.starts_at.astimezone(zone).date()


def _holds(event: Event) -> bool:
    outside = Q(starts_at__lt=event.starts_at) | Q(ends_at__gt=event.ends_at)
    return not event.sessions.filter(outside).exists()


def _moved(at: datetime, days: timedelta, zone: str) -> datetime:
    """The same hour on the clock of the event's zone, so many days later."""
    clock = at.astimezone(times.zone_of(zone))
    return (clock.replace(tzinfo=None) + days).replace(tzinfo=clock.tzinfo)
