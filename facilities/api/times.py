"""API of free and taken time: the calendar of an instrument, its free slots, the earliest over all instruments."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.api.views import ApiView
from core.errors import NotFound
from facilities.api import shapes
from facilities.api.reading import Reader
from facilities.queries.asking import find_named
from facilities.queries.availability import earliest_slots, free_slots, requestable
from facilities.queries.calendar import calendar_json
from facilities.queries.catalogue import find_instrument, offering

LONGEST = timedelta(days=366)
MOST_SLOTS = 100

EVENT = inline_serializer(
    "CalendarEvent",
    {
        "id": serializers.UUIDField(allow_null=True),
        "kind": serializers.ChoiceField(choices=["booking", "block"]),
        "instrument": serializers.UUIDField(allow_null=True),
        "state": serializers.CharField(),
        "starts_at": serializers.DateTimeField(),
        "ends_at": serializers.DateTimeField(),
        "title": serializers.CharField(allow_null=True),
        "mine": serializers.BooleanField(),
        "facility": serializers.UUIDField(allow_null=True),
    },
    many=True,
)
PERIOD = [
    OpenApiParameter("from", datetime, description="instant; now when absent"),
    OpenApiParameter("to", datetime, description="instant; at most a year later"),
]


def period_of(read: Reader, days: int) -> tuple[datetime, datetime]:
    """`from` and `to`, or `days` from now; records what is wrong with them."""
    starts_at = read.moment("from") or clock.now().replace(microsecond=0)
    ends_at = read.moment("to") or starts_at + timedelta(days=days)
    if not read.violations and not starts_at < ends_at <= starts_at + LONGEST:
        read.wrong("to", _("The end comes after the start, and at most a year later."))
    return starts_at, ends_at


def minutes_of(read: Reader) -> int | None:
    """`hours` in minutes, None when absent."""
    hours = read.number("hours")
    if hours is not None and not 0 < hours <= 24 * 366:
        read.wrong("hours", _("Give a number of hours above zero."))
    return None if hours is None else int(hours * 60)


def json_text(text: str) -> HttpResponse:
    """An answer that the database has written already."""
    return HttpResponse(text, content_type="application/json")


class InstrumentCalendar(ApiView):
    """Bookings and blocks of an instrument; of a booking you may not see only its busy time."""

    @extend_schema(parameters=PERIOD, responses=EVENT)
    def get(self, request: Request, key: str) -> HttpResponse:
        instrument = find_named(key, None).instrument
        if instrument is None:
            raise NotFound()
        read = Reader(request.query_params)
        starts_at, ends_at = period_of(read, 7)
        read.done()
        return json_text(calendar_json([instrument.pk], starts_at, ends_at, self.me))


class Calendar(ApiView):
    """The same for several instruments, or for all of a facility or all there are."""

    @extend_schema(
        parameters=[
            *PERIOD,
            OpenApiParameter("facility", str, description="id or slug"),
            OpenApiParameter("instrument", str, description="id or slug; several separated by commas"),
        ],
        responses=EVENT,
    )
    def get(self, request: Request) -> HttpResponse:
        read = Reader(request.query_params)
        starts_at, ends_at = period_of(read, 7)
        read.done()
        return json_text(calendar_json(self._instruments(read), starts_at, ends_at, self.me))

    def _instruments(self, read: Reader) -> list[Any]:
        keys = [key for key in read.text("instrument", most=2000).split(",") if key]
        if keys:
            return [find_instrument(key).pk for key in keys]
        rows = requestable()
        if facility := read.text("facility", most=80):
            by_id = read.as_identifier("facility", facility) if facility.count("-") == 4 else None
            rows = rows.filter(facility=by_id) if by_id else rows.filter(facility__slug=facility)
        return list(rows.values_list("pk", flat=True))


class InstrumentAvailability(ApiView):
    """Free stretches of an instrument that hold `hours`, inside user blocks, after buffers, capacity and holds."""

    @extend_schema(
        parameters=[
            *PERIOD,
            OpenApiParameter("hours", float, description="the shortest booking when absent"),
            OpenApiParameter("places", int, description="of an instrument that has several; 1 when absent"),
        ],
        responses=shapes.SlotsOut,
    )
    def get(self, request: Request, key: str) -> Response:
        instrument = find_instrument(key)
        read = Reader(request.query_params)
        starts_at, ends_at = period_of(read, 31)
        minutes, places = (
            minutes_of(read) or instrument.min_minutes,
            read.whole("places", least=1, most=instrument.capacity),
        )
        read.done()
        found = free_slots(instrument, starts_at, ends_at, minutes, places or 1)
        return Response({"results": [slot.as_dict() for slot in found]})


class Availability(ApiView):
    """The earliest legal slots over all instruments you may request, best first."""

    @extend_schema(
        parameters=[
            *PERIOD,
            OpenApiParameter("technique", str, description="id, PaNET code or label; narrower terms match too"),
            OpenApiParameter("hours", float, description="8 when absent"),
            OpenApiParameter("limit", int, description=f"1 to {MOST_SLOTS}, 10 when absent"),
        ],
        responses=shapes.SlotsOut,
    )
    def get(self, request: Request) -> Response:
        read = Reader(request.query_params)
        starts_at, ends_at = period_of(read, 183)
        minutes, limit = minutes_of(read) or 480, read.whole("limit", least=1, most=MOST_SLOTS)
        read.done()
        technique = read.text("technique", most=200)
        instruments = requestable().filter(pk__in=offering(technique).values("pk")) if technique else requestable()
        found = earliest_slots(instruments, minutes, starts_at, ends_at, limit or 10)
        return Response({"results": [slot.as_dict() for slot in found]})


urlpatterns = [
    path("instruments/<str:key>/calendar", InstrumentCalendar.as_view()),
    path("instruments/<str:key>/availability", InstrumentAvailability.as_view()),
    path("availability", Availability.as_view()),
    path("calendar", Calendar.as_view()),
]
