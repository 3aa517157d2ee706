"""Appointments as a file for the reader's own calendar (RFC 5545)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from icalendar import Calendar, Event


@dataclass(frozen=True)
class Appointment:
    """An event, or an instant where it has no end. `stamp` is its last change, `sequence` counts its changes."""

    uid: str
    summary: str
    starts_at: datetime
    stamp: datetime
    url: str
    ends_at: datetime | None = None
    sequence: int = 0
    description: str = ""
    location: str = ""


def calendar_file(name: str, appointments: Iterable[Appointment]) -> HttpResponse:
    """The file `name.ics`."""
    calendar = Calendar()
    calendar.add("prodid", "-//Yanqi//Events//EN")
    calendar.add("version", "2.0")
    for each in appointments:
        event = Event()
        event.add("uid", f"{each.uid}@yanqi")
        event.add("dtstamp", each.stamp)
        event.add("sequence", each.sequence)
        event.add("dtstart", each.starts_at)
        if each.ends_at is not None:
            event.add("dtend", each.ends_at)
        event.add("summary", each.summary)
        for field in ("description", "location"):
            if text := getattr(each, field):
                event.add(field, text)
        event.add("url", each.url)
        calendar.add_component(event)
    response = HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response
