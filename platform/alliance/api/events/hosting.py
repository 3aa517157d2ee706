"""Who stands behind an event, who chairs it, and of which series it is which edition."""

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.queries import find_organisation
from alliance.api.events.reading import EventOut, shown
from alliance.commands import events as commands
from alliance.models import EventPartner, EventSeries
from alliance.permissions.events import ORGANISES, events_visible_to
from alliance.queries.alliances import find_alliance
from alliance.queries.events import find_event
from core.api.views import ApiView, ListView, Public
from core.lookup import find
from core.permissions import allowed
from workflow.queries import people_at


class EventPartnerIn(serializers.Serializer[Any]):
    organisation = serializers.CharField(help_text="id or slug")
    role = serializers.ChoiceField(choices=EventPartner.Role.choices)


class EventPartnersIn(serializers.Serializer[Any]):
    partners = EventPartnerIn(many=True, help_text="all of them; an organisation may have several roles")


class EventChairIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200)
    name_local = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)
    email = serializers.EmailField(required=False, help_text="of an account here, where there is one")
    organisation = serializers.CharField(required=False, help_text="id or slug")


class EventChairsIn(serializers.Serializer[Any]):
    chairs = EventChairIn(many=True, help_text="all of them")


class EventEditionIn(serializers.Serializer[Any]):
    series = serializers.CharField(help_text="id or slug")
    ordinal = serializers.IntegerField(min_value=1, max_value=32_000)


class EventEditionsIn(serializers.Serializer[Any]):
    editions = EventEditionIn(many=True, help_text="all of them: the fourth of one series may be the second of another")


class EventSeriesOut(serializers.ModelSerializer[EventSeries]):
    class Meta:
        model = EventSeries
        fields = ["id", "slug", "name", "name_zh"]


class EventSeriesIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200)
    name_zh = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)


class AllSeries(Public, ListView):
    """The series of an alliance of which one may see an event, and for organisers all of them, by name."""

    serializer_class = EventSeriesOut
    ordering = ("name", "id")

    def get_queryset(self) -> QuerySet[EventSeries]:
        alliance = find_alliance(self.kwargs["key"])
        seen = events_visible_to(self.me).order_by().values("pk")
        rows = alliance.event_series.filter(editions__event__in=seen)
        if allowed(self.me, ORGANISES, alliance):
            rows = alliance.event_series.all()
        return rows.distinct().order_by("name", "id")

    def get(self, request: Request, key: str) -> Response:
        return self.page(self.get_queryset(), lambda row: EventSeriesOut(row).data)

    @extend_schema(request=EventSeriesIn, responses={201: EventSeriesOut})
    def post(self, request: Request, key: str) -> Response:
        row = commands.make_series(find_alliance(key), by=self.me, **_read(EventSeriesIn, request))
        return Response(EventSeriesOut(row).data, status=201)


class Partners(ApiView):
    """All organisations with a role in an event."""

    @extend_schema(request=EventPartnersIn, responses=EventOut)
    def put(self, request: Request, key: str) -> Response:
        told = _read(EventPartnersIn, request)["partners"]
        event = find_event(self.me, key)
        commands.set_partners(
            event, [(find_organisation(row["organisation"]), row["role"]) for row in told], by=self.me
        )
        return Response(shown(self.me, find_event(self.me, key)))


class Chairs(ApiView):
    """All who chair an event; not who chairs the alliance."""

    @extend_schema(request=EventChairsIn, responses=EventOut)
    def put(self, request: Request, key: str) -> Response:
        event, chairs = find_event(self.me, key), []
        for row in _read(EventChairsIn, request)["chairs"]:
            [person] = people_at([row["email"]]) if row.get("email") else [None]
            home = find_organisation(row["organisation"]) if row.get("organisation") else None
            chairs.append((row["name"], row["name_local"], person, home))
        commands.set_chairs(event, chairs, by=self.me)
        return Response(shown(self.me, find_event(self.me, key)))


class Editions(ApiView):
    """Of which series an event is which edition."""

    @extend_schema(request=EventEditionsIn, responses=EventOut)
    def put(self, request: Request, key: str) -> Response:
        event = find_event(self.me, key)
        known = event.alliance.event_series.all()
        told = _read(EventEditionsIn, request)["editions"]
        commands.set_editions(event, {find(known, row["series"]): row["ordinal"] for row in told}, by=self.me)
        return Response(shown(self.me, find_event(self.me, key)))


def _read(form: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    given = form(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


urlpatterns = [
    path("alliances/<str:key>/event-series", AllSeries.as_view()),
    path("events/<str:key>/partners", Partners.as_view()),
    path("events/<str:key>/chairs", Chairs.as_view()),
    path("events/<str:key>/editions", Editions.as_view()),
]
