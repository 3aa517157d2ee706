"""API of granted legs: confirm, give up, resume, extend; move to another instrument if both facilities agree."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import ApiView, ListView
from core.errors import NotFound
from facilities.queries.catalogue import find_instrument
from programs.api.after import StandingLegOut, WithNoteIn
from programs.commands import afterwards
from programs.models import Leg, Transfer
from programs.queries.feasibility import find_leg
from programs.queries.transfers import find_transfer, transfers_visible_to

MOVES: dict[str, Callable[..., Leg]] = {
    "confirm": lambda leg, *, by, note: afterwards.confirm_leg(leg, by=by),
    "cancel": afterwards.cancel_leg,
    "resume": afterwards.resume_leg,
    "extend": afterwards.extend_leg,
}


class LegMove(ApiView):
    """`confirm` takes the time that was given, `cancel` gives it up (both the PI; `cancel` also the office); `resume`
    lets a leg on hold go on and `extend` gives more time to use it, once (the office of the call)."""

    @extend_schema(
        request=WithNoteIn,
        responses=StandingLegOut,
        parameters=[OpenApiParameter("move", str, "path", enum=list(MOVES))],
    )
    def post(self, request: Request, key: str, move: str) -> Response:
        if move not in MOVES:
            raise NotFound(_("There is no move “%(move)s” here.") % {"move": move})
        leg = find_leg(self.me, key)
        given = WithNoteIn(data=request.data)
        given.is_valid(raise_exception=True)
        MOVES[move](leg, by=self.me, note=given.validated_data["note"])
        return Response(StandingLegOut(find_leg(self.me, leg.pk)).data)


class LegTransferIn(serializers.Serializer[Any]):
    target = serializers.CharField(help_text="id or slug of the instrument")
    reason = serializers.CharField(max_length=2000)


class LegTransferOut(serializers.ModelSerializer[Transfer]):
    """`units` are in the unit of `instrument`. It is open while `ended_at` is null; refused where `refused_by` says by
    whom, else both agreed and the leg has moved."""

    proposal = serializers.CharField(source="leg.proposal.reference")
    instrument = serializers.CharField(source="source.slug", help_text="Where it stood when this was asked.")
    target = serializers.CharField(source="target.slug")
    unit = serializers.CharField(source="source.unit")
    by = serializers.CharField(source="by.name")
    source_agreed_by = serializers.CharField(source="source_agreed_by.name", default=None)
    target_agreed_by = serializers.CharField(source="target_agreed_by.name", default=None)
    refused_by = serializers.CharField(source="refused_by.name", default=None)

    class Meta:
        model = Transfer
        fields = [
            "id", "leg", "proposal", "instrument", "target", "units", "unit", "reason", "by", "source_agreed_by",
            "target_agreed_by", "refused_by", "note", "ended_at", "created_at",
        ]  # fmt: skip


class LegTransfer(ApiView):
    """Ask that all that is left of a leg moves to another instrument."""

    @extend_schema(request=LegTransferIn, responses={201: LegTransferOut})
    def post(self, request: Request, key: str) -> Response:
        leg = find_leg(self.me, key)
        given = LegTransferIn(data=request.data)
        given.is_valid(raise_exception=True)
        target = find_instrument(given.validated_data["target"])
        made = afterwards.ask_transfer(leg, target, by=self.me, reason=given.validated_data["reason"])
        return Response(LegTransferOut(find_transfer(self.me, made.pk)).data, status=201)


class Transfers(ListView):
    """Transfers of one's proposals and of instruments whose time one gives, the newest first."""

    serializer_class = LegTransferOut
    ordering = ("-created_at", "-id")

    def get_queryset(self) -> QuerySet[Transfer]:
        rows = transfers_visible_to(self.me)
        return rows.filter(ended_at=None) if self.request.query_params.get("open") == "true" else rows

    @extend_schema(parameters=[OpenApiParameter("open", bool, description="not settled yet")])
    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset(), lambda row: LegTransferOut(row).data)


class TransferAnswer(ApiView):
    """`agree` for a facility whose time one gives; `refuse` by a facility, or by who asked to take it back."""

    @extend_schema(
        request=WithNoteIn,
        responses=LegTransferOut,
        parameters=[OpenApiParameter("answer", str, "path", enum=["agree", "refuse"])],
    )
    def post(self, request: Request, key: str, answer: str) -> Response:
        transfer = find_transfer(self.me, key)
        given = WithNoteIn(data=request.data)
        given.is_valid(raise_exception=True)
        if answer == "agree":
            afterwards.agree_transfer(transfer, by=self.me)
        elif answer == "refuse":
            afterwards.refuse_transfer(transfer, by=self.me, note=given.validated_data["note"])
        else:
            raise NotFound(_("There is no answer “%(answer)s” here.") % {"answer": answer})
        return Response(LegTransferOut(find_transfer(self.me, transfer.pk)).data)


urlpatterns = [
    path("legs/<str:key>/transfer", LegTransfer.as_view()),
    path("legs/<str:key>/<str:move>", LegMove.as_view()),
    path("transfers", Transfers.as_view()),
    path("transfers/<str:key>/<str:answer>", TransferAnswer.as_view()),
]
