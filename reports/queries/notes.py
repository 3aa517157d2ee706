"""Notes on the numbers of a report, for those who see the numbers whole."""

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet

from core.times import days
from facilities.models import Facility
from reports.models import NumberNote
from reports.parameters import Query
from reports.permissions import Reader, reader_of


def notes_on(report: str, query: Query, *, reader: Reader, whole: bool) -> QuerySet[NumberNote]:
    """Those whose time lies in the period asked for, latest first; those about all facilities, and those about one
    that is in the view.

    `whole` says that no cell of the answer is kept from the reader; where one is, only notes about what the reader
    reads in full are theirs, for a note may tell what the cell does not.
    """
    rows = NumberNote.objects.filter(report=report).select_related("facility", "created_by")
    if query.since:
        rows = rows.filter(until__gt=query.since)
    if query.until:
        rows = rows.filter(first__lt=query.until)
    if asked := _places(query):
        rows = rows.filter(Q(facility__in=Facility.objects.filter(asked).values("pk")) | Q(facility=None))
    if not whole and not reader.reads_all:
        rows = rows.filter(facility__in=reader.facilities)
    return rows.order_by("-first", "-created_at", "-id")


def _places(query: Query) -> Q:
    """What a facility is that stands in the view; empty where every one does."""
    asked = {"pk": query.facility, "organisation": query.house, "country": query.country}
    found = Q(**{name: value for name, value in asked.items() if value})
    if query.call:
        found &= Q(calls=query.call) | Q(instruments__offers__call=query.call)
    return found


def notes_visible_to(user: Any) -> QuerySet[NumberNote]:
    """Those about figures that the person reads in full."""
    rows = NumberNote.objects.select_related("facility", "created_by").order_by("-first", "-created_at", "-id")
    reader = reader_of(user)
    return rows if reader.reads_all else rows.filter(facility__in=reader.facilities)


def said(note: NumberNote) -> str:
    """A note as one line: its days, its place, its text, who wrote it."""
    where = f"{note.facility} · " if note.facility else ""
    who = f" ({note.created_by})" if note.created_by else ""
    return f"{where}{days(note.first, note.until - timedelta(days=1))}: {note.text}{who}"
