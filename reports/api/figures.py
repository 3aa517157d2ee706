"""API of the figures: the registry, each report as JSON, CSV and workbook, the rows behind it, snapshots."""

from typing import Any

from django.http import HttpResponse
from django.urls import path, register_converter
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import ApiView, ListView, Public
from core.lookup import find
from core.times import iso
from reports.catalogue import KPIS
from reports.commands.snapshots import freeze_report
from reports.exports import FILES
from reports.narrowing import KEYS, WORDS
from reports.past import standing_at
from reports.queries.answers import answer
from reports.queries.behind import line_of, rows_behind
from reports.queries.snapshots import difference, snapshots_visible_to
from reports.questions import DIMENSIONS, MEASURES, Measure, allowed
from reports.registry import REPORTS, defined, described, report_named

ASKED = [
    OpenApiParameter(name, OpenApiTypes.STR, description=text)
    for name, text in (
        ("from", "First day of the period; the last twelve months where it is left out."),
        ("to", "The day after the last."),
        ("facility", "Identifier or slug."),
        ("instrument", "Identifier or slug."),
        ("country", "Host country, ISO 3166-1 alpha-2."),
        ("home", "Home country of the users."),
        ("organisation", "Identifier or slug of a centre."),
        ("by", "Grouping, one of the report's choices."),
        ("measure", "Of an own question (`ask`): what is counted; `GET /reports/questions` says what goes together."),
        ("across", "Of an own question: the second dimension."),
        ("chart", "Which chart: of an own question auto, bars, line, stack or heat; else one of the report's choices."),
        ("of", "Lines, one of the report's choices."),
        ("unit", "hour or node_hour."),
        ("count", "all, programs or use."),
        ("centres", "all or members."),
        ("as_of", "An instant of the past, ISO 8601, or a day: the figure from the histories kept, as it was then."),
    )
]


NARROWED = [
    *(OpenApiParameter(name, OpenApiTypes.STR, description=f"Only rows of this {name}.") for name in WORDS),
    *(
        OpenApiParameter(name, OpenApiTypes.STR, description="Only rows of this one, by its identifier.")
        for name in KEYS
    ),
    OpenApiParameter(
        "rows", OpenApiTypes.STR, description="Of a report of two kinds of rows the other one: exchanged."
    ),
]
"""What tells the rows of one mark of a chart from those of the others; a figure carries it at each mark."""


class KpiOut(serializers.Serializer[Any]):
    """A figure of the catalogue. `missing` says why it cannot be worked out here, if it cannot."""

    key = serializers.CharField()
    name = serializers.CharField()
    formula = serializers.CharField()
    unit = serializers.CharField()
    source: Any = serializers.CharField()
    chart = serializers.CharField()
    zero = serializers.CharField()
    missing = serializers.CharField()
    reports = serializers.ListField(child=serializers.CharField())


class ReportOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = serializers.CharField()
    question = serializers.CharField()
    formula = serializers.CharField()
    source: Any = serializers.CharField()
    chart = serializers.CharField()
    kpis = serializers.ListField(child=serializers.CharField())
    definitions = KpiOut(many=True)
    parameters = serializers.ListField(child=serializers.DictField())
    columns = serializers.ListField(child=serializers.DictField())
    readers = serializers.CharField()


class AnswerOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = serializers.CharField()
    as_of = serializers.DateTimeField()
    parameters = serializers.DictField(child=serializers.CharField())
    columns = serializers.ListField(child=serializers.DictField())
    rows = serializers.ListField(child=serializers.DictField())
    facts = serializers.DictField()
    notes = serializers.ListField(child=serializers.CharField())
    figure = serializers.DictField()
    checksum = serializers.CharField()


class SnapshotOut(AnswerOut):
    id = serializers.UUIDField()
    frozen_at = serializers.DateTimeField()
    by = serializers.CharField()


class RowOut(serializers.Serializer[Any]):
    """What stands behind a number; `kind` says what it is. A field that a kind does not have is empty."""

    kind = serializers.CharField()
    id = serializers.UUIDField()
    booking = serializers.UUIDField(allow_null=True)
    label: Any = serializers.CharField()
    facility = serializers.CharField()
    instrument = serializers.CharField()
    organisation = serializers.CharField()
    country = serializers.CharField()
    starts_at = serializers.CharField(allow_null=True)
    ends_at = serializers.CharField(allow_null=True)
    units = serializers.CharField(allow_null=True)
    unit = serializers.CharField()
    state = serializers.CharField()


class LateOut(serializers.Serializer[Any]):
    what = serializers.ChoiceField(choices=["new", "changed", "gone"])
    line = RowOut()


class DifferenceOut(serializers.Serializer[Any]):
    same = serializers.BooleanField()
    before = serializers.ListField(child=serializers.DictField())
    now = serializers.ListField(child=serializers.DictField())
    sessions_since = serializers.IntegerField()
    bookings_since = serializers.IntegerField()
    late_count = serializers.IntegerField()
    late = LateOut(many=True)


class Reports(Public, ApiView):
    """What figures there are, how each is worked out and where its formula comes from."""

    @extend_schema(responses=ReportOut(many=True), operation_id="reports_list")
    def get(self, request: Request) -> Response:
        return Response([described(report) for report in REPORTS.values()])


class Definitions(Public, ApiView):
    """The catalogue of figures: formula, unit, source and chart of each, and which reports show it."""

    @extend_schema(responses=KpiOut(many=True), operation_id="reports_definitions")
    def get(self, request: Request) -> Response:
        return Response([defined(kpi) for kpi in KPIS.values()])


class DimensionOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = serializers.CharField()
    rights = serializers.CharField()


class MeasureOut(serializers.Serializer[Any]):
    """What an own question can count; `dimensions` are what it can be cut by, `filters` the parameters it knows."""

    name = serializers.CharField()
    title = serializers.CharField()
    unit = serializers.CharField(source="kind")
    formula = serializers.CharField()
    kpi = serializers.CharField()
    dimensions = serializers.SerializerMethodField()
    filters = serializers.SerializerMethodField()

    def get_dimensions(self, measure: Measure) -> list[str]:
        return [each.name for each in allowed(measure)]

    def get_filters(self, measure: Measure) -> list[str]:
        return list(measure.filters)


class QuestionsOut(serializers.Serializer[Any]):
    measures = MeasureOut(many=True)
    dimensions = DimensionOut(many=True)


class Questions(Public, ApiView):
    """What own questions may combine; each is asked of the report `ask`: `/reports/ask?measure=&by=&across=`."""

    @extend_schema(responses=QuestionsOut)
    def get(self, request: Request) -> Response:
        known = {"measures": MEASURES.values(), "dimensions": DIMENSIONS.values()}
        return Response(QuestionsOut(known).data)


class ReportView(Public, ApiView):
    """One report; without an account and beyond one's own facility, small cells are not shown."""

    @extend_schema(parameters=ASKED, responses=AnswerOut)
    def get(self, request: Request, name: str) -> Response:
        return Response(answer(name, request.query_params.dict(), user=request.user).as_dict())


class ReportFile(Public, ApiView):
    """The table of a report as a file."""

    @extend_schema(parameters=ASKED, responses={(200, kind.mime): OpenApiTypes.BINARY for kind in FILES.values()})
    def get(self, request: Request, name: str, suffix: str) -> HttpResponse:
        return report_file(name, suffix, request.query_params.dict(), request.user)


def report_file(name: str, suffix: str, values: dict[str, str], user: Any) -> HttpResponse:
    """A download; the pages give the same one."""
    seen = answer(name, values, user=user)
    response = HttpResponse(FILES[suffix].write(seen), content_type=FILES[suffix].mime)
    response["Content-Disposition"] = f'attachment; filename="{name}-{seen.as_of:%Y-%m-%d}.{suffix}"'
    return response


class ReportRows(ListView):
    """The rows behind a report, or behind one mark of its chart, newest first: those that the reader may see."""

    @extend_schema(parameters=[*ASKED, *NARROWED], responses=RowOut(many=True))
    def get(self, request: Request, name: str) -> Response:
        values = request.query_params.dict()
        rows = rows_behind(report_named(name), values, user=request.user)
        with standing_at(report_named(name).asked(values)[1].as_of):
            return self.page(rows, row_out)


def row_out(row: Any) -> dict[str, Any]:
    return dict(RowOut(line_of(row)).data)


class Freeze(ApiView):
    """Freeze a report as it is now, for the same parameters."""

    @extend_schema(parameters=ASKED, request=OpenApiTypes.OBJECT, responses={201: SnapshotOut})
    def post(self, request: Request, name: str) -> Response:
        body = request.data if isinstance(request.data, dict) else {}
        asked = body.get("parameters", body)
        values = {**request.query_params.dict(), **{str(key): str(value) for key, value in asked.items()}}
        return Response(snapshot_out(freeze_report(name, values, by=request.user)), status=201)


class Snapshots(ListView):
    @extend_schema(responses=SnapshotOut(many=True))
    def get(self, request: Request) -> Response:
        return self.page(snapshots_visible_to(request.user), snapshot_out)


class SnapshotView(ApiView):
    """A figure as it was shown."""

    @extend_schema(responses=SnapshotOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(snapshot_out(find(snapshots_visible_to(request.user), key)))


class SnapshotDifference(ApiView):
    """What today's figure says differently, and how many rows came in or changed since."""

    @extend_schema(responses=DifferenceOut)
    def get(self, request: Request, key: str) -> Response:
        snapshot = find(snapshots_visible_to(request.user), key)
        found = difference(snapshot, user=request.user)
        return Response({**found.as_dict(), "late": LateOut(found.late, many=True).data})


def snapshot_out(snapshot: Any) -> dict[str, Any]:
    frozen = {"id": str(snapshot.pk), "frozen_at": iso(snapshot.created_at), "by": snapshot.by_name}
    return {**frozen, **snapshot.payload}


class Name:
    """A report's name in an address: letters and dashes, so that a suffix stays apart."""

    regex = "[a-z][a-z-]*"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Suffix(Name):
    regex = "|".join(FILES)


register_converter(Name, "report")
register_converter(Suffix, "table")

urlpatterns = [
    path("reports", Reports.as_view()),
    path("reports/definitions", Definitions.as_view()),
    path("reports/questions", Questions.as_view()),
    path("reports/<report:name>", ReportView.as_view()),
    path("reports/<report:name>.<table:suffix>", ReportFile.as_view()),
    path("reports/<report:name>/rows", ReportRows.as_view()),
    path("reports/<report:name>/snapshots", Freeze.as_view()),
    path("snapshots", Snapshots.as_view()),
    path("snapshots/<str:key>", SnapshotView.as_view()),
    path("snapshots/<str:key>/difference", SnapshotDifference.as_view()),
]
