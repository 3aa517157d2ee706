"""API of panels: made and filled by their office, attached to calls; what reviewers know about."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from core.api.views import ApiView, ListView
from core.errors import Invalid, NotFound, Violation
from core.lookup import find
from facilities.models import Technique
from facilities.queries.catalogue import find_facility
from programs.api.calls.reading import alliance_named
from programs.commands import reviews
from programs.models import Expertise, Panel, PanelMember, ScoreScale, Theme
from programs.permissions.calls import calls_visible_to
from programs.permissions.reviews import may_record_expertise
from programs.queries.panels import expertise_of, find_panel, panels_listed, run_panel, seats_on, sees_members
from workflow.queries import people_at


class ExpertiseOut(serializers.ModelSerializer[Expertise]):
    """One thing that a person knows about: a technique by its PaNET code or a theme by its slug."""

    technique = serializers.CharField(source="technique.code", default=None, allow_null=True)
    theme = serializers.CharField(source="theme.slug", default=None, allow_null=True)

    class Meta:
        model = Expertise
        fields = ["technique", "theme", "level"]


class SeatOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="member.id")
    person = serializers.CharField(source="member.person.name")
    email = serializers.EmailField(source="member.person.email")
    role = serializers.ChoiceField(PanelMember.Role.choices, source="member.role")
    starts_on = serializers.DateField(source="member.term.lower")
    ends_on = serializers.DateField(source="member.term.upper", allow_null=True, help_text="the first day after")
    most = serializers.IntegerField(source="member.most", help_text="most reviews in a call")
    when = serializers.ChoiceField(["now", "later", "ended"])
    expertise = ExpertiseOut(many=True)


class PanelOut(serializers.ModelSerializer[Panel]):
    """A panel. Its members are for its office, chair and secretary; null for everybody else."""

    alliance = serializers.CharField(source="alliance.slug")
    facility = serializers.CharField(source="facility.slug", default=None, allow_null=True)
    scale = serializers.CharField(source="scale.name")
    seated = serializers.IntegerField(help_text="how many sit on it today")
    themes: Any = serializers.SlugRelatedField("slug", many=True, read_only=True)
    techniques: Any = serializers.SlugRelatedField("code", many=True, read_only=True)
    calls = serializers.SerializerMethodField()
    members = serializers.SerializerMethodField()

    class Meta:
        model = Panel
        fields = [
            "id", "name", "name_zh", "alliance", "facility", "scale", "themes", "techniques", "seated", "version",
            "calls", "members",
        ]  # fmt: skip

    def get_calls(self, row: Panel) -> list[str]:
        seen = calls_visible_to(self.context["user"]).order_by("slug")
        return list(seen.filter(panels=row).values_list("slug", flat=True))

    @extend_schema(responses=SeatOut(many=True, allow_null=True))
    def get_members(self, row: Panel) -> Any:
        return SeatOut(seats_on(row), many=True).data if sees_members(self.context["user"], row) else None


class PanelLineOut(PanelOut):
    """A panel in a list."""

    class Meta(PanelOut.Meta):
        fields = [
            "id", "name", "name_zh", "alliance", "facility", "scale", "themes", "techniques", "seated", "version",
        ]  # fmt: skip


class PanelIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120)
    name_zh = serializers.CharField(max_length=120, required=False, allow_blank=True)
    scale = serializers.SlugRelatedField("name", queryset=ScoreScale.objects.all())
    themes = serializers.SlugRelatedField("slug", queryset=Theme.objects.all(), many=True, required=False)
    techniques = serializers.SlugRelatedField("code", queryset=Technique.objects.all(), many=True, required=False)
    alliance = serializers.CharField(required=False, help_text="id or slug; the main one if not given")
    facility = serializers.CharField(required=False, help_text="id or slug, for one of a facility")


class PanelPatch(serializers.Serializer[Any]):
    version = serializers.IntegerField(required=False, help_text="the version that you edited; another one answers 409")
    name = serializers.CharField(max_length=120, required=False)
    name_zh = serializers.CharField(max_length=120, required=False, allow_blank=True)
    scale = serializers.SlugRelatedField("name", queryset=ScoreScale.objects.all(), required=False)
    themes = serializers.SlugRelatedField("slug", queryset=Theme.objects.all(), many=True, required=False)
    techniques = serializers.SlugRelatedField("code", queryset=Technique.objects.all(), many=True, required=False)


class TermIn(serializers.Serializer[Any]):
    role = serializers.ChoiceField(PanelMember.Role.choices, default=PanelMember.Role.MEMBER)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(required=False, allow_null=True, default=None, help_text="the first day after")
    most = serializers.IntegerField(min_value=0, max_value=500, default=12, help_text="most reviews in a call")


class SeatIn(TermIn):
    email = serializers.EmailField(help_text="of an account")


class AttachIn(serializers.Serializer[Any]):
    call = serializers.CharField(help_text="id or slug")


class Panels(ListView):
    """Panels that one looks after, sits on, or sees through a call that one runs or decides; by name."""

    serializer_class = PanelLineOut
    ordering: ClassVar[tuple[str, ...]] = ("name", "id")

    def get_queryset(self) -> QuerySet[Panel]:
        given = self.request.query_params
        rows = panels_listed(self.me, call=given.get("call", ""), search=given.get("search", ""))
        return rows.prefetch_related("themes", "techniques")

    @extend_schema(
        parameters=[
            OpenApiParameter("call", str, description="slug of a call to which they are attached"),
            OpenApiParameter("search", str, description="words of the name"),
        ]
    )
    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset(), lambda row: PanelLineOut(row).data)

    @extend_schema(request=PanelIn, responses={201: PanelOut})
    def post(self, request: Request) -> Response:
        given = PanelIn(data=request.data)
        given.is_valid(raise_exception=True)
        asked = dict(given.validated_data)
        owner, place = asked.pop("alliance", None), asked.pop("facility", "")
        facility = find_facility(place) if place else None
        panel = reviews.make_panel(alliance_named(owner), by=self.me, facility=facility, **asked)
        return Response(shown(self.me, panel), status=201)


class PanelPage(ApiView):
    """One panel; PATCH changes what is given. Without `version` nobody is asked whether it changed meanwhile."""

    @extend_schema(responses=PanelOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(shown(self.me, find_panel(self.me, key)))

    @extend_schema(request=PanelPatch, responses=PanelOut)
    def patch(self, request: Request, key: str) -> Response:
        panel = find_panel(self.me, key)
        given = PanelPatch(data=request.data)
        given.is_valid(raise_exception=True)
        changes = dict(given.validated_data)
        version = changes.pop("version", panel.version)
        return Response(shown(self.me, reviews.edit_panel(panel, changes, by=self.me, version=version)))


class PanelSeats(ApiView):
    """Appoint a person for a term."""

    @extend_schema(request=SeatIn, responses={201: PanelOut})
    def post(self, request: Request, key: str) -> Response:
        panel = find_panel(self.me, key)
        given = SeatIn(data=request.data)
        given.is_valid(raise_exception=True)
        asked = dict(given.validated_data)
        [person] = people_at([asked.pop("email")])
        reviews.appoint(panel, person, by=self.me, **asked)
        return Response(shown(self.me, panel), status=201)


class PanelSeat(ApiView):
    """Another term, role or number of reviews; an earlier end lets the person go."""

    @extend_schema(request=TermIn, responses=PanelOut)
    def put(self, request: Request, key: str, seat: str) -> Response:
        panel = run_panel(self.me, key)
        row = find(panel.members.all(), seat)
        given = TermIn(data=request.data)
        given.is_valid(raise_exception=True)
        reviews.change_seat(row, by=self.me, **given.validated_data)
        return Response(shown(self.me, panel))


class PanelAttach(ApiView):
    """Let the panel judge a call's proposals (`attach`), or no longer (`detach`)."""

    @extend_schema(
        request=AttachIn,
        responses=PanelOut,
        parameters=[OpenApiParameter("move", str, "path", enum=["attach", "detach"])],
    )
    def post(self, request: Request, key: str, move: str) -> Response:
        panel = find_panel(self.me, key)
        given = AttachIn(data=request.data)
        given.is_valid(raise_exception=True)
        call = find(calls_visible_to(self.me), given.validated_data["call"])
        if move not in ("attach", "detach"):
            raise NotFound
        (reviews.attach_panel if move == "attach" else reviews.detach_panel)(panel, call, by=self.me)
        return Response(shown(self.me, panel))


class KnownIn(serializers.Serializer[Any]):
    technique = serializers.SlugRelatedField(
        "code", queryset=Technique.objects.all(), required=False, allow_null=True, default=None
    )
    theme = serializers.SlugRelatedField(
        "slug", queryset=Theme.objects.all(), required=False, allow_null=True, default=None
    )
    level = serializers.IntegerField(min_value=1, max_value=3, help_text="1 some, 2 good, 3 expert")


class KnowledgeIn(serializers.Serializer[Any]):
    person = serializers.EmailField(required=False, help_text="oneself if not given")
    expertise = KnownIn(many=True, help_text="each about a technique or a theme, replacing what was said before")


class KnowledgeOut(serializers.Serializer[Any]):
    person = serializers.EmailField()
    expertise = ExpertiseOut(many=True)


class Knowledge(ApiView):
    """What a person knows about, by technique and theme: one's own, or that of people on panels one looks after."""

    @extend_schema(
        parameters=[OpenApiParameter("person", str, description="e-mail address; oneself if not given")],
        responses=KnowledgeOut,
    )
    def get(self, request: Request) -> Response:
        return Response(self._said(self._person(request.query_params.get("person", ""))))

    @extend_schema(request=KnowledgeIn, responses=KnowledgeOut)
    def put(self, request: Request) -> Response:
        given = KnowledgeIn(data=request.data)
        given.is_valid(raise_exception=True)
        person = self._person(given.validated_data.get("person", ""))
        levels: dict[Technique | Theme, int] = {}
        for row in given.validated_data["expertise"]:
            if (row["technique"] is None) == (row["theme"] is None):
                message = _("Each line names a technique or a theme, and not both.")
                raise Invalid(message, [Violation("one_subject", message, "expertise")])
            levels[row["technique"] or row["theme"]] = row["level"]
        reviews.set_expertise(person, levels, by=self.me)
        return Response(self._said(person))

    def _person(self, email: str) -> User:
        if not email or email.lower() == self.me.email.lower():
            return self.me
        person = User.objects.filter(email__iexact=email, is_active=True).first()
        if person is None or not may_record_expertise(self.me, person):
            raise NotFound
        return person

    def _said(self, person: User) -> Any:
        return KnowledgeOut({"person": person.email, "expertise": expertise_of([person.pk]).get(person.pk, [])}).data


def shown(user: Any, panel: Panel) -> dict[str, Any]:
    return dict(PanelOut(find_panel(user, panel.pk), context={"user": user}).data)


urlpatterns = [
    path("panels", Panels.as_view()),
    path("panels/<str:key>", PanelPage.as_view()),
    path("panels/<str:key>/members", PanelSeats.as_view()),
    path("panels/<str:key>/members/<str:seat>", PanelSeat.as_view()),
    path("panels/<str:key>/<str:move>", PanelAttach.as_view()),
    path("expertise", Knowledge.as_view()),
]
