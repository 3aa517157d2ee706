"""API of the nodes of a joint laboratory: the list of a programme, planning one, changing it, and its moves."""

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.queries import find_organisation
from core.api.views import ApiView, ListView
from core.errors import NotFound
from core.lookup import find
from programs.commands.cooperation import nodes
from programs.models import Node
from programs.permissions.nodes import nodes_visible_to
from programs.queries.cooperation.listing import find_program
from programs.queries.cooperation.nodes import nodes_of, nodes_reader
from workflow.queries import people_at


class NodeOut(serializers.ModelSerializer[Node]):
    """A node; `head` is for those who see the inside of the programme, and for its host."""

    program = serializers.CharField(source="program.number")
    host = serializers.CharField(source="host.slug")
    head = serializers.SerializerMethodField()
    moves = serializers.SerializerMethodField()

    class Meta:
        model = Node
        fields = ["id", "program", "name", "host", "head", "city", "country", "tasks", "since", "until", "state",
                  "version", "moves"]  # fmt: skip

    def get_head(self, node: Node) -> str:
        return node.head.name if self.context["reader"].knows_head(node) else ""

    def get_moves(self, node: Node) -> list[str]:
        moves: list[str] = self.context["reader"].moves(node)
        return moves


class PlaceIn(serializers.Serializer[Any]):
    head = serializers.EmailField(help_text="of an account here")
    tasks = serializers.CharField(max_length=2000)
    until = serializers.DateField(required=False, allow_null=True, default=None, help_text="this day included")
    city = serializers.CharField(required=False, allow_blank=True, default="", max_length=120)
    country = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=2, help_text="ISO 3166-1 alpha-2"
    )


class NodeIn(PlaceIn):
    name = serializers.CharField(max_length=200)
    host = serializers.CharField(
        help_text="a partner of the programme, id or slug; its place stands where none is given"
    )
    since = serializers.DateField()


class NodePatch(PlaceIn):
    version = serializers.IntegerField(help_text="the version that was read; another one answers 409")


class NodeMoveIn(serializers.Serializer[Any]):
    note = serializers.CharField(required=False, allow_blank=True, default="")
    until = serializers.DateField(required=False, allow_null=True, default=None, help_text="close: its last day")


def read(form: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    given = form(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


class Nodes(ListView):
    """Nodes of a joint laboratory or a research centre, the oldest first; its leads plan more."""

    serializer_class = NodeOut

    def get_queryset(self) -> QuerySet[Node]:
        return nodes_of(self.me, find_program(self.me, self.kwargs["key"]))

    def get(self, request: Request, key: str) -> Response:
        reader = nodes_reader(self.me, find_program(self.me, key))
        return self.page(self.get_queryset(), lambda row: NodeOut(row, context={"reader": reader}).data)

    @extend_schema(request=NodeIn, responses={201: NodeOut})
    def post(self, request: Request, key: str) -> Response:
        told = read(NodeIn, request)
        [told["head"]] = people_at([told["head"]])
        host = find_organisation(told.pop("host"))
        node = nodes.plan_node(find_program(self.me, key), host, by=self.me, **told)
        return Response(shown(self.me, node), status=201)


class NodePage(ApiView):
    """One node: head, place, tasks and end are the leads' and the host's to change."""

    @extend_schema(responses=NodeOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(shown(self.me, find(nodes_visible_to(self.me), key)))

    @extend_schema(request=NodePatch, responses=NodeOut)
    def patch(self, request: Request, key: str) -> Response:
        node = find(nodes_visible_to(self.me), key)
        told = read(NodePatch, request)
        [told["head"]] = people_at([told["head"]])
        return Response(shown(self.me, nodes.change_node(node, by=self.me, **told)))


class NodeMove(ApiView):
    """`open` for the host; `close` and `cancel` with a reason, for the leads and the host."""

    @extend_schema(
        request=NodeMoveIn,
        responses=NodeOut,
        parameters=[OpenApiParameter("move", str, "path", enum=["open", "close", "cancel"])],
    )
    def post(self, request: Request, key: str, move: str) -> Response:
        node = find(nodes_visible_to(self.me), key)
        told = read(NodeMoveIn, request)
        until = told.pop("until")
        if move == "close":
            return Response(shown(self.me, nodes.close_node(node, by=self.me, until=until, **told)))
        commands = {"open": nodes.open_node, "cancel": nodes.cancel_node}
        if move not in commands:
            raise NotFound()
        return Response(shown(self.me, commands[move](node, by=self.me, **told)))


def shown(user: Any, node: Node) -> dict[str, Any]:
    return dict(NodeOut(node, context={"reader": nodes_reader(user, node.program)}).data)


urlpatterns = [
    path("programs/<str:key>/nodes", Nodes.as_view()),
    path("nodes/<str:key>", NodePage.as_view()),
    path("nodes/<str:key>/<str:move>", NodeMove.as_view()),
]
