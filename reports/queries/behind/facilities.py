"""Rows of facilities behind a report: bookings, decisions, sessions, losses, blocks, downtimes."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from facilities.models import Block, Booking, Downtime, Session
from facilities.queries.bookings import bookings_visible_to
from facilities.queries.downtime import downtimes_visible_to
from reports.models import TAKEN
from reports.parameters import Query
from reports.permissions import reader_of


def bookings_during(query: Query) -> Q:
    """Bookings with time inside the period, in UTC."""
    condition = Q()
    if query.since:
        condition &= Q(period__endswith__gt=midnight(query.since))
    if query.until:
        condition &= Q(period__startswith__lt=midnight(query.until))
    return condition


def sessions_during(query: Query) -> Q:
    """Sessions with time inside the period, in UTC."""
    condition = Q()
    if query.since:
        condition &= Q(ends_at__gte=midnight(query.since))
    if query.until:
        condition &= Q(starts_at__lt=midnight(query.until))
    return condition


def midnight(day: date) -> datetime:
    """The beginning of a day in UTC: rows are listed by UTC, figures cut by the facility's days."""
    return datetime.combine(day, time(), UTC)


def _place(query: Query) -> Q:
    """Rows at the places, and of the users, asked for."""
    place = Q()
    if query.home:
        place &= Q(country=query.home)
    if query.organisation:
        place &= Q(organisation=query.organisation)
    if query.facility:
        place &= Q(instrument__facility=query.facility)
    if query.instrument:
        place &= Q(instrument=query.instrument)
    if query.house:
        place &= Q(instrument__facility__organisation=query.house)
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


def bookings(query: Query, user: Any) -> QuerySet[Booking]:
    return _seen_bookings(user).filter(_place(query), bookings_during(query), state__in=TAKEN)


def bookings_gone(query: Query, user: Any) -> QuerySet[Booking]:
    """Bookings of the period that are no use: called off, lost, not shown up for, or never approved."""
    return _seen_bookings(user).filter(_place(query), bookings_during(query)).exclude(state__in=TAKEN)


def decisions(query: Query, user: Any) -> QuerySet[Booking]:
    rows = _seen_bookings(user).filter(_place(query), requested_at__isnull=False, decided_at__isnull=False)
    if query.since:
        rows = rows.filter(decided_at__gte=midnight(query.since))
    if query.until:
        rows = rows.filter(decided_at__lt=midnight(query.until))
    return rows


def sessions(query: Query, user: Any) -> QuerySet[Session]:
    reader = reader_of(user)
    rows = Session.objects.filter(ends_at__isnull=False)
    if not reader.reads_all:
        own = bookings_visible_to(user).order_by().values("pk")
        rows = rows.filter(Q(instrument__facility__in=reader.facilities) | Q(booking__in=own))
    rows = _hosted(rows).filter(_place(query), sessions_during(query))
    related = rows.select_related("instrument__facility", "team", "organisation", "booking")
    return related.order_by("-created_at", "-id")


def exchanged(query: Query, user: Any) -> QuerySet[Session]:
    """Sessions of people of one centre at a facility of another; with a centre, those that are its on either side."""
    host = F("instrument__facility__organisation")
    rows = sessions(replace(query, organisation=None), user).exclude(organisation=None).exclude(organisation=host)
    if query.organisation:
        rows = rows.filter(
            Q(organisation=query.organisation) | Q(instrument__facility__organisation=query.organisation)
        )
    return rows


def losses(query: Query, user: Any) -> QuerySet[Session]:
    return sessions(query, user).filter(lost_units__gt=0)


def _at(query: Query, country: str) -> Q:
    """Rows of a facility, or of one instrument of it, at the places asked for."""
    place = Q()
    if query.facility:
        place &= Q(facility=query.facility)
    if query.instrument:
        place &= Q(instrument=query.instrument) | Q(instrument=None)
    if query.house:
        place &= Q(facility__organisation=query.house)
    if query.country:
        place &= Q(**{country: query.country})
    return place


def blocks(query: Query, user: Any) -> QuerySet[Block]:
    """User and reserve blocks of facilities that are read in full."""
    reader = reader_of(user)
    rows = Block.objects.filter(_at(query, "facility__country"), bookings_during(query), kind__in=Block.OPEN)
    if not reader.reads_all:
        rows = rows.filter(facility__in=reader.facilities)
    return rows.select_related("facility", "instrument__facility").order_by("-created_at", "-id")


def downtimes(query: Query, user: Any) -> QuerySet[Downtime]:
    """Faults and planned stops that one may see, and those of facilities that are read in full."""
    reader = reader_of(user)
    rows = Downtime.objects.filter(_at(query, "facility__country"), bookings_during(query))
    if not reader.reads_all:
        seen = downtimes_visible_to(user).order_by().values("pk")
        rows = rows.filter(Q(facility__in=reader.facilities) | Q(pk__in=seen))
    return rows.select_related("facility", "instrument__facility").order_by("-created_at", "-id")


def requests(query: Query, user: Any) -> QuerySet[Booking]:
    """Bookings by their start, whatever became of them."""
    return _seen_bookings(user).filter(_place(query), _starting(query))


def starting(query: Query, user: Any) -> QuerySet[Booking]:
    """Bookings that were approved once, by their start, called off or not."""
    return requests(query, user).filter(Q(cancellation__isnull=False) | Q(state__in=[*TAKEN, "lost", "no_show"]))


def _starting(query: Query) -> Q:
    condition = Q()
    if query.since:
        condition &= Q(period__startswith__gte=midnight(query.since))
    if query.until:
        condition &= Q(period__startswith__lt=midnight(query.until))
    return condition


def proprietary(query: Query, user: Any) -> QuerySet[Session]:
    """Sessions of bookings whose access category is proprietary."""
    return sessions(query, user).filter(booking__category="proprietary")
