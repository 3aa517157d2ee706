"""The rows behind a report: the bookings, sessions, decisions or programmes that its numbers come from."""

from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from facilities.models import Booking, Session
from facilities.queries.bookings import bookings_visible_to
from programs.models import Program
from programs.permissions.cooperation import programs_visible_to
from programs.workflows.cooperation import RUNNING
from reports.models import TAKEN
from reports.parameters import Query, read
from reports.permissions import reader_of
from reports.registry import Report


def rows_behind(report: Report, values: dict[str, str], *, user: Any) -> QuerySet[Any]:
    """Newest first, only what the reader may see: all of places read in full, else what one is party to.

    A queryset of Booking, Session or Program, as `report.behind` says. Raises Invalid.
    """
    query = read(values, report.parameters, always=report.always)
    return {
        "bookings": _bookings,
        "sessions": _sessions,
        "losses": _losses,
        "decisions": _decisions,
        "programs": _programs,
    }[report.behind](query, user)


def bookings_during(query: Query) -> Q:
    """Bookings with time inside the period, in UTC."""
    condition = Q()
    if query.since:
        condition &= Q(period__endswith__gt=_midnight(query.since))
    if query.until:
        condition &= Q(period__startswith__lt=_midnight(query.until))
    return condition


def sessions_during(query: Query) -> Q:
    """Sessions with time inside the period, in UTC."""
    condition = Q()
    if query.since:
        condition &= Q(ends_at__gte=_midnight(query.since))
    if query.until:
        condition &= Q(starts_at__lt=_midnight(query.until))
    return condition


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _place(query: Query, prefix: str) -> Q:
    place = Q()
    if query.facility:
        place &= Q(**{f"{prefix}instrument__facility": query.facility})
    if query.instrument:
        place &= Q(**{f"{prefix}instrument": query.instrument})
    if query.country:
        place &= Q(host=query.country)
    return place


def _hosted(rows: QuerySet[Any]) -> QuerySet[Any]:
    host = Coalesce(NullIf("instrument__country", Value("")), F("instrument__facility__country"))
    annotated: QuerySet[Any] = rows.annotate(host=host)
    return annotated


def _seen_bookings(user: Any) -> QuerySet[Booking]:
    reader = reader_of(user)
    rows = Booking.objects.all()
    if not reader.reads_all:
        own = bookings_visible_to(user).order_by().values("pk")
        rows = rows.filter(Q(instrument__facility__in=reader.facilities) | Q(pk__in=own))
    related = _hosted(rows).select_related("instrument__facility", "team", "organisation")
    return related.order_by("-created_at", "-id")


def _bookings(query: Query, user: Any) -> QuerySet[Booking]:
    return _seen_bookings(user).filter(_place(query, ""), bookings_during(query), state__in=TAKEN)


def _decisions(query: Query, user: Any) -> QuerySet[Booking]:
    rows = _seen_bookings(user).filter(_place(query, ""), requested_at__isnull=False, decided_at__isnull=False)
    if query.since:
        rows = rows.filter(decided_at__gte=_midnight(query.since))
    if query.until:
        rows = rows.filter(decided_at__lt=_midnight(query.until))
    return rows


def _sessions(query: Query, user: Any) -> QuerySet[Session]:
    reader = reader_of(user)
    rows = Session.objects.filter(ends_at__isnull=False)
    if not reader.reads_all:
        own = bookings_visible_to(user).order_by().values("pk")
        rows = rows.filter(Q(instrument__facility__in=reader.facilities) | Q(booking__in=own))
    rows = _hosted(rows).filter(_place(query, ""))
    if query.home:
        rows = rows.filter(country=query.home)
    rows = rows.filter(sessions_during(query))
    related = rows.select_related("instrument__facility", "team", "organisation", "booking")
    return related.order_by("-created_at", "-id")


def _losses(query: Query, user: Any) -> QuerySet[Session]:
    return _sessions(query, user).filter(lost_units__gt=0)


def _programs(query: Query, user: Any) -> QuerySet[Program]:
    rows = programs_visible_to(user).filter(state__in=RUNNING)
    if query.since:
        rows = rows.filter(Q(ends_on__gte=query.since) | Q(ends_on=None))
    if query.until:
        rows = rows.filter(Q(starts_on__lt=query.until) | Q(starts_on=None))
    if query.organisation:
        rows = rows.filter(partners__organisation=query.organisation)
    return rows.select_related("lead_organisation").order_by("-created_at", "-id")
