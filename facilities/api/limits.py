"""API of an instrument's limits: length, steps, notice and horizon; those who keep its calendar change them."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import ApiView
from facilities.api.policies import read_seen
from facilities.api.reading import Reader
from facilities.commands.limits import LIMITS, set_limits
from facilities.models import Instrument
from facilities.queries.catalogue import find_instrument


class LimitsOut(serializers.ModelSerializer[Instrument]):
    instrument = serializers.UUIDField(source="id")

    class Meta:
        model = Instrument
        fields = ["instrument", *LIMITS, "version"]


class LimitsIn(serializers.Serializer[Any]):
    granularity_minutes = serializers.IntegerField(min_value=1, required=False)
    min_minutes = serializers.IntegerField(min_value=0, required=False)
    max_minutes = serializers.IntegerField(min_value=0, required=False)
    notice_hours = serializers.IntegerField(min_value=0, required=False)
    horizon_days = serializers.IntegerField(min_value=0, required=False)
    hold_minutes = serializers.IntegerField(min_value=0, required=False)
    no_show_minutes = serializers.IntegerField(min_value=0, required=False)
    version = serializers.IntegerField(min_value=1, required=False, help_text="Refused when it has changed since.")
    seen = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        help_text="Bookings to come that break the new limits and stay; those not named here are answered with 409.",
    )


class Limits(ApiView):
    """What an instrument takes."""

    @extend_schema(responses=LimitsOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(LimitsOut(find_instrument(key)).data)

    @extend_schema(request=LimitsIn, responses=LimitsOut)
    def patch(self, request: Request, key: str) -> Response:
        read = Reader(request.data)
        limits: dict[str, Any] = {name: read.whole(name, required=True) for name in LIMITS if name in read.data}
        expected, seen = read.whole("version"), read_seen(read)
        read.done()
        row = set_limits(find_instrument(key), by=self.me, expected=expected, seen=seen, **limits)
        return Response(LimitsOut(row).data)


urlpatterns = [path("instruments/<str:key>/limits", Limits.as_view())]
