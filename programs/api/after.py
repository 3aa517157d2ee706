"""API of what follows the results for a proposal: move up from the reserve list, appeal and its answer."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import ApiView
from core.errors import NotFound
from core.lookup import find
from programs.commands import afterwards
from programs.models import Appeal, Leg, Proposal
from programs.permissions.proposals import proposals_visible_to
from programs.rules.verdicts import reason_of


class WithNoteIn(serializers.Serializer[Any]):
    note = serializers.CharField(required=False, allow_blank=True, default="")


class AppealAnswerIn(serializers.Serializer[Any]):
    upheld = serializers.BooleanField()
    answer = serializers.CharField()


class StandingOut(serializers.ModelSerializer[Proposal]):
    """What became of a proposal and its legs, as far as it is announced."""

    legs = serializers.SerializerMethodField()

    class Meta:
        model = Proposal
        fields = ["id", "reference", "state", "legs"]

    def get_legs(self, proposal: Proposal) -> list[dict[str, Any]]:
        return [dict(StandingLegOut(leg).data) for leg in proposal.legs.select_related("instrument")]


class StandingLegOut(serializers.ModelSerializer[Leg]):
    instrument = serializers.CharField(source="instrument.slug")
    unit = serializers.CharField(source="instrument.unit")
    reason = serializers.SerializerMethodField(help_text="Why it stands as it does, in the language of the request.")

    def get_reason(self, leg: Leg) -> str:
        return reason_of(leg)

    class Meta:
        model = Leg
        fields = ["id", "position", "instrument", "state", "granted", "unit", "priority", "rank", "reason",
                  "valid_until", "confirm_by", "confirmed_at", "allocation"]  # fmt: skip


class AppealOut(serializers.ModelSerializer[Appeal]):
    class Meta:
        model = Appeal
        fields = ["id", "reason", "upheld", "answer", "answered_at"]


class Promote(ApiView):
    """Give a proposal on the reserve list what came free, in the order of the list."""

    @extend_schema(request=WithNoteIn, responses=StandingOut)
    def post(self, request: Request, key: str) -> Response:
        proposal = _seen(self.me, key)
        given = WithNoteIn(data=request.data)
        given.is_valid(raise_exception=True)
        afterwards.promote_from_reserve(proposal, by=self.me, note=given.validated_data["note"])
        return Response(StandingOut(_seen(self.me, key)).data)


class MakeAppeal(ApiView):
    """The PI asks for another look at a decision; `note` says why."""

    @extend_schema(request=WithNoteIn, responses={201: AppealOut})
    def post(self, request: Request, key: str) -> Response:
        proposal = _seen(self.me, key)
        given = WithNoteIn(data=request.data)
        given.is_valid(raise_exception=True)
        appeal = afterwards.appeal_decision(proposal, by=self.me, reason=given.validated_data["note"])
        return Response(AppealOut(appeal).data, status=201)


class AnswerAppeal(ApiView):
    """The management answers the open appeal of a proposal."""

    @extend_schema(request=AppealAnswerIn, responses=AppealOut)
    def post(self, request: Request, key: str) -> Response:
        appeal = _seen(self.me, key).appeals.filter(answered_at=None).first()
        if appeal is None:
            raise NotFound
        given = AppealAnswerIn(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(AppealOut(afterwards.answer_appeal(appeal, by=self.me, **given.validated_data)).data)


def _seen(user: Any, key: str) -> Proposal:
    return find(proposals_visible_to(user).select_related("call"), key, numbered="R-")


urlpatterns = [
    path("proposals/<str:key>/promote", Promote.as_view()),
    path("proposals/<str:key>/appeal", MakeAppeal.as_view()),
    path("proposals/<str:key>/answer-appeal", AnswerAppeal.as_view()),
]
