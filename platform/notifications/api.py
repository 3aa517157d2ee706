"""API of messages, how one wants to hear of things, and private calendar feeds."""

from hashlib import sha256
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import ApiView, ListView, Public
from core.lookup import find
from notifications import commands, queries
from notifications.feeds import feed_by_token, feed_url, render
from notifications.kinds import KINDS
from notifications.models import CalendarFeed, Message, Preference


class MessageOut(serializers.ModelSerializer[Message]):
    class Meta:
        model = Message
        fields = ["id", "kind", "title", "body", "subject_type", "subject_id", "created_at", "sent_at", "read_at"]


class FeedIn(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=CalendarFeed.Kind.choices)
    target = serializers.UUIDField(required=False, help_text="The instrument or programme; not needed for one's own.")


class FeedOut(serializers.ModelSerializer[CalendarFeed]):
    class Meta:
        model = CalendarFeed
        fields = ["id", "kind", "target_id", "created_at", "last_read_on"]


class NewFeedOut(FeedOut):
    url = serializers.URLField(help_text="Shown this once.")

    class Meta(FeedOut.Meta):
        fields = [*FeedOut.Meta.fields, "url"]


class Messages(ListView):
    """What you were told, newest first."""

    serializer_class = MessageOut

    def get_queryset(self) -> QuerySet[Message]:
        return queries.messages_visible_to(self.request.user)

    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset(), lambda row: MessageOut(row).data)


class Preferences(ApiView):
    """Kind of message → `at_once`, `digest` or `off`."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        return Response(queries.preferences_of(request.user))

    @extend_schema(
        request={"application/json": {"type": "object", "additionalProperties": {"enum": Preference.Mode.values}}},
        responses=OpenApiTypes.OBJECT,
        description=f"Kinds: {', '.join(KINDS)}.",
    )
    def patch(self, request: Request) -> Response:
        commands.set_preferences(request.user, dict(request.data), by=request.user)
        return Response(queries.preferences_of(request.user))


class Feeds(ListView):
    """Your private calendars; making one again replaces its address."""

    serializer_class = FeedOut

    def get_queryset(self) -> QuerySet[CalendarFeed]:
        return queries.feeds_visible_to(self.request.user)

    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset(), lambda row: FeedOut(row).data)

    @extend_schema(request=FeedIn, responses={201: NewFeedOut})
    def post(self, request: Request) -> Response:
        given = FeedIn(data=request.data)
        given.is_valid(raise_exception=True)
        kind = given.validated_data["kind"]
        own = kind == CalendarFeed.Kind.PERSON
        target = request.user.pk if own else given.validated_data.get("target")
        if target is None:
            raise serializers.ValidationError({"target": ["Name the instrument or programme."]})
        feed, token = commands.create_feed(request.user, kind, target, by=request.user)
        return Response({**FeedOut(feed).data, "url": feed_url(token)}, status=201)


class FeedPage(ApiView):
    """Revoke one of your private calendars."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        commands.revoke_feed(find(queries.feeds_visible_to(request.user), key), by=request.user)
        return Response(status=204)


class Feed(Public, ApiView):
    """A private calendar for calendar programs: whoever holds the address reads what its owner may see now."""

    authentication_classes = ()

    @extend_schema(responses={(200, "text/calendar"): OpenApiTypes.STR, 304: None})
    def get(self, request: Request, token: str) -> HttpResponse:
        feed = feed_by_token(token)
        text = render(feed)
        commands.note_reading(feed)
        etag = f'"{sha256(text).hexdigest()[:32]}"'
        if request.headers.get("If-None-Match") == etag:
            answer = HttpResponse(status=304)
        else:
            answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
        answer.headers["ETag"] = etag
        answer.headers["Cache-Control"] = "private, max-age=900"
        return answer


urlpatterns = [
    path("messages", Messages.as_view()),
    path("me/preferences", Preferences.as_view()),
    path("calendars", Feeds.as_view()),
    path("calendars/<str:token>.ics", Feed.as_view()),
    path("calendars/<str:key>", FeedPage.as_view()),
]
