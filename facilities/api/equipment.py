"""API of shared equipment: what a facility lends to bookings; its managers add and change it."""

from typing import Any

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import ApiView, ListView
from core.lookup import find
from facilities.api.reading import Reader
from facilities.commands.equipment import add_equipment, change_equipment
from facilities.models import Equipment
from facilities.queries.catalogue import find_facility, find_instrument
from facilities.queries.equipment import equipment_listed, usable_at


class EquipmentOut(serializers.ModelSerializer[Equipment]):
    facility = serializers.UUIDField(source="facility_id")
    facility_slug = serializers.CharField(source="facility.slug")
    instruments = serializers.SerializerMethodField(help_text="Where it can be used; everywhere there when empty.")

    class Meta:
        model = Equipment
        fields = [
            "id", "facility", "facility_slug", "kind", "code", "name", "name_zh", "capacity", "turnaround_minutes",
            "instruments", "is_active",
        ]  # fmt: skip

    def get_instruments(self, thing: Equipment) -> list[str]:
        return sorted(instrument.slug for instrument in thing.instruments.all())


class EquipmentIn(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=Equipment.Kind.choices, required=False)
    code = serializers.CharField(max_length=60, required=False, help_text="Needed for something new.")
    name = serializers.CharField(max_length=200, required=False, help_text="Needed for something new.")
    name_zh = serializers.CharField(max_length=200, required=False, allow_blank=True)
    capacity = serializers.IntegerField(min_value=1, required=False)
    turnaround_minutes = serializers.IntegerField(min_value=0, required=False)
    is_active = serializers.BooleanField(required=False)
    instruments = serializers.ListField(child=serializers.CharField(), required=False, help_text="ids or slugs")


class NewEquipmentIn(EquipmentIn):
    facility = serializers.CharField(help_text="id or slug")


class Equipments(ListView):
    """Equipment by facility, kind and code; add some to a facility whose calendar you keep."""

    serializer_class = EquipmentOut
    ordering = ("facility_id", "kind", "code", "id")

    @extend_schema(
        parameters=[
            OpenApiParameter("facility", str, description="id or slug"),
            OpenApiParameter("instrument", str, description="id or slug: what may be asked for together with it"),
        ],
        responses=EquipmentOut(many=True),
    )
    def get(self, request: Request) -> Response:
        read = Reader(request.query_params)
        facility, instrument = read.text("facility", most=120), read.text("instrument", most=120)
        read.done()
        rows = usable_at(find_instrument(instrument)) if instrument else equipment_listed()
        if facility:
            rows = rows.filter(facility=find_facility(facility))
        return self.page(rows, lambda row: self.get_serializer(row).data)

    @extend_schema(request=NewEquipmentIn, responses={201: EquipmentOut})
    def post(self, request: Request) -> Response:
        read = Reader(request.data)
        facility = read.text("facility", most=120, required=True)
        fields = _fields(read)
        read.done()
        thing = add_equipment(find_facility(facility), by=self.me, **fields)
        return Response(EquipmentOut(thing).data, status=201)


class EquipmentPage(ApiView):
    """One piece of equipment."""

    @extend_schema(responses=EquipmentOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(EquipmentOut(_found(key)).data)

    @extend_schema(request=EquipmentIn, responses=EquipmentOut)
    def patch(self, request: Request, key: str) -> Response:
        read = Reader(request.data)
        fields = _fields(read)
        read.done()
        return Response(EquipmentOut(change_equipment(_found(key), by=self.me, **fields)).data)


def _found(key: str) -> Equipment:
    thing: Equipment = find(equipment_listed(), key)
    return thing


def _fields(read: Reader) -> dict[str, Any]:
    """The columns that the body names, and the instruments."""
    fields: dict[str, Any] = {}
    for name, most in (("kind", 20), ("code", 60), ("name", 200), ("name_zh", 200)):
        if name in read.data:
            fields[name] = read.text(name, most=most)
    for name in ("capacity", "turnaround_minutes"):
        if name in read.data:
            fields[name] = read.whole(name, required=True)
    if "is_active" in read.data:
        fields["is_active"] = read.flag("is_active")
    if "instruments" in read.data:
        given = read.data["instruments"]
        if not isinstance(given, list):
            read.wrong("instruments", _("Give a list of identifiers."))
        else:
            fields["instruments"] = [find_instrument(str(key)) for key in given]
    return fields


urlpatterns = [
    path("equipment", Equipments.as_view()),
    path("equipment/<str:key>", EquipmentPage.as_view()),
]
