"""Events as everybody may read them, their figures and their calendars."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.models import Event, EventSession, Registration, Talk
from alliance.permissions.events import event_parties, organises
from alliance.queries.events import events_listed, figures_of, find_event, public_figures, sessions_of
from alliance.workflows.events import EVENT
from core.api.views import ApiView, ListView, Public


class TalkOut(serializers.ModelSerializer[Talk]):
    speaker = serializers.CharField(source="speaker_name")
    organisation = serializers.CharField(source="organisation.slug", default=None, allow_null=True)

    class Meta:
        model = Talk
        fields: ClassVar[list[str]] = [
            "id", "kind", "title", "title_zh", "abstract", "speaker", "organisation", "mode", "position", "starts_at",
            "ends_at",
        ]  # fmt: skip


class SessionOut(serializers.ModelSerializer[EventSession]):
    talks = TalkOut(many=True)

    class Meta:
        model = EventSession
        fields: ClassVar[list[str]] = [
            "id", "kind", "track", "title", "title_zh", "chair_name", "position", "starts_at", "ends_at", "talks",
        ]  # fmt: skip


class EventLineOut(serializers.ModelSerializer[Event]):
    """An event in a list. Without `starts_at` it says what it is `planned_for`; `by_day`: only its days are known."""

    alliance = serializers.CharField(source="alliance.slug")

    class Meta:
        model = Event
        fields: ClassVar[list[str]] = [
            "id", "slug", "alliance", "kind", "title", "title_zh", "state", "starts_at", "ends_at", "by_day",
            "planned_for", "planned_for_zh", "zone", "venue", "mode", "version",
        ]  # fmt: skip


class EditionOut(serializers.Serializer[Any]):
    series = serializers.CharField(source="series.slug")
    name = serializers.CharField(source="series.name")
    ordinal = serializers.IntegerField()


class PartnerOut(serializers.Serializer[Any]):
    organisation = serializers.CharField(source="organisation.slug")
    role = serializers.CharField()


class ToldOut(serializers.Serializer[Any]):
    """Dates that were told before, and why they changed."""

    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    planned_for = serializers.CharField()
    reason = serializers.CharField()


class EventOut(EventLineOut):
    """An event with all that is public of it, and what the caller may do with it now."""

    editions = EditionOut(many=True)
    partners = PartnerOut(many=True)
    chairs: Any = serializers.SerializerMethodField()
    told_before = ToldOut(source="schedules", many=True)
    sessions = serializers.SerializerMethodField()
    moves = serializers.SerializerMethodField()

    class Meta(EventLineOut.Meta):
        fields: ClassVar[list[str]] = [
            *EventLineOut.Meta.fields, "theme", "theme_zh", "venue_zh", "registration_from", "registration_until",
            "places_onsite", "places_online", "places_per_member", "attendance_told", "circulated_on",
            "is_late_circulation", "editions", "partners", "chairs", "told_before", "sessions", "moves",
        ]  # fmt: skip

    def get_chairs(self, event: Event) -> list[str]:
        return [row.name for row in event.chairs.all()]

    @extend_schema_field(SessionOut(many=True))
    def get_sessions(self, event: Event) -> Any:
        return SessionOut(sessions_of(event), many=True).data

    def get_moves(self, event: Event) -> list[str]:
        return [move.name for move in EVENT.open_moves(event.state, event_parties(self.context["user"], event))]


class CountryOut(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="ISO 3166-1; empty where not known, or for the gathered rest")
    onsite = serializers.IntegerField(allow_null=True)
    online = serializers.IntegerField(allow_null=True)
    people = serializers.IntegerField()
    attended = serializers.IntegerField(allow_null=True)
    is_rest = serializers.BooleanField(help_text="several countries with few people each")


class FiguresOut(serializers.Serializer[Any]):
    """People with a place; null is not shown, for it would tell of too few."""

    registered = serializers.IntegerField(allow_null=True)
    onsite = serializers.IntegerField(allow_null=True)
    online = serializers.IntegerField(allow_null=True)
    waiting = serializers.IntegerField(allow_null=True)
    cancelled = serializers.IntegerField(allow_null=True)
    attended = serializers.IntegerField(allow_null=True)
    attended_onsite = serializers.IntegerField(allow_null=True)
    attended_online = serializers.IntegerField(allow_null=True)
    minutes = serializers.IntegerField(allow_null=True)
    countries = serializers.IntegerField(allow_null=True)
    by_country = CountryOut(many=True)


def shown(user: Any, event: Event) -> dict[str, Any]:
    return EventOut(event, context={"user": user}).data


class EventsRead(Public, ListView):
    """Events that one may see, the latest made first."""

    serializer_class = EventLineOut

    def get_queryset(self) -> QuerySet[Event]:
        asked = {
            name: self.request.query_params.get(name, "") for name in ("alliance", "series", "kind", "state", "when")
        }
        return events_listed(self.me, **asked)

    @extend_schema(
        parameters=[
            OpenApiParameter("alliance", str, description="slug"),
            OpenApiParameter("series", str, description="slug"),
            OpenApiParameter("kind", str, enum=Event.Kind.values),
            OpenApiParameter("state", str, enum=list(EVENT.states)),
            OpenApiParameter("when", str, enum=["ahead", "past"]),
        ]
    )
    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset(), lambda row: EventLineOut(row).data)


class EventRead(Public, ApiView):
    """One event, by identifier or slug."""

    @extend_schema(responses=EventOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(shown(self.me, find_event(self.me, key)))


class EventFigures(Public, ApiView):
    """How many registered and from where; all of it for organisers, for others without small cells."""

    @extend_schema(responses=FiguresOut)
    def get(self, request: Request, key: str) -> Response:
        event = find_event(self.me, key)
        found = figures_of(event) if organises(self.me, event) else public_figures(event)
        return Response(FiguresOut(found).data)


class RegistrationOut(serializers.ModelSerializer[Registration]):
    """Somebody who takes part; for themselves and the organisers."""

    event = serializers.CharField(source="event.slug")

    class Meta:
        model = Registration
        fields: ClassVar[list[str]] = [
            "id", "event", "name", "email", "organisation_name", "country", "mode", "is_waiting", "cancelled_at",
            "attended", "attended_minutes",
        ]  # fmt: skip


urlpatterns = [
    path("events/<str:key>/figures", EventFigures.as_view()),
]
