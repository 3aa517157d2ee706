"""API of what people agree to and ask about their own data.

Asking for a copy or to be forgotten, and fetching the copy, need proof of who one is and happen on the page of one's
data; here requests are read, withdrawn and refused, and consent is given or taken back.
"""

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from alliance.commands.privacy import refuse_request, set_consent, withdraw_request
from alliance.models import Consent, DataRequest
from alliance.permissions.privacy import data_requests_visible_to
from alliance.queries.privacy import consents_of, people_in_directory
from alliance.rules.privacy import WORDING
from core.api.views import ApiView, ListView
from core.errors import NotFound
from core.lookup import find


class ConsentOut(serializers.Serializer[Any]):
    purpose = serializers.CharField()
    wording: Any = serializers.CharField(help_text="what is agreed to")
    is_given = serializers.BooleanField()
    since = serializers.DateTimeField(allow_null=True)


class ConsentIn(serializers.Serializer[Any]):
    is_given = serializers.BooleanField()


class DataRequestOut(serializers.ModelSerializer[DataRequest]):
    person = serializers.CharField(source="person.name")

    class Meta:
        model = DataRequest
        fields = ["id", "person", "kind", "state", "due_on", "not_before", "created_at", "answered_at"]


class RefusalIn(serializers.Serializer[Any]):
    note = serializers.CharField(help_text="the reason, which the person reads")


class Consents(ApiView):
    """What I agreed to, purpose by purpose."""

    @extend_schema(responses=ConsentOut(many=True))
    def get(self, request: Request) -> Response:
        return Response(_consents(self.me))


class OneConsent(ApiView):
    """Agree to a purpose under its wording, or take it back."""

    @extend_schema(request=ConsentIn, responses=ConsentOut(many=True))
    def put(self, request: Request, purpose: str) -> Response:
        if purpose not in Consent.Purpose.values:
            raise NotFound
        given = ConsentIn(data=request.data)
        given.is_valid(raise_exception=True)
        set_consent(self.me, purpose, given.validated_data["is_given"], str(WORDING[purpose]), by=self.me)
        return Response(_consents(self.me))


class DataRequests(ListView):
    """My requests about my data; all of them for the office, which sees that and what is asked, never the copy."""

    serializer_class = DataRequestOut

    def get_queryset(self) -> QuerySet[DataRequest]:
        return data_requests_visible_to(self.me)

    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset(), lambda row: DataRequestOut(row).data)


class DataRequestWithdrawal(ApiView):
    """I changed my mind."""

    @extend_schema(request=None, responses=DataRequestOut)
    def post(self, request: Request, key: str) -> Response:
        return Response(DataRequestOut(withdraw_request(find(data_requests_visible_to(self.me), key), by=self.me)).data)


class DataRequestRefusal(ApiView):
    """The office refuses, with the reason."""

    @extend_schema(request=RefusalIn, responses=DataRequestOut)
    def post(self, request: Request, key: str) -> Response:
        given = RefusalIn(data=request.data)
        given.is_valid(raise_exception=True)
        row = find(data_requests_visible_to(self.me), key)
        return Response(DataRequestOut(refuse_request(row, by=self.me, **given.validated_data)).data)


class DirectoryOut(serializers.ModelSerializer[User]):
    organisation = serializers.CharField(source="works_at", allow_null=True, help_text="where they work today")

    class Meta:
        model = User
        ref_name = "DirectoryPerson"
        fields = ["id", "name", "name_local", "organisation"]


class Directory(ListView):
    """People who agreed to be found by members, for who works at one; nobody for everybody else."""

    serializer_class = DirectoryOut
    ordering = ("name", "id")

    def get_queryset(self) -> QuerySet[User]:
        return people_in_directory(self.me, self.request.query_params.get("search", ""))

    @extend_schema(parameters=[OpenApiParameter("search", str, description="words of name or organisation")])
    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset(), lambda row: DirectoryOut(row).data)


def _consents(person: Any) -> Any:
    said = consents_of(person)
    rows = [
        {
            "purpose": purpose,
            "wording": WORDING[purpose],
            "is_given": purpose in said and said[purpose].is_given,
            "since": said[purpose].created_at if purpose in said else None,
        }
        for purpose in Consent.Purpose.values
    ]
    return ConsentOut(rows, many=True).data


urlpatterns = [
    path("me/consents", Consents.as_view()),
    path("me/consents/<slug:purpose>", OneConsent.as_view()),
    path("people", Directory.as_view()),
    path("data-requests", DataRequests.as_view()),
    path("data-requests/<uuid:key>/withdraw", DataRequestWithdrawal.as_view()),
    path("data-requests/<uuid:key>/refuse", DataRequestRefusal.as_view()),
]
