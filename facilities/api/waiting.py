"""API of the waiting list: join, leave, one's places, and the order of an instrument's list."""

from typing import Any

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from core.api.views import ApiView, ListView
from core.lookup import find
from facilities.api.reading import Reader
from facilities.commands.waiting import Wish, join_waiting, leave_waiting, rank_waiting, strike_waiting
from facilities.models import Access, Allocation, Equipment, Instrument, Team, Technique, Waiting
from facilities.queries.catalogue import find_instrument
from facilities.queries.waiting import queue_of, standings, waiting_visible_to
from facilities.workflows import WAITING


class WishIn(serializers.Serializer[Any]):
    instrument = serializers.CharField(required=False, help_text="id or slug; or a technique")
    technique = serializers.CharField(required=False, help_text="id or PaNET code")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    min_minutes = serializers.IntegerField(min_value=1)
    max_minutes = serializers.IntegerField(min_value=1, required=False, help_text="the same as the least when absent")
    mode = serializers.ChoiceField(required=False, choices=Instrument.Mode.choices, default="onsite")
    purpose = serializers.CharField(required=False, allow_blank=True, max_length=10_000)
    title = serializers.CharField(required=False, allow_blank=True, max_length=400)
    program = serializers.UUIDField(required=False, allow_null=True)
    allocation = serializers.UUIDField(required=False, allow_null=True)
    category = serializers.ChoiceField(required=False, choices=Access.choices, help_text="Named by the facility alone.")
    places = serializers.IntegerField(required=False, min_value=1, default=1)
    equipment = serializers.ListField(
        child=serializers.UUIDField(), required=False, help_text="What is to be free too; with an instrument."
    )
    kind = serializers.ChoiceField(
        required=False, choices=[Waiting.Kind.WAITING, Waiting.Kind.RESERVE], help_text="reserve: by the facility"
    )
    person = serializers.UUIDField(required=False, help_text="Whom the facility puts on its list.")
    rank = serializers.IntegerField(required=False, min_value=1, help_text="On the reserve list.")


class StandingOut(serializers.Serializer[Any]):
    instrument = serializers.UUIDField()
    rank = serializers.IntegerField()
    among = serializers.IntegerField()


class WaitingOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Waiting.Kind.choices)
    state = serializers.ChoiceField(choices=WAITING.choices)
    instrument = serializers.UUIDField(allow_null=True)
    technique = serializers.UUIDField(allow_null=True)
    person = serializers.UUIDField()
    program = serializers.UUIDField(allow_null=True)
    allocation = serializers.UUIDField(allow_null=True)
    category = serializers.ChoiceField(choices=Access.choices)
    mode = serializers.ChoiceField(choices=Instrument.Mode.choices)
    title = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    min_minutes = serializers.IntegerField()
    max_minutes = serializers.IntegerField()
    places = serializers.IntegerField()
    equipment = serializers.ListField(child=serializers.UUIDField())
    rank = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()


class WaitingPageOut(WaitingOut):
    standings = StandingOut(many=True)
    offers = serializers.ListField(child=serializers.UUIDField(), help_text="Bookings that were offered, newest first.")


class PlaceOut(serializers.Serializer[Any]):
    rank = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Waiting.Kind.choices)
    category = serializers.ChoiceField(choices=Access.choices)
    id = serializers.UUIDField(allow_null=True, help_text="Of places that you may see; others are nobody's.")


class OrderOut(serializers.Serializer[Any]):
    results = PlaceOut(many=True)


class RankIn(serializers.Serializer[Any]):
    rank = serializers.IntegerField(min_value=1)


class StrikeIn(serializers.Serializer[Any]):
    note = serializers.CharField(required=False, allow_blank=True)


def line(row: Waiting) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "state": row.state,
        "instrument": row.instrument_id,
        "technique": row.technique_id,
        "person": row.person_id,
        "program": row.team_id,
        "allocation": row.allocation_id,
        "category": row.category,
        "mode": row.mode,
        "title": row.title,
        "starts_at": row.window.lower,
        "ends_at": row.window.upper,
        "min_minutes": row.min_minutes,
        "max_minutes": row.max_minutes,
        "places": row.places,
        "equipment": [each.pk for each in row.equipment.all()],
        "rank": row.rank,
        "created_at": row.created_at,
    }


def whole(row: Waiting) -> dict[str, Any]:
    places = [{"instrument": each.instrument.pk, "rank": each.rank, "among": each.among} for each in standings(row)]
    offers = list(row.offers.order_by("-created_at", "-id").values_list("booking_id", flat=True))
    return line(row) | {"standings": places, "offers": offers}


class WaitingList(ListView):
    """Places on waiting lists that you may see, newest first; take one."""

    @extend_schema(
        parameters=[
            OpenApiParameter("state", str),
            OpenApiParameter("instrument", str, description="id or slug"),
            OpenApiParameter("mine", bool, description="only your own"),
        ],
        responses=WaitingOut(many=True),
    )
    def get(self, request: Request) -> Response:
        read = Reader(request.query_params)
        rows = waiting_visible_to(self.me)
        if state := read.text("state", most=20):
            rows = rows.filter(state=state)
        if key := read.text("instrument", most=120):
            rows = rows.filter(instrument=find_instrument(key))
        if read.flag("mine"):
            rows = rows.filter(person=self.me)
        read.done()
        return self.page(rows, line)

    @extend_schema(request=WishIn, responses={201: WaitingPageOut})
    def post(self, request: Request) -> Response:
        read = Reader(request.data)
        wish = _wish(read)
        person = read.row("person", User.objects.filter(is_active=True))
        rank = read.whole("rank")
        kind = read.text("kind", most=12) or Waiting.Kind.WAITING
        if kind not in (Waiting.Kind.WAITING, Waiting.Kind.RESERVE):
            read.wrong("kind", _("Choose waiting or reserve."))
        read.done()
        row = join_waiting(wish, by=self.me, person=person, kind=kind, rank=rank)
        return Response(whole(row), status=201)


def _technique(read: Reader) -> Technique | None:
    key = read.text("technique", most=80)
    if not key:
        return None
    named = {"pk": read.as_identifier("technique", key)} if key.count("-") == 4 else {"code": key}
    if (found := Technique.objects.filter(**named).first()) is None:
        read.wrong("technique", _("There is none with this identifier."), "unknown")
    return found


def _wish(read: Reader) -> Wish:
    least = read.whole("min_minutes", required=True) or 0
    category = read.text("category", most=15)
    if category and category not in Access.values:
        read.wrong("category", _("Choose one of: %(offered)s.") % {"offered": ", ".join(Access.values)})
    return Wish(
        starts_at=read.instant("starts_at"),
        ends_at=read.instant("ends_at"),
        min_minutes=least,
        max_minutes=read.whole("max_minutes") or least,
        instrument=read.instrument("instrument", required=False),
        technique=_technique(read),
        mode=read.text("mode", most=10) or Instrument.Mode.ONSITE,
        purpose=read.text("purpose", most=10_000),
        title=read.text("title", most=400),
        team=read.row("program", Team.objects.all()),
        allocation=read.row("allocation", Allocation.objects.select_related("team")),
        category=category,
        places=read.places(),
        equipment=read.rows("equipment", Equipment.objects.all()),
    )


class WaitingPage(ApiView):
    """One place, with where it stands now and what was offered."""

    @extend_schema(responses=WaitingPageOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(whole(find(waiting_visible_to(self.me), key)))


class WaitingLeave(ApiView):
    """Leave the list."""

    @extend_schema(request=None, responses=WaitingPageOut)
    def post(self, request: Request, key: str) -> Response:
        return Response(whole(leave_waiting(find(waiting_visible_to(self.me), key), by=self.me)))


class WaitingStrike(ApiView):
    """The facility takes somebody off its list, with a reason."""

    @extend_schema(request=StrikeIn, responses=WaitingPageOut)
    def post(self, request: Request, key: str) -> Response:
        read = Reader(request.data or {})
        note = read.text("note", most=10_000)
        read.done()
        return Response(whole(strike_waiting(find(waiting_visible_to(self.me), key), by=self.me, note=note)))


class WaitingRank(ApiView):
    """The facility gives a place on its reserve list another rank."""

    @extend_schema(request=RankIn, responses=WaitingPageOut)
    def post(self, request: Request, key: str) -> Response:
        read = Reader(request.data)
        rank = read.whole("rank", required=True)
        read.done()
        return Response(whole(rank_waiting(find(waiting_visible_to(self.me), key), rank or 0, by=self.me)))


class InstrumentWaiting(ApiView):
    """Who is offered freed time of an instrument in what order; of others only the category."""

    @extend_schema(responses=OrderOut)
    def get(self, request: Request, key: str) -> Response:
        rows = queue_of(find_instrument(key))
        known = set(waiting_visible_to(self.me).filter(state="waiting").values_list("pk", flat=True))
        places = [
            {"rank": n, "kind": row.kind, "category": row.category, "id": row.pk if row.pk in known else None}
            for n, row in enumerate(rows, 1)
        ]
        return Response({"results": places})


urlpatterns = [
    path("waiting", WaitingList.as_view()),
    path("waiting/<str:key>", WaitingPage.as_view()),
    path("waiting/<str:key>/leave", WaitingLeave.as_view()),
    path("waiting/<str:key>/strike", WaitingStrike.as_view()),
    path("waiting/<str:key>/rank", WaitingRank.as_view()),
    path("instruments/<str:key>/waiting", InstrumentWaiting.as_view()),
]
