"""API of meetings and actions: plan and move one, its agenda, who is there and the quorum, what was promised."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.commands import actions, agenda, attendance, meetings
from alliance.models import ActionItem, AgendaItem, Attendance, Meeting, Membership
from alliance.permissions.governance import bodies_visible_to, meetings_visible_to
from alliance.queries.actions import actions_listed, find_action
from alliance.queries.meetings import find_meeting, meeting_moves, quorum_now
from core import clock
from core.api.views import ApiView, ListView
from core.errors import WrongState
from core.lookup import find


class MeetingOut(serializers.ModelSerializer[Meeting]):
    alliance = serializers.CharField(source="body.alliance.slug")
    body = serializers.CharField(source="body.slug")

    class Meta:
        model = Meeting
        fields = ["id", "alliance", "body", "title", "title_zh", "starts_at", "ends_at", "zone", "mode", "venue",
                  "state", "version"]  # fmt: skip


class ItemOut(serializers.ModelSerializer[AgendaItem]):
    class Meta:
        model = AgendaItem
        fields = ["id", "number", "title", "title_zh", "text", "record"]


class ItemIn(serializers.ModelSerializer[AgendaItem]):
    class Meta:
        model = AgendaItem
        fields = ["title", "title_zh", "text"]


class AttendanceOut(serializers.ModelSerializer[Attendance]):
    class Meta:
        model = Attendance
        fields = ["id", "name", "membership", "mode", "from_at", "to_at"]


class ShareOut(serializers.Serializer[Any]):
    fraction = serializers.CharField()
    base = serializers.IntegerField()
    needed = serializers.IntegerField()
    met = serializers.BooleanField()


class QuorumOut(serializers.Serializer[Any]):
    """Voting members present now, each once, and the quorums that this makes."""

    present = serializers.IntegerField()
    voting = serializers.IntegerField()
    members = serializers.IntegerField()
    shares = ShareOut(many=True)


class MeetingPageOut(MeetingOut):
    agenda = ItemOut(many=True)
    attendances = AttendanceOut(many=True)
    moves = serializers.SerializerMethodField()

    class Meta(MeetingOut.Meta):
        fields = [*MeetingOut.Meta.fields, "link", "notice_sent_at", "agenda_circulated_at", "is_late_circulation",
                  "quorum_result", "source", "agenda", "attendances", "moves"]  # fmt: skip

    def get_moves(self, meeting: Meeting) -> list[str]:
        return [move.name for move in meeting_moves(self.context["me"], meeting)]


class PlanIn(serializers.ModelSerializer[Meeting]):
    body = serializers.CharField(help_text="id or slug of a body that one runs")
    zone = serializers.CharField(required=False, help_text="IANA name; else that of the alliance")

    class Meta:
        model = Meeting
        fields = ["body", "title", "title_zh", "starts_at", "ends_at", "zone", "mode", "venue", "link"]


class MoveIn(serializers.Serializer[Any]):
    note = serializers.CharField(required=False, allow_blank=True, default="", help_text="`cancel` needs it")


class CheckInIn(serializers.Serializer[Any]):
    membership = serializers.UUIDField(required=False, help_text="where one speaks for several members")


class AdmitIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200)
    membership = serializers.UUIDField(required=False, help_text="none: a guest")
    mode = serializers.ChoiceField(choices=Attendance.Mode.choices, default=Attendance.Mode.ONSITE)


class ActionOut(serializers.ModelSerializer[ActionItem]):
    alliance = serializers.CharField(source="alliance.slug")

    class Meta:
        model = ActionItem
        fields = ["id", "alliance", "title", "owner", "owner_organisation", "due_on", "weight", "state", "done_on",
                  "evidence", "agenda_item", "plan", "version"]  # fmt: skip


class EvidenceIn(serializers.Serializer[Any]):
    evidence = serializers.CharField(max_length=4000)


MOVES: dict[str, Callable[..., Meeting]] = {
    "call": meetings.call_meeting,
    "circulate": meetings.circulate_agenda,
    "start": meetings.start_meeting,
    "close": meetings.close_meeting,
    "cancel": meetings.cancel_meeting,
}


class Meetings(ListView):
    """Meetings that the reader is invited to or runs, the latest first."""

    serializer_class = MeetingOut
    ordering = ("-starts_at", "-id")

    def get_queryset(self) -> QuerySet[Meeting]:
        asked = {"body__alliance__slug": "alliance", "state": "state"}
        given = {column: self.request.query_params.get(name, "") for column, name in asked.items()}
        rows = meetings_visible_to(self.me).select_related("body__alliance")
        return rows.filter(**{column: value for column, value in given.items() if value})

    @extend_schema(parameters=[OpenApiParameter("alliance", str, description="slug"), OpenApiParameter("state", str)])
    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset(), lambda row: MeetingOut(row).data)

    @extend_schema(request=PlanIn, responses={201: MeetingPageOut})
    def post(self, request: Request) -> Response:
        given = PlanIn(data=request.data)
        given.is_valid(raise_exception=True)
        plan = dict(given.validated_data)
        body = find(bodies_visible_to(self.me).select_related("alliance"), plan.pop("body"))
        return Response(_shown(self.me, meetings.plan_meeting(body, by=self.me, **plan)), status=201)


class MeetingView(ApiView):
    """A meeting with its agenda, who was or is there, and what the reader may do."""

    @extend_schema(responses=MeetingPageOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(_shown(self.me, find_meeting(self.me, key)))


class QuorumView(ApiView):
    """Who counts now."""

    @extend_schema(responses=QuorumOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(QuorumOut(quorum_now(find_meeting(self.me, key), clock.now())).data)


class Agenda(ApiView):
    """Add a point to the agenda."""

    @extend_schema(request=ItemIn, responses={201: ItemOut})
    def post(self, request: Request, key: str) -> Response:
        meeting = find_meeting(self.me, key)
        given = ItemIn(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(ItemOut(agenda.add_agenda_item(meeting, by=self.me, **given.validated_data)).data, status=201)


class CheckIn(ApiView):
    """Join online. Repeating answers the same."""

    @extend_schema(request=CheckInIn, responses={201: AttendanceOut})
    def post(self, request: Request, key: str) -> Response:
        meeting = find_meeting(self.me, key)
        given = CheckInIn(data=request.data)
        given.is_valid(raise_exception=True)
        row = attendance.check_in(meeting, by=self.me, membership=_member(meeting, given.validated_data))
        return Response(AttendanceOut(row).data, status=201)


class Admit(ApiView):
    """The secretary notes who is there."""

    @extend_schema(request=AdmitIn, responses={201: AttendanceOut})
    def post(self, request: Request, key: str) -> Response:
        meeting = find_meeting(self.me, key)
        given = AdmitIn(data=request.data)
        given.is_valid(raise_exception=True)
        told = {**given.validated_data, "membership": _member(meeting, given.validated_data)}
        return Response(AttendanceOut(attendance.admit(meeting, by=self.me, **told)).data, status=201)


class Leave(ApiView):
    """Somebody leaves. Repeating answers the same."""

    @extend_schema(request=None, responses=AttendanceOut)
    def post(self, request: Request, key: str, attendance_key: str) -> Response:
        row = find(find_meeting(self.me, key).attendances.select_related("meeting").order_by("id"), attendance_key)
        return Response(AttendanceOut(attendance.leave(row, by=self.me)).data)


class MeetingMove(ApiView):
    """Do a move that `moves` of a meeting names."""

    @extend_schema(
        request=MoveIn, responses=MeetingPageOut, parameters=[OpenApiParameter("move", str, "path", enum=[*MOVES])]
    )
    def post(self, request: Request, key: str, move: str) -> Response:
        meeting = find_meeting(self.me, key)
        if move not in MOVES:
            raise WrongState(_("There is no move “%(move)s” here.") % {"move": move})
        given = MoveIn(data=request.data)
        given.is_valid(raise_exception=True)
        MOVES[move](meeting, by=self.me, note=given.validated_data["note"])
        return Response(_shown(self.me, find_meeting(self.me, key)))


class Actions(ListView):
    """What was promised and the reader sees, due first."""

    serializer_class = ActionOut
    ordering = ("due_on", "id")

    @extend_schema(
        parameters=[
            OpenApiParameter("mine", bool),
            OpenApiParameter("alliance", str, description="slug"),
            OpenApiParameter("state", str, enum=ActionItem.State.values),
        ]
    )
    def get(self, request: Request) -> Response:
        asked = {name: request.query_params.get(name, "") for name in ("alliance", "state")}
        mine = request.query_params.get("mine", "").lower() in {"1", "true"}
        return self.page(actions_listed(self.me, mine=mine, **asked), lambda row: ActionOut(row).data)


class FinishAction(ApiView):
    """Say that an action is done, and how one can see it."""

    @extend_schema(request=EvidenceIn, responses=ActionOut)
    def post(self, request: Request, key: str) -> Response:
        action = find_action(self.me, key)
        given = EvidenceIn(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(ActionOut(actions.finish_action(action, by=self.me, **given.validated_data)).data)


def _member(meeting: Meeting, given: dict[str, Any]) -> Membership | None:
    key = given.get("membership")
    return find(Membership.objects.filter(alliance=meeting.body.alliance).order_by("id"), key) if key else None


def _shown(me: Any, meeting: Meeting) -> Any:
    return MeetingPageOut(meeting, context={"me": me}).data


urlpatterns = [
    path("meetings", Meetings.as_view()),
    path("meetings/<uuid:key>", MeetingView.as_view()),
    path("meetings/<uuid:key>/quorum", QuorumView.as_view()),
    path("meetings/<uuid:key>/agenda", Agenda.as_view()),
    path("meetings/<uuid:key>/check-in", CheckIn.as_view()),
    path("meetings/<uuid:key>/attendances", Admit.as_view()),
    path("meetings/<uuid:key>/attendances/<uuid:attendance_key>/leave", Leave.as_view()),
    path("meetings/<uuid:key>/<str:move>", MeetingMove.as_view()),
    path("actions", Actions.as_view()),
    path("actions/<uuid:key>/finish", FinishAction.as_view()),
]
