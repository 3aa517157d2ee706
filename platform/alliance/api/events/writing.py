"""Events planned, changed, moved and filled with a programme by those who organise them."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.identifiers import validate_zone
from alliance.api.events.reading import EventOut, EventRead, EventsRead, SessionOut, TalkOut, shown
from alliance.commands import events as commands
from alliance.models import Alliance, Event, EventSession, Talk
from alliance.queries.events import find_event
from alliance.workflows.events import EVENT
from core.api.views import ApiView
from core.lookup import find


class EventIn(serializers.ModelSerializer[Event]):
    """What an event is; instants in UTC."""

    zone = serializers.CharField(validators=[validate_zone], required=False)

    class Meta:
        model = Event
        fields = [
            "kind", "title", "title_zh", "theme", "theme_zh", "starts_at", "ends_at", "by_day", "planned_for",
            "planned_for_zh", "zone", "venue", "venue_zh", "mode", "online_link", "is_link_public", "registration_from",
            "registration_until", "places_onsite", "places_online", "places_per_member", "attendance_told",
            "attendance_told_zh",
        ]  # fmt: skip


class NewEventIn(EventIn):
    alliance = serializers.CharField(help_text="id or slug")

    class Meta(EventIn.Meta):
        fields = ["alliance", *EventIn.Meta.fields]


class EventPatch(EventIn):
    version = serializers.IntegerField(required=False, help_text="the version that you edited; another one answers 409")
    reason = serializers.CharField(required=False, allow_blank=True, help_text="why the dates change")

    class Meta(EventIn.Meta):
        fields = ["version", "reason", *EventIn.Meta.fields]


class EventMoveIn(serializers.Serializer[Any]):
    note = serializers.CharField(required=False, allow_blank=True, default="")
    starts_at = serializers.DateTimeField(required=False, allow_null=True, help_text="of a postponed event")
    ends_at = serializers.DateTimeField(required=False, allow_null=True)
    planned_for = serializers.CharField(required=False, allow_blank=True, max_length=120)
    planned_for_zh = serializers.CharField(required=False, allow_blank=True, max_length=120)


class SessionIn(serializers.ModelSerializer[EventSession]):
    class Meta:
        model = EventSession
        fields = ["kind", "track", "title", "title_zh", "chair_name", "position", "starts_at", "ends_at"]


class TalkIn(serializers.ModelSerializer[Talk]):
    class Meta:
        model = Talk
        fields = [
            "kind", "title", "title_zh", "abstract", "speaker_name", "mode", "position", "starts_at", "ends_at",
        ]  # fmt: skip


class Events(EventsRead):
    """Read what is visible; plan an event of an alliance, as an idea."""

    @extend_schema(request=NewEventIn, responses={201: EventOut})
    def post(self, request: Request) -> Response:
        given = NewEventIn(data=request.data)
        given.is_valid(raise_exception=True)
        details = dict(given.validated_data)
        alliance = find(Alliance.objects.all(), details.pop("alliance"))
        return Response(shown(self.me, commands.plan_event(alliance, details, by=self.me)), status=201)


class OneEvent(EventRead):
    """Read one event, by identifier or slug; change what is planned, dates told before are kept."""

    @extend_schema(request=EventPatch, responses=EventOut)
    def patch(self, request: Request, key: str) -> Response:
        given = EventPatch(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        changes = dict(given.validated_data)
        version, reason = changes.pop("version", None), changes.pop("reason", "")
        event = find_event(self.me, key)
        return Response(shown(self.me, commands.edit_event(event, changes, by=self.me, version=version, reason=reason)))


class MoveEvent(ApiView):
    """One of the moves that the event lists."""

    @extend_schema(
        parameters=[OpenApiParameter("move", str, "path", enum=[move.name for move in EVENT.moves])],
        request=EventMoveIn,
        responses=EventOut,
    )
    def post(self, request: Request, key: str, move: str) -> Response:
        given = EventMoveIn(data=request.data)
        given.is_valid(raise_exception=True)
        dates = dict(given.validated_data)
        note = dates.pop("note")
        return Response(
            shown(self.me, commands.move_event(find_event(self.me, key), move, by=self.me, note=note, dates=dates))
        )


class Sessions(ApiView):
    """Add a session to the programme. A track that is taken at that time answers 422."""

    @extend_schema(request=SessionIn, responses={201: SessionOut})
    def post(self, request: Request, key: str) -> Response:
        given = SessionIn(data=request.data)
        given.is_valid(raise_exception=True)
        row = commands.save_session(find_event(self.me, key), given.validated_data, by=self.me)
        return Response(SessionOut(row).data, status=201)


class OneSession(ApiView):
    """Change a session, or take it out with its talks."""

    @extend_schema(request=SessionIn, responses=SessionOut)
    def patch(self, request: Request, key: str, session: str) -> Response:
        event = find_event(self.me, key)
        given = SessionIn(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        row = find(event.sessions.all(), session)
        return Response(SessionOut(commands.save_session(event, given.validated_data, by=self.me, session=row)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, key: str, session: str) -> Response:
        commands.remove_session(find(find_event(self.me, key).sessions.all(), session), by=self.me)
        return Response(status=204)


class Talks(ApiView):
    """Add a talk to a session. A speaker who is in another room at that time answers 422."""

    @extend_schema(request=TalkIn, responses={201: TalkOut})
    def post(self, request: Request, key: str, session: str) -> Response:
        given = TalkIn(data=request.data)
        given.is_valid(raise_exception=True)
        within = find(find_event(self.me, key).sessions.select_related("event__alliance"), session)
        return Response(TalkOut(commands.save_talk(within, given.validated_data, by=self.me)).data, status=201)


urlpatterns = [
    path("events", Events.as_view()),
    path("events/<str:key>", OneEvent.as_view()),
    path("events/<str:key>/sessions", Sessions.as_view()),
    path("events/<str:key>/sessions/<str:session>", OneSession.as_view()),
    path("events/<str:key>/sessions/<str:session>/talks", Talks.as_view()),
    path("events/<str:key>/<str:move>", MoveEvent.as_view()),
]
