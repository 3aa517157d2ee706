"""API of forwarding a whole call to its next stage: at once, or in the background where it is large."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import ApiView
from core.errors import NotFound
from core.lookup import find
from core.models import Job
from programs.commands import reviews
from programs.permissions.calls import call_parties, calls_visible_to
from programs.queries.forwarding import forwarded_by, last_forwarding


class HeldOut(serializers.Serializer[Any]):
    proposal = serializers.CharField(help_text="reference")
    why = serializers.ListField(child=serializers.CharField())


class ForwardedOut(serializers.Serializer[Any]):
    """References of the proposals that went on, and of those that stay, with every reason."""

    state = serializers.ChoiceField(Job.State.choices, help_text="`running`: ask again with GET")
    done = serializers.IntegerField(help_text="how many proposals were looked at")
    total = serializers.IntegerField()
    message = serializers.CharField(help_text="why it failed")
    forwarded = serializers.ListField(child=serializers.CharField())
    held = HeldOut(many=True)


class ForwardIn(serializers.Serializer[Any]):
    to = serializers.ChoiceField([*reviews.STAGES], default="review", help_text="the stage they go to")


class CallForward(ApiView):
    """Forward all proposals of a call to a stage: those that pass the check to `feasibility`, those whose legs are
    all found feasible to `review`, all that are in review to `panel`; the others say what is in their way. A large
    call is answered with 202 and forwarded in the background; GET tells how far the latest one is."""

    @extend_schema(
        parameters=[OpenApiParameter("to", str, enum=[*reviews.STAGES], description="`review` when absent")],
        responses=ForwardedOut,
    )
    def get(self, request: Request, key: str) -> Response:
        call = find(calls_visible_to(self.me), key)
        offices = call_parties(self.me, call) & {"office", "system"}
        job = last_forwarding(call, request.query_params.get("to", "review")) if offices else None
        if job is None:
            raise NotFound
        return self._answer_with(job)

    @extend_schema(request=ForwardIn, responses={200: ForwardedOut, 202: ForwardedOut})
    def post(self, request: Request, key: str) -> Response:
        given = ForwardIn(data=request.data)
        given.is_valid(raise_exception=True)
        call = find(calls_visible_to(self.me), key)
        return self._answer_with(reviews.start_forwarding(call, given.validated_data["to"], by=self.me))

    def _answer_with(self, job: Job) -> Response:
        found = forwarded_by(job)
        held = [{"proposal": row.reference, "why": [each.message for each in why]} for row, why in found.held]
        told = {"state": job.state, "done": job.done, "total": job.total, "message": job.message}
        data = {**told, "forwarded": [row.reference for row in found.moved], "held": held}
        return Response(data, status=202 if job.state == Job.State.RUNNING else 200)


urlpatterns = [
    path("calls/<str:key>/forward", CallForward.as_view()),
]
