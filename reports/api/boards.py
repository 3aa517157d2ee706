"""API of dashboards, of the targets their numbers are held against, and of notes on the numbers of a report."""

from typing import Any

from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.models import Alliance
from core.api.views import ApiView, ListView, Public
from core.lookup import find
from core.times import iso
from facilities.models import Facility
from reports.commands import said
from reports.dashboards import DASHBOARDS
from reports.models import NumberNote, Target
from reports.queries.boards import Reading, board
from reports.queries.notes import notes_visible_to
from reports.queries.targets import targets_visible_to
from reports.registry import report_named


class DashboardOut(serializers.Serializer[Any]):
    """`of` is the parameter that says what it is about."""

    name = serializers.CharField()
    title = serializers.CharField()
    question = serializers.CharField()
    of = serializers.CharField()
    public = serializers.BooleanField()


class ReadingOut(serializers.Serializer[Any]):
    """A number in its own unit (a share as a fraction); `low` and `high` are a 95 % interval where there is one."""

    kpi = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    before = serializers.FloatField(allow_null=True)
    target = serializers.FloatField(allow_null=True)
    target_source = serializers.CharField()
    met = serializers.BooleanField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    report = serializers.CharField()
    parameters = serializers.DictField(child=serializers.CharField())


class BoardOut(DashboardOut):
    as_of = serializers.DateTimeField()
    numbers = ReadingOut(many=True)
    reports = serializers.ListField(child=serializers.DictField())


class TargetOut(serializers.ModelSerializer[Target]):
    alliance = serializers.CharField(source="alliance.slug", default="")
    facility = serializers.CharField(source="facility.slug", default="")
    value = serializers.FloatField()
    set_by = serializers.CharField(source="created_by.name", default="")

    class Meta:
        model = Target
        fields = ["id", "kpi", "alliance", "facility", "first", "until", "value", "source", "set_by", "created_at"]


class TargetIn(serializers.Serializer[Any]):
    """Of an alliance or of a facility, by identifier or slug; a share is a fraction."""

    kpi = serializers.CharField(max_length=3)
    value = serializers.DecimalField(max_digits=14, decimal_places=4)
    alliance = serializers.CharField(required=False, allow_blank=True)
    facility = serializers.CharField(required=False, allow_blank=True)
    first = serializers.DateField()
    until = serializers.DateField(required=False, allow_null=True)
    source: Any = serializers.CharField(max_length=300)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs.get("alliance")) == bool(attrs.get("facility")):
            raise serializers.ValidationError({"facility": ["Name an alliance or a facility."]})
        return attrs


class NoteOut(serializers.ModelSerializer[NumberNote]):
    facility = serializers.CharField(source="facility.slug", default="")
    by = serializers.CharField(source="created_by.name", default="")

    class Meta:
        model = NumberNote
        fields = ["id", "report", "facility", "first", "until", "text", "by", "created_at"]


class NoteIn(serializers.Serializer[Any]):
    """`until` is the day after the last."""

    text = serializers.CharField(max_length=1000)
    facility = serializers.CharField(required=False, allow_blank=True)
    first = serializers.DateField()
    until = serializers.DateField()


class Dashboards(Public, ApiView):
    """The dashboards that there are."""

    @extend_schema(responses=DashboardOut(many=True), operation_id="dashboards_list")
    def get(self, request: Request) -> Response:
        return Response(DashboardOut(DASHBOARDS.values(), many=True).data)


class DashboardView(Public, ApiView):
    """A dashboard as the reader sees it: numbers compared with before and with their target, and its reports."""

    @extend_schema(
        parameters=[
            OpenApiParameter(name, OpenApiTypes.STR)
            for name in ("period", "against", "facility", "call", "program", "organisation")
        ],
        responses=BoardOut,
    )
    def get(self, request: Request, name: str) -> Response:
        found = board(name, request.query_params.dict(), user=request.user)
        about = DashboardOut(found.dashboard).data
        numbers = [reading_out(each) for each in found.readings]
        return Response(
            {**about, "as_of": iso(found.as_of), "numbers": numbers, "reports": [a.as_dict() for a in found.answers]}
        )


class Targets(ListView):
    """Targets of the figures that you read, by figure, the latest first."""

    @extend_schema(responses=TargetOut(many=True))
    def get(self, request: Request) -> Response:
        return self.page(targets_visible_to(self.me), lambda row: dict(TargetOut(row).data))

    @extend_schema(request=TargetIn, responses={201: TargetOut})
    def post(self, request: Request) -> Response:
        given = TargetIn(data=request.data)
        given.is_valid(raise_exception=True)
        told = dict(given.validated_data)
        alliance, facility = told.pop("alliance", ""), told.pop("facility", "")
        of = find(Alliance.objects.all(), alliance) if alliance else find(Facility.objects.all(), facility)
        return Response(TargetOut(said.set_target(of=of, by=self.me, **told)).data, status=201)


class TargetPage(ApiView):
    """Take a target back."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        said.withdraw_target(find(targets_visible_to(self.me), key), by=self.me)
        return Response(status=204)


class Notes(ListView):
    """Notes on the numbers of a report that you read in full, the latest period first."""

    @extend_schema(responses=NoteOut(many=True))
    def get(self, request: Request, name: str) -> Response:
        rows = notes_visible_to(self.me).filter(report=report_named(name).name)
        return self.page(rows, lambda row: dict(NoteOut(row).data))

    @extend_schema(request=NoteIn, responses={201: NoteOut})
    def post(self, request: Request, name: str) -> Response:
        given = NoteIn(data=request.data)
        given.is_valid(raise_exception=True)
        told = dict(given.validated_data)
        key = told.pop("facility", "")
        facility = find(Facility.objects.all(), key) if key else None
        return Response(NoteOut(said.write_note(name, facility=facility, by=self.me, **told)).data, status=201)


class NotePage(ApiView):
    """Delete a note of one's own."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        said.delete_note(find(notes_visible_to(self.me), key), by=self.me)
        return Response(status=204)


def reading_out(reading: Reading) -> dict[str, Any]:
    number, goal, sure = reading.number, reading.goal, reading.interval
    return {
        "kpi": number.kpi,
        "title": str(number.label),
        "kind": number.kind,
        "value": reading.value,
        "before": reading.before,
        "target": goal.value if goal else None,
        "target_source": str(goal.source) if goal else "",
        "met": reading.met,
        "low": sure.low if sure else None,
        "high": sure.high if sure else None,
        "report": number.report,
        "parameters": reading.asked,
    }


urlpatterns = [
    path("dashboards", Dashboards.as_view()),
    path("dashboards/<slug:name>", DashboardView.as_view()),
    path("targets", Targets.as_view()),
    path("targets/<str:key>", TargetPage.as_view()),
    path("reports/<slug:name>/notes", Notes.as_view()),
    path("notes/<str:key>", NotePage.as_view()),
]
