"""Calendar invitations as RFC 5545 and 5546 have them: one UID for life, SEQUENCE up on every change, cancel too."""

from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

from django.conf import settings

from core.times import zone_of
from notifications.models import Message
from notifications.rendering import link_of

if TYPE_CHECKING:  # importing it takes 100 ms, which only those who write a calendar should pay
    from icalendar import Calendar, Event

PRODUCT = "-//Yanqi//Yanqi//EN"
DAY, INSTANT = timedelta(days=1), timedelta(microseconds=1)
TENTATIVE = frozenset({"held", "offered", "requested", "countered"})


def invitation(entry: dict[str, Any], *, attendee: Any, stamp: datetime, state: str = "", link: str = "") -> bytes:
    """An iTIP message to one person. `entry` has uid, sequence, method, starts_at, ends_at, zone, summary, location.

    Times carry the zone of the place with its VTIMEZONE; a request that is not decided yet is TENTATIVE.
    """
    from icalendar import vCalAddress

    calendar = empty_calendar(entry["method"])
    cancelled = entry["method"] == "CANCEL"
    event = event_of(
        entry,
        stamp=stamp,
        status="CANCELLED" if cancelled else "TENTATIVE" if state in TENTATIVE else "CONFIRMED",
        link=link,
    )
    organiser = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organiser.params["CN"] = parseaddr(settings.DEFAULT_FROM_EMAIL)[0] or "Yanqi"
    event["ORGANIZER"] = organiser
    guest = vCalAddress(f"mailto:{attendee.email}")
    guest.params.update({"CN": str(attendee), "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"})
    event.add("attendee", guest, encode=False)
    calendar.add_component(event)
    return finished(calendar)


def entries_of(message: Message) -> list[dict[str, Any]]:
    """The calendar entries of a message: none, its own, or one for each of the several bookings that it is about."""
    return message.calendar.get("entries", [message.calendar] if message.calendar else [])


def invitations_of(message: Message) -> list[bytes]:
    """The invitations that belong to a message, one for each entry: those of one iTIP message share one UID."""
    return [
        invitation(
            entry,
            attendee=message.reader,
            stamp=message.created_at,
            state=entry.get("state", message.context.get("state", "")),
            link=link_of(message),
        )
        for entry in entries_of(message)
    ]


def calendar_file(message: Message) -> bytes:
    """All entries of a message in one file, to be read into a calendar by hand."""
    from icalendar import Calendar

    found = [Calendar.from_ical(text) for text in invitations_of(message)]
    if len(found) == 1:
        return finished(found[0])
    calendar = empty_calendar()
    for event in (event for each in found for event in each.events):
        calendar.add_component(event)
    return finished(calendar)


def empty_calendar(method: str = "PUBLISH", **properties: Any) -> "Calendar":
    """A VCALENDAR without components; `properties` are added with dashes for underscores."""
    from icalendar import Calendar

    calendar = Calendar()
    for name, value in {"prodid": PRODUCT, "version": "2.0", "method": method, **properties}.items():
        calendar.add(name.replace("_", "-"), value)
    return calendar


def event_of(entry: dict[str, Any], *, stamp: datetime, status: str, link: str = "") -> "Event":
    """One VEVENT, in the wall-clock time of `entry["zone"]`; of whole days where `entry["by_day"]`. `conference` is the
    address where one joins online (RFC 7986)."""
    from icalendar import Conference, Event

    zone = zone_of(entry["zone"])
    event = Event()
    event.add("uid", f"{entry['uid']}@yanqi")
    event.add("sequence", entry["sequence"])
    event.add("dtstamp", stamp)
    starts_at, ends_at = (datetime.fromisoformat(entry[name]).astimezone(zone) for name in ("starts_at", "ends_at"))
    by_day = entry.get("by_day", False)
    event.add("dtstart", starts_at.date() if by_day else starts_at)
    event.add("dtend", (ends_at - INSTANT).date() + DAY if by_day else ends_at)
    event.add("status", status)
    for name in ("summary", "location", "description"):
        if entry.get(name):
            event.add(name, entry[name])
    if entry.get("conference"):
        event.conferences = [Conference(entry["conference"], feature="VIDEO")]
    if link:
        event.add("url", link)
    return event


def finished(calendar: "Calendar") -> bytes:
    """The calendar as text, with a VTIMEZONE for each zone it names."""
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())
