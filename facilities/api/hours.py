"""API of when a place is open: hours of the week, days that are different, and when the shifts of a day start."""

from typing import Any
from uuid import UUID

from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import ApiView
from core.lookup import find
from core.permissions import containers
from facilities.api.plans import KEPT, AffectedList, MoveTo, kept
from facilities.commands.calendar import Slot, set_shifts
from facilities.commands.calendar.hours import (
    Day,
    Hours,
    Stretch,
    Week,
    change_hours,
    remove_exception,
    review_hours_change,
)
from facilities.models import Facility, Instrument, OpeningException
from facilities.queries.catalogue import find_facility, find_instrument
from facilities.queries.hours import different_days, hours_of_week


class StretchShape(serializers.Serializer[Any]):
    weekday = serializers.IntegerField(min_value=1, max_value=7, help_text="1 is Monday")
    opens = serializers.TimeField()
    closes = serializers.TimeField(help_text="at or before opening: on the day after")


class DayOut(serializers.ModelSerializer[OpeningException]):
    class Meta:
        model = OpeningException
        fields = ["id", "day", "opens", "closes", "reason"]


class HoursOut(serializers.Serializer[Any]):
    """`week` is empty where the place is open all day, or an instrument is open as its facility is."""

    week = StretchShape(many=True)
    days = DayOut(many=True, help_text="from today on; closed where there are no times")
    shifts = serializers.ListField(child=serializers.TimeField(), help_text="empty: three of eight hours")


class WithMoves(serializers.Serializer[Any]):
    instrument = serializers.CharField(required=False, help_text="id or slug; the whole facility when absent")
    moves = MoveTo(many=True, required=False, help_text="Times to propose to affected bookings.")


class WeekIn(WithMoves):
    week = StretchShape(many=True, help_text="exactly these; none: open all day, or as the facility is")


class SpanIn(serializers.Serializer[Any]):
    opens = serializers.TimeField()
    closes = serializers.TimeField()


class DayIn(WithMoves):
    day = serializers.DateField()
    hours = SpanIn(many=True, required=False, help_text="none: the day is closed")
    reason = serializers.CharField(required=False, allow_blank=True, max_length=200, default="")


class HoursReviewIn(serializers.Serializer[Any]):
    instrument = serializers.CharField(required=False, help_text="id or slug; the whole facility when absent")
    week = StretchShape(many=True, required=False)
    day = serializers.DateField(required=False, help_text="instead of `week`: one day that is different")
    hours = SpanIn(many=True, required=False)


class ShiftsIn(serializers.Serializer[Any]):
    shifts = serializers.ListField(child=serializers.TimeField(), allow_empty=True)


def shown(facility: Facility, instrument: Instrument | None) -> Any:
    week, days = hours_of_week(facility, instrument), different_days(facility, instrument)
    return HoursOut({"week": week, "days": days, "shifts": facility.shifts}).data


def given(kind: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    read = kind(data=request.data)
    read.is_valid(raise_exception=True)
    return dict(read.validated_data)


def instrument_named(key: str) -> Instrument | None:
    return find_instrument(key) if key else None


def hours_in(facility: Facility, data: dict[str, Any]) -> Hours:
    """The change that a body asks for: of the week, or of one day."""
    instrument = instrument_named(data.get("instrument", ""))
    if "day" in data:
        spans = [(each["opens"], each["closes"]) for each in data.get("hours", ())]
        return Day(facility, instrument, data["day"], spans, data.get("reason", ""))
    return Week(facility, instrument, [Stretch(**each) for each in data.get("week", ())])


def moves_in(data: dict[str, Any]) -> dict[UUID, Slot | None]:
    return {
        each["booking"]: Slot(each["instrument"], each["starts_at"], each["ends_at"]) for each in data.get("moves", ())
    }


class OpeningHoursPage(ApiView):
    """When a facility, or one of its instruments, is open; give a week exactly these hours."""

    @extend_schema(
        parameters=[OpenApiParameter("instrument", OpenApiTypes.STR, description="id or slug")], responses=HoursOut
    )
    def get(self, request: Request, key: str) -> Response:
        return Response(shown(find_facility(key), instrument_named(request.query_params.get("instrument", ""))))

    @extend_schema(request=WeekIn, responses=HoursOut)
    def put(self, request: Request, key: str) -> Response:
        facility, data = kept(self.me, key), given(WeekIn, request)
        hours = hours_in(facility, data)
        change_hours(hours, by=self.me, moves=moves_in(data))
        return Response(shown(facility, hours.instrument))


class OpeningDays(ApiView):
    """A day with other hours than its weekday's, or closed."""

    @extend_schema(request=DayIn, responses={201: HoursOut})
    def post(self, request: Request, key: str) -> Response:
        facility, data = kept(self.me, key), given(DayIn, request)
        hours = hours_in(facility, data)
        change_hours(hours, by=self.me, moves=moves_in(data))
        return Response(shown(facility, hours.instrument), status=201)


class OpeningDay(ApiView):
    """A day that is different."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """The day is like its weekday again."""
        rows = OpeningException.objects.filter(facility__in=containers(self.me, KEPT, Facility.objects.all()))
        remove_exception(find(rows.select_related("facility", "instrument"), pk), by=self.me)
        return Response(status=204)


class HoursReview(ApiView):
    """The bookings that a change of the hours would put outside open time, with proposals. Writes nothing."""

    @extend_schema(request=HoursReviewIn, responses=AffectedList)
    def post(self, request: Request, key: str) -> Response:
        facility = kept(self.me, key)
        affected = review_hours_change(hours_in(facility, given(HoursReviewIn, request)), by=self.me)
        return Response(AffectedList({"results": affected}).data)


class Shifts(ApiView):
    """When the shifts of a day start, on the facility's clock."""

    @extend_schema(request=ShiftsIn, responses=HoursOut)
    def put(self, request: Request, key: str) -> Response:
        facility = set_shifts(kept(self.me, key), given(ShiftsIn, request)["shifts"], by=self.me)
        return Response(shown(facility, None))


urlpatterns = [
    path("facilities/<str:key>/hours", OpeningHoursPage.as_view()),
    path("facilities/<str:key>/hours/days", OpeningDays.as_view()),
    path("facilities/<str:key>/hours/review", HoursReview.as_view()),
    path("facilities/<str:key>/shifts", Shifts.as_view()),
    path("opening-days/<uuid:pk>", OpeningDay.as_view()),
]
