"""API of news, public once their time has come, and of circulars, which members read and the secretariat sends."""

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.api.changing import Patch, changed_record
from alliance.commands.circulars import send_circular
from alliance.commands.records import save_record, withdraw_news
from alliance.models import Alliance, Circular, NewsItem
from alliance.permissions.documents import PUBLISH
from alliance.permissions.news import circulars_visible_to, news_visible_to
from alliance.queries.circulars import deliveries_of
from core.api.views import ApiView, ListView, Public
from core.errors import NotFound
from core.fulltext import terms
from core.lookup import find, free_slug
from core.permissions import allowed, containers


class NewsOut(serializers.ModelSerializer[NewsItem]):
    alliance = serializers.CharField(source="alliance.slug", read_only=True)

    class Meta:
        model = NewsItem
        fields = [
            "id", "alliance", "slug", "section", "title", "title_zh", "body", "body_zh", "source", "source_zh",
            "published_at", "embargo_until", "withdrawn_at", "event", "organisation", "version",
        ]  # fmt: skip


class NewsIn(serializers.ModelSerializer[NewsItem]):
    alliance: Any = serializers.SlugRelatedField(queryset=Alliance.objects.all(), slug_field="slug")

    class Meta:
        model = NewsItem
        fields = [
            "alliance", "section", "title", "title_zh", "body", "body_zh", "source", "source_zh", "published_at",
            "embargo_until", "event", "organisation",
        ]  # fmt: skip


class NewsPatch(Patch, serializers.ModelSerializer[NewsItem]):
    class Meta:
        model = NewsItem
        fields = ["version", *[name for name in NewsIn.Meta.fields if name != "alliance"]]


class ReasonIn(serializers.Serializer[Any]):
    note = serializers.CharField()


class News(Public, ListView):
    """News that the reader may see, the latest written first."""

    serializer_class = NewsOut

    def get_queryset(self) -> QuerySet[NewsItem]:
        given = self.request.query_params
        rows = news_visible_to(self.me)
        rows = rows.filter(alliance__slug=given["alliance"]) if "alliance" in given else rows
        rows = rows.filter(section=given["section"]) if "section" in given else rows
        for term in terms(given.get("search", "")):
            rows = rows.filter(search__holds=term)
        return rows

    @extend_schema(
        parameters=[
            OpenApiParameter("alliance", str, description="slug"),
            OpenApiParameter("section", str, enum=NewsItem.Section.values),
            OpenApiParameter("search", str, description="in titles and texts"),
        ]
    )
    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset(), lambda row: NewsOut(row).data)

    @extend_schema(request=NewsIn, responses={201: NewsOut})
    def post(self, request: Request) -> Response:
        given = NewsIn(data=request.data)
        given.is_valid(raise_exception=True)
        alliance = _published(self.me, given.validated_data["alliance"])
        row = NewsItem(**{**given.validated_data, "alliance": alliance})
        row.slug = free_slug(NewsItem.objects.all(), row.title)
        save_record(row, by=self.me)
        return Response(NewsOut(row).data, status=201)


class OneNews(Public, ApiView):
    """One piece of news; PATCH changes it."""

    @extend_schema(responses=NewsOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(NewsOut(find(news_visible_to(self.me), key)).data)

    @extend_schema(request=NewsPatch, responses=NewsOut)
    def patch(self, request: Request, key: str) -> Response:
        row = changed_record(NewsPatch, find(news_visible_to(self.me), key), request, by=self.me)
        return Response(NewsOut(row).data)


class NewsWithdrawal(ApiView):
    """Take a piece of news back, with the reason."""

    @extend_schema(request=ReasonIn, responses=NewsOut)
    def post(self, request: Request, key: str) -> Response:
        given = ReasonIn(data=request.data)
        given.is_valid(raise_exception=True)
        row = withdraw_news(find(news_visible_to(self.me), key), by=self.me, note=given.validated_data["note"])
        return Response(NewsOut(row).data)


class CircularOut(serializers.ModelSerializer[Circular]):
    alliance = serializers.CharField(source="alliance.slug", read_only=True)

    class Meta:
        model = Circular
        fields = ["id", "alliance", "number", "title", "title_zh", "body", "body_zh", "sent_at", "version"]


class CircularIn(serializers.ModelSerializer[Circular]):
    alliance: Any = serializers.SlugRelatedField(queryset=Alliance.objects.all(), slug_field="slug")

    class Meta:
        model = Circular
        fields = ["alliance", "title", "title_zh", "body", "body_zh"]


class CircularPatch(Patch, serializers.ModelSerializer[Circular]):
    class Meta:
        model = Circular
        fields = ["version", *[name for name in CircularIn.Meta.fields if name != "alliance"]]


class CircularDeliveryOut(serializers.Serializer[Any]):
    """One line of the log; `state` is that of the message: waiting, digest, sent, failed or off."""

    organisation = serializers.CharField()
    person = serializers.CharField()
    state: Any = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)
    error = serializers.CharField()


class Circulars(ListView):
    """Circulars that were sent to the reader's members; for editors drafts as well."""

    serializer_class = CircularOut

    def get_queryset(self) -> QuerySet[Circular]:
        return circulars_visible_to(self.me)

    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset(), lambda row: CircularOut(row).data)

    @extend_schema(request=CircularIn, responses={201: CircularOut})
    def post(self, request: Request) -> Response:
        given = CircularIn(data=request.data)
        given.is_valid(raise_exception=True)
        alliance = _published(self.me, given.validated_data["alliance"])
        row = Circular(**{**given.validated_data, "alliance": alliance})
        save_record(row, by=self.me)
        return Response(CircularOut(row).data, status=201)


class OneCircular(ApiView):
    """One circular; PATCH changes a draft."""

    @extend_schema(responses=CircularOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(CircularOut(find(circulars_visible_to(self.me), key)).data)

    @extend_schema(request=CircularPatch, responses=CircularOut)
    def patch(self, request: Request, key: str) -> Response:
        row = changed_record(CircularPatch, find(circulars_visible_to(self.me), key), request, by=self.me)
        return Response(CircularOut(row).data)


class CircularSending(ApiView):
    """Number a draft and send it; sending again changes nothing."""

    @extend_schema(request=None, responses=CircularOut)
    def post(self, request: Request, key: str) -> Response:
        return Response(CircularOut(send_circular(find(circulars_visible_to(self.me), key), by=self.me)).data)


class CircularDeliveries(ApiView):
    """The log of a circular, for the secretariat."""

    @extend_schema(responses=CircularDeliveryOut(many=True))
    def get(self, request: Request, key: str) -> Response:
        row = find(circulars_visible_to(self.me), key)
        if not allowed(self.me, PUBLISH, row.alliance):
            raise NotFound
        return Response(CircularDeliveryOut(deliveries_of(row), many=True).data)


def _published(user: Any, alliance: Alliance) -> Alliance:
    """The alliance, if the person publishes for it. Raises NotFound."""
    return find(containers(user, PUBLISH, Alliance.objects.all()), alliance.slug)


urlpatterns = [
    path("news", News.as_view()),
    path("news/<str:key>", OneNews.as_view()),
    path("news/<str:key>/withdraw", NewsWithdrawal.as_view()),
    path("circulars", Circulars.as_view()),
    path("circulars/<str:key>", OneCircular.as_view()),
    path("circulars/<str:key>/send", CircularSending.as_view()),
    path("circulars/<str:key>/deliveries", CircularDeliveries.as_view()),
]
