"""API of series: check and ask for recurring time, look at one with its dates, move or end some of them."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import audit
from core.api.views import ApiView, ListView
from core.errors import NotFound
from facilities.api import shapes
from facilities.api.bookings import read_request
from facilities.api.reading import Reader
from facilities.commands import series as commands
from facilities.commands.series import Scope, SeriesRequest
from facilities.models import Series, SeriesDate
from facilities.queries.series import dates_of, find_series, series_visible_to
from facilities.workflows import BOOKING


class SeriesIn(shapes.BookingIn):
    rule = serializers.CharField(max_length=300, help_text="RFC 5545 RRULE value, e.g. FREQ=WEEKLY;BYDAY=MO;COUNT=26")
    excluded = serializers.ListField(child=serializers.DateField(), required=False, help_text="EXDATE: local days.")
    on_conflict = serializers.ChoiceField(choices=Series.OnConflict.choices, required=False, default="refuse")


class PlannedDateOut(serializers.Serializer[Any]):
    date = serializers.CharField(help_text="RECURRENCE-ID: its local start")
    ok = serializers.BooleanField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    units = serializers.CharField()
    unit = serializers.CharField()
    violations = shapes.ViolationOut(many=True)
    alternatives = shapes.SlotOut(many=True)


class SeriesCheckOut(serializers.Serializer[Any]):
    ok = serializers.BooleanField()
    units = serializers.CharField()
    unit = serializers.CharField()
    dates = PlannedDateOut(many=True)


class SeriesRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    reference = serializers.CharField()
    title = serializers.CharField()
    instrument = serializers.UUIDField()
    instrument_name = serializers.CharField()
    facility_name = serializers.CharField()
    zone = serializers.CharField()
    rule = serializers.CharField()
    starts = serializers.CharField(help_text="local")
    minutes = serializers.IntegerField()
    requester = serializers.UUIDField()
    program = serializers.UUIDField(allow_null=True)
    booked = serializers.IntegerField()
    skipped = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class SeriesDateOut(serializers.Serializer[Any]):
    date = serializers.CharField(help_text="RECURRENCE-ID: the local start that was asked for; it never changes")
    state = serializers.ChoiceField(choices=[("skipped", "Skipped"), *BOOKING.choices])
    exception = serializers.BooleanField(help_text="moved away from the time of the series")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    booking = serializers.UUIDField(allow_null=True)
    reference = serializers.CharField()
    reasons = shapes.ViolationOut(many=True)
    alternatives = shapes.SlotOut(many=True)


class SeriesOut(SeriesRow):
    purpose = serializers.CharField()
    excluded = serializers.ListField(child=serializers.DateField())
    on_conflict = serializers.ChoiceField(choices=Series.OnConflict.choices)
    dates = SeriesDateOut(many=True)
    history = shapes.HistoryOut(many=True)


class SeriesMoveIn(serializers.Serializer[Any]):
    scope = serializers.ChoiceField(choices=Scope.choices, required=False, default="all")
    date = serializers.CharField(required=False, help_text="the date that is meant; needed for one and following")
    starts = serializers.CharField(required=False, help_text="reschedule: its new local start")
    minutes = serializers.IntegerField(required=False, help_text="reschedule: its new length on the wall clock")
    note = serializers.CharField(required=False, allow_blank=True)


def read_series(data: Any, by: Any) -> SeriesRequest:
    """The body of a request for a series. Raises Invalid with everything that is wrong in it."""
    wanted = read_request(data, by)
    read = Reader(data)
    rule = read.text("rule", most=300, required=True)
    excluded = frozenset(_days(read))
    read.done()
    return SeriesRequest(wanted, rule, excluded)


def _days(read: Reader) -> list[date]:
    given = read.data.get("excluded") or []
    try:
        return [date.fromisoformat(text) for text in given]
    except (TypeError, ValueError):
        read.wrong("excluded", _("Give a list of days, e.g. 2027-03-29."))
        return []


def local(read: Reader, field: str, *, required: bool) -> datetime | None:
    """A wall-clock time without a zone."""
    text = read.text(field, most=25, required=required)
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        found = None
    if text and (found is None or found.tzinfo is not None):
        read.wrong(field, _("Give a local time without a zone, e.g. 2027-03-29T10:00."))
        return None
    return found


class SeriesList(ListView):
    """Series you may see, newest first; ask for one."""

    ordering = ("-created_at", "-id")

    @extend_schema(responses=SeriesRow(many=True))
    def get(self, request: Request) -> Response:
        rows = series_visible_to(self.me).annotate(
            booked=Count("dates", filter=Q(dates__booking__isnull=False)),
            skipped=Count("dates", filter=Q(dates__booking__isnull=True)),
        )
        return self.page(rows, lambda row: line(row, row.booked, row.skipped))

    @extend_schema(request=SeriesIn, responses={201: SeriesOut})
    def post(self, request: Request) -> Response:
        wish = read_series(request.data, self.me)
        choice = Reader(request.data).text("on_conflict", most=20) or Series.OnConflict.REFUSE
        series = commands.request_series(wish, by=self.me, on_conflict=choice)
        return Response(whole(series), status=201)


class CheckSeries(ApiView):
    """What every date would meet, without writing."""

    @extend_schema(request=SeriesIn, responses=SeriesCheckOut)
    def post(self, request: Request) -> Response:
        found = commands.check_series(read_series(request.data, self.me), by=self.me)
        dates = [each.as_dict() for each in found.dates]
        return Response({"ok": found.ok, "units": str(found.units), "unit": found.unit, "dates": dates})


class SeriesPage(ApiView):
    """One series, by id or reference, with its dates and history."""

    @extend_schema(responses=SeriesOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(whole(find_series(self.me, key)))


class SeriesMove(ApiView):
    """`reschedule`, `cancel`, `withdraw` or `decline`, for one date, it and the following, or all."""

    @extend_schema(request=SeriesMoveIn, responses=SeriesOut)
    def post(self, request: Request, key: str, move: str) -> Response:
        series = find_series(self.me, key)
        act = MOVES.get(move)
        if act is None:
            raise NotFound(_("There is no such move."))
        act(series, self.me, Reader(request.data or {}))
        return Response(whole(find_series(self.me, series.pk)))


Act = Callable[[Series, Any, Reader], Any]


def ending(command: Callable[..., Any]) -> Act:
    """A move that ends the dates of its scope, with a reason."""

    def act(series: Series, by: Any, read: Reader) -> None:
        note, scope = read.text("note", most=10_000), read.text("scope", most=20) or Scope.ALL
        meant = local(read, "date", required=scope != Scope.ALL)
        read.done()
        command(series, by=by, scope=scope, date=meant, note=note)

    return act


def reschedule(series: Series, by: Any, read: Reader) -> None:
    scope, note = read.text("scope", most=20) or Scope.ALL, read.text("note", most=10_000)
    meant, starts = local(read, "date", required=True), local(read, "starts", required=True)
    minutes = read.whole("minutes", least=1, most=60 * 24 * 366)
    read.done()
    assert meant is not None
    assert starts is not None
    commands.reschedule_series(series, by=by, scope=scope, date=meant, starts=starts, minutes=minutes, note=note)


def decline(series: Series, by: Any, read: Reader) -> None:
    note = read.text("note", most=10_000)
    read.done()
    commands.decline_series(series, by=by, note=note)


MOVES: dict[str, Act] = {
    "reschedule": reschedule,
    "cancel": ending(commands.cancel_series),
    "withdraw": ending(commands.withdraw_series),
    "decline": decline,
}


def line(series: Series, booked: int, skipped: int) -> dict[str, Any]:
    """A row of the list."""
    return {
        "id": series.pk,
        "reference": series.reference,
        "title": series.title,
        "instrument": series.instrument_id,
        "instrument_name": series.instrument.name,
        "facility_name": series.instrument.facility.name,
        "zone": series.zone,
        "rule": series.rule,
        "starts": series.starts.isoformat(),
        "minutes": series.minutes,
        "requester": series.requester_id,
        "program": series.team_id,
        "booked": booked,
        "skipped": skipped,
        "created_at": series.created_at,
    }


def whole(series: Series) -> dict[str, Any]:
    dates = dates_of(series)
    skipped = sum(each.booking is None for each in dates)
    return line(series, len(dates) - skipped, skipped) | {
        "purpose": series.purpose,
        "excluded": series.excluded,
        "on_conflict": series.on_conflict,
        "dates": [one_date(each) for each in dates],
        "history": [shapes.entry(each) for each in audit.history(series)],
    }


def one_date(each: SeriesDate) -> dict[str, Any]:
    given = each.series.pattern.period(each.starts, each.minutes)
    lies = (each.booking.starts_at, each.booking.ends_at) if each.booking else given
    return {
        "date": each.recurrence_id.isoformat(),
        "state": each.outcome,
        "exception": each.is_exception,
        "starts_at": lies[0],
        "ends_at": lies[1],
        "booking": each.booking_id,
        "reference": each.booking.reference if each.booking else "",
        "reasons": each.reasons,
        "alternatives": each.alternatives,
    }


urlpatterns = [
    path("series", SeriesList.as_view()),
    path("series/check", CheckSeries.as_view()),
    path("series/<str:key>", SeriesPage.as_view()),
    path("series/<str:key>/<str:move>", SeriesMove.as_view()),
]
