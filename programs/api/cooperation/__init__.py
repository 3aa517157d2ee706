"""API of joint programmes: the list, one programme with what the reader may see of it, and its moves."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from core.api.views import ApiView, ListView
from core.errors import NotFound
from core.lookup import find
from facilities.models import TeamMember
from programs.api.cooperation import nodes, together
from programs.api.cooperation.reading import ProgramIn, ProgramPatch, answering, changes_from, inside_of, lead_of
from programs.api.cooperation.shapes import MemberOut, MilestoneOut, ProgramLineOut, ProgramPageOut, ReportOut, shown
from programs.commands import cooperation
from programs.models import Program, ProgressReport
from programs.queries.cooperation.inside import team_of
from programs.queries.cooperation.listing import find_program, programs_listed
from programs.queries.cooperation.standing import LIGHTS, standings
from programs.workflows.cooperation import PROGRAM
from workflow.queries import people_at


def text(name: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(name, str, description=description)


class Programs(ListView):
    """Programmes, newest first: approved ones, and before that those one has a part in."""

    serializer_class = ProgramLineOut

    def get_queryset(self) -> QuerySet[Program]:
        given = self.request.query_params
        return programs_listed(
            self.me,
            state=given.get("state", ""),
            kind=given.get("type", ""),
            theme=given.get("theme", ""),
            country=given.get("country", ""),
            organisation=given.get("organisation", ""),
            search=given.get("search", ""),
            light=given.get("light", ""),
            mine=given.get("mine", "").lower() in {"true", "1"},
        )

    @extend_schema(
        parameters=[
            text("state", "a state, or `running` for all that were approved and not called off"),
            text("type", "type of programme"),
            text("theme", "slug of a theme"),
            text("country", "of any partner, ISO 3166-1 alpha-2"),
            text("organisation", "slug of any partner"),
            text("search", "words of title, acronym, number or a partner's name"),
            OpenApiParameter("light", str, enum=list(LIGHTS), description="of running ones that one sees inside"),
            OpenApiParameter("mine", bool, description="those I am on the team of, lead or sign for"),
        ]
    )
    def get(self, request: Request) -> Response:
        rows = self.paginate_queryset(self.get_queryset()) or []
        context = {"standings": standings(self.me, rows)}
        return self.get_paginated_response([ProgramLineOut(row, context=context).data for row in rows])

    @extend_schema(request=ProgramIn, responses={201: ProgramPageOut})
    def post(self, request: Request) -> Response:
        given = ProgramIn(data=request.data)
        given.is_valid(raise_exception=True)
        lead = lead_of(self.me, given.validated_data.get("lead_organisation"))
        program = cooperation.draft_program(lead, changes_from(given.validated_data), by=self.me)
        return Response(shown(self.me, find_program(self.me, program.pk)), status=201)


class ProgramPage(ApiView):
    """One programme, by id or number."""

    @extend_schema(responses=ProgramPageOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(shown(self.me, find_program(self.me, key)))

    @extend_schema(request=ProgramPatch, responses=ProgramPageOut)
    def patch(self, request: Request, key: str) -> Response:
        program = find_program(self.me, key)
        given = ProgramPatch(data=request.data)
        given.is_valid(raise_exception=True)
        version = given.validated_data.get("version", program.version)
        cooperation.edit_program(program, changes_from(given.validated_data), by=self.me, version=version)
        return Response(shown(self.me, find_program(self.me, program.pk)))


class GrantIn(serializers.Serializer[Any]):
    entitlement = serializers.UUIDField()
    units = serializers.DecimalField(max_digits=14, decimal_places=3, help_text="0 grants none")
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=300)


class JudgementIn(serializers.Serializer[Any]):
    goals = serializers.IntegerField(help_text="1 (poor) to 5 (very good): goals reached")
    use = serializers.IntegerField(help_text="1 to 5: use of facility time and money")
    impact = serializers.IntegerField(help_text="1 to 5: what came of it for science and society")
    lasting = serializers.IntegerField(help_text="1 to 5: cooperation that lasts")
    reached = serializers.CharField(allow_blank=True, help_text="what was reached")
    learnt = serializers.CharField(allow_blank=True, help_text="what the alliance learns from it")
    advice = serializers.CharField(help_text="what should follow: `continue`, `change` or `end`")


class MoveIn(serializers.Serializer[Any]):
    note = serializers.CharField(required=False, allow_blank=True, default="")
    organisation = serializers.CharField(
        required=False, help_text="confirm-partner, refuse-partner: id or slug; needed when you sign for several"
    )
    sha256 = serializers.CharField(
        required=False, allow_blank=True, default="", help_text="of the version that was read; another one answers 409"
    )
    grants = GrantIn(
        many=True, required=False, help_text="approve: lines that get fewer units than wanted, each with its reason"
    )
    evaluation = JudgementIn(
        required=False, help_text="evaluate: its questions; else a note tells of one made elsewhere"
    )


MOVES: dict[str, Callable[..., Program]] = {
    "submit": cooperation.submit_program,
    "revise": cooperation.revise_program,
    "return": cooperation.return_program,
    "review": cooperation.review_program,
    "reject": cooperation.reject_program,
    "sign": cooperation.sign_program,
    "activate": cooperation.activate_program,
    "suspend": cooperation.suspend_program,
    "resume": cooperation.resume_program,
    "complete": cooperation.complete_program,
    "withdraw": cooperation.withdraw_program,
    "terminate": cooperation.terminate_program,
}
ANSWERS: dict[str, Callable[..., Program]] = {
    "confirm-partner": cooperation.confirm_partner,
    "refuse-partner": cooperation.refuse_partner,
}


class ProgramMove(ApiView):
    """Do a move: `submit`, `confirm-partner`, `review`, `approve` and the others that `moves` of a programme names."""

    @extend_schema(
        request=MoveIn,
        responses=ProgramPageOut,
        parameters=[
            OpenApiParameter(
                "move",
                str,
                "path",
                enum=[move.name for move in PROGRAM.moves if move.name in {"approve", "evaluate", *MOVES, *ANSWERS}],
            )
        ],
    )
    def post(self, request: Request, key: str, move: str) -> Response:
        program = find_program(self.me, key)
        given = MoveIn(data=request.data)
        given.is_valid(raise_exception=True)
        note = given.validated_data["note"]
        if move in ANSWERS:
            organisation = answering(self.me, program, given.validated_data.get("organisation"))
            ANSWERS[move](program, organisation, by=self.me, note=note, sha256=given.validated_data["sha256"])
        elif move == "approve":
            rows = given.validated_data.get("grants", ())
            grants = {row["entitlement"]: cooperation.Grant(row["units"], row["note"]) for row in rows}
            cooperation.approve_program(program, by=self.me, note=note, grants=grants)
        elif move == "evaluate":
            told = given.validated_data.get("evaluation")
            judged = cooperation.Judgement(**told) if told else None
            cooperation.evaluate_program(program, judged, by=self.me, note=note)
        elif move in MOVES:
            MOVES[move](program, by=self.me, note=note)
        else:
            raise NotFound(_("There is no move “%(move)s” here.") % {"move": move})
        return Response(shown(self.me, find_program(self.me, program.pk)))


class ReachIn(serializers.Serializer[Any]):
    done_on = serializers.DateField(required=False, allow_null=True, default=None)
    evidence = serializers.CharField(required=False, allow_blank=True, default="")


class MilestoneReach(ApiView):
    """A milestone was reached."""

    @extend_schema(request=ReachIn, responses=MilestoneOut)
    def post(self, request: Request, key: str, milestone: str) -> Response:
        program = inside_of(self.me, key)
        given = ReachIn(data=request.data)
        given.is_valid(raise_exception=True)
        row = cooperation.reach_milestone(find(program.milestones.all(), milestone), by=self.me, **given.validated_data)
        return Response(MilestoneOut(row).data)


class ReportIn(serializers.Serializer[Any]):
    rating = serializers.ChoiceField(choices=ProgressReport.Rating.choices)
    text = serializers.CharField()
    starts_on = serializers.DateField(required=False, help_text="Else the day after the last report's period.")
    ends_on = serializers.DateField(required=False, help_text="This day included; else today.")


class Reports(ApiView):
    """Report how a programme stands."""

    @extend_schema(request=ReportIn, responses={201: ReportOut})
    def post(self, request: Request, key: str) -> Response:
        program = find_program(self.me, key)
        given = ReportIn(data=request.data)
        given.is_valid(raise_exception=True)
        report = cooperation.report_progress(program, by=self.me, **given.validated_data)
        return Response(ReportOut(report).data, status=201)


class MemberIn(serializers.Serializer[Any]):
    email = serializers.EmailField(help_text="of an account here")
    role = serializers.ChoiceField(choices=TeamMember.Role.choices, default=TeamMember.Role.MEMBER)


class Members(ApiView):
    """The team, for those who see the inside of a programme; its leads add people, also while it runs."""

    @extend_schema(responses=MemberOut(many=True))
    def get(self, request: Request, key: str) -> Response:
        return Response(MemberOut(team_of(inside_of(self.me, key)), many=True).data)

    @extend_schema(request=MemberIn, responses={201: MemberOut})
    def post(self, request: Request, key: str) -> Response:
        program = inside_of(self.me, key)
        given = MemberIn(data=request.data)
        given.is_valid(raise_exception=True)
        [person] = people_at([given.validated_data["email"]])
        member = cooperation.add_participant(program, person, by=self.me, role=given.validated_data["role"])
        return Response(MemberOut(member).data, status=201)


class Member(ApiView):
    """A person on the team, by id."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, key: str, person: str) -> Response:
        program = inside_of(self.me, key)
        cooperation.remove_participant(
            program, find(User.objects.filter(teams__team=program.team_id), person), by=self.me
        )
        return Response(status=204)


urlpatterns = [
    *together.urlpatterns,
    *nodes.urlpatterns,
    path("programs", Programs.as_view()),
    path("programs/<str:key>", ProgramPage.as_view()),
    path("programs/<str:key>/milestones/<str:milestone>/reach", MilestoneReach.as_view()),
    path("programs/<str:key>/members", Members.as_view()),
    path("programs/<str:key>/members/<str:person>", Member.as_view()),
    path("programs/<str:key>/reports", Reports.as_view()),
    path("programs/<str:key>/<str:move>", ProgramMove.as_view()),
]
