"""API of allocations: balances, the ledger that they are the sums of, and what becomes of units."""

from typing import Any
from uuid import UUID

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.api.views import ApiView, ListView
from core.errors import Invalid, Violation
from core.lookup import find
from facilities.api.reading import Reader, is_identifier
from facilities.commands import balances
from facilities.models import Access, Allocation, Cycle, LedgerEntry, Team
from facilities.queries.allocations import allocations_visible_to, later_cycles, ledger_of
from facilities.queries.catalogue import find_instrument


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
    counterpart = serializers.UUIDField(
        source="counterpart_id", allow_null=True, help_text="The allocation that moved units went to, or came from."
    )

    class Meta:
        model = LedgerEntry
        fields = ["id", "kind", "units", "booking", "counterpart", "who", "when", "note"]


class UnitsIn(serializers.Serializer[Any]):
    units = serializers.DecimalField(max_digits=14, decimal_places=3)
    note = serializers.CharField(max_length=300, help_text="Why; it stays on the account.")


class AllocationIn(UnitsIn):
    program = serializers.UUIDField(help_text="Also a team's id.")
    instrument = serializers.CharField(help_text="id or slug")
    category = serializers.ChoiceField(choices=Access.choices, default=Access.GENERAL)
    cycle = serializers.UUIDField(required=False, allow_null=True, default=None, help_text="Or from and until.")
    valid_from = serializers.DateTimeField(required=False, allow_null=True, default=None)
    valid_until = serializers.DateTimeField(required=False, allow_null=True, default=None)


class TransferIn(UnitsIn):
    to = serializers.UUIDField(help_text="Another allocation of the same team.")


class RolloverIn(UnitsIn):
    units = serializers.DecimalField(
        max_digits=14, decimal_places=3, required=False, allow_null=True, default=None, help_text="All when absent."
    )
    cycle = serializers.UUIDField(help_text="A later cycle of the instrument's facility.")


class TransferOut(serializers.Serializer[Any]):
    source: Any = AllocationOut()
    target = AllocationOut()
    arrived = serializers.DecimalField(max_digits=14, decimal_places=3, help_text="In the unit of the target.")


class Allocations(ListView):
    """Allocations of your teams and of facilities you work for, those that last longest first."""

    serializer_class = AllocationOut
    ordering = ("-valid_until", "-id")

    @extend_schema(
        parameters=[
            OpenApiParameter("program", OpenApiTypes.UUID),
            OpenApiParameter("facility", str, description="id or slug"),
            OpenApiParameter("instrument", str, description="id or slug"),
            OpenApiParameter("running", bool, description="only those that are not over"),
        ]
    )
    def get(self, request: Request) -> Response:
        rows, read = allocations_visible_to(self.me), Reader(request.query_params)
        if program := read.identifier("program"):
            rows = rows.filter(team=program)
        for name, column in (("facility", "instrument__facility"), ("instrument", "instrument")):
            if key := read.text(name, most=120):
                rows = rows.filter(**{f"{column}__{'pk' if is_identifier(key) else 'slug'}": key})
        if str(request.query_params.get("running", "")).lower() in ("1", "true", "yes"):
            rows = rows.filter(valid_until__gt=clock.now())
        read.done()
        return self.page(rows, lambda row: self.get_serializer(row).data)

    @extend_schema(request=AllocationIn, responses={201: AllocationOut})
    def post(self, request: Request) -> Response:
        """The facility gives a team time of an instrument, and says why."""
        given = _given(AllocationIn, request)
        team = _named(Team, given.pop("program"), "program")
        cycle = given.pop("cycle")
        given |= {"cycle": cycle and _named(Cycle, cycle, "cycle"), "instrument": find_instrument(given["instrument"])}
        return Response(AllocationOut(balances.give_time(team, by=self.me, **given)).data, status=201)


class AllocationPage(ApiView):
    """One balance."""

    @extend_schema(responses=AllocationOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(AllocationOut(find(allocations_visible_to(self.me), key)).data)


class Ledger(ListView):
    """Every entry of an allocation, oldest first; the balance is their sum."""

    serializer_class = EntryOut
    ordering = ("created_at", "id")

    @extend_schema(responses=EntryOut(many=True))
    def get(self, request: Request, key: str) -> Response:
        allocation: Any = find(allocations_visible_to(self.me), key)
        return self.page(ledger_of(allocation), lambda row: self.get_serializer(row).data)


class Grant(ApiView):
    """The facility adds units, and says why."""

    command = staticmethod(balances.add_units)

    @extend_schema(request=UnitsIn, responses=AllocationOut)
    def post(self, request: Request, key: str) -> Response:
        allocation, given = _found(self.me, key), _given(UnitsIn, request)
        return Response(AllocationOut(self.command(allocation, by=self.me, **given)).data)


class Return(Grant):
    """A lead of the team, or the facility, gives units back, and says why."""

    command = staticmethod(balances.give_units_back)


class Transfer(ApiView):
    """Move units to another allocation of the same team, such as another leg; time is converted."""

    @extend_schema(request=TransferIn, responses=TransferOut)
    def post(self, request: Request, key: str) -> Response:
        source, given = _found(self.me, key), _given(TransferIn, request)
        target = allocations_visible_to(self.me).filter(pk=given.pop("to")).first()
        if target is None:
            message = _("There is none with this identifier.")
            raise Invalid(message, [Violation("unknown", message, "to")])
        done = balances.transfer_units(source, target, by=self.me, **given)
        return Response(TransferOut(done).data)


class Rollover(ApiView):
    """The facility carries what is left over to a later cycle."""

    @extend_schema(request=RolloverIn, responses=TransferOut)
    def post(self, request: Request, key: str) -> Response:
        allocation, given = _found(self.me, key), _given(RolloverIn, request)
        cycle = later_cycles(allocation).filter(pk=given.pop("cycle")).first()
        if cycle is None:
            message = _("Choose a cycle that lasts longer than this allocation.")
            raise Invalid(message, [Violation("cycle_not_later", message, "cycle")])
        return Response(TransferOut(balances.roll_over(allocation, cycle, by=self.me, **given)).data)


def _found(user: Any, key: str) -> Allocation:
    found: Allocation = find(allocations_visible_to(user), key)
    return found


def _named(model: Any, pk: UUID, field: str) -> Any:
    found = model.objects.filter(pk=pk).first()
    if found is None:
        message = _("There is none with this identifier.")
        raise Invalid(message, [Violation("unknown", message, field)])
    return found


def _given(body: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    given = body(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


urlpatterns = [
    path("allocations", Allocations.as_view()),
    path("allocations/<str:key>", AllocationPage.as_view()),
    path("allocations/<str:key>/ledger", Ledger.as_view()),
    path("allocations/<str:key>/grant", Grant.as_view()),
    path("allocations/<str:key>/return", Return.as_view()),
    path("allocations/<str:key>/transfer", Transfer.as_view()),
    path("allocations/<str:key>/rollover", Rollover.as_view()),
]
