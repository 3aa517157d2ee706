"""API of a facility's status through time; those who keep its calendar add to it."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import ApiView, Public
from facilities.commands.status import note_status
from facilities.models import Facility, StatusEntry
from facilities.queries.catalogue import find_facility
from facilities.queries.status import status_history


class StatusOut(serializers.ModelSerializer[StatusEntry]):
    class Meta:
        model = StatusEntry
        fields = ["status", "since", "note"]


class StatusIn(serializers.Serializer[Any]):
    status = serializers.ChoiceField(Facility.Status.choices)
    since = serializers.DateField(help_text="The day on the facility's calendar; not one to come.")
    note = serializers.CharField(required=False, allow_blank=True, max_length=300)


class Statuses(Public, ApiView):
    """What a facility was at since when, the latest first."""

    @extend_schema(responses=StatusOut(many=True))
    def get(self, request: Request, key: str) -> Response:
        return Response(StatusOut(status_history(find_facility(key)), many=True).data)

    @extend_schema(request=StatusIn, responses={201: StatusOut})
    def post(self, request: Request, key: str) -> Response:
        given = StatusIn(data=request.data)
        given.is_valid(raise_exception=True)
        entry = note_status(find_facility(key), by=self.me, **given.validated_data)
        return Response(StatusOut(entry).data, status=201)


urlpatterns = [path("facilities/<str:key>/status", Statuses.as_view())]
