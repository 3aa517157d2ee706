"""API of reviews: one's own and those one may see, their moves, assigning, and the ranking of a call."""

import csv
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import ApiView, ListView
from core.errors import NotFound
from core.files import download
from core.lookup import find
from core.models import Job
from programs.commands import reviews
from programs.models import Call, Review
from programs.permissions.calls import call_parties, calls_visible_to
from programs.permissions.proposals import proposals_visible_to
from programs.queries.assigning import assigned_by, lacking_in_words, last_assignment
from programs.queries.conflicts import hidden_from
from programs.queries.paper import file_of, paper_of
from programs.queries.reviews import (
    comments_for_applicant,
    find_review,
    moves_of_review,
    people_hidden,
    ranked_call,
    ranking_visible_to,
    reasons_against,
    reviews_listed,
)
from programs.workflows.reviews import REVIEW


class PaperLineOut(serializers.Serializer[Any]):
    label: Any = serializers.CharField()
    text = serializers.CharField()


class PaperChapterOut(serializers.Serializer[Any]):
    key = serializers.CharField()
    title = serializers.CharField()
    lines = PaperLineOut(many=True)


class PaperFileOut(serializers.Serializer[Any]):
    """A file, downloaded by its number; in a blind call its name says nothing of who proposes."""

    number = serializers.IntegerField()
    name = serializers.CharField()
    about = serializers.CharField(help_text="the question that asked for it")
    mime = serializers.CharField()
    size = serializers.IntegerField(help_text="bytes")
    sha256 = serializers.CharField()


class ReviewedOut(serializers.Serializer[Any]):
    """The proposal under review, as it was submitted; who proposes is empty in a blind call. What the questionnaire
    asked is in `chapters`, of one review only."""

    id = serializers.UUIDField()
    reference = serializers.CharField()
    title = serializers.CharField()
    abstract = serializers.CharField()
    science_case = serializers.CharField()
    pi = serializers.CharField(allow_null=True)
    organisation = serializers.CharField(allow_null=True)
    version = serializers.IntegerField(allow_null=True, required=False, help_text="the frozen version that is read")
    chapters = PaperChapterOut(many=True, required=False)
    files = PaperFileOut(many=True, required=False)


class ReviewOut(serializers.Serializer[Any]):
    """A review. `reviewer` is null where reviewers are not named; `conflicts` says why one must not do one's own."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(REVIEW.choices)
    call = serializers.CharField(help_text="slug")
    panel = serializers.CharField()
    proposal = ReviewedOut()
    mine = serializers.BooleanField()
    reviewer = serializers.CharField(allow_null=True)
    internal = serializers.BooleanField()
    due_at = serializers.DateTimeField(allow_null=True)
    submitted_at = serializers.DateTimeField(allow_null=True)
    scores = serializers.DictField(child=serializers.DecimalField(max_digits=6, decimal_places=2))
    comment_to_applicant = serializers.CharField()
    comment_to_panel = serializers.CharField()
    conflicts = serializers.ListField(child=serializers.CharField(), required=False)
    moves = serializers.ListField(child=serializers.CharField(), required=False)


def shown(user: Any, review: Review, *, hidden: set[Any], blind: dict[Any, bool], page: bool = False) -> dict[str, Any]:
    """A review as a person may see it; `page` adds the text, the conflicts and the moves."""
    proposal, mine = review.assessment.proposal, review.reviewer_id == user.pk
    call = proposal.call
    if call.pk not in blind:
        blind[call.pk] = people_hidden(user, call)
    nameless, closed = blind[call.pk], proposal.pk in hidden
    data: dict[str, Any] = {
        "id": str(review.pk),
        "state": review.state,
        "call": call.slug,
        "panel": review.assessment.panel.name,
        "proposal": {
            "id": str(proposal.pk),
            "reference": proposal.reference,
            "title": proposal.title,
            "abstract": "" if page or closed else proposal.abstract,
            "science_case": "",
            "pi": None if nameless else proposal.pi.name,
            "organisation": None if nameless else proposal.organisation.name,
        },
        "mine": mine,
        "reviewer": review.reviewer.name if mine or not nameless else None,
        "internal": review.internal,
        "due_at": review.due_at,
        "submitted_at": review.submitted_at,
        "scores": {row.criterion.slug: str(row.value) for row in review.scores.all()},
        "comment_to_applicant": review.comment_to_applicant,
        "comment_to_panel": review.comment_to_panel,
    }
    if page:
        if paper := paper_of(user, review.assessment):
            data["proposal"] |= {
                "abstract": paper.content["abstract"],
                "science_case": paper.content["science_case"],
                "version": paper.version.number if paper.version else None,
                "chapters": PaperChapterOut(paper.chapters, many=True).data,
                "files": PaperFileOut(paper.files, many=True).data,
            }
        data["conflicts"] = reasons_against(user, review)
        data["moves"] = [move.name for move in moves_of_review(user, review)]
    return data


class Reviews(ListView):
    """Reviews, newest first: one's own, and others' as soon as one may see them."""

    serializer_class = ReviewOut

    def get_queryset(self) -> QuerySet[Review]:
        given = self.request.query_params
        return reviews_listed(
            self.me,
            state=given.get("state", ""),
            call=given.get("call", ""),
            panel=given.get("panel", ""),
            mine=given.get("mine", "").lower() in {"true", "1"},
        )

    @extend_schema(
        parameters=[
            OpenApiParameter("state", str, description="a state, or `open` for what is still to be written"),
            OpenApiParameter("call", str, description="id or slug"),
            OpenApiParameter("panel", str, description="id"),
            OpenApiParameter("mine", bool, description="only those I am asked for"),
        ]
    )
    def get(self, request: Request) -> Response:
        hidden, blind = set(hidden_from(self.me)), dict[Any, bool]()
        return self.page(self.get_queryset(), lambda row: shown(self.me, row, hidden=hidden, blind=blind))


class ReviewPage(ApiView):
    """One review, with the proposal's text, why one must not do it, and the moves open to the reader."""

    @extend_schema(responses=ReviewOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(whole(self.me, key))


def whole(user: Any, key: Any) -> dict[str, Any]:
    return shown(user, find_review(user, key), hidden=set(hidden_from(user)), blind={}, page=True)


class ReviewFile(ApiView):
    """A file of the proposal under review, by its number."""

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, key: str, number: int) -> FileResponse:
        kept, shown = file_of(self.me, find_review(self.me, key).assessment, number)
        return download(kept, shown.name, nameless=shown.nameless)


class WrittenIn(serializers.Serializer[Any]):
    scores = serializers.DictField(
        child=serializers.DecimalField(max_digits=6, decimal_places=2), required=False, default=dict,
        help_text="submit, save: a value on the panel's scale by slug of criterion; leave out what does not apply",
    )  # fmt: skip
    comment_to_applicant = serializers.CharField(required=False, allow_blank=True, default="")
    comment_to_panel = serializers.CharField(required=False, allow_blank=True, default="")
    reason = serializers.CharField(required=False, allow_blank=True, default="", help_text="decline, reopen")
    note = serializers.CharField(required=False, allow_blank=True, default="", help_text="the same as `reason`")


WRITING: dict[str, Callable[..., Review]] = {"submit": reviews.submit_review, "save": reviews.save_review}
MOVES: dict[str, Callable[..., Review]] = {
    "accept": reviews.accept_review,
    "decline": reviews.decline_review,
    "reopen": reviews.reopen_review,
    "call-off": reviews.call_off_review,
}


class ReviewMove(ApiView):
    """Do a move: `accept`, `decline`, `save` what is written so far, `submit`, `reopen`, `call-off`."""

    @extend_schema(
        request=WrittenIn,
        responses=ReviewOut,
        parameters=[OpenApiParameter("move", str, "path", enum=[*MOVES, *WRITING])],
    )
    def post(self, request: Request, key: str, move: str) -> Response:
        review = find_review(self.me, key)
        given = WrittenIn(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        note = said["reason"] or said["note"]
        if move in WRITING:
            written = reviews.Written(said["scores"], said["comment_to_applicant"], said["comment_to_panel"])
            WRITING[move](review, written, by=self.me)
        elif move in MOVES:
            MOVES[move](review, by=self.me, note=note)
        else:
            raise NotFound(_("There is no move “%(move)s” here.") % {"move": move})
        return Response(whole(self.me, key))


class AssignIn(serializers.Serializer[Any]):
    dry_run = serializers.BooleanField(required=False, default=False)


class PairOut(serializers.Serializer[Any]):
    proposal = serializers.CharField(help_text="reference")
    panel = serializers.CharField()
    reviewer = serializers.CharField()
    fit = serializers.IntegerField(help_text="1 to 100")
    internal = serializers.BooleanField()


class LackOut(serializers.Serializer[Any]):
    proposal = serializers.CharField(help_text="reference")
    panel = serializers.CharField()
    missing = serializers.IntegerField()
    missing_internal = serializers.IntegerField()
    why = serializers.CharField()


class AssignedOut(serializers.Serializer[Any]):
    """Who is asked (or would be), and what could not be had. Nothing of proposals the reader is in conflict with."""

    state = serializers.ChoiceField(Job.State.choices, help_text="`running`: ask again with GET")
    step = serializers.IntegerField(help_text="how many steps are done")
    steps = serializers.IntegerField()
    message = serializers.CharField(help_text="why it failed")
    dry_run = serializers.BooleanField()
    asked = PairOut(many=True)
    lacking = LackOut(many=True)


class CallAssign(ApiView):
    """Assign reviewers to everything in review; `dry_run` shows what would be asked without asking anybody. A large
    call is answered with 202 and worked out in the background; GET tells how far the latest one is, and what of it."""

    @extend_schema(responses=AssignedOut)
    def get(self, request: Request, key: str) -> Response:
        call = ranked_call(self.me, key)
        job = last_assignment(call) if call_parties(self.me, call) & {"office", "system"} else None
        if job is None:
            raise NotFound
        return self._answer_with(job)

    @extend_schema(request=AssignIn, responses={200: AssignedOut, 202: AssignedOut})
    def post(self, request: Request, key: str) -> Response:
        call = find(calls_visible_to(self.me), key)
        given = AssignIn(data=request.data)
        given.is_valid(raise_exception=True)
        return self._answer_with(reviews.start_assignment(call, by=self.me, **given.validated_data))

    def _answer_with(self, job: Job) -> Response:
        pairs, lacking = lacking_in_words(self.me, assigned_by(job))
        told = {"state": job.state, "step": job.done, "steps": job.total, "message": job.message}
        data = AssignedOut({**told, "dry_run": job.result["dry_run"], "asked": pairs, "lacking": lacking}).data
        return Response(data, status=202 if job.state == Job.State.RUNNING else 200)


class LineOut(serializers.Serializer[Any]):
    """A proposal before a panel, with its native and its normalised figures; null where there is none."""

    rank = serializers.IntegerField(allow_null=True, help_text="place in the call, by merit and the tie-breaks")
    assessment = serializers.UUIDField()
    proposal = serializers.UUIDField()
    reference = serializers.CharField()
    title = serializers.CharField()
    panel = serializers.CharField()
    native = serializers.FloatField(allow_null=True, help_text="mean of the finished reviews, or the panel's own score")
    native_rank = serializers.IntegerField(allow_null=True, help_text="place within the panel")
    set_by_panel = serializers.BooleanField()
    counted = serializers.FloatField(allow_null=True, help_text="native after calibration of reviewers and ageing")
    missed_cycles = serializers.IntegerField()
    z = serializers.FloatField(allow_null=True)
    merit = serializers.FloatField(allow_null=True, help_text="50 + 10 z")
    merit_nsls = serializers.FloatField(allow_null=True, help_text="in the form of NSLS-II: 2.5 − 0.5 z, low is best")
    not_normalised = serializers.ChoiceField(["", "too_few", "all_equal"], allow_blank=True)
    finished = serializers.IntegerField()
    outstanding = serializers.IntegerField()
    stays_in = serializers.FloatField(allow_null=True, help_text="share of resampled reviewers with which it is in")


class RankingOut(serializers.Serializer[Any]):
    """The ranking as the reader may see it; `cut` lines are in if time goes strictly by this order."""

    cut = serializers.IntegerField()
    lines = LineOut(many=True)


COLUMNS = list(LineOut().fields)


class CallRanking(ApiView):
    """The ranking of a call: native and normalised order side by side."""

    @extend_schema(responses=RankingOut)
    def get(self, request: Request, key: str) -> Response:
        found = ranking_visible_to(self.me, ranked_call(self.me, key))
        return Response({"cut": found.cut, "lines": [line.shown for line in found.lines]})


class CallRankingFile(ApiView):
    """The same as CSV."""

    @extend_schema(responses={(200, "text/csv"): OpenApiResponse(str)})
    def get(self, request: Request, key: str) -> HttpResponse:
        call = ranked_call(self.me, key)
        return ranking_file(call, [line.shown for line in ranking_visible_to(self.me, call).lines])


def ranking_file(call: Call, rows: list[dict[str, Any]]) -> HttpResponse:
    """The lines as a CSV attachment."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="ranking-{call.slug}.csv"'
    writer = csv.DictWriter(response, COLUMNS)
    writer.writeheader()
    writer.writerows({name: "" if value is None else value for name, value in row.items()} for row in rows)
    return response


class CommentsOut(serializers.Serializer[Any]):
    comments = serializers.ListField(child=serializers.CharField())


class ProposalComments(ApiView):
    """What reviewers and panels wrote for the applicant, without names; empty before the results are announced."""

    @extend_schema(responses=CommentsOut)
    def get(self, request: Request, key: str) -> Response:
        proposal = find(proposals_visible_to(self.me), key, numbered="R-")
        return Response({"comments": comments_for_applicant(proposal)})


urlpatterns = [
    path("reviews", Reviews.as_view()),
    path("reviews/<str:key>", ReviewPage.as_view()),
    path("reviews/<str:key>/files/<int:number>", ReviewFile.as_view()),
    path("reviews/<str:key>/<str:move>", ReviewMove.as_view()),
    path("proposals/<str:key>/comments", ProposalComments.as_view()),
    path("calls/<str:key>/assign", CallAssign.as_view()),
    path("calls/<str:key>/ranking", CallRanking.as_view()),
    path("calls/<str:key>/ranking.csv", CallRankingFile.as_view()),
]
