"""Events as calendars know them (RFC 5545, 7986): one UID for life, SEQUENCE up on every change, cancelling too."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from alliance.models import Event
from alliance.workflows.events import PUBLIC
from notifications.invitations import empty_calendar, event_of, finished


def calendar_entry(event: Event, *, cancelled: bool = False, inside: bool = False) -> dict[str, Any]:
    """The event for a calendar; empty where it never had dates. One postponed without new dates takes back the old.

    `inside`: for one who takes part, who may see a link that is not public.
    """
    starts_at, ends_at = event.starts_at, event.ends_at
    if starts_at is None:
        told = next((row for row in reversed(event.schedules.all()) if row.starts_at), None)
        starts_at, ends_at, cancelled = (told.starts_at, told.ends_at, True) if told else (None, None, True)
    if starts_at is None or ends_at is None:
        return {}
    chinese = (get_language() or "").startswith("zh")
    link = event.online_link if event.mode != Event.Mode.ONSITE and (inside or event.is_link_public) else ""
    return {
        "uid": str(event.pk),
        "sequence": event.version,
        "method": "CANCEL" if cancelled or event.state == "cancelled" else "REQUEST",
        "starts_at": starts_at.isoformat(),
        "ends_at": ends_at.isoformat(),
        "zone": event.zone,
        "by_day": event.by_day,
        "summary": (chinese and event.title_zh) or event.title,
        "description": (chinese and event.theme_zh) or event.theme,
        "location": (chinese and event.venue_zh) or event.venue,
        "conference": link,
    }


def calendar_of(events: Iterable[Event], *, title: str = "") -> bytes:
    """A calendar of public events, the cancelled among them as such; those without dates are left out."""
    named = {"x_wr_calname": title} if title else {}
    calendar = empty_calendar(**named)
    for event in events:
        entry = calendar_entry(event) if event.state in PUBLIC else {}
        if entry:
            calendar.add_component(
                event_of(
                    entry,
                    stamp=event.updated_at,
                    status="CANCELLED" if entry["method"] == "CANCEL" else "CONFIRMED",
                    link=urljoin(settings.PUBLIC_URL, reverse("event", args=[event.slug])),
                )
            )
    return finished(calendar)
