"""API of decisions: oneself and what waits, the inbox, deciding, lending tasks, and routes of what one manages."""

from typing import Any

from django.db.models import Model, QuerySet
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import MeIn, MeOut
from accounts.commands import change_profile
from accounts.models import User
from core.api.views import ApiView, ListView
from core.errors import Invalid, NotFound, Violation
from core.lookup import find
from workflow import approvals, queries
from workflow.approvals.delegations import delegate_tasks, end_delegation
from workflow.approvals.groups import save_group
from workflow.approvals.handlers import find_owner, scope_of
from workflow.models import DeciderGroup, Decision, Delegation, Edit, Route, Task


class DecisionOut(serializers.ModelSerializer[Decision]):
    by = serializers.CharField(source="by.name")
    on_behalf_of = serializers.CharField(source="on_behalf_of.name", default=None, allow_null=True)
    at = serializers.DateTimeField(source="created_at")
    starts_at = serializers.DateTimeField(
        source="part.lower",
        default=None,
        allow_null=True,
        help_text="What was agreed to, where it is less than was asked.",
    )
    ends_at = serializers.DateTimeField(source="part.upper", default=None, allow_null=True)

    class Meta:
        model = Decision
        fields = ["by", "on_behalf_of", "verdict", "note", "at", "starts_at", "ends_at"]


class TaskOut(serializers.ModelSerializer[Task]):
    step = serializers.CharField(source="name")
    waits_for_me = serializers.SerializerMethodField()
    decisions = DecisionOut(many=True)

    class Meta:
        model = Task
        fields = [
            "id", "title", "step", "subject_type", "subject_id", "state", "quorum", "due_at", "escalated_at",
            "decided_at", "created_at", "waits_for_me", "decisions",
        ]  # fmt: skip

    def get_waits_for_me(self, task: Task) -> bool:
        return task.pk in self.context["waiting"]


class VerdictIn(serializers.Serializer[Any]):
    verdict = serializers.ChoiceField(choices=["approve", "decline"])
    note = serializers.CharField(
        required=False, allow_blank=True, default="", help_text="Needed to decline, and to approve only a part."
    )
    starts_at = serializers.DateTimeField(
        required=False, help_text="With ends_at: approve only this part of the time asked for."
    )
    ends_at = serializers.DateTimeField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("starts_at" in attrs) != ("ends_at" in attrs):
            missing = "ends_at" if "starts_at" in attrs else "starts_at"
            raise serializers.ValidationError({missing: _("Give both ends of the part, or neither.")})
        return attrs


class DelegationOut(serializers.ModelSerializer[Delegation]):
    giver = serializers.CharField(source="giver.name")
    taker = serializers.CharField(source="taker.name")

    class Meta:
        model = Delegation
        fields = ["id", "giver", "taker", "starts_at", "ends_at", "note"]


class DelegationIn(serializers.Serializer[Any]):
    taker = serializers.EmailField(help_text="E-mail address of the person who stands in.")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=300)


class StepBody(serializers.Serializer[Any]):
    position = serializers.IntegerField(help_text="From 1; steps of the same position run in parallel.")
    name = serializers.CharField(max_length=120, allow_blank=True)
    role = serializers.CharField(required=False, allow_blank=True, default="")
    group = serializers.UUIDField(required=False, allow_null=True, default=None, source="group_id")
    quorum = serializers.IntegerField(required=False, default=1, max_value=1000)
    within_hours = serializers.IntegerField(required=False, allow_null=True, default=None, max_value=10_000)
    escalate_to_role = serializers.CharField(required=False, allow_blank=True, default="")
    condition = serializers.DictField(required=False, default=dict)
    again_on = serializers.ListField(
        child=serializers.ChoiceField(choices=Edit.choices),
        required=False,
        default=lambda: list(Edit.values),
        help_text="Changes after which the step is asked once more; all of them when absent.",
    )
    apart = serializers.BooleanField(
        required=False, default=False, help_text="Whether people of the applicant's own organisation are skipped."
    )


class RouteIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120, allow_blank=True)
    steps = StepBody(many=True)
    auto_approve = serializers.DictField(required=False, default=dict)
    expected = serializers.IntegerField(
        required=False, allow_null=True, default=None, help_text="The version you started from; refused when it is old."
    )


class RouteOut(serializers.ModelSerializer[Route]):
    steps = StepBody(many=True)

    class Meta:
        model = Route
        fields = ["id", "owner_type", "owner_id", "subject_type", "number", "name", "is_current", "auto_approve",
                  "steps", "created_at"]  # fmt: skip


def render_tasks(tasks: list[Task], user: Any) -> list[Any]:
    """Tasks with whether each waits for this person."""
    waiting = set(queries.open_tasks_for(user).filter(pk__in=[task.pk for task in tasks]).values_list("pk", flat=True))
    return list(TaskOut(tasks, many=True, context={"waiting": waiting}).data)


class Tasks(ListView):
    """The inbox. `state=open` is what waits for you; other states are what you were asked or said before."""

    ordering = ("created_at", "id")
    serializer_class = TaskOut

    def get_queryset(self) -> QuerySet[Task]:
        state = self.request.query_params.get("state")
        if state == Task.State.OPEN:
            rows = queries.open_tasks_for(self.request.user)
        else:
            rows = queries.tasks_visible_to(self.request.user)
        if state and state not in Task.State.values:
            message = _("A task is open, approved, declined, skipped or stopped.")
            raise Invalid(message, [Violation("state_unknown", message, field="state")])
        if state:
            rows = rows.filter(state=state)
        return rows.prefetch_related("decisions__by", "decisions__on_behalf_of")

    @extend_schema(parameters=[OpenApiParameter("state", OpenApiTypes.STR, enum=Task.State.values)])
    def get(self, request: Request) -> Response:
        rows = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(render_tasks(list(rows or []), request.user))


class TaskPage(ApiView):
    """One task that asks you, or that you were heard on."""

    @extend_schema(responses=TaskOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(render_tasks([find(queries.tasks_visible_to(request.user), key)], request.user)[0])


class Decide(ApiView):
    """Approve the whole or a part of it, or decline. The same verdict again is a replay; too late is 409."""

    @extend_schema(request=VerdictIn, responses=TaskOut)
    def post(self, request: Request, key: str) -> Response:
        given = VerdictIn(data=request.data)
        given.is_valid(raise_exception=True)
        task = find(queries.tasks_visible_to(request.user), key)
        data = given.validated_data
        part = (data["starts_at"], data["ends_at"]) if "starts_at" in data else None
        done = approvals.decide(task, data["verdict"], by=request.user, note=data["note"], part=part)
        return Response(render_tasks([done], request.user)[0])


class Delegations(ListView):
    """What you lent and were lent, running or to come."""

    ordering = ("starts_at", "id")
    serializer_class = DelegationOut

    def get_queryset(self) -> QuerySet[Delegation]:
        return queries.delegations_of(self.request.user)

    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset(), lambda row: DelegationOut(row).data)

    @extend_schema(request=DelegationIn, responses={201: DelegationOut})
    def post(self, request: Request) -> Response:
        given = DelegationIn(data=request.data)
        given.is_valid(raise_exception=True)
        data = dict(given.validated_data)
        taker = User.objects.filter(email__iexact=data.pop("taker"), is_active=True).first()
        if taker is None:
            message = _("Nobody here has this address.")
            raise Invalid(message, [Violation("taker_unknown", message, field="taker")])
        made = delegate_tasks(request.user, taker, by=request.user, **data)
        return Response(DelegationOut(made).data, status=201)


class DelegationPage(ApiView):
    """Take your tasks back, or give them back."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        end_delegation(find(queries.delegations_of(request.user), key), by=request.user)
        return Response(status=204)


SUBJECT = OpenApiParameter("subject", OpenApiTypes.STR, description="What is decided; `facilities.booking` if absent.")


class Routes(ApiView):
    """The current approval route of a facility or instrument you manage; PUT makes the next version."""

    def _owner(self, request: Request, key: str) -> tuple[Model, tuple[str, Any], str]:
        owner = find_owner(request.user, key)
        return owner, scope_of(owner), request.query_params.get("subject", "facilities.booking")

    @extend_schema(parameters=[SUBJECT], responses=RouteOut)
    def get(self, request: Request, key: str) -> Response:
        owner, _scope, subject = self._owner(request, key)
        route = queries.route_versions(owner, subject).filter(is_current=True).first()
        if route is None:
            raise NotFound(_("It has no route of its own."))
        return Response(RouteOut(route).data)

    @extend_schema(parameters=[SUBJECT], request=RouteIn, responses=RouteOut)
    def put(self, request: Request, key: str) -> Response:
        owner, scope, subject = self._owner(request, key)
        given = RouteIn(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        steps = tuple(
            approvals.StepDraft(**{("group" if name == "group_id" else name): value for name, value in step.items()})
            for step in data["steps"]
        )
        draft = approvals.RouteDraft(data["name"], scope, steps, data["auto_approve"])
        route = approvals.save_route(owner, subject, draft, by=request.user, expected=data["expected"])
        return Response(RouteOut(route).data)


class MeWithTasks(MeOut):
    open_tasks = serializers.SerializerMethodField()

    class Meta(MeOut.Meta):
        fields = [*MeOut.Meta.fields, "open_tasks"]

    def get_open_tasks(self, user: User) -> int:
        return queries.open_tasks_for(user).count()


class Me(ApiView):
    """The account that asks: affiliations, roles with their scopes, how many tasks wait."""

    @extend_schema(responses=MeWithTasks)
    def get(self, request: Request) -> Response:
        return Response(MeWithTasks(self.me).data)

    @extend_schema(request=MeIn, responses=MeWithTasks)
    def patch(self, request: Request) -> Response:
        given = MeIn(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        return Response(MeWithTasks(change_profile(self.me, by=self.me, **given.validated_data)).data)


class GroupBody(serializers.ModelSerializer[DeciderGroup]):
    members = serializers.ListField(child=serializers.EmailField(), help_text="E-mail addresses.")

    class Meta:
        model = DeciderGroup
        fields = ["id", "name", "members"]
        read_only_fields = ["id"]

    def to_representation(self, group: DeciderGroup) -> dict[str, Any]:
        return {"id": group.pk, "name": group.name, "members": [user.email for user in group.members.all()]}


class Groups(ApiView):
    """Named groups of deciders at a facility you manage."""

    @extend_schema(responses=GroupBody(many=True))
    def get(self, request: Request, key: str) -> Response:
        owner = find_owner(request.user, key)
        return Response(GroupBody(queries.groups_of(*scope_of(owner)), many=True).data)

    @extend_schema(request=GroupBody, responses={201: GroupBody})
    def post(self, request: Request, key: str) -> Response:
        return Response(GroupBody(_save(request, find_owner(request.user, key))).data, status=201)


class GroupPage(ApiView):
    """One group; PUT replaces its name and members."""

    @extend_schema(request=GroupBody, responses=GroupBody)
    def put(self, request: Request, key: str, group: str) -> Response:
        owner = find_owner(request.user, key)
        return Response(GroupBody(_save(request, owner, find(queries.groups_of(*scope_of(owner)), group))).data)


def _save(request: Request, owner: Model, group: DeciderGroup | None = None) -> DeciderGroup:
    given = GroupBody(data=request.data)
    given.is_valid(raise_exception=True)
    people = queries.people_at(given.validated_data["members"])
    return save_group(owner, given.validated_data["name"], people, by=request.user, group=group)


urlpatterns = [
    path("me", Me.as_view()),
    path("tasks", Tasks.as_view()),
    path("tasks/<str:key>", TaskPage.as_view()),
    path("tasks/<str:key>/decide", Decide.as_view()),
    path("delegations", Delegations.as_view()),
    path("delegations/<str:key>", DelegationPage.as_view()),
    path("routes/<str:key>", Routes.as_view()),
    path("routes/<str:key>/groups", Groups.as_view()),
    path("routes/<str:key>/groups/<str:group>", GroupPage.as_view()),
]
