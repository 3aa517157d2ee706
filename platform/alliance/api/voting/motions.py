"""API of motions: draft, table, open, vote, close and withdraw them; the result sheet with its papers."""

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.api.voting.shapes import (
    CastOut,
    DraftIn,
    MotionOut,
    MotionPageOut,
    NoteIn,
    OpenIn,
    ResultOut,
    VoteIn,
)
from alliance.commands import voting
from alliance.models import (
    AgendaItem,
    Alliance,
    Body,
    DocumentVersion,
    Membership,
    MembershipApplication,
    Motion,
    OfficeTerm,
)
from alliance.queries import voting as reading
from alliance.workflows.governance import MOTION
from core.api.views import ApiView, ListView
from core.errors import Invalid, NotFound, Violation, WrongState
from core.lookup import find

FILTERS = [
    OpenApiParameter("state", str, enum=list(MOTION.states)),
    OpenApiParameter("kind", str, enum=Motion.Kind.values),
    OpenApiParameter("search", str, description="words of the title"),
]


class Motions(ListView):
    """The motions of an alliance that the reader may see, the latest first. POST drafts one."""

    serializer_class = MotionOut

    def get_queryset(self) -> QuerySet[Motion]:
        given = {name: self.request.query_params.get(name, "") for name in ("state", "kind", "search")}
        return reading.motions_listed(self.me, reading.find_alliance(self.me, self.kwargs["key"]), **given)

    @extend_schema(parameters=FILTERS)
    def get(self, request: Request, key: str) -> Response:
        return self.page(self.get_queryset(), lambda row: MotionOut(row).data)

    @extend_schema(request=DraftIn, responses={201: MotionPageOut})
    def post(self, request: Request, key: str) -> Response:
        alliance = reading.find_alliance(self.me, key)
        given = DraftIn(data=request.data)
        given.is_valid(raise_exception=True)
        made = voting.draft_motion(alliance, _draft(alliance, given.validated_data), by=self.me)
        return Response(_shown(self.me, made), status=201)


class MotionView(ApiView):
    """A motion with its rule, who may vote, how many did, and what the reader may do."""

    @extend_schema(responses=MotionPageOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(_shown(self.me, reading.find_motion(self.me, key)))


class Table(ApiView):
    """Put a draft before its body."""

    @extend_schema(request=NoteIn, responses=MotionPageOut)
    def post(self, request: Request, key: str) -> Response:
        motion = reading.find_motion(self.me, key)
        return Response(_shown(self.me, voting.table_motion(motion, by=self.me)))


class Withdraw(ApiView):
    """Take a motion back before the vote, with a reason."""

    @extend_schema(request=NoteIn, responses=MotionPageOut)
    def post(self, request: Request, key: str) -> Response:
        motion = reading.find_motion(self.me, key)
        given = NoteIn(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(_shown(self.me, voting.withdraw_motion(motion, by=self.me, **given.validated_data)))


class Open(ApiView):
    """Open the vote; its rule and its voters are fixed from then on."""

    @extend_schema(request=OpenIn, responses=MotionPageOut)
    def post(self, request: Request, key: str) -> Response:
        motion = reading.find_motion(self.me, key)
        given = OpenIn(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = dict(given.validated_data)
        rule = find(reading.rules_offered(motion.alliance), wanted.pop("rule")) if wanted["rule"] else None
        voting.open_vote(motion, by=self.me, rule=rule, closes_at=wanted["closes_at"], secret=wanted["secret"])
        return Response(_shown(self.me, motion))


class CastVote(ApiView):
    """Vote for a member; the last vote before the close counts. `Idempotency-Key` is not kept here, for what is kept
    with it would tell a secret vote; repeating a vote does no harm."""

    keeps_answers = False

    @extend_schema(request=VoteIn, responses={201: CastOut})
    def post(self, request: Request, key: str) -> Response:
        motion = reading.find_motion(self.me, key)
        given = VoteIn(data=request.data)
        given.is_valid(raise_exception=True)
        member = given.validated_data["member"]
        cast = voting.cast_vote(
            motion,
            given.validated_data["choice"],
            by=self.me,
            member=find(Membership.objects.filter(alliance=motion.alliance), member) if member else None,
        )
        shown = {"number": cast.vote.number, "member": cast.vote.voter.name, "receipt": cast.receipt}
        return Response(CastOut(shown).data, status=201, headers={"Cache-Control": "no-store"})


class Close(ApiView):
    """Close and count the vote. Repeating answers the same."""

    @extend_schema(request=NoteIn, responses=ResultOut)
    def post(self, request: Request, key: str) -> Response:
        motion = reading.find_motion(self.me, key)
        voting.close_vote(motion, by=self.me)
        return Response(_result(reading.find_motion(self.me, key)))


class Result(ApiView):
    """The result sheet with the papers it was counted from, counted again; 409 before the close."""

    @extend_schema(responses=ResultOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(_result(reading.find_motion(self.me, key)))


def _shown(user: Any, motion: Motion) -> dict[str, Any]:
    return dict(MotionPageOut(reading.find_motion(user, motion.pk), context={"me": user}).data)


def _result(motion: Motion) -> dict[str, Any]:
    ballot = reading.ballot_of(motion)
    if ballot is None or ballot.closed_at is None:
        raise WrongState(_("There is a result once the vote is closed."))
    papers = [{"who": who, "country": where, "choice": choice} for who, where, choice in reading.papers_of(ballot)]
    _again, agrees = reading.recounted(ballot)
    return dict(ResultOut({"sheet": ballot.result, "papers": papers, "agrees": agrees}).data)


def _draft(alliance: Alliance, given: dict[str, Any]) -> voting.Draft:
    """What identifiers name, within the alliance. Raises Invalid, naming the field."""
    rows: dict[str, QuerySet[Any]] = {
        "body": Body.objects.filter(alliance=alliance),
        "agenda_item": AgendaItem.objects.filter(meeting__body__alliance=alliance),
        "version": DocumentVersion.objects.filter(document__alliance=alliance),
        "application": MembershipApplication.objects.filter(alliance=alliance),
        "membership": Membership.objects.filter(alliance=alliance),
        "term": OfficeTerm.objects.filter(office__alliance=alliance),
    }
    found = dict(given)
    for name in rows.keys() & given.keys():
        try:
            found[name] = find(rows[name], given[name])
        except NotFound as error:
            raise Invalid(str(error), [Violation("unknown", str(error), field=name)]) from error
    return voting.Draft(**found)


urlpatterns = [
    path("alliances/<str:key>/motions", Motions.as_view()),
    path("motions/<str:key>", MotionView.as_view()),
    path("motions/<str:key>/table", Table.as_view()),
    path("motions/<str:key>/open", Open.as_view()),
    path("motions/<str:key>/vote", CastVote.as_view()),
    path("motions/<str:key>/close", Close.as_view()),
    path("motions/<str:key>/withdraw", Withdraw.as_view()),
    path("motions/<str:key>/result", Result.as_view()),
]
