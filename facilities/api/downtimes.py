"""API of downtime: report, extend, end, correct, see what it took, and put somebody on the list for compensation."""

from collections.abc import Callable
from typing import Any

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import ApiView, ListView
from core.errors import NotFound
from core.lookup import find
from facilities.api.reading import Reader
from facilities.api.waiting import WaitingPageOut
from facilities.api.waiting import whole as waiting_place
from facilities.commands.downtime import compensate, correct_downtime, end_downtime, extend_downtime, report_downtime
from facilities.models import Downtime, Session
from facilities.queries.bookings import bookings_visible_to, find_booking
from facilities.queries.catalogue import facilities_listed, find_instrument
from facilities.queries.downtime import counts_as_planned, downtimes_visible_to


class DowntimeIn(serializers.Serializer[Any]):
    facility = serializers.CharField(required=False, help_text="id or slug; needed without an instrument")
    instrument = serializers.CharField(required=False, help_text="id or slug; the whole facility when absent")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(help_text="When it is expected to end.")
    cause = serializers.ChoiceField(choices=Session.Cause.choices)
    title = serializers.CharField(max_length=200)
    note = serializers.CharField(required=False, allow_blank=True)
    planned = serializers.BooleanField(required=False, default=False)


class LossOut(serializers.Serializer[Any]):
    booking = serializers.UUIDField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    units = serializers.CharField()
    unit = serializers.CharField()
    cause = serializers.ChoiceField(choices=Session.Cause.choices)


class CorrectionOut(serializers.Serializer[Any]):
    when = serializers.DateTimeField()
    cause = serializers.ChoiceField(choices=Session.Cause.choices)
    planned = serializers.BooleanField()
    reason = serializers.CharField()


class DowntimeOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    facility = serializers.UUIDField()
    instrument = serializers.UUIDField(allow_null=True)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(help_text="Expected, until ended_at is there.")
    ended_at = serializers.DateTimeField(allow_null=True)
    cause = serializers.ChoiceField(choices=Session.Cause.choices, help_text="As first reported.")
    planned = serializers.BooleanField(help_text="As first reported.")
    counts_as_planned = serializers.BooleanField(help_text="In figures: only what was a plan from the first.")
    title = serializers.CharField()
    note = serializers.CharField()


class DowntimePageOut(DowntimeOut):
    losses = LossOut(many=True)
    corrections = CorrectionOut(many=True)


class DowntimeMoveIn(serializers.Serializer[Any]):
    ends_at = serializers.DateTimeField(required=False, help_text="extend: the new expectation")
    at = serializers.DateTimeField(required=False, help_text="end: when it did; now when absent")
    cause = serializers.ChoiceField(choices=Session.Cause.choices, required=False, help_text="correct")
    planned = serializers.BooleanField(required=False, help_text="correct")
    note = serializers.CharField(required=False, allow_blank=True, help_text="correct: the reason, which is needed")


def line(row: Downtime) -> dict[str, Any]:
    return {
        "id": row.pk,
        "facility": row.facility_id,
        "instrument": row.instrument_id,
        "starts_at": row.period.lower,
        "ends_at": row.period.upper,
        "ended_at": row.ended_at,
        "cause": row.cause,
        "planned": row.planned,
        "counts_as_planned": counts_as_planned(row),
        "title": row.title,
        "note": row.note,
    }


def whole(row: Downtime, user: Any) -> dict[str, Any]:
    """With the losses of those bookings that the reader may see."""
    losses = row.losses.filter(booking__in=bookings_visible_to(user)).select_related("booking").order_by("period", "id")
    return line(row) | {
        "losses": [
            {
                "booking": each.booking_id,
                "starts_at": each.period.lower,
                "ends_at": each.period.upper,
                "units": str(each.units),
                "unit": each.booking.unit,
                "cause": each.cause,
            }
            for each in losses
        ],
        "corrections": [
            {"when": each.created_at, "cause": each.cause, "planned": each.planned, "reason": each.reason}
            for each in row.corrections.all()
        ],
    }


class Downtimes(ListView):
    """Downtime that you may see, the latest reported first; report one."""

    @extend_schema(
        parameters=[
            OpenApiParameter("facility", str, description="id or slug"),
            OpenApiParameter("instrument", str, description="id or slug"),
            OpenApiParameter("open", bool, description="only what lasts still"),
        ],
        responses=DowntimeOut(many=True),
    )
    def get(self, request: Request) -> Response:
        read, rows = Reader(request.query_params), downtimes_visible_to(self.me).prefetch_related("corrections")
        if key := read.text("facility", most=120):
            rows = rows.filter(facility=find(facilities_listed(), key))
        if key := read.text("instrument", most=120):
            rows = rows.filter(instrument=find_instrument(key))
        if read.flag("open"):
            rows = rows.filter(ended_at=None)
        read.done()
        return self.page(rows, line)

    @extend_schema(request=DowntimeIn, responses={201: DowntimePageOut})
    def post(self, request: Request) -> Response:
        read = Reader(request.data)
        instrument = read.instrument("instrument", required=False)
        key = read.text("facility", most=80, required=instrument is None)
        starts_at, ends_at = read.instant("starts_at"), read.instant("ends_at")
        cause, title = read.text("cause", most=20, required=True), read.text("title", most=200, required=True)
        note, planned = read.text("note", most=10_000), read.flag("planned")
        read.done()
        place = find(facilities_listed(), key) if key or instrument is None else instrument.facility
        row = report_downtime(
            place,
            instrument,
            starts_at,
            ends_at,
            by=self.me,
            cause=cause,
            title=title,
            note=note,
            planned=planned,
        )
        return Response(whole(row, self.me), status=201)


class DowntimePage(ApiView):
    """One downtime, with what it took and what was said of it later."""

    @extend_schema(responses=DowntimePageOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(whole(find(downtimes_visible_to(self.me), key), self.me))


def _extend(row: Downtime, by: Any, read: Reader) -> None:
    until, note = read.instant("ends_at"), read.text("note", most=10_000)
    read.done()
    extend_downtime(row, by=by, until=until, note=note)


def _end(row: Downtime, by: Any, read: Reader) -> None:
    at = read.moment("at")
    note = read.text("note", most=10_000)
    read.done()
    end_downtime(row, by=by, at=at, note=note)


def _correct(row: Downtime, by: Any, read: Reader) -> None:
    cause, note = read.text("cause", most=20) or row.cause, read.text("note", most=10_000)
    planned = read.flag("planned", row.planned)
    read.done()
    correct_downtime(row, by=by, cause=cause, planned=planned, reason=note)


MOVES: dict[str, Callable[[Downtime, Any, Reader], None]] = {"extend": _extend, "end": _end, "correct": _correct}


class DowntimeMove(ApiView):
    """`extend` it, `end` it, `correct` what was said of it."""

    @extend_schema(request=DowntimeMoveIn, responses=DowntimePageOut)
    def post(self, request: Request, key: str, move: str) -> Response:
        row: Downtime = find(downtimes_visible_to(self.me), key)
        if (act := MOVES.get(move)) is None:
            raise NotFound(_("There is no such move."))
        act(row, self.me, Reader(request.data or {}))
        return Response(whole(find(downtimes_visible_to(self.me), key), self.me))


class CompensationIn(serializers.Serializer[Any]):
    booking = serializers.CharField(help_text="id or reference of the booking that lost time")
    until = serializers.DateTimeField(required=False, help_text="Reserve time is looked for until then.")
    note = serializers.CharField(required=False, allow_blank=True)


class Compensations(ApiView):
    """Put who lost time on the list for compensation: reserve blocks are offered in its order. Nobody has a right."""

    @extend_schema(request=CompensationIn, responses={201: WaitingPageOut})
    def post(self, request: Request) -> Response:
        read = Reader(request.data)
        key, note = read.text("booking", most=80, required=True), read.text("note", most=10_000)
        until = read.moment("until")
        read.done()
        row = compensate(find_booking(self.me, key), by=self.me, note=note, until=until)
        return Response(waiting_place(row), status=201)


urlpatterns = [
    path("downtimes", Downtimes.as_view()),
    path("downtimes/<str:key>", DowntimePage.as_view()),
    path("downtimes/<str:key>/<str:move>", DowntimeMove.as_view()),
    path("compensations", Compensations.as_view()),
]
