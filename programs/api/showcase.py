"""API of what an alliance shows to industry: offers by technique and published cases."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.models import Alliance
from alliance.queries.alliances import find_alliance
from core.api.views import ApiView, ListView, Public
from core.errors import NotFound
from core.lookup import find
from core.permissions import containers
from programs.commands.industry import publish_shown, save_shown, take_down_shown
from programs.models import ApplicationCase, IndustrialOffer
from programs.queries.showcase import cases_listed, offers_listed

SHOWN = ["id", "slug", "title", "title_zh", "text", "text_zh", "facility", "technique", "published_at", "version"]
SAID = ["title", "title_zh", "text", "text_zh", "facility", "technique"]


class OfferOut(serializers.ModelSerializer[IndustrialOffer]):
    alliance = serializers.CharField(source="alliance.slug")

    class Meta:
        model = IndustrialOffer
        ref_name = "IndustrialOffer"
        fields: ClassVar[list[str]] = ["alliance", *SHOWN, "organisation", "instrument", "readiness"]


class OfferIn(serializers.ModelSerializer[IndustrialOffer]):
    class Meta:
        model = IndustrialOffer
        ref_name = "IndustrialOfferIn"
        fields: ClassVar[list[str]] = [*SAID, "organisation", "instrument", "readiness"]


class NewOfferIn(OfferIn):
    alliance = serializers.CharField(help_text="id or slug")

    class Meta(OfferIn.Meta):
        ref_name = "NewIndustrialOffer"
        fields: ClassVar[list[str]] = ["alliance", *OfferIn.Meta.fields]


class CaseOut(serializers.ModelSerializer[ApplicationCase]):
    alliance = serializers.CharField(source="alliance.slug")

    class Meta:
        model = ApplicationCase
        fields: ClassVar[list[str]] = ["alliance", *SHOWN, "company", "source"]


class CaseIn(serializers.ModelSerializer[ApplicationCase]):
    class Meta:
        model = ApplicationCase
        fields: ClassVar[list[str]] = [*SAID, "company", "source"]


class NewCaseIn(CaseIn):
    alliance = serializers.CharField(help_text="id or slug")

    class Meta(CaseIn.Meta):
        fields: ClassVar[list[str]] = ["alliance", *CaseIn.Meta.fields]


class IndustrialOffers(Public, ListView):
    """Published offers, and those that I edit; `technique` matches narrower ones too."""

    serializer_class = OfferOut
    ordering = ("title", "id")

    def get_queryset(self) -> QuerySet[IndustrialOffer]:
        asked = {name: self.request.query_params.get(name, "") for name in ("technique", "country", "search")}
        return offers_listed(self.me, **asked)

    @extend_schema(
        parameters=[
            OpenApiParameter("technique", str, description="code, as in PaNET"),
            OpenApiParameter("country", str, description="ISO 3166-1 alpha-2"),
            OpenApiParameter("search", str, description="words of title or text"),
        ]
    )
    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset(), lambda row: OfferOut(row).data)

    @extend_schema(request=NewOfferIn, responses={201: OfferOut})
    def post(self, request: Request) -> Response:
        return Response(OfferOut(_new(self.me, IndustrialOffer, NewOfferIn, request)).data, status=201)


class OneOffer(Public, ApiView):
    """One offer; PATCH changes it."""

    @extend_schema(responses=OfferOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(OfferOut(find(offers_listed(self.me), key)).data)

    @extend_schema(request=OfferIn, responses=OfferOut)
    def patch(self, request: Request, key: str) -> Response:
        return Response(OfferOut(_changed(self.me, find(offers_listed(self.me), key), OfferIn, request)).data)


class OfferMove(ApiView):
    """`publish` an offer, or `take-down`."""

    @extend_schema(
        request=None, responses=OfferOut,
        parameters=[OpenApiParameter("move", str, "path", enum=["publish", "take-down"])],
    )  # fmt: skip
    def post(self, request: Request, key: str, move: str) -> Response:
        return Response(OfferOut(_moved(self.me, find(offers_listed(self.me), key), move)).data)


class Cases(Public, ListView):
    """Published cases, and those that I edit, the latest first."""

    serializer_class = CaseOut

    def get_queryset(self) -> QuerySet[ApplicationCase]:
        return cases_listed(self.me)

    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset(), lambda row: CaseOut(row).data)

    @extend_schema(request=NewCaseIn, responses={201: CaseOut})
    def post(self, request: Request) -> Response:
        return Response(CaseOut(_new(self.me, ApplicationCase, NewCaseIn, request)).data, status=201)


class OneCase(Public, ApiView):
    """One case; PATCH changes it."""

    @extend_schema(responses=CaseOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(CaseOut(find(cases_listed(self.me), key)).data)

    @extend_schema(request=CaseIn, responses=CaseOut)
    def patch(self, request: Request, key: str) -> Response:
        return Response(CaseOut(_changed(self.me, find(cases_listed(self.me), key), CaseIn, request)).data)


class CaseMove(ApiView):
    """`publish` a case, or `take-down`."""

    @extend_schema(
        request=None, responses=CaseOut,
        parameters=[OpenApiParameter("move", str, "path", enum=["publish", "take-down"])],
    )  # fmt: skip
    def post(self, request: Request, key: str, move: str) -> Response:
        return Response(CaseOut(_moved(self.me, find(cases_listed(self.me), key), move)).data)


def _new(me: Any, make: Callable[..., Any], form: type[serializers.Serializer[Any]], request: Request) -> Any:
    """A draft of an alliance for which one publishes. Raises NotFound, Invalid."""
    given = form(data=request.data)
    given.is_valid(raise_exception=True)
    told = dict(given.validated_data)
    mine = containers(me, "alliance.publish", Alliance.objects.order_by("name", "id"))
    alliance = find(mine, find_alliance(told.pop("alliance")).pk)
    return save_shown(make(alliance=alliance, **told), by=me)


def _changed(me: Any, row: Any, form: type[serializers.ModelSerializer[Any]], request: Request) -> Any:
    given = form(row, data=request.data, partial=True)
    given.is_valid(raise_exception=True)
    for name, value in given.validated_data.items():
        setattr(row, name, value)
    return save_shown(row, by=me)


def _moved(me: Any, row: Any, move: str) -> Any:
    moves = {"publish": publish_shown, "take-down": take_down_shown}
    if move not in moves:
        raise NotFound
    return moves[move](row, by=me)


urlpatterns = [
    path("industrial-offers", IndustrialOffers.as_view()),
    path("industrial-offers/<str:key>", OneOffer.as_view()),
    path("industrial-offers/<str:key>/<slug:move>", OfferMove.as_view()),
    path("application-cases", Cases.as_view()),
    path("application-cases/<str:key>", OneCase.as_view()),
    path("application-cases/<str:key>/<slug:move>", CaseMove.as_view()),
]
