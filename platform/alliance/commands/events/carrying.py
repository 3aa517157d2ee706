"""Carries the programme of an event to its new days: it keeps the order of its days and their hours on the clock."""

from datetime import datetime, timedelta
from typing import Any

from alliance.models import Event, EventSession, Talk
from core import times


def carry_programme(event: Event) -> None:
    """After a change of dates: move sessions and talks by as many days as the event moved from what was told before.

    Within an event that still holds its programme, or without dates, everything stays. Locks nothing: the event is.
    """
    days = _days_moved(event)
    parts = [list(rows.exclude(starts_at=None).order_by("starts_at", "id")) for rows in (event.sessions, event.talks)]
    if not days or _holds(event, parts[0]):
        return
    for model, rows in zip((EventSession, Talk), parts, strict=True):
        for row in rows:
            row.starts_at, row.ends_at = (_moved(at, days, event.zone) for at in (row.starts_at, row.ends_at))
        ids = [row.pk for row in rows]
        # A session may come to where the next one still is: their times are given up before they are taken.
        model._default_manager.filter(pk__in=ids).update(starts_at=None, ends_at=None)
        model._default_manager.bulk_update(rows, ["starts_at", "ends_at"])


def _days_moved(event: Event) -> timedelta:
    told = event.schedules.exclude(starts_at=None).order_by("-created_at", "-id").first()
    if event.starts_at is None or told is None or told.starts_at is None:
        return timedelta()
    zone = times.zone_of(event.zone)
    return event.starts_at.astimezone(zone).date() - told.starts_at.astimezone(zone).date()


def _holds(event: Event, sessions: list[Any]) -> bool:
    begins, ends = event.starts_at, event.ends_at
    return bool(begins and ends) and all(begins <= row.starts_at and row.ends_at <= ends for row in sessions)


def _moved(at: datetime, days: timedelta, zone: str) -> datetime:
    """The same hour on the clock of the event's zone, so many days later."""
    clock = at.astimezone(times.zone_of(zone))
    return (clock.replace(tzinfo=None) + days).replace(tzinfo=clock.tzinfo)
