"""API of allocations: balances, and the ledger that they are the sums of."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import ListView
from core.lookup import find
from facilities.models import Allocation, LedgerEntry
from facilities.queries.allocations import allocations_visible_to, ledger_of


class AllocationOut(serializers.ModelSerializer[Allocation]):
    program = serializers.UUIDField(source="team_id")
    program_title = serializers.CharField(source="team.title")
    instrument = serializers.UUIDField(source="instrument_id")
    instrument_slug = serializers.CharField(source="instrument.slug")
    instrument_name = serializers.CharField(source="instrument.name")
    facility_name = serializers.CharField(source="instrument.facility.name")
    cycle = serializers.CharField(source="cycle.name", default=None)
    left = serializers.DecimalField(max_digits=14, decimal_places=3)

    class Meta:
        model = Allocation
        fields = [
            "id", "program", "program_title", "instrument", "instrument_slug", "instrument_name", "facility_name",
            "cycle", "unit", "granted", "held", "used", "left", "valid_from", "valid_until",
        ]  # fmt: skip


class EntryOut(serializers.ModelSerializer[LedgerEntry]):
    who = serializers.CharField(source="by.name")
    when = serializers.DateTimeField(source="created_at")
    booking = serializers.UUIDField(source="booking_id", allow_null=True)

    class Meta:
        model = LedgerEntry
        fields = ["id", "kind", "units", "booking", "who", "when", "note"]


class Allocations(ListView):
    """Allocations of your teams and of facilities you work for, those that last longest first."""

    serializer_class = AllocationOut
    ordering = ("-valid_until", "-id")

    def get(self, request: Request) -> Response:
        return self.page(allocations_visible_to(self.me), lambda row: self.get_serializer(row).data)


class Ledger(ListView):
    """Every entry of an allocation, oldest first; the balance is their sum."""

    serializer_class = EntryOut
    ordering = ("created_at", "id")

    @extend_schema(responses=EntryOut(many=True))
    def get(self, request: Request, key: str) -> Response:
        allocation: Any = find(allocations_visible_to(self.me), key)
        return self.page(ledger_of(allocation), lambda row: self.get_serializer(row).data)


urlpatterns = [
    path("allocations", Allocations.as_view()),
    path("allocations/<str:key>/ledger", Ledger.as_view()),
]
