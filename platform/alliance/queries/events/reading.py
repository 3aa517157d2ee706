"""Finds and lists events for a person."""

from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from alliance.models import Document, Event
from alliance.permissions.events import events_visible_to
from core.lookup import find

OVER = ("held", "published")
AHEAD = ("idea", "announced", "invited", "registration", "running", "postponed")


def find_event(user: Any, key: str | UUID) -> Event:
    """The event of that identifier or slug that the person may see. Raises NotFound."""
    return find(events_visible_to(user), key)


def events_listed(
    user: Any, *, alliance: str = "", series: str = "", kind: str = "", state: str = "", when: str = ""
) -> QuerySet[Event]:
    """Events a person may see, latest first; those without dates, which are only planned, at the top.

    `alliance` and `series` are slugs; `when` is `ahead` (cancelled ones are not) or `past`.
    """
    rows = events_visible_to(user)
    if alliance:
        rows = rows.filter(alliance__slug=alliance)
    if series:
        rows = rows.filter(series__slug=series).distinct()
    if kind:
        rows = rows.filter(kind=kind)
    if state:
        rows = rows.filter(state=state)
    if when == "ahead":
        rows = rows.filter(state__in=AHEAD)
    if when == "past":
        rows = rows.filter(state__in=OVER)
    return rows


def ahead(rows: QuerySet[Event]) -> QuerySet[Event]:
    """The next one first; those without dates after the dated ones."""
    return rows.filter(state__in=AHEAD).order_by(F("starts_at").asc(nulls_last=True), "created_at", "id")


def over(rows: QuerySet[Event]) -> QuerySet[Event]:
    """The latest first; those whose day is not known last."""
    return rows.filter(state__in=OVER).order_by(F("starts_at").desc(nulls_last=True), "-created_at", "-id")


def proceedings_of(event: Event) -> QuerySet[Document]:
    """Documents linked to it that everybody may read: public, and adopted or valid without that."""
    readable = Q(versions__state__in=["adopted", "in_force", "superseded"])
    return event.documents.filter(readable, access=Document.Access.PUBLIC, archived_at=None).distinct()
