"""API of a facility's calendar for those who keep it: cycles with plan and quotas, blocks with a look at who is hit."""

from typing import Any
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import ApiView
from core.lookup import find
from core.permissions import containers
from facilities.api.reading import Reader
from facilities.commands.calendar import (
    Plan,
    Slot,
    Window,
    change_block,
    publish_cycle,
    remove_block,
    review_block_change,
    set_quotas,
)
from facilities.models import Access, Block, Cycle, Facility
from facilities.queries.catalogue import find_facility
from facilities.queries.planning import cycle_plan, cycles_of, shares_of, upcoming_blocks

KEPT = "facilities.manage_calendar"


class CycleOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    starts_at = serializers.DateTimeField(source="period.lower")
    ends_at = serializers.DateTimeField(source="period.upper")
    published_at = serializers.DateTimeField(allow_null=True, help_text="Null while it is a draft.")


class BlockOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    instrument = serializers.UUIDField(source="instrument_id", allow_null=True, help_text="Null: the whole facility.")
    kind = serializers.ChoiceField(choices=Block.Kind.choices)
    starts_at = serializers.DateTimeField(source="period.lower")
    ends_at = serializers.DateTimeField(source="period.upper")
    reason = serializers.CharField()
    planned = serializers.BooleanField()


class ProposalOut(serializers.Serializer[Any]):
    instrument = serializers.UUIDField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class MoveTo(ProposalOut):
    booking = serializers.UUIDField()


class BlockIn(serializers.Serializer[Any]):
    instrument = serializers.CharField(required=False, help_text="id or slug; the whole facility when absent")
    kind = serializers.ChoiceField(choices=Block.Kind.choices)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    reason = serializers.CharField(required=False, allow_blank=True, max_length=300)
    planned = serializers.BooleanField(required=False, default=True)
    moves = MoveTo(many=True, required=False, help_text="Times to propose to affected bookings.")


class ReviewIn(BlockIn):
    block = serializers.UUIDField(required=False, help_text="The block that would be changed; a new one when absent.")
    after = serializers.IntegerField(
        required=False, min_value=0, default=0, help_text="Times are proposed to twenty bookings after so many."
    )


class AffectedOut(serializers.Serializer[Any]):
    booking = serializers.UUIDField(source="booking.pk")
    reference = serializers.CharField(source="booking.reference")
    state = serializers.CharField(source="booking.state")
    proposals = ProposalOut(many=True)


class AffectedList(serializers.Serializer[Any]):
    results = AffectedOut(many=True)


class ShareOut(serializers.Serializer[Any]):
    category = serializers.ChoiceField(choices=Access.choices)
    hours = serializers.CharField()
    share = serializers.DecimalField(max_digits=9, decimal_places=4, allow_null=True)
    least = serializers.IntegerField(source="quota.least", default=None, allow_null=True)
    most = serializers.IntegerField(source="quota.most", default=None, allow_null=True)
    standing = serializers.CharField(help_text="below, within, above; empty without a quota")


class PlanLine(serializers.Serializer[Any]):
    instrument = serializers.UUIDField(source="instrument.pk")
    slug = serializers.CharField(source="instrument.slug")
    places = serializers.IntegerField()
    hours = serializers.DictField(child=serializers.CharField(), help_text="By kind of block.")
    user_units = serializers.CharField()
    unit = serializers.CharField(source="instrument.unit")


class PlanOut(serializers.Serializer[Any]):
    instruments = PlanLine(many=True)
    shares = ShareOut(many=True)


class QuotaIn(serializers.Serializer[Any]):
    category = serializers.ChoiceField(choices=Access.choices)
    least = serializers.IntegerField(required=False, min_value=0, max_value=100, default=0)
    most = serializers.IntegerField(required=False, min_value=0, max_value=100, default=100)


class QuotasIn(serializers.Serializer[Any]):
    quotas = QuotaIn(many=True)


def kept(user: Any, key: str) -> Facility:
    """A facility whose calendar the person keeps; for others it is not there."""
    facility: Facility = find(containers(user, KEPT, Facility.objects.filter(archived_at=None)), key)
    return facility


def kept_cycle(user: Any, pk: UUID) -> Cycle:
    rows = Cycle.objects.filter(facility__in=containers(user, KEPT, Facility.objects.all()))
    cycle: Cycle = find(rows.select_related("facility").prefetch_related("quotas"), pk)
    return cycle


def kept_block(user: Any, pk: UUID) -> Block:
    rows = Block.objects.filter(facility__in=containers(user, KEPT, Facility.objects.all()))
    block: Block = find(rows.select_related("facility", "instrument"), pk)
    return block


def planned(cycle: Cycle) -> Any:
    plans = cycle_plan(cycle)
    return PlanOut({"instruments": plans, "shares": shares_of(plans, cycle)}).data


class Cycles(ApiView):
    """The operating cycles of a facility, the latest first; drafts for those who keep its calendar."""

    @extend_schema(responses=CycleOut(many=True))
    def get(self, request: Request, key: str) -> Response:
        facility = find_facility(key)
        rows = cycles_of(facility, drafts=containers(self.me, KEPT, Facility.objects.filter(pk=facility.pk)).exists())
        return Response(CycleOut(rows, many=True).data)


class CyclePlan(ApiView):
    """Hours by kind of block for each instrument, and shares of the user time by access category."""

    @extend_schema(responses=PlanOut)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(planned(kept_cycle(self.me, pk)))


class CycleQuotas(ApiView):
    """Give a cycle exactly these quotas."""

    @extend_schema(request=QuotasIn, responses=PlanOut)
    def put(self, request: Request, pk: UUID) -> Response:
        cycle = kept_cycle(self.me, pk)
        read = QuotasIn(data=request.data)
        read.is_valid(raise_exception=True)
        wanted = {row["category"]: (row["least"], row["most"]) for row in read.validated_data["quotas"]}
        set_quotas(cycle, wanted, by=self.me)
        return Response(planned(kept_cycle(self.me, pk)))


class CyclePublish(ApiView):
    """Open the time of a draft to users."""

    @extend_schema(request=None, responses=CycleOut)
    def post(self, request: Request, pk: UUID) -> Response:
        return Response(CycleOut(publish_cycle(kept_cycle(self.me, pk), by=self.me)).data)


class Blocks(ApiView):
    """Blocks of a facility that are not over, by start; make one."""

    @extend_schema(responses=BlockOut(many=True))
    def get(self, request: Request, key: str) -> Response:
        return Response(BlockOut(upcoming_blocks(find_facility(key)), many=True).data)

    @extend_schema(request=BlockIn, responses={201: BlockOut})
    def post(self, request: Request, key: str) -> Response:
        plan, moves = read_plan(kept(self.me, key), request.data)
        return Response(BlockOut(change_block(plan, by=self.me, moves=moves)).data, status=201)


class BlockReview(ApiView):
    """The bookings that a block, or a change of one, would put outside open time, with proposals. Writes nothing."""

    @extend_schema(request=ReviewIn, responses=AffectedList)
    def post(self, request: Request, key: str) -> Response:
        plan, _moves = read_plan(kept(self.me, key), request.data)
        read = Reader(request.data)
        pk, after = read.identifier("block"), read.number("after") or 0
        read.done()
        block = kept_block(self.me, pk) if pk else None
        affected = review_block_change(plan, block=block, by=self.me, window=Window(max(int(after), 0)))
        return Response(AffectedList({"results": affected}).data)


class BlockPage(ApiView):
    """Change or remove a block."""

    @extend_schema(request=BlockIn, responses=BlockOut)
    def put(self, request: Request, pk: UUID) -> Response:
        block = kept_block(self.me, pk)
        plan, moves = read_plan(block.facility, request.data)
        return Response(BlockOut(change_block(plan, block=block, by=self.me, moves=moves)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        remove_block(kept_block(self.me, pk), by=self.me)
        return Response(status=204)


def read_plan(facility: Facility, data: Any) -> tuple[Plan, dict[UUID, Slot | None]]:
    """A block as the body wants it, and the times to propose. Raises Invalid with everything that is wrong."""
    read = Reader(data)
    instrument = read.instrument("instrument", required=False)
    kind = read.text("kind", most=15, required=True)
    starts_at, ends_at = read.instant("starts_at"), read.instant("ends_at")
    if not read.violations and ends_at <= starts_at:
        read.wrong("ends_at", _("The end must come after the start."), "ends_before_start")
    reason = read.text("reason", most=300)
    moves = data.get("moves") or []
    if not isinstance(moves, list):
        read.wrong("moves", _("Give a list of objects with booking, instrument, starts_at and ends_at."))
        moves = []
    found: dict[UUID, Slot | None] = {}
    for each in moves:
        _read_move(each, read, found)
    is_planned = read.flag("planned", True)
    read.done()
    return Plan(facility, instrument, kind, DateTimeTZRange(starts_at, ends_at), reason, is_planned), found


def _read_move(data: Any, outer: Reader, found: dict[UUID, Slot | None]) -> None:
    """Add the time that one entry proposes; what is wrong with it is the outer reader's."""
    read = Reader(data)
    booking, instrument = read.identifier("booking", required=True), read.identifier("instrument", required=True)
    starts_at, ends_at = read.instant("starts_at"), read.instant("ends_at")
    outer.violations += read.violations
    if booking and instrument:
        found[booking] = Slot(instrument, starts_at, ends_at)


urlpatterns = [
    path("facilities/<str:key>/cycles", Cycles.as_view()),
    path("facilities/<str:key>/blocks", Blocks.as_view()),
    path("facilities/<str:key>/blocks/review", BlockReview.as_view()),
    path("blocks/<uuid:pk>", BlockPage.as_view()),
    path("cycles/<uuid:pk>/plan", CyclePlan.as_view()),
    path("cycles/<uuid:pk>/quotas", CycleQuotas.as_view()),
    path("cycles/<uuid:pk>/publish", CyclePublish.as_view()),
]
