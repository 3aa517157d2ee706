"""Rows of facilities behind a report: bookings, decisions, sessions, losses, blocks, downtimes."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from facilities.models import Block, Booking, Cycle, Downtime, Session
from facilities.queries.bookings import bookings_visible_to
from facilities.queries.downtime import downtimes_visible_to
from reports.datasets.people import ATTENDED
from reports.models import TAKEN
from reports.parameters import Query
from reports.permissions import reader_of

OVER = ("completed", "closed", "lost", "no_show")
"""States of a booking that was planned and is over."""

AT_INSTRUMENT, AT_FACILITY = "instrument__facility__zone", "facility__zone"
"""Where the zone of a place stands, seen from a row of an instrument and of a facility."""


def midnight(day: date, zone: str = "") -> Any:
    """The beginning of a day on the wall of a place (`zone` is the way to its column), else in UTC."""
    if not zone:
        return datetime.combine(day, time(), UTC)
    return Func(F(zone), template=f"timezone(%(expressions)s, timestamp '{day.isoformat()}')")


def _near(day: date, days: int) -> datetime:
    """A day before or after in UTC, which is outside the day of every zone: an index knows it."""
    return datetime.combine(day, time(), UTC) + timedelta(days=days)


def during(begins: str, ends: str, query: Query, zone: str) -> Q:
    """Rows with time inside the period, in the days of their place."""
    condition = Q()
    if query.since:
        condition &= Q(**{f"{ends}__gt": midnight(query.since, zone)}, **{f"{ends}__gte": _near(query.since, -1)})
    if query.until:
        condition &= Q(**{f"{begins}__lt": midnight(query.until, zone)}, **{f"{begins}__lte": _near(query.until, 1)})
    return condition


def at(instant: str, query: Query, zone: str) -> Q:
    """Rows of an instant inside the period, in the days of their place."""
    condition = Q()
    if query.since:
        condition &= Q(**{f"{instant}__gte": midnight(query.since, zone)})
        condition &= Q(**{f"{instant}__gt": _near(query.since, -1)})
    if query.until:
        condition &= Q(**{f"{instant}__lt": midnight(query.until, zone)})
        condition &= Q(**{f"{instant}__lte": _near(query.until, 1)})
    return condition


def bookings_during(query: Query) -> Q:
    """Bookings with time inside the period."""
    return during("period__startswith", "period__endswith", query, AT_INSTRUMENT)


def sessions_during(query: Query) -> Q:
    """Sessions with time inside the period; one that is over as it begins counts where it began."""
    begun_and_over = Q(ends_at=F("starts_at")) & at("starts_at", query, AT_INSTRUMENT)
    return during("starts_at", "ends_at", query, AT_INSTRUMENT) | begun_and_over


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
    if team := query.narrow.get("team"):
        place &= Q(team=team)
    if unit := query.narrow.get("unit"):
        place &= Q(instrument__unit="node_hour") if unit == "node_hour" else ~Q(instrument__unit="node_hour")
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


def _asked_bookings(query: Query, user: Any) -> QuerySet[Booking]:
    """Bookings at the places asked for, of one state or category where that is asked."""
    rows = _seen_bookings(user).filter(_place(query))
    return rows.filter(**{name: query.narrow[name] for name in ("state", "category") if name in query.narrow})


def bookings(query: Query, user: Any) -> QuerySet[Booking]:
    """Approved bookings with time inside the period."""
    return _asked_bookings(query, user).filter(bookings_during(query), state__in=TAKEN)


def ended(query: Query, user: Any) -> QuerySet[Booking]:
    """Bookings that ended in the period and of which it is known what was delivered, if only that nobody came."""
    rows = _asked_bookings(query, user).filter(Q(session__isnull=False) | Q(state="no_show"), state__in=OVER)
    if query.since:
        rows = rows.filter(period__endswith__gt=midnight(query.since, AT_INSTRUMENT))
    if query.until:
        rows = rows.filter(period__endswith__lte=midnight(query.until, AT_INSTRUMENT))
    return rows


def attended(query: Query, user: Any) -> QuerySet[Booking]:
    """Bookings to which somebody came, by their start."""
    return requests(query, user).filter(state__in=ATTENDED)


def trained(query: Query, user: Any) -> QuerySet[Booking]:
    """Those of them with somebody on site at an instrument that requires trainings."""
    required = Q(instrument__required_trainings__isnull=False)
    return attended(query, user).filter(required, people__on_site=True).distinct()


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
    """Sessions of people of one centre at a facility of another; with a centre, those that are its on either side, with
    a partner those between the two."""
    host = F("instrument__facility__organisation")
    rows = sessions(replace(query, organisation=None), user).exclude(organisation=None).exclude(organisation=host)
    if query.organisation:
        rows = rows.filter(
            Q(organisation=query.organisation) | Q(instrument__facility__organisation=query.organisation)
        )
    if partner := query.narrow.get("partner"):
        rows = rows.filter(Q(organisation=partner) | Q(instrument__facility__organisation=partner))
    if "lands" in query.narrow:
        lands, there = query.narrow["lands"].split(","), "instrument__facility__organisation__country"
        rows = rows.filter(Q(**{f"{there}__in": lands}), organisation__country__in=lands)
        rows = rows.exclude(Q(**{there: F("organisation__country")}))
    if technique := query.narrow.get("technique"):
        rows = rows.filter(instrument__techniques__label=technique)
    return rows


def losses(query: Query, user: Any) -> QuerySet[Session]:
    rows = sessions(query, user).filter(lost_units__gt=0)
    return rows.filter(lost_cause=query.narrow["cause"]) if "cause" in query.narrow else rows


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
    if cycle := query.narrow.get("cycle"):
        inside = Cycle.objects.filter(facility=OuterRef("facility"), name=cycle, period__overlap=OuterRef("period"))
        place &= Q(Exists(inside))
    return place


def _offered(query: Query) -> Q:
    return during("period__startswith", "period__endswith", query, AT_FACILITY)


def blocks(query: Query, user: Any) -> QuerySet[Block]:
    """User and reserve blocks of facilities that are read in full."""
    reader = reader_of(user)
    rows = Block.objects.filter(_at(query, "facility__country"), _offered(query), kind__in=Block.OPEN)
    if not reader.reads_all:
        rows = rows.filter(facility__in=reader.facilities)
    return rows.select_related("facility", "instrument__facility").order_by("-created_at", "-id")


def downtimes(query: Query, user: Any) -> QuerySet[Downtime]:
    """Faults and planned stops that one may see, and those of facilities that are read in full."""
    reader = reader_of(user)
    rows = Downtime.objects.filter(_at(query, "facility__country"), _offered(query))
    if not reader.reads_all:
        seen = downtimes_visible_to(user).order_by().values("pk")
        rows = rows.filter(Q(facility__in=reader.facilities) | Q(pk__in=seen))
    if query.choices.get("of") == "facility":
        rows = rows.filter(instrument=None)
    return rows.select_related("facility", "instrument__facility").order_by("-created_at", "-id")


def requests(query: Query, user: Any) -> QuerySet[Booking]:
    """Bookings by their start, whatever became of them."""
    return _asked_bookings(query, user).filter(at("period__startswith", query, AT_INSTRUMENT))


def starting(query: Query, user: Any) -> QuerySet[Booking]:
    """Bookings that were approved once, by their start, called off or not."""
    return requests(query, user).filter(Q(cancellation__isnull=False) | Q(state__in=[*TAKEN, "lost", "no_show"]))


def proprietary(query: Query, user: Any) -> QuerySet[Session]:
    """Sessions of bookings whose access category is proprietary."""
    return sessions(query, user).filter(booking__category="proprietary")
