"""API of places that programmes offer in public (trainings, scholarships, exchanges) and of applications for them."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.identifiers import validate_zone
from accounts.models import Organisation
from accounts.queries import find_organisation
from core.api.views import ApiView, ListView, Public
from core.errors import Invalid, Violation, WrongState
from core.files import download
from core.lookup import find
from programs.commands import opportunities
from programs.models import Candidacy, CandidacyFile, Opportunity
from programs.permissions.opportunities import candidacy_parties, opportunity_parties
from programs.queries.cooperation.listing import find_program
from programs.queries.opportunities import (
    candidacies_listed,
    candidacy_moves,
    find_candidacy,
    find_opportunity,
    opportunities_listed,
    opportunity_moves,
)
from programs.workflows.opportunities import CANDIDACY

TEXTS = ("title", "title_zh", "text", "text_zh", "pays", "pays_zh", "eligibility", "eligibility_zh")


class OpportunityOut(serializers.ModelSerializer[Opportunity]):
    program = serializers.CharField(source="program.number")
    host = serializers.CharField(source="host.slug")
    starts_on = serializers.DateField(source="days.lower")
    until = serializers.DateField(source="days.upper", help_text="the day after the last")

    class Meta:
        model = Opportunity
        fields = ["id", "slug", "program", "kind", "host", *TEXTS, "members_only", "nomination_needed", "places",
                  "starts_on", "until", "zone", "opens_at", "closes_at", "state", "published_at"]  # fmt: skip


class OpportunityPageOut(OpportunityOut):
    moves = serializers.SerializerMethodField(help_text="what you may do with it now")

    class Meta(OpportunityOut.Meta):
        fields = [*OpportunityOut.Meta.fields, "moves"]

    def get_moves(self, row: Opportunity) -> list[str]:
        return [move.name for move in opportunity_moves(self.context["me"], row)]


class OpportunityIn(serializers.ModelSerializer[Opportunity]):
    host = serializers.CharField(help_text="id or slug")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="the last day")
    zone = serializers.CharField(validators=[validate_zone])

    class Meta:
        model = Opportunity
        fields = ["kind", "host", *TEXTS, "members_only", "nomination_needed", "places", "starts_on", "ends_on",
                  "zone", "opens_at", "closes_at"]  # fmt: skip


class OpportunityMoveIn(serializers.Serializer[Any]):
    note = serializers.CharField(required=False, allow_blank=True, default="")


class CandidacyMoveIn(OpportunityMoveIn):
    rank = serializers.IntegerField(required=False, max_value=1_000_000, help_text="rank: from 1, the best first")


class CandidacyIn(serializers.Serializer[Any]):
    statement = serializers.CharField(required=False, allow_blank=True)
    supervisor_name = serializers.CharField(required=False, allow_blank=True, max_length=200)
    supervisor_email = serializers.EmailField(required=False, allow_blank=True)


class CandidacyNewIn(CandidacyIn):
    centre = serializers.CharField(required=False, help_text="id or slug; empty: where you work today")


class CandidacyFileOut(serializers.ModelSerializer[CandidacyFile]):
    class Meta:
        model = CandidacyFile
        fields = ["id", "name", "mime", "size", "sha256", "created_at"]


class CandidacyFileIn(serializers.Serializer[Any]):
    file = serializers.FileField()


class CandidacyOut(serializers.ModelSerializer[Candidacy]):
    opportunity = serializers.CharField(source="opportunity.slug")
    person = serializers.CharField(source="person.name")
    centre = serializers.CharField(source="centre.slug")
    rank = serializers.SerializerMethodField(help_text="for the office of the offer; null for others")

    class Meta:
        model = Candidacy
        fields = ["id", "opportunity", "person", "centre", "country", "statement", "supervisor_name",
                  "supervisor_email", "state", "submitted_at", "nominated_at", "rank", "answer_by", "stay",
                  "enrolment"]  # fmt: skip

    def get_rank(self, row: Candidacy) -> int | None:
        return row.rank if self.context["is_office"] else None


class CandidacyPageOut(CandidacyOut):
    moves = serializers.SerializerMethodField(help_text="what you may do with it now")

    class Meta(CandidacyOut.Meta):
        fields = [*CandidacyOut.Meta.fields, "moves"]

    def get_moves(self, row: Candidacy) -> list[str]:
        return [move.name for move in candidacy_moves(self.context["me"], row)]


OFFER_MOVES: dict[str, Callable[..., Opportunity]] = {
    "publish": opportunities.publish_opportunity,
    "finish": opportunities.finish_opportunity,
    "take-down": opportunities.take_down_opportunity,
}
MOVES: dict[str, Callable[..., Candidacy]] = {
    "submit": opportunities.submit_candidacy,
    "nominate": opportunities.nominate,
    "check": opportunities.check_candidacy,
    "rank": opportunities.rank_candidacy,
    "reserve": opportunities.reserve_candidacy,
    "offer": opportunities.offer_place,
    "accept": opportunities.accept_place,
    "decline": opportunities.decline_place,
    "give-back": opportunities.give_place_back,
    "refuse": opportunities.refuse_candidacy,
    "withdraw": opportunities.withdraw_candidacy,
}


class Opportunities(Public, ListView):
    """Places that are offered: published ones for everybody, drafts for their office."""

    serializer_class = OpportunityOut

    def get_queryset(self) -> QuerySet[Opportunity]:
        asked = {name: self.request.query_params.get(name, "") for name in ("kind", "country", "search", "when")}
        return opportunities_listed(self.me, None, **asked)

    @extend_schema(
        parameters=[
            OpenApiParameter("kind", str, enum=list(Opportunity.Kind.values)),
            OpenApiParameter("country", str, description="of the host, ISO 3166-1 alpha-2"),
            OpenApiParameter("search", str, description="words of title, text, eligibility or host"),
            OpenApiParameter("when", str, enum=["open", "coming", "over"]),
        ]
    )
    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset(), lambda row: OpportunityOut(row).data)


class OpportunitiesOf(ApiView):
    """The office of a programme drafts an offer."""

    @extend_schema(request=OpportunityIn, responses={201: OpportunityPageOut})
    def post(self, request: Request, key: str) -> Response:
        row = opportunities.draft_opportunity(find_program(self.me, key), _places(request), by=self.me)
        return Response(_offer(self.me, row), status=201)


class OpportunityPage(Public, ApiView):
    """One offer; PUT changes a draft."""

    @extend_schema(responses=OpportunityPageOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(_offer(self.me, find_opportunity(self.me, key)))

    @extend_schema(request=OpportunityIn, responses=OpportunityPageOut)
    def put(self, request: Request, key: str) -> Response:
        row = opportunities.edit_opportunity(find_opportunity(self.me, key), _places(request), by=self.me)
        return Response(_offer(self.me, row))


class OpportunityMove(ApiView):
    """Do a move that `moves` of an offer names."""

    @extend_schema(
        request=OpportunityMoveIn,
        responses=OpportunityPageOut,
        parameters=[OpenApiParameter("move", str, "path", enum=list(OFFER_MOVES))],
    )
    def post(self, request: Request, key: str, move: str) -> Response:
        row, given = find_opportunity(self.me, key), OpportunityMoveIn(data=request.data)
        given.is_valid(raise_exception=True)
        if move not in OFFER_MOVES:
            raise WrongState(_("There is no move “%(move)s” here.") % {"move": move})
        return Response(_offer(self.me, OFFER_MOVES[move](row, by=self.me, **given.validated_data)))


class CandidaciesOf(ListView):
    """Applications for an offer that I may read, by rank; POST begins my own."""

    serializer_class = CandidacyOut

    def get_queryset(self) -> QuerySet[Candidacy]:
        return candidacies_listed(self.me, find_opportunity(self.me, self.kwargs["key"]))

    def get(self, request: Request, key: str) -> Response:
        is_office = "office" in opportunity_parties(self.me, find_opportunity(self.me, key))
        return self.page(self.get_queryset(), lambda row: CandidacyOut(row, context={"is_office": is_office}).data)

    @extend_schema(request=CandidacyNewIn, responses={201: CandidacyPageOut})
    def post(self, request: Request, key: str) -> Response:
        given = CandidacyNewIn(data=request.data)
        given.is_valid(raise_exception=True)
        told = dict(given.validated_data)
        centre = find_organisation(told.pop("centre")) if told.get("centre") else None
        row = opportunities.start_candidacy(find_opportunity(self.me, key), by=self.me, centre=centre, **told)
        return Response(_candidacy(self.me, row), status=201)


class Candidacies(ListView):
    """Applications for places that I may read: mine, those of my office, those my centre is to nominate."""

    serializer_class = CandidacyOut

    def get_queryset(self) -> QuerySet[Candidacy]:
        asked = self.request.query_params
        return candidacies_listed(self.me, state=asked.get("state", ""), mine=asked.get("mine") == "true")

    @extend_schema(
        parameters=[
            OpenApiParameter("state", str, enum=list(CANDIDACY.states)),
            OpenApiParameter("mine", bool, description="`true`: only my own"),
        ]
    )
    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset(), lambda row: CandidacyOut(row, context={"is_office": False}).data)


class CandidacyPage(ApiView):
    """One application; PATCH changes a draft."""

    @extend_schema(responses=CandidacyPageOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(_candidacy(self.me, find_candidacy(self.me, key)))

    @extend_schema(request=CandidacyIn, responses=CandidacyPageOut)
    def patch(self, request: Request, key: str) -> Response:
        given = CandidacyIn(data=request.data)
        given.is_valid(raise_exception=True)
        row = opportunities.edit_candidacy(find_candidacy(self.me, key), by=self.me, **given.validated_data)
        return Response(_candidacy(self.me, row))


class CandidacyMove(ApiView):
    """Do a move that `moves` of an application names; `rank` takes the rank."""

    @extend_schema(
        request=CandidacyMoveIn,
        responses=CandidacyPageOut,
        parameters=[OpenApiParameter("move", str, "path", enum=list(MOVES))],
    )
    def post(self, request: Request, key: str, move: str) -> Response:
        row, given = find_candidacy(self.me, key), CandidacyMoveIn(data=request.data)
        given.is_valid(raise_exception=True)
        if move not in MOVES:
            raise WrongState(_("There is no move “%(move)s” here.") % {"move": move})
        told = {"note": given.validated_data["note"]}
        if move == "rank":
            if "rank" not in given.validated_data:
                raise Invalid(
                    _("Please correct what is marked."), [Violation("required", _("This is needed."), "rank")]
                )
            told["rank"] = given.validated_data["rank"]
        return Response(_candidacy(self.me, MOVES[move](row, by=self.me, **told)))


class CandidacyFiles(ApiView):
    """Documents of an application; its applicant adds to a draft."""

    parser_classes = [MultiPartParser]

    @extend_schema(responses=CandidacyFileOut(many=True))
    def get(self, request: Request, key: str) -> Response:
        return Response(CandidacyFileOut(find_candidacy(self.me, key).files.all(), many=True).data)

    @extend_schema(request={"multipart/form-data": CandidacyFileIn}, responses={201: CandidacyFileOut})
    def post(self, request: Request, key: str) -> Response:
        row, given = find_candidacy(self.me, key), CandidacyFileIn(data=request.data)
        given.is_valid(raise_exception=True)
        added = opportunities.add_candidacy_file(row, given.validated_data["file"], by=self.me)
        return Response(CandidacyFileOut(added).data, status=201)


class CandidacyFilePage(ApiView):
    """One document, as a download only."""

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, key: str, file: str) -> FileResponse:
        return download(find(find_candidacy(self.me, key).files.all(), file))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, key: str, file: str) -> Response:
        opportunities.remove_candidacy_file(find(find_candidacy(self.me, key).files.all(), file), by=self.me)
        return Response(status=204)


def _places(request: Request) -> opportunities.Places:
    given = OpportunityIn(data=request.data)
    given.is_valid(raise_exception=True)
    told = dict(given.validated_data)
    host: Organisation = find_organisation(told.pop("host"))
    return opportunities.Places(host=host, **told)


def _offer(me: Any, row: Opportunity) -> dict[str, Any]:
    return dict(OpportunityPageOut(row, context={"me": me}).data)


def _candidacy(me: Any, row: Candidacy) -> dict[str, Any]:
    is_office = "office" in candidacy_parties(me, row)
    return dict(CandidacyPageOut(row, context={"me": me, "is_office": is_office}).data)


urlpatterns = [
    path("opportunities", Opportunities.as_view()),
    path("opportunities/<str:key>", OpportunityPage.as_view()),
    path("opportunities/<str:key>/candidacies", CandidaciesOf.as_view()),
    path("opportunities/<str:key>/<str:move>", OpportunityMove.as_view()),
    path("programs/<str:key>/opportunities", OpportunitiesOf.as_view()),
    path("candidacies", Candidacies.as_view()),
    path("candidacies/<str:key>", CandidacyPage.as_view()),
    path("candidacies/<str:key>/files", CandidacyFiles.as_view()),
    path("candidacies/<str:key>/files/<str:file>", CandidacyFilePage.as_view()),
    path("candidacies/<str:key>/<str:move>", CandidacyMove.as_view()),
]
