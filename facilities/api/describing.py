"""API of what an instrument is; those who keep a facility's calendar add its instruments and change them."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import ApiView
from facilities.api.catalogue import InstrumentOut
from facilities.commands.describing import add_instrument, describe_instrument
from facilities.models import Instrument, Technique
from facilities.queries.catalogue import find_facility, find_instrument, technique_called


class InstrumentIn(serializers.ModelSerializer[Instrument]):
    """What is not given stays as it is."""

    parent: Any = serializers.CharField(
        required=False, allow_null=True, help_text="Id or slug of the instrument it is in."
    )
    techniques = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="PaNET codes or labels; they replace those there are."
    )
    modes = serializers.ListField(child=serializers.ChoiceField(Instrument.Mode.choices), required=False)

    class Meta:
        model = Instrument
        fields = [
            "code", "name", "name_zh", "description", "parent", "techniques", "pidinst", "country", "is_bookable",
            "requires_allocation", "unit", "unit_minutes", "day_starts_at", "capacity", "modes",
        ]  # fmt: skip

    def validate_parent(self, key: str | None) -> Instrument | None:
        return find_instrument(key) if key else None

    def validate_techniques(self, names: list[str]) -> list[Technique]:
        found = {name: technique_called(name) for name in names}
        if unknown := [name for name, row in found.items() if row is None]:
            raise serializers.ValidationError(f"No technique is called {', '.join(unknown)}.")
        return [row for row in found.values() if row is not None]


class InstrumentChange(InstrumentIn):
    version = serializers.IntegerField(min_value=1, required=False, help_text="Refused when it has changed since.")

    class Meta(InstrumentIn.Meta):
        fields = [*InstrumentIn.Meta.fields, "version"]


class NewInstrument(ApiView):
    """An instrument more at a facility."""

    @extend_schema(request=InstrumentIn, responses={201: InstrumentOut})
    def post(self, request: Request, key: str) -> Response:
        given = InstrumentIn(data=request.data)
        given.is_valid(raise_exception=True)
        made = add_instrument(find_facility(key), by=self.me, **given.validated_data)
        return Response(InstrumentOut(made).data, status=201)


class Description(ApiView):
    """What an instrument is."""

    @extend_schema(request=InstrumentChange, responses=InstrumentOut)
    def patch(self, request: Request, key: str) -> Response:
        given = InstrumentChange(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        told: dict[str, Any] = dict(given.validated_data)
        row = describe_instrument(find_instrument(key), by=self.me, expected=told.pop("version", None), **told)
        return Response(InstrumentOut(row).data)


urlpatterns = [
    path("facilities/<str:key>/instruments", NewInstrument.as_view()),
    path("instruments/<str:key>/description", Description.as_view()),
]
