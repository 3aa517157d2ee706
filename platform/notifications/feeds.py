"""Private iCalendar feeds: what each kind holds is registered by its app and asked for at every reading."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Protocol
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from core import clock
from core.errors import NotFound
from notifications.invitations import empty_calendar, event_of, finished
from notifications.models import CalendarFeed
from notifications.rendering import language_of

BEFORE, AFTER = timedelta(days=90), timedelta(days=400)
READ_EVERY = timedelta(minutes=15)


@dataclass(frozen=True)
class Entry:
    """One event of a feed. `stamp` is its last change, so that an unchanged feed is the same text again."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    summary: str
    stamp: datetime
    status: str = "CONFIRMED"
    sequence: int = 0
    location: str = ""
    link: str = ""


class Source(Protocol):
    """What a kind of feed holds."""

    def title(self, owner: Any, target_id: UUID, /) -> str | None:
        """The feed's name; None when there is no such thing, or the owner may not have it now."""

    def entries(self, owner: Any, target_id: UUID, starts_at: datetime, ends_at: datetime, /) -> Iterable[Entry]:
        """What the owner may see of it now, by start."""


_sources: dict[str, Source] = {}


def register_source(kind: str, source: Source) -> None:
    """Let `source` fill feeds of a kind (`CalendarFeed.Kind`)."""
    _sources[kind] = source


def title_of(feed: CalendarFeed) -> str | None:
    """The feed's name, None when its owner may not have it any more."""
    return _sources[feed.kind].title(feed.owner, feed.target_id)


def hashed(token: str) -> str:
    """The only form in which a token is kept."""
    return sha256(token.encode()).hexdigest()


def feed_by_token(token: str) -> CalendarFeed:
    """The feed of a token. Raises NotFound for an unknown or revoked one, and for an account that is not active."""
    feed = (
        CalendarFeed.objects.filter(token_hash=hashed(token), revoked_at=None, owner__is_active=True)
        .select_related("owner")
        .first()
    )
    if feed is None:
        raise NotFound(_("There is no such calendar, or its address was revoked."))
    return feed


def feed_url(token: str) -> str:
    """The private address that a calendar program is given."""
    return urljoin(settings.PUBLIC_URL, f"/api/v1/calendars/{token}.ics")


def render(feed: CalendarFeed) -> bytes:
    """The feed as its owner may see it at this moment, from 90 days back to 400 ahead. Raises NotFound."""
    now = clock.now()
    source = _sources[feed.kind]
    with translation.override(language_of(feed.owner)):
        title = source.title(feed.owner, feed.target_id)
        if title is None:
            raise NotFound(_("There is no such calendar, or its address was revoked."))
        calendar = empty_calendar(x_wr_calname=title, x_published_ttl="PT15M", refresh_interval=READ_EVERY)
        for entry in source.entries(feed.owner, feed.target_id, now - BEFORE, now + AFTER):
            calendar.add_component(
                event_of(
                    {
                        "uid": entry.uid,
                        "sequence": entry.sequence,
                        "starts_at": entry.starts_at.isoformat(),
                        "ends_at": entry.ends_at.isoformat(),
                        "zone": entry.zone,
                        "summary": entry.summary,
                        "location": entry.location,
                    },
                    stamp=entry.stamp,
                    status=entry.status,
                    link=entry.link,
                )
            )
    return finished(calendar)
