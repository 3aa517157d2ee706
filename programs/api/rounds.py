"""API of allocation: propose or try a round, read its lines, override one, announce the results to everyone."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import ApiView, ListView
from core.errors import NotFound, WrongState
from core.lookup import find
from core.models import Job
from facilities.queries.catalogue import find_instrument
from programs.commands import rounds
from programs.models import Call, Leg, Line, Round
from programs.queries.rounds.reading import balances, current_round, find_round_call, lines_listed, lines_of
from programs.queries.rounds.trials import last_solving, trial_of
from programs.rules.verdicts import words_of


class RoundLineOut(serializers.ModelSerializer[Line]):
    """What a leg gets, and why in words; `place` on the reserve list, `rank` of the proposal in the call."""

    proposal = serializers.UUIDField(source="leg.proposal_id")
    reference = serializers.CharField(source="leg.proposal.reference")
    title = serializers.CharField(source="leg.proposal.title")
    leg = serializers.UUIDField(source="leg_id")
    position = serializers.IntegerField(source="leg.position")
    required: Any = serializers.BooleanField(source="leg.required")
    instrument = serializers.CharField(source="instrument.slug")
    unit = serializers.CharField(source="instrument.unit")
    wanted = serializers.DecimalField(source="leg.units", max_digits=14, decimal_places=3)
    reasons = serializers.SerializerMethodField()
    overridden = serializers.SerializerMethodField()

    class Meta:
        model = Line
        fields = [
            "id", "proposal", "reference", "title", "leg", "position", "required", "instrument", "unit", "wanted",
            "verdict", "units", "priority", "category", "merit", "rank", "place", "reasons", "overridden",
            "override_reason",
        ]  # fmt: skip

    def get_overridden(self, line: Line) -> bool:
        return line.overridden_by_id is not None

    def get_reasons(self, line: Line) -> list[str]:
        return words_of(line.reason, inside=True)


class BalanceOut(serializers.Serializer[Any]):
    instrument = serializers.CharField(source="instrument.slug")
    unit = serializers.CharField(source="instrument.unit")
    offered = serializers.DecimalField(max_digits=14, decimal_places=3)
    asked = serializers.DecimalField(max_digits=14, decimal_places=3)
    given = serializers.DecimalField(max_digits=14, decimal_places=3)
    certain = serializers.DecimalField(max_digits=14, decimal_places=3)
    left = serializers.DecimalField(max_digits=14, decimal_places=3)
    reserve = serializers.IntegerField()


class RoundOut(serializers.Serializer[Any]):
    """A round, or a trial without `id` and `number`: the limits it was solved with, how good it is, its lines."""

    id = serializers.UUIDField(allow_null=True)
    number = serializers.IntegerField(allow_null=True)
    limits = serializers.DictField()
    outcome = serializers.DictField(help_text="value, bound (merit-weighted hours), gap, seconds, solver")
    balances = BalanceOut(many=True)
    lines = RoundLineOut(many=True)
    state = serializers.ChoiceField(Job.State.choices, default=Job.State.DONE, help_text="`running`: ask again")
    step = serializers.IntegerField(default=0, help_text="how many steps are done")
    steps = serializers.IntegerField(default=0)


class AllocateIn(serializers.Serializer[Any]):
    dry_run = serializers.BooleanField(default=False, help_text="answer the proposed lines and write nothing")
    limits = serializers.DictField(
        required=False,
        help_text="what replaces the call's own: units {instrument id: units}, categories and partners "
        "{name: [least %, most %]}, outsiders %, balances, certain %, reserve %, least_merit",
    )


class LineOverrideIn(serializers.Serializer[Any]):
    verdict = serializers.ChoiceField(choices=Line.Verdict.choices)
    units = serializers.DecimalField(max_digits=14, decimal_places=3, required=False, default=Decimal(0))
    priority = serializers.ChoiceField(choices=["A", "B"], required=False, default=Leg.Priority.A)
    instrument = serializers.CharField(required=False, allow_null=True, default=None, help_text="id or slug")
    reason = serializers.CharField()


class AnnounceIn(serializers.Serializer[Any]):
    note = serializers.CharField(required=False, allow_blank=True, default="")


class AnnouncedOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    state = serializers.CharField()


class Allocate(ApiView):
    """Let the solver propose who gets what: a new current round, or with `dry_run` a trial that writes nothing. A
    large call is answered with 202 and worked out in the background; GET tells how far the latest one is, and a trial
    that has ended."""

    @extend_schema(responses={200: RoundOut, 202: RoundOut})
    def get(self, request: Request, key: str) -> Response:
        call = find_round_call(self.me, key)
        job = last_solving(call)
        if job is None:
            raise NotFound
        return self._told(call, job, made=200)

    @extend_schema(request=AllocateIn, responses={200: RoundOut, 201: RoundOut, 202: RoundOut})
    def post(self, request: Request, key: str) -> Response:
        call = find_round_call(self.me, key)
        given = AllocateIn(data=request.data)
        given.is_valid(raise_exception=True)
        limits = given.validated_data.get("limits")
        return self._told(
            call, rounds.start_solving(call, by=self.me, limits=limits, dry_run=given.validated_data["dry_run"])
        )

    def _told(self, call: Call, job: Job, *, made: int = 201) -> Response:
        if job.state == Job.State.FAILED:
            raise WrongState(job.message)
        if job.state == Job.State.RUNNING:
            about = {"id": None, "number": None, "limits": job.result["limits"], "outcome": {}}
            rows: dict[str, Any] = {**about, "balances": [], "lines": []}
            return Response(RoundOut({**rows, "state": job.state, "step": job.done, "steps": job.total}).data, 202)
        if (trial := trial_of(job)) is not None:
            about = {"id": None, "number": None, "limits": trial.limits.as_dict(), "outcome": trial.outcome}
            rows = {**about, "balances": [], "lines": trial.lines}
            return Response(RoundOut({**rows, "state": job.state, "step": job.done, "steps": job.total}).data)
        return Response(_shown(_current(self.me, str(call.pk))), status=made)


class CurrentRound(ApiView):
    """The current round of a call, for those who run or decide it."""

    @extend_schema(responses=RoundOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(_shown(_current(self.me, key)))


class Lines(ListView):
    """The lines of the current round, the best proposal first."""

    serializer_class = RoundLineOut
    ordering = ("rank", "leg__proposal__number", "leg__position", "id")

    def get_queryset(self) -> QuerySet[Line]:
        given = self.request.query_params
        return lines_listed(
            _current(self.me, self.kwargs["key"]),
            verdict=given.get("verdict", ""),
            instrument=given.get("instrument", ""),
            search=given.get("search", ""),
        )

    @extend_schema(
        parameters=[
            OpenApiParameter("verdict", str, enum=Line.Verdict.values),
            OpenApiParameter("instrument", str, description="slug"),
            OpenApiParameter("search", str, description="words of the proposal's title"),
        ]
    )
    def get(self, request: Request, key: str) -> Response:
        return self.page(self.get_queryset(), lambda row: RoundLineOut(row).data)


class Override(ApiView):
    """Decide a line otherwise than the solver did, with a reason; it stays sealed."""

    @extend_schema(request=LineOverrideIn, responses=RoundLineOut)
    def post(self, request: Request, key: str, line: str) -> Response:
        row = find(lines_of(_current(self.me, key)), line)
        given = LineOverrideIn(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = dict(given.validated_data)
        reason, slug = wanted.pop("reason"), wanted.pop("instrument")
        verdict = rounds.Verdict(**wanted, instrument=find_instrument(slug) if slug else None)
        rounds.override_line(row, verdict, by=self.me, reason=reason)
        return Response(RoundLineOut(find(lines_of(row.round), row.pk)).data)


class Announce(ApiView):
    """Announce the results: everyone is told at once. Not before the instant the call names; repeating does nothing."""

    @extend_schema(request=AnnounceIn, responses=AnnouncedOut)
    def post(self, request: Request, key: str) -> Response:
        call = find_round_call(self.me, key)
        given = AnnounceIn(data=request.data)
        given.is_valid(raise_exception=True)
        done = rounds.announce_results(call, by=self.me, note=given.validated_data["note"])
        return Response(AnnouncedOut(done).data)


def _current(user: Any, key: str) -> Round:
    found = current_round(find_round_call(user, key))
    if found is None:
        raise NotFound
    return found


def _shown(found: Round) -> dict[str, Any]:
    rows = {"id": found.pk, "number": found.number, "limits": found.limits, "outcome": found.outcome}
    data = RoundOut({**rows, "balances": balances(found.call, found), "lines": lines_of(found)}).data
    return dict(data)


urlpatterns = [
    path("calls/<str:key>/allocate", Allocate.as_view()),
    path("calls/<str:key>/round", CurrentRound.as_view()),
    path("calls/<str:key>/round/lines", Lines.as_view()),
    path("calls/<str:key>/round/lines/<str:line>/override", Override.as_view()),
    path("calls/<str:key>/announce", Announce.as_view()),
]
