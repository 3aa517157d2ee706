"""API of what is before a panel: asking for a review, declaring a conflict of interest, what the meeting says."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import ApiView
from programs.commands import reviews
from programs.models import Assessment
from programs.queries.reviews import find_assessment
from workflow.queries import people_at


class AskIn(serializers.Serializer[Any]):
    email = serializers.EmailField(help_text="of a member of the panel")


class AskedOut(serializers.Serializer[Any]):
    review = serializers.UUIDField()
    state = serializers.CharField()


class AssessmentAsk(ApiView):
    """Ask a member of the panel for a review; asked already answers the same review."""

    @extend_schema(request=AskIn, responses={201: AskedOut})
    def post(self, request: Request, key: str) -> Response:
        assessment = find_assessment(self.me, key)
        given = AskIn(data=request.data)
        given.is_valid(raise_exception=True)
        [person] = people_at([given.validated_data["email"]])
        review = reviews.ask_reviewer(assessment, person, by=self.me)
        return Response({"review": str(review.pk), "state": review.state}, status=201)


class ReasonIn(serializers.Serializer[Any]):
    reason = serializers.CharField()


class AssessmentConflict(ApiView):
    """Declare that one must not judge it: what one was asked for is declined, and nothing of it is shown any more."""

    @extend_schema(request=ReasonIn, responses={204: None})
    def post(self, request: Request, key: str) -> Response:
        given = ReasonIn(data=request.data)
        given.is_valid(raise_exception=True)
        assessment = find_assessment(self.me, key)
        reviews.declare_conflict(assessment, self.me, by=self.me, reason=given.validated_data["reason"])
        return Response(status=204)


class AssessmentWithdraw(ApiView):
    """Take back a conflict of interest that one declared oneself. Taken back already: the same answer."""

    @extend_schema(request=ReasonIn, responses={204: None})
    def post(self, request: Request, key: str) -> Response:
        given = ReasonIn(data=request.data)
        given.is_valid(raise_exception=True)
        assessment = find_assessment(self.me, key)
        reviews.withdraw_conflict(assessment, self.me, by=self.me, reason=given.validated_data["reason"])
        return Response(status=204)


class DiscussionIn(serializers.ModelSerializer[Assessment]):
    version = serializers.IntegerField(help_text="the version that was read; another one answers 409")

    class Meta:
        model = Assessment
        fields = ["version", "comment_to_applicant", "comment_to_management", "final_score", "final_reason"]


class AssessmentDiscussion(ApiView):
    """Write down what the panel says, and its own score with the reason, or none."""

    @extend_schema(request=DiscussionIn, responses=DiscussionIn)
    def post(self, request: Request, key: str) -> Response:
        assessment = find_assessment(self.me, key)
        given = DiscussionIn(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(DiscussionIn(reviews.record_discussion(assessment, by=self.me, **given.validated_data)).data)


urlpatterns = [
    path("assessments/<str:key>/ask", AssessmentAsk.as_view()),
    path("assessments/<str:key>/declare-conflict", AssessmentConflict.as_view()),
    path("assessments/<str:key>/withdraw-conflict", AssessmentWithdraw.as_view()),
    path("assessments/<str:key>/discuss", AssessmentDiscussion.as_view()),
]
