"""API of what came of granted time: experiment reports, feedback on a run, publications and data sets by DOI."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.api.views import ApiView, ListView
from core.errors import Invalid, NotFound, Violation
from core.lookup import find
from facilities.queries.bookings import bookings_visible_to
from facilities.queries.catalogue import find_instrument
from programs.commands import outcomes
from programs.commands.outcomes.publications import Source
from programs.imports.publications import entries_of
from programs.models import Authorship, ExperimentReport, Feedback, Publication
from programs.permissions.proposals import proposals_visible_to
from programs.queries.cooperation.listing import find_program
from programs.queries.outcomes import (
    find_report,
    publications_listed,
    report_parties,
    reports_listed,
    unpublished_listed,
)
from programs.workflows.outcomes import OWED, REPORT


class ExperimentReportOut(serializers.ModelSerializer[ExperimentReport]):
    """What a team owes on one run, by `due_on` (a day where the instrument is)."""

    reference = serializers.CharField(source="proposal.reference")
    instrument = serializers.CharField(source="booking.instrument.slug")
    overdue = serializers.SerializerMethodField()
    moves = serializers.SerializerMethodField()

    class Meta:
        model = ExperimentReport
        fields = [
            "id", "proposal", "reference", "booking", "instrument", "state", "due_on", "overdue", "text",
            "submitted_at", "publish_by", "explanation", "explained_at", "moves",
        ]  # fmt: skip

    def get_overdue(self, report: ExperimentReport) -> bool:
        return report.state in OWED and report.due_on < clock.now().date()

    def get_moves(self, report: ExperimentReport) -> list[str]:
        parties = self.context.get("parties", frozenset())
        return [move.name for move in REPORT.open_moves(report.state, parties)]


class ReportMoveIn(serializers.Serializer[Any]):
    text = serializers.CharField(required=False, allow_blank=True, default="", help_text="submit")
    note = serializers.CharField(required=False, allow_blank=True, default="", help_text="the other moves: why")


JUDGING: dict[str, Callable[..., ExperimentReport]] = {
    "return": outcomes.return_report,
    "accept": outcomes.accept_report,
    "waive": outcomes.waive_report,
}


class Reports(ListView):
    """Experiment reports of one's own proposals and of calls that one runs, the earliest due first."""

    serializer_class = ExperimentReportOut
    ordering = ("due_on", "id")

    def get_queryset(self) -> QuerySet[ExperimentReport]:
        given = self.request.query_params
        return reports_listed(
            self.me, which=given.get("which", ""), mine=given.get("mine", "").lower() in {"true", "1"}
        )

    @extend_schema(
        parameters=[
            OpenApiParameter("which", str, enum=["owed", "overdue", *REPORT.states]),
            OpenApiParameter("mine", bool, description="of my own proposals"),
        ]
    )
    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset(), lambda row: ExperimentReportOut(row).data)


class Report(ApiView):
    """One report, with the moves that are open to the reader."""

    @extend_schema(responses=ExperimentReportOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(_report(self.me, find_report(self.me, key)))


class ReportMove(ApiView):
    """`submit` by the team, `accept`, `return` and `waive` by the office of the call."""

    @extend_schema(
        request=ReportMoveIn,
        responses=ExperimentReportOut,
        parameters=[OpenApiParameter("move", str, "path", enum=["submit", *JUDGING])],
    )
    def post(self, request: Request, key: str, move: str) -> Response:
        report = find_report(self.me, key)
        given = ReportMoveIn(data=request.data)
        given.is_valid(raise_exception=True)
        if move == "submit":
            outcomes.submit_report(report, given.validated_data["text"], by=self.me)
        elif move in JUDGING:
            JUDGING[move](report, by=self.me, note=given.validated_data["note"])
        else:
            raise NotFound(_("There is no move “%(move)s” here.") % {"move": move})
        return Response(_report(self.me, find_report(self.me, key)))


class Unpublished(ListView):
    """Runs without a publication or an explanation, the first expected first, as far as one sees their reports."""

    serializer_class = ExperimentReportOut
    ordering = ("publish_by", "id")

    def get_queryset(self) -> QuerySet[ExperimentReport]:
        given = self.request.query_params
        mine = given.get("mine", "").lower() in {"true", "1"}
        return unpublished_listed(self.me, which=given.get("which", ""), mine=mine)

    @extend_schema(
        parameters=[
            OpenApiParameter("which", str, enum=["late", "explained"]),
            OpenApiParameter("mine", bool, description="of my own proposals"),
        ]
    )
    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset(), lambda row: ExperimentReportOut(row).data)


class ExplanationIn(serializers.Serializer[Any]):
    text = serializers.CharField()


class Explain(ApiView):
    """The team says why nothing of a run is published; said again, the latest word counts."""

    @extend_schema(request=ExplanationIn, responses=ExperimentReportOut)
    def post(self, request: Request, key: str) -> Response:
        report = find_report(self.me, key)
        given = ExplanationIn(data=request.data)
        given.is_valid(raise_exception=True)
        outcomes.explain_unpublished(report, given.validated_data["text"], by=self.me)
        return Response(_report(self.me, find_report(self.me, key)))


class FeedbackIn(serializers.Serializer[Any]):
    booking = serializers.CharField(help_text="id or reference")
    rating = serializers.IntegerField(min_value=1, max_value=5, help_text="1 bad, 5 good")
    text = serializers.CharField(required=False, allow_blank=True, default="")


class FeedbackOut(serializers.ModelSerializer[Feedback]):
    class Meta:
        model = Feedback
        fields = ["id", "side", "rating", "text"]


class GiveFeedback(ApiView):
    """Say how a run went, as somebody who was there or as the facility; saying it again changes it."""

    @extend_schema(request=FeedbackIn, responses=FeedbackOut)
    def post(self, request: Request) -> Response:
        given = FeedbackIn(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = dict(given.validated_data)
        booking = find(bookings_visible_to(self.me), wanted.pop("booking"), numbered="B-")
        return Response(FeedbackOut(outcomes.give_feedback(booking, by=self.me, **wanted)).data)


class AuthorOut(serializers.ModelSerializer[Authorship]):
    class Meta:
        model = Authorship
        fields = ["name", "orcid"]


class PublicationOut(serializers.ModelSerializer[Publication]):
    authors = AuthorOut(many=True)

    class Meta:
        model = Publication
        fields = ["id", "doi", "kind", "title", "container", "year", "embargo_until", "authors"]


class AuthorIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200)
    orcid = serializers.CharField(required=False, allow_blank=True, default="")


class SourcesIn(serializers.Serializer[Any]):
    """What it came from, each by id; a programme also by number, an instrument by slug, a booking by reference."""

    proposal = serializers.CharField(required=False)
    program = serializers.CharField(required=False)
    instrument = serializers.CharField(required=False)
    booking = serializers.CharField(required=False)


class PublicationIn(SourcesIn):
    doi = serializers.CharField(max_length=250)
    kind = serializers.ChoiceField(choices=Publication.Kind.choices, default=Publication.Kind.ARTICLE)
    title = serializers.CharField()
    container = serializers.CharField(required=False, allow_blank=True, default="", max_length=300)
    year = serializers.IntegerField()
    embargo_until = serializers.DateField(required=False, allow_null=True, default=None)
    authors = AuthorIn(many=True)


class ImportIn(SourcesIn):
    content = serializers.CharField(help_text="BibTeX, RIS or CSL-JSON")


class RefusedOut(serializers.Serializer[Any]):
    doi = serializers.CharField()
    title = serializers.CharField()
    why = serializers.CharField()


class ImportedOut(serializers.Serializer[Any]):
    added = PublicationOut(many=True)
    refused = RefusedOut(many=True)


class Publications(ListView):
    """Publications and data sets, the newest first, for everyone. With an account: record one by DOI and what it came
    from; a DOI that is known only gets the new links."""

    serializer_class = PublicationOut
    ordering = ("-year", "-created_at", "-id")

    def get_permissions(self) -> Any:
        return [AllowAny()] if self.request.method == "GET" else super().get_permissions()

    def get_queryset(self) -> QuerySet[Publication]:
        names = ("search", "kind", "year", "instrument", "program")
        return publications_listed(**{name: self.request.query_params.get(name, "") for name in names})

    @extend_schema(
        parameters=[
            OpenApiParameter("search", str, description="words of title, DOI or an author"),
            OpenApiParameter("kind", str, enum=Publication.Kind.values),
            OpenApiParameter("year", str),
            OpenApiParameter("instrument", str, description="slug"),
            OpenApiParameter("program", str, description="number"),
        ]
    )
    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset(), lambda row: PublicationOut(row).data)

    @extend_schema(request=PublicationIn, responses={201: PublicationOut})
    def post(self, request: Request) -> Response:
        given = PublicationIn(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = dict(given.validated_data)
        sources = _sources(self.me, wanted)
        authors = tuple(outcomes.Author(**author) for author in wanted.pop("authors"))
        made = outcomes.add_publication(outcomes.Entry(**wanted, authors=authors), by=self.me, sources=sources)
        return Response(PublicationOut(made).data, status=201)


class PublicationImport(ApiView):
    """Read a file of references; what cannot be taken comes back with the reason and stops nothing else."""

    @extend_schema(request=ImportIn, responses=ImportedOut)
    def post(self, request: Request) -> Response:
        given = ImportIn(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = dict(given.validated_data)
        entries = entries_of(wanted.pop("content").encode())
        added, refused = outcomes.import_publications(entries, by=self.me, sources=_sources(self.me, wanted))
        rows = [{"doi": entry.doi, "title": entry.title, "why": why} for entry, why in refused]
        return Response(ImportedOut({"added": added, "refused": rows}).data)


def _report(user: Any, report: ExperimentReport) -> dict[str, Any]:
    return dict(ExperimentReportOut(report, context={"parties": report_parties(user, report)}).data)


FINDERS: dict[str, Callable[[Any, str], Source]] = {
    "proposal": lambda user, key: find(proposals_visible_to(user), key, numbered="R-"),
    "program": find_program,
    "instrument": lambda _user, key: find_instrument(key),
    "booking": lambda user, key: find(bookings_visible_to(user), key, numbered="B-"),
}


def _sources(user: Any, given: dict[str, Any]) -> list[Source]:
    """The rows that are named, taken out of `given`. Raises Invalid for every name that nothing has."""
    found, unknown = [], []
    for field, finder in FINDERS.items():
        if key := given.pop(field, ""):
            try:
                found.append(finder(user, key))
            except NotFound:
                message = _("There is nothing called “%(name)s” here.") % {"name": key}
                unknown.append(Violation("unknown", message, field))
    if unknown:
        raise Invalid(_("Please correct what is marked."), unknown)
    return found


urlpatterns = [
    path("experiment-reports", Reports.as_view()),
    path("experiment-reports/unpublished", Unpublished.as_view()),
    path("experiment-reports/<str:key>", Report.as_view()),
    path("experiment-reports/<str:key>/explain", Explain.as_view()),
    path("experiment-reports/<str:key>/<str:move>", ReportMove.as_view()),
    path("feedback", GiveFeedback.as_view()),
    path("publications", Publications.as_view()),
    path("publications/import", PublicationImport.as_view()),
]
