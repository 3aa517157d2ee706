"""API of resolutions and of the rules by which an alliance votes."""

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.api.voting.shapes import ResolutionOut, VotingRuleIn, VotingRuleOut
from alliance.commands import voting
from alliance.models import Resolution
from alliance.queries import voting as reading
from alliance.rules.voting import Rule
from core.api.views import ApiView, ListView


class Resolutions(ListView):
    """The resolutions of an alliance that the reader may see, the latest first."""

    serializer_class = ResolutionOut
    ordering = ("-year", "-number", "id")

    def get_queryset(self) -> QuerySet[Resolution]:
        given = {name: self.request.query_params.get(name, "") for name in ("year", "search")}
        return reading.resolutions_listed(self.me, reading.find_alliance(self.me, self.kwargs["key"]), **given)

    @extend_schema(parameters=[OpenApiParameter("year", OpenApiTypes.INT), OpenApiParameter("search", str)])
    def get(self, request: Request, key: str) -> Response:
        return self.page(self.get_queryset(), lambda row: ResolutionOut(row).data)


class ResolutionView(ApiView):
    @extend_schema(responses=ResolutionOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(ResolutionOut(reading.find_resolution(self.me, key)).data)


class VotingRules(ApiView):
    """By what an alliance votes: a rule for every kind of motion, and those the chair may choose. POST sets one."""

    @extend_schema(responses=VotingRuleOut(many=True))
    def get(self, request: Request, key: str) -> Response:
        alliance = reading.find_alliance(self.me, key)
        kinds = [_named(kind, rule) for kind, rule in reading.rules_of(alliance).items()]
        offered = [_named("", reading.rule_of(row)) for row in reading.rules_offered(alliance)]
        return Response([*kinds, *offered])

    @extend_schema(request=VotingRuleIn, responses={201: VotingRuleOut})
    def post(self, request: Request, key: str) -> Response:
        alliance = reading.find_alliance(self.me, key)
        given = VotingRuleIn(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = dict(given.validated_data)
        about = {name: wanted.pop(name) for name in ("kind", "name", "source")}
        row = voting.set_rule(alliance, Rule(**wanted), by=self.me, **about)
        return Response(_named(row.kind, reading.rule_of(row)), status=201)


def _named(kind: str, found: reading.NamedRule) -> dict[str, Any]:
    key = None if found.row is None else found.row.pk
    return {"id": key, "kind": kind, "name": found.name, "source": found.source, "rule": found.rule.as_dict()}


urlpatterns = [
    path("alliances/<str:key>/resolutions", Resolutions.as_view()),
    path("alliances/<str:key>/voting-rules", VotingRules.as_view()),
    path("resolutions/<str:key>", ResolutionView.as_view()),
]
