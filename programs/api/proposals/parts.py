"""Answers, files, versions, points and waivers of a proposal through the API, and the office's second deadline."""

from typing import Any

from django.http import FileResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import ApiView
from core.errors import NotFound
from core.files import download
from core.lookup import find
from programs.api.proposals.shapes import AttachmentOut, CheckOut, PointOut, VersionOut
from programs.commands import proposals
from programs.models import EligibilityCheck
from programs.queries.calls.listing import find_call
from programs.queries.proposals.listing import find_proposal, sees_team_side
from programs.queries.proposals.versions import compared, content_for


class AnswerOut(serializers.Serializer[Any]):
    question = serializers.CharField()
    value = serializers.JSONField(allow_null=True)
    version = serializers.IntegerField()


class AnswerIn(serializers.Serializer[Any]):
    value = serializers.JSONField(allow_null=True)
    version = serializers.IntegerField(min_value=0, help_text="of the answer that you saw; 0 where there was none")


class Answers(ApiView):
    """The answers to the questionnaire of the call."""

    @extend_schema(responses=AnswerOut(many=True))
    def get(self, request: Request, key: str) -> Response:
        return Response(AnswerOut(find_proposal(self.me, key).answers.order_by("question"), many=True).data)


class Answer(ApiView):
    """One answer, with a version of its own."""

    @extend_schema(request=AnswerIn, responses=AnswerOut)
    def put(self, request: Request, key: str, question: str) -> Response:
        proposal = find_proposal(self.me, key)
        given = AnswerIn(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(
            AnswerOut(proposals.answer_question(proposal, question, by=self.me, **given.validated_data)).data
        )


class FileIn(serializers.Serializer[Any]):
    file = serializers.FileField(allow_empty_file=True)
    question = serializers.CharField(required=False, allow_blank=True, default="")


class Attachments(ApiView):
    """Files; what kind each is, is found from its content."""

    parser_classes = [MultiPartParser]

    @extend_schema(responses=AttachmentOut(many=True))
    def get(self, request: Request, key: str) -> Response:
        return Response(AttachmentOut(find_proposal(self.me, key).attachments.all(), many=True).data)

    @extend_schema(request={"multipart/form-data": FileIn}, responses={201: AttachmentOut})
    def post(self, request: Request, key: str) -> Response:
        proposal = find_proposal(self.me, key)
        given = FileIn(data=request.data)
        given.is_valid(raise_exception=True)
        row = proposals.attach_file(
            proposal, given.validated_data["file"], by=self.me, question=given.validated_data["question"]
        )
        return Response(AttachmentOut(row).data, status=201)


class Attachment(ApiView):
    """One file, as a download only."""

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, key: str, attachment: str) -> FileResponse:
        row = find(find_proposal(self.me, key).attachments.all(), attachment)
        return download(row)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, key: str, attachment: str) -> Response:
        proposals.remove_file(find(find_proposal(self.me, key).attachments.all(), attachment), by=self.me)
        return Response(status=204)


class VersionContentOut(VersionOut):
    content = serializers.JSONField()

    class Meta:
        ref_name = "ProposalVersionContent"


class DifferenceOut(serializers.Serializer[Any]):
    field = serializers.CharField()
    label: Any = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()

    class Meta:
        ref_name = "ProposalDifference"


class Version(ApiView):
    """What was submitted, word for word."""

    @extend_schema(responses=VersionContentOut)
    def get(self, request: Request, key: str, number: int) -> Response:
        proposal = find_proposal(self.me, key)
        version = _version(proposal, number)
        content = content_for(self.me, proposal, version)
        return Response(dict(VersionOut(version).data) | {"content": content})


class Comparison(ApiView):
    """Field by field what differs between two versions."""

    @extend_schema(
        responses=DifferenceOut(many=True),
        parameters=[OpenApiParameter("against", int, description="the later version", required=True)],
    )
    def get(self, request: Request, key: str, number: int) -> Response:
        proposal = find_proposal(self.me, key)
        against = request.query_params.get("against", "")
        later = _version(proposal, int(against) if against.isascii() and against.isdigit() else 0)
        pair = [content_for(self.me, proposal, row) for row in (_version(proposal, number), later)]
        return Response(DifferenceOut(compared(*pair), many=True).data)


def _version(proposal: Any, number: int) -> Any:
    found = proposal.versions.filter(number=min(number, 2**31 - 1)).first()
    if found is None:
        raise NotFound()
    return found


class MendIn(serializers.Serializer[Any]):
    mended = serializers.BooleanField(default=True)


class Point(ApiView):
    """The team ticks off what the office asked for."""

    @extend_schema(request=MendIn, responses=PointOut)
    def post(self, request: Request, key: str, point: str) -> Response:
        row = find(_for_its_people(self.me, key).points.all(), point)
        given = MendIn(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(PointOut(proposals.mend_point(row, by=self.me, **given.validated_data)).data)


class WaiverIn(serializers.Serializer[Any]):
    reason = serializers.CharField()


class Waiver(ApiView):
    """The office lets a failed rule pass, with a reason."""

    @extend_schema(request=WaiverIn, responses=CheckOut)
    def post(self, request: Request, key: str, check: str) -> Response:
        rows = EligibilityCheck.objects.filter(version__proposal=_for_its_people(self.me, key))
        given = WaiverIn(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(CheckOut(proposals.waive_check(find(rows, check), by=self.me, **given.validated_data)).data)


def _for_its_people(user: Any, key: str) -> Any:
    proposal = find_proposal(user, key)
    if not sees_team_side(user, proposal):
        raise NotFound()
    return proposal


class OpenAgainIn(serializers.Serializer[Any]):
    proposal = serializers.CharField(help_text="its reference, as the team told it")
    until = serializers.DateTimeField()
    note = serializers.CharField()


class OpenAgainOut(serializers.Serializer[Any]):
    reference = serializers.CharField()
    reopened_until = serializers.DateTimeField()


class OpenAgain(ApiView):
    """The office lets one proposal be submitted after the deadline, with a reason."""

    @extend_schema(request=OpenAgainIn, responses={201: OpenAgainOut})
    def post(self, request: Request, key: str) -> Response:
        call = find_call(self.me, key)
        given = OpenAgainIn(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        row = proposals.open_again_for(call, asked["proposal"], until=asked["until"], by=self.me, note=asked["note"])
        return Response(OpenAgainOut(row).data, status=201)


urlpatterns = [
    path("calls/<str:key>/extensions", OpenAgain.as_view()),
    path("proposals/<str:key>/answers", Answers.as_view()),
    path("proposals/<str:key>/answers/<str:question>", Answer.as_view()),
    path("proposals/<str:key>/attachments", Attachments.as_view()),
    path("proposals/<str:key>/attachments/<str:attachment>", Attachment.as_view()),
    path("proposals/<str:key>/versions/<int:number>", Version.as_view()),
    path("proposals/<str:key>/versions/<int:number>/differences", Comparison.as_view()),
    path("proposals/<str:key>/points/<str:point>/mend", Point.as_view()),
    path("proposals/<str:key>/checks/<str:check>/waive", Waiver.as_view()),
]
