"""API of calls: the public list, one call, and for its office drafting, editing and every move."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import ApiView, ListView
from core.errors import NotFound
from facilities.queries.catalogue import find_facility
from programs.api.calls.reading import CallIn, CallPatch, alliance_named, changes_from
from programs.api.calls.shapes import CallOut, CallPageOut, ScaleOut, shown
from programs.commands import calls
from programs.models import Call, ScoreScale
from programs.queries.calls.listing import calls_listed, find_call
from programs.workflows.calls import CALL


def text(name: str, description: str, **options: Any) -> OpenApiParameter:
    return OpenApiParameter(name, str, description=description, **options)


def flag(value: str | None) -> bool | None:
    """A filter of the address: None where it is not given."""
    return None if value in (None, "") else str(value).lower() in {"true", "1"}


class Calls(ListView):
    """Calls, those that opened last first: what was announced, for everyone; drafts for those who run them."""

    permission_classes: Any = [IsAuthenticatedOrReadOnly]
    serializer_class = CallOut
    ordering: ClassVar[tuple[str, ...]] = ("-opens_at", "-id")

    def get_queryset(self) -> QuerySet[Call]:
        given = self.request.query_params
        return calls_listed(
            self.me,
            state=given.get("state", ""),
            kind=given.get("kind", ""),
            facility=given.get("facility", ""),
            is_open=flag(given.get("open")),
            search=given.get("search", ""),
            mine=bool(flag(given.get("mine"))),
        )

    @extend_schema(
        parameters=[
            text("state", "a state", enum=list(CALL.states)),
            text("kind", "a kind", enum=Call.Kind.values),
            text("facility", "slug: whose call it is, or one with an instrument on offer"),
            OpenApiParameter("open", bool, description="whether proposals are taken now"),
            text("search", "words of name, text or facility"),
            OpenApiParameter("mine", bool, description="those I run"),
        ]
    )
    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset(), lambda row: CallOut(row).data)

    @extend_schema(request=CallIn, responses={201: CallPageOut})
    def post(self, request: Request) -> Response:
        given = CallIn(data=request.data)
        given.is_valid(raise_exception=True)
        alliance, facility = alliance_named(given.validated_data.get("alliance")), given.validated_data.get("facility")
        call = calls.draft_call(
            alliance,
            changes_from(given.validated_data),
            by=self.me,
            facility=find_facility(facility) if facility else None,
        )
        return Response(shown(self.me, find_call(self.me, call.pk)), status=201)


class CallPage(ApiView):
    """One call, by id or slug."""

    permission_classes: Any = [IsAuthenticatedOrReadOnly]

    @extend_schema(responses=CallPageOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(shown(self.me, find_call(self.me, key)))

    @extend_schema(request=CallPatch, responses=CallPageOut)
    def patch(self, request: Request, key: str) -> Response:
        call = find_call(self.me, key)
        given = CallPatch(data=request.data)
        given.is_valid(raise_exception=True)
        changes = changes_from(given.validated_data)
        version = given.validated_data.get("version", call.version)
        calls.edit_call(call, changes, by=self.me, version=version)
        return Response(shown(self.me, find_call(self.me, call.pk)))


class CallMoveIn(serializers.Serializer[Any]):
    note = serializers.CharField(required=False, allow_blank=True, default="")
    closes_at = serializers.DateTimeField(required=False, help_text="reopen: the new deadline")


MOVES: dict[str, Callable[..., Call]] = {
    "announce": calls.announce_call,
    "take-back": calls.take_back_call,
    "open": calls.open_call,
    "close": calls.close_call,
    "reopen": calls.reopen_call,
    "start-review": calls.start_review,
    "start-allocation": calls.start_allocation,
    "back-to-review": calls.back_to_review,
    "archive": calls.archive_call,
}


class CallMove(ApiView):
    """Do a move: those that `moves` of a call names."""

    @extend_schema(
        request=CallMoveIn,
        responses=CallPageOut,
        parameters=[text("move", "a move", location="path", enum=list(MOVES))],
    )
    def post(self, request: Request, key: str, move: str) -> Response:
        call = find_call(self.me, key)
        given = CallMoveIn(data=request.data)
        given.is_valid(raise_exception=True)
        if move not in MOVES:
            raise NotFound(_("There is no move “%(move)s” here.") % {"move": move})
        options = dict(given.validated_data)
        if move != "reopen":
            options.pop("closes_at", None)
        MOVES[move](call, by=self.me, **options)
        return Response(shown(self.me, find_call(self.me, call.pk)))


class Scales(ListView):
    """Score scales with their direction, by name."""

    serializer_class = ScaleOut
    queryset = ScoreScale.objects.all()
    ordering: ClassVar[tuple[str, ...]] = ("name", "id")

    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset(), lambda row: ScaleOut(row).data)


urlpatterns = [
    path("calls", Calls.as_view()),
    path("calls/<str:key>", CallPage.as_view()),
    path("calls/<str:key>/<str:move>", CallMove.as_view()),
    path("score-scales", Scales.as_view()),
]
