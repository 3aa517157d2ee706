"""API of annual reports: those there are, their files, and making one in the background."""

from typing import Any

from django.http import FileResponse
from django.urls import path, register_converter
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import ApiView, ListView, Public
from core.files import download
from core.lookup import find
from core.models import Job
from facilities.models import Facility
from reports.annual.chapters import KEYS
from reports.api.figures import Name
from reports.commands.annual import order_annual_report
from reports.models import AnnualReport
from reports.queries.annual import ANNUAL_REPORT, LOCALES, annual_reports_visible_to


class AnnualReportOut(serializers.ModelSerializer[AnnualReport]):
    """Checksums are SHA-256: `checksum` of the content that both files were set from."""

    facility = serializers.CharField(source="facility.slug", allow_null=True, default=None)
    by = serializers.CharField(source="by_name")
    public = serializers.BooleanField(source="is_public")
    chapters: Any = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = AnnualReport
        fields = [
            "id", "title", "subject", "year", "locale", "facility", "public", "chapters", "as_of", "checksum",
            "pdf_sha256", "xlsx_sha256", "by", "created_at",
        ]  # fmt: skip


class AnnualContentOut(AnnualReportOut):
    """With the content: the numbers it begins with, and the figures of each chapter with their cells."""

    content: Any = serializers.DictField()

    class Meta(AnnualReportOut.Meta):
        fields = [*AnnualReportOut.Meta.fields, "content"]


class AnnualReportIn(serializers.Serializer[Any]):
    year = serializers.IntegerField(min_value=2000, max_value=2100)
    locale = serializers.ChoiceField(list(LOCALES), default="en")
    facility = serializers.CharField(default="", allow_blank=True, help_text="Identifier or slug; empty: the alliance.")
    chapters: Any = serializers.ListField(child=serializers.ChoiceField(KEYS), default=list, help_text="Empty: all.")
    public = serializers.BooleanField(default=False)


class AnnualOrderOut(serializers.Serializer[Any]):
    """`running`: ask again; `done`: `annual_report` is there; `failed`: `message` says why."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(Job.State.choices)
    step = serializers.IntegerField(source="done")
    steps = serializers.IntegerField(source="total")
    message = serializers.CharField()
    annual_report = serializers.UUIDField(source="result.annual_report", allow_null=True, default=None)


class AnnualReports(Public, ListView):
    """The annual reports that the reader may open: public editions, and those of what he reads in full. A POST orders
    one, which a worker makes."""

    @extend_schema(responses=AnnualReportOut(many=True))
    def get(self, request: Request) -> Response:
        return self.page(annual_reports_visible_to(self.me), lambda row: dict(AnnualReportOut(row).data))

    @extend_schema(request=AnnualReportIn, responses={202: AnnualOrderOut})
    def post(self, request: Request) -> Response:
        given = AnnualReportIn(data=request.data)
        given.is_valid(raise_exception=True)
        asked = dict(given.validated_data)
        slug = asked.pop("facility")
        facility = find(Facility.objects.all(), slug) if slug else None
        return Response(AnnualOrderOut(order_annual_report(by=self.me, facility=facility, **asked)).data, status=202)


class AnnualOrder(ApiView):
    """How far one's own order is."""

    @extend_schema(responses=AnnualOrderOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(
            AnnualOrderOut(find(Job.objects.filter(kind=ANNUAL_REPORT, started_by_id=self.me.pk), key)).data
        )


class OneAnnualReport(Public, ApiView):
    """One with its content."""

    @extend_schema(responses=AnnualContentOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(AnnualContentOut(find(annual_reports_visible_to(self.me).defer(None), key)).data)


class AnnualFile(Public, ApiView):
    """The PDF or the workbook."""

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, key: str, suffix: str) -> FileResponse:
        return annual_file(find(annual_reports_visible_to(self.me), key), suffix)


def annual_file(made: AnnualReport, suffix: str) -> FileResponse:
    """A download; the pages give the same one."""
    return download(getattr(made, suffix), made.file_name(suffix))


class Paper(Name):
    regex = "pdf|xlsx"


register_converter(Paper, "paper")

urlpatterns = [
    path("annual-reports", AnnualReports.as_view()),
    path("annual-reports/orders/<str:key>", AnnualOrder.as_view()),
    path("annual-reports/<uuid:key>", OneAnnualReport.as_view()),
    path("annual-reports/<uuid:key>.<paper:suffix>", AnnualFile.as_view()),
]
