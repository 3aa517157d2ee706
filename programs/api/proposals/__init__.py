"""API of proposals: the list, one proposal, its team, answers, files, versions, and its moves."""

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import ApiView, ListView
from programs.api.proposals import parts, team
from programs.api.proposals.moves import MOVES, MoveIn, do_move
from programs.api.proposals.reading import ProposalIn, ProposalPatch, changes_from, drafted_from
from programs.api.proposals.shapes import ProposalOut, ProposalPageOut, shown
from programs.commands import proposals
from programs.models import Proposal
from programs.queries.proposals.listing import find_proposal, proposals_listed


def text(name: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(name, str, description=description)


class Proposals(ListView):
    """Proposals that you may see, newest first: your own, and those that were submitted to you."""

    serializer_class = ProposalOut

    def get_queryset(self) -> QuerySet[Proposal]:
        given = self.request.query_params
        named = {name: given.get(name, "") for name in ("state", "call", "facility", "instrument", "country", "search")}
        return proposals_listed(self.me, **named, mine=given.get("mine", "").lower() in {"true", "1"})

    @extend_schema(
        parameters=[
            text("state", "a state; `submitted` for all that are on their way, `decided` for all with a result"),
            text("call", "slug of a call"),
            text("facility", "slug, of any leg"),
            text("instrument", "slug, of any leg"),
            text("country", "of the leading organisation, ISO 3166-1 alpha-2"),
            text("search", "words of title, reference, principal investigator or organisation"),
            OpenApiParameter("mine", bool, description="those whose team I am on"),
        ]
    )
    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset(), lambda row: ProposalOut(row).data)

    @extend_schema(request=ProposalIn, responses={201: ProposalPageOut})
    def post(self, request: Request) -> Response:
        given = ProposalIn(data=request.data)
        given.is_valid(raise_exception=True)
        asked: dict[str, Any] = drafted_from(self.me, given.validated_data)
        proposal = proposals.draft_proposal(by=self.me, **asked)
        return Response(shown(self.me, find_proposal(self.me, proposal.pk)), status=201)


class ProposalPage(ApiView):
    """One proposal, by id or reference."""

    @extend_schema(responses=ProposalPageOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(shown(self.me, find_proposal(self.me, key)))

    @extend_schema(request=ProposalPatch, responses=ProposalPageOut)
    def patch(self, request: Request, key: str) -> Response:
        """Fields that nobody changed since `version` are merged; others answer 409 with what stands there now.

        Without `version` that of this moment is meant.
        """
        proposal = find_proposal(self.me, key)
        given = ProposalPatch(data=request.data)
        given.is_valid(raise_exception=True)
        version = given.validated_data.get("version", proposal.version)
        proposals.edit_proposal(proposal, changes_from(self.me, given.validated_data), by=self.me, version=version)
        return Response(shown(self.me, find_proposal(self.me, proposal.pk)))


class ProposalMove(ApiView):
    """Do a move: `submit`, `withdraw`, `check`, `return`, `forward` and the others that `moves` of a proposal names."""

    @extend_schema(
        request=MoveIn,
        responses=ProposalPageOut,
        parameters=[OpenApiParameter("move", str, "path", enum=[*MOVES])],
    )
    def post(self, request: Request, key: str, move: str) -> Response:
        proposal = find_proposal(self.me, key)
        given = MoveIn(data=request.data)
        given.is_valid(raise_exception=True)
        do_move(proposal, move, by=self.me, given=given.validated_data)
        return Response(shown(self.me, Proposal.objects.get(pk=proposal.pk)))


urlpatterns = [
    path("proposals", Proposals.as_view()),
    path("proposals/<str:key>", ProposalPage.as_view()),
    *team.urlpatterns,
    *parts.urlpatterns,
    path("proposals/<str:key>/<str:move>", ProposalMove.as_view()),
]
